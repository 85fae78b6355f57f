"""How well the answers were thought about: who was flagged by which check, and whether that moves the scores."""

from collections.abc import Callable, Iterator
from functools import partial

from surveyplat.scoring.columns import index_column, problem_column
from surveyplat.scoring.intervals import mean_interval, percent_interval, rate_interval
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.quality_columns import FULL_MARKS_COLUMN, quality_column
from surveyplat.scoring.records.quality import AnswerQuality, Check, MeasureWithout, QualityCheck
from surveyplat.scoring.records.ratio import Interval, Ratio
from surveyplat.scoring.suppression import LEAST_BASE, published
from surveyplat.scoring.tabulation import Tabulation
from surveyplat.scoring.with_and_without import unflagged_column, with_and_without

CHECKS: tuple[Check, ...] = ("speeding", "straight_lining", "duplicates", "any")
_PER_HUNDRED = 100.0


def answer_quality(table: Tabulation, plan: ScoringPlan, *, simple_sample: bool) -> AnswerQuality | None:
    """What the checks of ``answer_quality`` and ``duplicates`` found; None where a plan has no quality section.

    Raises nothing: what cannot be told is absent or withheld.
    """
    if plan.quality is None:
        return None
    percent = partial(percent_interval, simple_sample=simple_sample)
    found = ((check, table.overall(quality_column(check))) for check in CHECKS)
    return AnswerQuality(
        checks=tuple(
            QualityCheck(
                check, round(ratio.count), ratio.unweighted_base, published(ratio.scaled(_PER_HUNDRED), percent)
            )
            for check, ratio in found
            if ratio.unweighted_base
        ),
        full_marks=round(table.overall(FULL_MARKS_COLUMN).count),
        measures=tuple(_measures(table, plan)),
    )


def _measures(table: Tabulation, plan: ScoringPlan) -> Iterator[MeasureWithout]:
    for index in plan.indices[:1]:
        points = partial(mean_interval, lowest=0.0, highest=index.total)
        yield _measure(table, index_column(index.id), index.id, 1.0, points)
    if plan.problems:
        yield _measure(table, problem_column("total"), "pp100", _PER_HUNDRED, _pp100_interval)


def _measure(
    table: Tabulation, column: str, name: str, factor: float, interval: Callable[[Ratio], Interval]
) -> MeasureWithout:
    unflagged = table.overall(unflagged_column(column))
    flagged = table.overall(column).unweighted_base - unflagged.unweighted_base
    left = published(unflagged.scaled(factor), interval)
    if flagged < LEAST_BASE or left.suppressed:
        return MeasureWithout(name, flagged, None, None, "few_flagged" if flagged < LEAST_BASE else "few_left")
    return MeasureWithout(name, flagged, left, with_and_without(table.moments, column).difference.scaled(factor), None)


def _pp100_interval(per_hundred: Ratio) -> Interval:
    low, high = rate_interval(per_hundred.scaled(1 / _PER_HUNDRED))
    return _PER_HUNDRED * low, _PER_HUNDRED * high
