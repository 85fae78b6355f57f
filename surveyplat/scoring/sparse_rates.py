"""Rates of rare problems: the interval of a negative binomial's mean, whatever its dispersion may be."""

from collections.abc import Callable

import numpy as np
from scipy.special import chdtri

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.intervals import CONFIDENCE, Interval, exact_rate_interval

_DISPERSIONS = np.append(0.0, np.logspace(-3, 3, 301))
_HALVINGS = 34


def negative_binomial_interval(vehicles: FloatArray) -> Interval:
    """The 95 % profile-likelihood interval of problems a vehicle; ``vehicles[j]`` had j problems each.

    Counts have the mean μ and the variance μ + αμ². With the log-likelihood

        l(μ, α) = Σ_j n_j [ Σ_{i<j} log(1 + αi) + j log μ - (j + 1/α) log(1 + αμ) ]

    (j log μ - μ at α = 0, the Poisson distribution) the interval holds every μ for which 2(l(μ̂, α̂) - max_α l(μ, α))
    is at most χ²(1). Without any problem it runs from 0 to the exact Poisson limit: the likelihood's own, 1.92 / n,
    misses too often. Weighted counts are first scaled to their effective base. Raises ``InsufficientBase`` without
    vehicles and ``ScoringError`` for counts that are negative or not finite. Source: Lawless, Canadian Journal of
    Statistics 15 (1987); Venzon and Moolgavkar, Applied Statistics 37 (1988).
    """
    if not np.isfinite(vehicles).all() or (vehicles < 0).any():
        raise ScoringError("Vehicles by number of problems: a count is negative or not finite")
    total = float(vehicles.sum())
    if total <= 0:
        raise InsufficientBase("There are no vehicles to tell a rate of problems from")
    drop = float(chdtri(1, 1 - CONFIDENCE)) / 2
    rate = float(vehicles @ np.arange(len(vehicles))) / total
    if rate == 0:
        return 0.0, exact_rate_interval(0, total)[1]
    profile = _profile(vehicles)
    floor = profile(rate) - drop
    high = 2 * rate
    while profile(high) > floor:
        high *= 2
    return _crossing(profile, floor, rate, 0.0), _crossing(profile, floor, rate, high)


def _profile(vehicles: FloatArray) -> Callable[[float], float]:
    """l(μ, α) at its largest over a fine grid of α, with a parabola through the best three."""
    problems = np.arange(len(vehicles), dtype=np.float64)
    total, count = float(vehicles.sum()), float(vehicles @ problems)
    above = np.append(np.cumsum(vehicles[::-1])[::-1][1:], 0.0)
    growth = np.log1p(_DISPERSIONS[:, None] * problems) @ above

    def profile(mean: float) -> float:
        spread = np.log1p(_DISPERSIONS * mean)
        shared = np.divide(spread, _DISPERSIONS, out=np.full_like(spread, mean), where=_DISPERSIONS > 0)
        return _peak(growth + count * (np.log(mean) - spread) - total * shared)

    return profile


def _peak(heights: FloatArray) -> float:
    best = int(heights.argmax())
    if best in (0, 1, len(heights) - 1):
        return float(heights[best])
    left, top, right = heights[best - 1 : best + 2]
    bend = 2 * top - left - right
    return float(top + (right - left) ** 2 / (8 * bend)) if bend > 0 else float(top)


def _crossing(profile: Callable[[float], float], floor: float, inside: float, outside: float) -> float:
    """Where the profile falls to ``floor``, between a mean inside the interval and one outside of it."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if profile(middle) > floor else (inside, middle)
    return (inside + outside) / 2
