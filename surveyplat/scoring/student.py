"""Student's t distribution in plain Python: a report tests its dealers without loading what computing needs."""

from math import exp, lgamma, log, log1p, nan, pi, sqrt

_SETTLED = 1e-15
_LARGE = 30.0
"""From here on four terms of the series of log Γ(a + 1/2) - log Γ(a) leave out less than 1e-13."""


def two_sided_p(t: float, df: float) -> float:
    """The chance of a value at least as far from 0 as ``t``: I_x(df / 2, 1/2) with x = df / (df + t²); nan without df.

    I is the regularised incomplete beta function, by its continued fraction on the side where that is short.
    Source: Student, Biometrika 6 (1908); NIST Digital Library of Mathematical Functions, 8.17.8 and 8.17.22.
    """
    if df <= 0:
        return nan
    a, distant = df / 2, t * t / (df + t * t)
    front = exp(_log_gamma_ratio(a) - a * log1p(t * t / df)) * sqrt(distant / pi)
    if 1 - distant < (a + 1) / (a + 2.5):
        return front / a * _continued_fraction(a, 0.5, 1 - distant)
    return 1 - 2 * front * _continued_fraction(0.5, a, distant)


def _log_gamma_ratio(a: float) -> float:
    """log Γ(a + 1/2) - log Γ(a), also where both are so large that their difference would be rounding."""
    if a < _LARGE:
        return lgamma(a + 0.5) - lgamma(a)
    return log(a) / 2 - 1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5)


def _continued_fraction(a: float, b: float, x: float) -> float:
    """That of I_x(a, b) for x < (a + 1) / (a + b + 2), by Lentz's method, until a step changes nothing."""
    above, below = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value, before, step = below, 0.0, 0
    while abs(value - before) > _SETTLED * abs(value):
        before, step = value, step + 1
        for term in (
            step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step)),
            -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1)),
        ):
            above, below = 1 + term / above, 1 / (1 + term * below)
            value *= above * below
    return value
