"""Indices, factors, items and rates, with their intervals, from a tabulation."""

from collections.abc import Callable
from functools import partial

from surveyplat.scoring.columns import CSAT_COLUMN, NPS_COLUMN, index_column, item_column
from surveyplat.scoring.intervals import mean_interval, percent_interval
from surveyplat.scoring.plan import IndexPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.records.ratio import Interval, Ratio
from surveyplat.scoring.results import DealerScore, Estimate, FactorScore, IndexScore, ItemScore, RateScore, RegionScore
from surveyplat.scoring.snapshot import Inventory
from surveyplat.scoring.suppression import published
from surveyplat.scoring.tabulation import Tabulation


def index_score(table: Tabulation, plan: IndexPlan) -> IndexScore:
    """An index and its factors over everyone, on ``plan.total`` points.

    I = Σ w I_i / Σ w over the respondents whose index I_i is usable; see ``respondent`` for I_i and for what missing
    answers do. Raises nothing: a base that is too small gives a suppressed estimate.
    """
    return _index(plan, table.overall)


def dealer_scores(table: Tabulation, plan: IndexPlan) -> tuple[DealerScore, ...]:
    """The same for each known dealer, in the order of dealer codes."""
    return tuple(DealerScore(dealer, _index(plan, partial(table.of_dealer, dealer))) for dealer in table.known_dealers)


def region_scores(table: Tabulation, plan: IndexPlan, inventory: Inventory) -> tuple[RegionScore, ...]:
    """The same for each known region: all answers of its dealers, which are its strata."""
    dealers = {region: inventory.dealers_in(region) for region in inventory.regions}
    return tuple(RegionScore(region, _index(plan, table.among(inside).overall)) for region, inside in dealers.items())


def _index(plan: IndexPlan, look_up: Callable[[str], Ratio]) -> IndexScore:
    points = partial(mean_interval, lowest=0.0, highest=plan.total)
    total_weight = sum(factor.weight for factor in plan.factors)
    scores = [published(look_up(index_column(plan.id, factor.id)), points) for factor in plan.factors]
    factors = tuple(
        FactorScore(factor.id, factor.weight / total_weight, score)
        for factor, score in zip(plan.factors, scores, strict=True)
    )
    return IndexScore(plan.id, plan.total, published(look_up(index_column(plan.id)), points), factors)


def item_score(table: Tabulation, item: ScaleItem, asked: int) -> ItemScore:
    """An item's mean on its own scale and on 0-100 points, and its item non-response among the ``asked``."""
    ratio = table.overall(item_column(item.id))
    mean = published(ratio, partial(mean_interval, lowest=float(item.minimum), highest=float(item.maximum)))
    score100 = None if mean.value is None else on_100_points(ratio, item).value
    return ItemScore(item.id, mean, score100, 1 - ratio.unweighted_base / asked if asked else 0.0)


def item_on_100_points(table: Tabulation, item: ScaleItem) -> Estimate:
    """An item's mean as (x - min) / (max - min) · 100, with its interval."""
    return published(on_100_points(table.overall(item_column(item.id)), item), hundred_points)


def on_100_points(ratio: Ratio, item: ScaleItem) -> Ratio:
    factor = 100 / (item.maximum - item.minimum)
    return ratio.scaled(factor, -item.minimum * factor)


def hundred_points(ratio: Ratio) -> Interval:
    return mean_interval(ratio, 0.0, 100.0)


def rate_scores(table: Tabulation, plan: ScoringPlan, *, simple_sample: bool) -> tuple[RateScore, ...]:
    """NPS in points (-100 to 100) and CSAT in percent (0 to 100), as far as the plan has their items.

    NPS: share of 9-10 less share of 0-6 (Reichheld, Harvard Business Review, December 2003). CSAT: share of the two
    top boxes, with Wilson's interval for a ``simple_sample`` (no weights, strata or clusters), else Korn-Graubard's.
    """
    rates = []
    if plan.recommend is not None:
        net = table.overall(NPS_COLUMN).scaled(100)
        rates.append(RateScore("nps", published(net, partial(mean_interval, lowest=-100.0, highest=100.0))))
    if plan.overall is not None:
        top = table.overall(CSAT_COLUMN).scaled(100)
        rates.append(RateScore("csat", published(top, partial(percent_interval, simple_sample=simple_sample))))
    return tuple(rates)
