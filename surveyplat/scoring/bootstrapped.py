"""A number with the uncertainty that its bootstrap replicates show."""

from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray

LEAST_REPLICATES = 40
"""Fewer tell neither end of a 95 % interval: one replicate would stand for each tail."""


@dataclass(frozen=True)
class Bootstrapped:
    """A value, the standard deviation of its replicates and their 2.5 % and 97.5 % points; None without enough of them.

    Of B replicates these points are the 0.025 (B + 1)-th ones from either end: quantiles of the B values themselves lie
    further in, and would leave out 7 % for 5 % when there are 100. Source: Efron and Tibshirani, An Introduction to the
    Bootstrap (1993), 6.2 and 13.3; Hyndman and Fan, American Statistician 50 (1996), type 6.
    """

    value: float
    std_error: float | None
    ci_low: float | None
    ci_high: float | None


def bootstrapped(stack: FloatArray) -> Bootstrapped:
    """From the sample's value and its replicates', shape (1 + replicates,)."""
    value, replicates = float(stack[0]), stack[1:]
    if len(replicates) < LEAST_REPLICATES:
        return Bootstrapped(value, None, None, None)
    low, high = np.quantile(replicates, [0.025, 0.975], method="weibull")
    return Bootstrapped(value, float(replicates.std(ddof=1)), float(low), float(high))
