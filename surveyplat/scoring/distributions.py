"""How answers are spread: the share of each scale point, medians and quartiles, and how many gave no answer."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from surveyplat.missing import Missing
from surveyplat.scoring.arrays import CodeArray, FloatArray, IntArray
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.histograms import Histograms
from surveyplat.scoring.intervals import percent_interval
from surveyplat.scoring.plan import IndexPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.quantiles import QUARTILES, quantile, quantile_gap
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.records.spread import IndexDistribution, ItemDistribution, PointShare, Quantile
from surveyplat.scoring.suppression import published

INDEX_STEPS = 1000
"""A respondent's index is sorted into whole thousandths of its total, to the nearest."""
LEAST_ANSWERS = 5
"""A scale point that fewer gave is not shown by itself: the weight of one answer tells which dealer it came from."""
KINDS = (Missing.NOT_ASKED, Missing.NOT_ANSWERED, Missing.DONT_KNOW)


def point_bins(item: ScaleItem, codes: CodeArray) -> IntArray:
    """The bin of each answer: its place on the scale; -1 where there is none."""
    return np.where(codes >= 0, codes.astype(np.int64) - item.minimum, -1)


def index_bins(index: IndexPlan, values: FloatArray, usable: FloatArray) -> IntArray:
    """The bin of each respondent's index; -1 where it is not usable."""
    return np.where(usable != 0, np.rint(values / index.total * INDEX_STEPS).astype(np.int64), -1)


def item_distributions(
    plan: ScoringPlan, histograms: Histograms, missing: IntArray, *, simple_sample: bool
) -> Iterator[ItemDistribution]:
    """Every item of the plan; ``missing`` counts its answers of each of ``KINDS``, shape (items, kinds).

    Shares are Σw of the point over Σw of all answers, with Wilson's intervals for a ``simple_sample``, else
    Korn-Graubard's; quantiles have Woodruff's (``quantiles``). Missing answers are outside the base.
    """
    for item, (not_asked, not_answered, dont_know) in zip(plan.items, missing.tolist(), strict=True):
        answered = int(histograms.answers(item.id).sum())
        points = np.arange(item.minimum, item.maximum + 1, dtype=np.float64)
        shares = tuple(_shares(item, histograms, simple_sample=simple_sample))
        quartiles = _quartiles(item.id, points, histograms) if shares else ()
        yield ItemDistribution(item.id, answered, not_asked, not_answered, dont_know, shares, quartiles)


def index_distributions(plan: ScoringPlan, histograms: Histograms) -> Iterator[IndexDistribution]:
    """Every index of the plan."""
    for index in plan.indices:
        points = np.arange(INDEX_STEPS + 1) * index.total / INDEX_STEPS
        name = index_name(index.id)
        quartiles = _quartiles(name, points, histograms)
        gap = _quartile_range(name, points, histograms, quartiles) if quartiles else None
        yield IndexDistribution(index.id, int(histograms.answers(name).sum()), quartiles, gap)


def index_name(index: str) -> str:
    """What an index is called among the histograms of items."""
    return f"index/{index}"


def grouped(answers: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring points, from the lowest on, taken together until ``LEAST_ANSWERS`` gave one of them."""
    groups: list[tuple[int, int]] = []
    for place in range(len(answers)):
        if groups and _given(answers, groups[-1]) < LEAST_ANSWERS:
            groups[-1] = (groups[-1][0], place)
        else:
            groups.append((place, place))
    if len(groups) > 1 and _given(answers, groups[-1]) < LEAST_ANSWERS:
        _, last = groups.pop()
        groups[-1] = (groups[-1][0], last)
    return groups


def _given(answers: Sequence[int], group: tuple[int, int]) -> int:
    return sum(answers[group[0] : group[1] + 1])


def _shares(item: ScaleItem, histograms: Histograms, *, simple_sample: bool) -> Iterator[PointShare]:
    percent = partial(percent_interval, simple_sample=simple_sample)
    groups = grouped(histograms.answers(item.id).tolist())
    ratios = ratios_overall(histograms.shares_within(item.id, groups))
    for place, (low, high) in enumerate(groups):
        share = published(ratios.at(place).scaled(100), percent)
        if share.suppressed is None:
            yield PointShare(item.minimum + low, item.minimum + high, share)


def _quartile_range(
    name: str, points: FloatArray, histograms: Histograms, quartiles: tuple[Quantile, ...]
) -> Contrast | None:
    lower, _, upper = quartiles
    low, high = (int(np.searchsorted(points, each.value)) for each in (lower, upper))
    if low == high:
        return None
    up_to = ratios_overall(histograms.shares_up_to(name, [low, high]))
    between = ratios_overall(histograms.shares_within(name, [(low + 1, high)])).at(0)
    return quantile_gap(lower, upper, (up_to.at(0), up_to.at(1), between))


def _quartiles(name: str, points: FloatArray, histograms: Histograms) -> tuple[Quantile, ...]:
    """None of them where the base is too small for a mean of the same answers."""

    def share_at(place: int) -> Ratio:
        return ratios_overall(histograms.shares_up_to(name, [place])).at(0)

    shown = published(share_at(len(points) - 1), lambda ratio: (ratio.value, ratio.value))
    if shown.suppressed:
        return ()
    reached = histograms.reached(name)
    return tuple(quantile(points, reached, share_at, probability) for probability in QUARTILES)
