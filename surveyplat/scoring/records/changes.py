"""What a change between periods is made of."""

from dataclasses import dataclass

from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.rates import RateMethod
from surveyplat.scoring.records.ratio import Ratio


@dataclass(frozen=True)
class BothWays:
    """One period's index under the old and the new weights, over those for whom both can be computed.

    ``gap``: each respondent's index under the new weights less that under the old ones.
    """

    old: Ratio
    new: Ratio
    gap: Ratio


@dataclass(frozen=True)
class Bridge:
    """What of a change is due to the weights, in the index's points.

    ``published`` (new weights after, old before) = ``performance`` (mean of both changes at constant weights) +
    ``weights`` (mean of both periods' gaps).
    """

    before: BothWays
    after: BothWays
    published: Contrast
    under_old: Contrast
    under_new: Contrast
    performance: Contrast
    weights: Contrast


@dataclass(frozen=True)
class GroupPart:
    """What one group adds to each component; the parts of all groups add up to them.

    ``mix`` counts from the mean of both periods: a growing share helps where the group stands above it.
    """

    group: str
    performance: Contrast
    mix: Contrast
    base_before: float
    base_after: float
    """Customers (units)."""


@dataclass(frozen=True)
class Decomposition:
    """A change in points, split: ``performance`` + ``mix`` = ``change``."""

    before: str
    after: str
    change: Contrast
    performance: Contrast
    mix: Contrast
    groups: tuple[GroupPart, ...]


@dataclass(frozen=True)
class CategoryStep:
    """What one category adds to the change, in PP100, on the vehicles that were asked everything."""

    category: str
    before: float
    after: float
    change: Contrast


@dataclass(frozen=True)
class ProblemBridge:
    """The change of the total in PP100, after less before; the categories' steps add up to it."""

    change: Contrast
    categories: tuple[CategoryStep, ...]


@dataclass(frozen=True)
class CommonProblems:
    """Both periods on the problems that both catalogues have, where these differ: PP100 of these problems alone."""

    problems: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    before: Estimate
    after: Estimate
    ratio: float | None
    """after / before, as for any change of PP100."""
    ci_low: float
    ci_high: float | None
    p_value: float
    method: RateMethod
