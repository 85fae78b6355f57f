"""One number with its base and its uncertainty, or why it is withheld: what every result is made of."""

from dataclasses import dataclass
from typing import Literal

Suppression = Literal["base", "effective_base", "relative_error", "complementary"]
"""base: fewer than 30 answers; effective_base: Kish's n below 20; relative_error: a rate's SE above 30 % of it.

complementary: sound by itself, and withheld because another withheld number could be worked out from it.
"""


@dataclass(frozen=True)
class Estimate:
    """One number with its base and uncertainty. When ``suppressed`` is set, the value and its uncertainty are None."""

    value: float | None
    std_error: float | None
    ci_low: float | None
    ci_high: float | None
    unweighted_base: int
    weighted_base: float
    effective_base: float
    """Kish's n of the customers' total weights: (Σ_c w_c)² / Σ_c w_c²."""
    suppressed: Suppression | None = None
    low_base: bool = False
    """Shown, and flagged: fewer than 100 answers."""
    lone_unit: bool = False
    """A stratum held a single unit; its variance was centred at the grand mean."""

    @property
    def df(self) -> float:
        """Degrees of freedom of a test of this number: the effective base less 1."""
        return self.effective_base - 1
