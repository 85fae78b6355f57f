"""How well the answers were thought about: who was flagged by which check, and whether that moves the scores."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from surveyplat.scoring.columns import index_column, problem_column
from surveyplat.scoring.contrasts import Contrast
from surveyplat.scoring.design import Ratio
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.intervals import Interval, mean_interval, percent_interval, rate_interval
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.quality_columns import FULL_MARKS_COLUMN, quality_column
from surveyplat.scoring.suppression import LEAST_BASE, published
from surveyplat.scoring.tabulation import Tabulation
from surveyplat.scoring.with_and_without import unflagged_column, with_and_without

Check = Literal["speeding", "straight_lining", "duplicates", "any"]
CHECKS: tuple[Check, ...] = ("speeding", "straight_lining", "duplicates", "any")
Withheld = Literal["few_flagged", "few_left"]
_PER_HUNDRED = 100.0


@dataclass(frozen=True)
class QualityCheck:
    """``flagged`` responses of those that the check could be made of (``told``), as counted, and as a weighted share.

    speeding: less time than the pages take to read; straight_lining: one answer throughout, full marks apart;
    duplicates: another customer of the dealer gave all the same answers; any: one of the three.
    """

    check: Check
    flagged: int
    told: int
    share: Estimate
    """In percent (0..100)."""


@dataclass(frozen=True)
class MeasureWithout:
    """The first index (its id) or "pp100" without the flagged, and that less the score of everybody.

    ``withheld`` says why the latter two are None. few_flagged: of both scores the mean of the flagged can be computed,
    which must be of 30 answers at least, as any mean that is shown. few_left: the same of those that are left.
    """

    measure: str
    flagged: int
    """Flagged responses that had an answer."""
    unflagged: Estimate | None
    difference: Contrast | None
    withheld: Withheld | None


@dataclass(frozen=True)
class AnswerQuality:
    """Nothing is left out of any score for what is told here."""

    checks: tuple[QualityCheck, ...]
    """One a check that could be made of somebody."""
    full_marks: int
    """Responses with the best answer throughout: not flagged as straight lines."""
    measures: tuple[MeasureWithout, ...]


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
