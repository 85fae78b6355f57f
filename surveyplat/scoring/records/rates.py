"""What the told rates of problems carry beside their estimate: how intervals and comparisons were made."""

from dataclasses import dataclass
from typing import Literal

IntervalMethod = Literal["log_linearised", "negative_binomial", "exact_poisson"]
"""How the interval of a rate of problems was made: see ``interval_method``."""


RateMethod = Literal["exact_conditional", "quasi_poisson", "exact_without_events"]


@dataclass(frozen=True)
class RestContrast:
    """One group's rate over that of all other vehicles; None is an end that is not known: a ratio to no problems.

    ``p_adjusted`` is Benjamini-Hochberg's within the family of the tuple that holds this contrast: all groups of one
    breakdown that can be compared. Where the group's rate is withheld, this has to be withheld too.
    """

    id: str
    ratio: float | None
    ci_low: float
    ci_high: float | None
    p_value: float
    p_adjusted: float
    method: RateMethod
    significant: bool


@dataclass(frozen=True)
class ParetoPart:
    """One problem's (or category's) share of all problems, 0-1, with its interval."""

    id: str
    problems: int
    """Unweighted count."""
    share: float
    std_error: float
    ci_low: float
    ci_high: float
    cumulative: float
    """The share of this part and of all larger ones together."""
