"""How answers and indices are spread, and gaps between items."""

from dataclasses import dataclass

from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.records.contrast import Contrast


@dataclass(frozen=True)
class Quantile:
    """The point at which the share of answers first reaches ``probability``, and the points about it."""

    probability: float
    value: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class PointShare:
    """The weighted share, in percent, of the answers from one scale point to another: mostly the same point."""

    lowest: int
    highest: int
    share: Estimate


@dataclass(frozen=True)
class ItemDistribution:
    """One item's answers. ``points`` and ``quartiles`` are empty where the base is too small to show them.

    ``not_asked``, ``not_answered`` and ``dont_know`` count respondents; with ``answered`` they are all respondents.
    """

    id: str
    answered: int
    not_asked: int
    not_answered: int
    dont_know: int
    points: tuple[PointShare, ...]
    """From the lowest point up; what fewer than 5 gave is taken together with its neighbours."""
    quartiles: tuple[Quantile, ...]
    """Lower quartile, median and upper quartile, on the item's scale."""


@dataclass(frozen=True)
class IndexDistribution:
    """The lower quartile, the median and the upper quartile of the respondents' index, to a thousandth of its total."""

    id: str
    answered: int
    quartiles: tuple[Quantile, ...]
    quartile_range: Contrast | None = None
    """The upper quartile less the lower one; None where they are not shown or have no spread."""


@dataclass(frozen=True)
class GapScore:
    """All on 0-100 points over the same respondents; ``gap`` = perception - expectation, -100..100, with paired SE."""

    id: str
    perception: Estimate
    expectation: Estimate
    gap: Estimate
    p_value: float | None
    """Of no gap; None when suppressed or without spread."""
    p_adjusted: float | None
    """Benjamini-Hochberg among the gaps scored together."""
