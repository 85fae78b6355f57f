"""Where dealers stand among each other."""

from dataclasses import dataclass
from typing import Literal

from surveyplat.scoring.estimate import Estimate

Shrinking = Literal["shrunk", "no_difference", "too_few_groups", "no_spread"]
"""shrunk: towards the mean. no_difference: τ² is 0, the groups differ by no more than chance. too_few_groups: under
four groups tell nothing about τ², each keeps its own value. no_spread: all answers of each group are alike."""


Category = Literal["much_better", "better", "as_expected", "worse", "much_worse"]


@dataclass(frozen=True)
class ShrunkValue:
    """``weight_of_expected`` says how much of it (0-1) is what was expected of the dealer, not its own answers."""

    value: float
    std_error: float
    ci_low: float
    ci_high: float
    weight_of_expected: float


@dataclass(frozen=True)
class ExpectedRange:
    """What the dealer's mix lets expect, the 95 % and 99.8 % bands of chance, and where the raw value lies."""

    value: float
    low: float
    high: float
    outer_low: float
    outer_high: float
    category: Category
    p_value: float
    p_adjusted: float
    """Benjamini-Hochberg among the dealers of this league that are compared."""


@dataclass(frozen=True)
class Chance:
    """A probability (0-1) that was found by drawing."""

    probability: float
    std_error: float
    """Monte-Carlo error of the draws."""


@dataclass(frozen=True)
class DealerStanding:
    """One dealer. Where ``raw`` is suppressed everything else is None too."""

    dealer: str
    raw: Estimate
    shrunk: ShrunkValue | None
    expected: ExpectedRange | None
    """None for a dealer that nobody can be compared with: the only one, or alone in all of its cells."""
    bottom_tenth: Chance | None


@dataclass(frozen=True)
class League:
    """All dealers in the order given. With ``shrinking`` "no_spread" there are no shrunk values, ranges or chances."""

    dealers: tuple[DealerStanding, ...]
    mean: float
    """Of all answers that have a part in the league."""
    between_sd: float
    """τ: how far the dealers' true values spread about what is expected of them."""
    shrinking: Shrinking
    tenth: int
    """How many dealers the bottom tenth is; 0 under ten dealers, which have none."""
    draws: int
    compared: int
    """Dealers with an expected range."""
    alarms_by_chance: float
    """How many of them would be worse or much worse if all were as expected: many looks find something."""
    grave_alarms_by_chance: float
    """How many would be much worse."""
