"""Thousands of samples at once, for the simulations: how often their intervals hold the truth.

The samples are the rows of an array; one pass counts them all, each as a stratum of its own (``ratios_of``).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scoring_dealers import Floats, ratios_of

from surveyplat.scoring.records.ratio import Interval, Ratio

SAMPLES = 4_000
"""So that a share of 95 % is known to 0.7 points (two standard errors)."""

SIZES = [30, 100, 300]
POINTS = np.arange(1.0, 11.0)

BELOW_THE_TOP = {
    "near": np.array([0.02, 0.01, 0.02, 0.02, 0.05, 0.08, 0.15, 0.25, 0.4]),
    "anywhere": np.ones(9) / 9,
    "far": np.array([0.5, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.03, 0.02]),
}
"""Where on 1 to 9 those answers lie that are not a 10."""


def with_top(share: float, rest: str = "near") -> Floats:
    """Shares of the points 1 to 10 with so many at the very top."""
    return np.append(BELOW_THE_TOP[rest] * (1 - share), share)


def answers_of(rng: np.random.Generator, shares: Floats, n: int, samples: int = SAMPLES) -> Floats:
    """Answers on 1 to 10, shape (samples, n)."""
    return rng.choice(POINTS, size=(samples, n), p=shares)


def problems_of(
    rng: np.random.Generator, rate: float, heaping: float, n: int, samples: int = SAMPLES
) -> NDArray[np.int64]:
    """Problems of vehicles, shape (samples, n); with a finite ``heaping`` each one's own rate is a gamma variable of
    that shape, and they vary (1 + rate / heaping) times as much as Poisson's."""
    own = rate if np.isinf(heaping) else rng.gamma(heaping, rate / heaping, size=(samples, n))
    return rng.poisson(own, size=(samples, n))


def coverage(values: Floats, truth: float | Floats, interval: Callable[[Ratio], Interval]) -> float:
    """The share of samples (the rows of ``values``) whose interval holds the truth."""
    ratios = ratios_of(values)
    low, high = np.array([interval(ratios.at(place)) for place in range(len(values))]).T
    return float(np.mean((low <= truth) & (truth <= high)))
