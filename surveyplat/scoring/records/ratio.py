"""A ratio of sums with its uncertainty, before it is told or withheld."""

from dataclasses import dataclass

Interval = tuple[float, float]


@dataclass(frozen=True)
class Ratio:
    """One ratio with its standard error, degrees of freedom and bases; value 0 when ``unweighted_base`` is 0."""

    value: float
    std_error: float
    df: float
    """Units with an answer less strata with an answer; below 1 no uncertainty can be told."""
    unweighted_base: int
    weighted_base: float
    effective_base: float
    """Kish's n of the customers: many answers of few people are few, and so are answers of unequal weight."""
    count: float
    """Unweighted Σy."""
    lone_unit: bool

    def scaled(self, factor: float, shift: float = 0.0) -> "Ratio":
        """The same as ``factor`` · value + ``shift``."""
        return Ratio(
            factor * self.value + shift,
            abs(factor) * self.std_error,
            self.df,
            self.unweighted_base,
            self.weighted_base,
            self.effective_base,
            self.count,
            self.lone_unit,
        )
