"""A difference between estimates, with its interval and p value: what changes, their parts and effects are told as."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtr

from surveyplat.scoring.intervals import t_quantile


@dataclass(frozen=True)
class Contrast:
    """A difference in the points of what is compared. Without any spread there is no interval and no p value."""

    value: float
    std_error: float
    df: float
    ci_low: float | None
    ci_high: float | None
    p_value: float | None


def contrast(value: float, std_error: float, df: float) -> Contrast:
    """value ± t(df) · SE, and the two-sided p value of no difference.

    No interval when the standard error is 0, which is not certainty, or when no degree of freedom is left.
    Source: Student, Biometrika 6 (1908).
    """
    if std_error <= 0 or df <= 0:
        return Contrast(value, max(std_error, 0.0), max(df, 0.0), None, None, None)
    margin = t_quantile(df) * std_error
    p_value = float(2 * stdtr(df, -abs(value) / std_error))
    return Contrast(value, std_error, df, value - margin, value + margin, p_value)


def welch_df(variances: Sequence[float], dfs: Sequence[float]) -> float:
    """Degrees of freedom of a sum of independent variances: (Σv)² / Σ(v² / df), 0 without any variance.

    A part that varies without a degree of freedom leaves none to the sum.
    Source: Welch, Biometrika 34 (1947); Satterthwaite, Biometrics Bulletin 2 (1946).
    """
    parts = [(variance, df) for variance, df in zip(variances, dfs, strict=True) if variance > 0]
    if not parts or any(df <= 0 for _, df in parts):
        return 0.0
    total = sum(variance for variance, _ in parts)
    return total**2 / sum(variance**2 / df for variance, df in parts)
