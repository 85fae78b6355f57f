"""A difference between estimates, with its interval and p value: what changes, their parts and effects are told as."""

from collections.abc import Sequence
from math import hypot

from scipy.special import stdtr

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.intervals import t_quantile
from surveyplat.scoring.records.contrast import Contrast


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


def difference(before: Estimate, after: Estimate) -> Contrast:
    """after - before of two independent estimates, whose own intervals need not lie evenly about them.

    With values x and limits l, u the interval of d = x₂ - x₁ runs from d - √((x₂ - l₂)² + (u₁ - x₁)²) to
    d + √((u₂ - x₂)² + (x₁ - l₁)²); the p value is Student's for |d| in units of the margin towards 0, so that it is
    below 5 % when the interval leaves out 0. Satisfaction is piled up near the top of its scale, where d ± t · SE
    misses the truth of 30 answers against 300 in up to one of eight cases, where one in twenty is promised. Both
    estimates must be shown. Source: Zou and Donner, Statistics in Medicine 27 (2008), MOVER.
    """
    if before.value is None or after.value is None:
        raise InsufficientBase("An estimate that is withheld cannot be compared")
    change = after.value - before.value
    std_error = hypot(before.std_error or 0.0, after.std_error or 0.0)
    below = _reach(after.value, after.ci_low), _reach(before.value, before.ci_high)
    above = _reach(after.value, after.ci_high), _reach(before.value, before.ci_low)
    towards_zero = below if change > 0 else above
    df = welch_df([reach**2 for reach in towards_zero], (after.df, before.df))
    margin = hypot(*towards_zero)
    if margin == 0 or df <= 0:
        return Contrast(change, std_error, df, None, None, None)
    p_value = float(2 * stdtr(df, -abs(change) / margin * t_quantile(df)))
    return Contrast(change, std_error, df, change - hypot(*below), change + hypot(*above), p_value)


def _reach(value: float, end: float | None) -> float:
    return 0.0 if end is None else abs(end - value)


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
