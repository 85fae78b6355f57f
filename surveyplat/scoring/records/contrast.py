"""A difference between estimates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contrast:
    """A difference in the points of what is compared. Without any spread there is no interval and no p value."""

    value: float
    std_error: float
    df: float
    ci_low: float | None
    ci_high: float | None
    p_value: float | None

    def scaled(self, factor: float) -> "Contrast":
        """The same in units of which ``factor``, above 0, make one of the old."""
        low, high = (None if end is None else factor * end for end in (self.ci_low, self.ci_high))
        return Contrast(factor * self.value, factor * self.std_error, self.df, low, high, self.p_value)
