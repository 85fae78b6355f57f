"""What each dealer is told beside the published scores: its own items and categories, and the best quarter of dealers.

Nothing here is published for a whole group: ``dealer_results`` gives each dealer its own part of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.indices import index_score, item_on_100_points
from surveyplat.scoring.passes import CountedStudy, count_study
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.pp100 import category_rate, pp100_of_dealers
from surveyplat.scoring.results import IndexScore, StudyScores
from surveyplat.scoring.snapshot import SnapshotSource
from surveyplat.scoring.workers import Workers

_QUARTER = 4


@dataclass(frozen=True)
class Measured:
    """An item on 0-100 points, or a category in problems per 100 vehicles."""

    id: str
    score: Estimate


@dataclass(frozen=True)
class DealerDetail:
    """A dealer's region ("" where none is known), and its own measures; these are empty where its score is withheld."""

    dealer: str
    region: str
    items: tuple[Measured, ...]
    categories: tuple[Measured, ...]


@dataclass(frozen=True)
class BestQuarter:
    """The quarter of the shown dealers with the best scores, all their answers together.

    Chosen for their scores, they owe a part of these to luck: ``evened_out`` is the plain mean of their shrunk values,
    None where there are none.
    """

    dealers: tuple[str, ...]
    index: IndexScore | None
    pp100: Estimate | None
    evened_out: float | None


@dataclass(frozen=True)
class DealerDetails:
    study: str
    period: str
    snapshot_hash: str
    dealers: tuple[DealerDetail, ...]
    best: BestQuarter | None
    """None with fewer than four dealers that are shown."""


def dealer_details(plan: ScoringPlan, source: SnapshotSource, scores: StudyScores, workers: Workers) -> DealerDetails:
    """One further pass over the snapshot for what ``scores`` leave out. Raises what ``score_study`` raises."""
    lean = replace(plan, drivers=(), models=(), derived_indices=(), gaps=(), rates=())
    study = count_study(lean, source, workers)
    regions = dict(zip(study.inventory.dealers, study.inventory.dealer_regions, strict=True))
    shown = shown_scores(scores)
    return DealerDetails(
        scores.study,
        scores.period,
        scores.snapshot_hash,
        tuple(_detail(study, dealer, regions[dealer], dealer in shown) for dealer in study.table.known_dealers),
        _best_quarter(study, scores, shown),
    )


def shown_scores(scores: StudyScores) -> dict[str, float]:
    """The published score of every dealer that has one: the first index's, else PP100."""
    if scores.indices:
        found = {dealer.dealer: dealer.index.score.value for dealer in scores.dealers}
    else:
        found = {cell.id: cell.pp100.value for cell in scores.pp100.dealers} if scores.pp100 else {}
    return {dealer: value for dealer, value in found.items() if value is not None}


def _detail(study: CountedStudy, dealer: str, region: str, is_shown: bool) -> DealerDetail:
    if not is_shown:
        return DealerDetail(dealer, region, (), ())
    own = study.table.among([dealer])
    items = (Measured(item.id, item_on_100_points(own, item)) for item in study.plan.items)
    categories = (Measured(name, category_rate(own, name)) for name in study.plan.problems_by_category)
    return DealerDetail(dealer, region, tuple(items), tuple(categories))


def _best_quarter(study: CountedStudy, scores: StudyScores, shown: dict[str, float]) -> BestQuarter | None:
    """By the shrunk values, which few answers do not carry to the top; by the raw ones where there are no others."""
    evened = dict(_evened_out(scores))
    held = evened if shown.keys() <= evened.keys() else shown
    best_first = sorted(shown, key=lambda dealer: (held[dealer] if not scores.indices else -held[dealer], dealer))
    best = tuple(sorted(best_first[: len(best_first) // _QUARTER]))
    if not best:
        return None
    together = study.table.among(best)
    return BestQuarter(
        best,
        index_score(together, study.plan.indices[0]) if study.plan.indices else None,
        pp100_of_dealers(study.table, "best", best).pp100 if study.plan.problems else None,
        sum(held[dealer] for dealer in best) / len(best) if held is evened else None,
    )


def _evened_out(scores: StudyScores) -> Iterator[tuple[str, float]]:
    league = scores.league if scores.indices else scores.rate_league
    for standing in league.dealers if league else ():
        if standing.shrunk is not None:
            yield standing.dealer, standing.shrunk.value
