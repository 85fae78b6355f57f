"""A number with the uncertainty that its bootstrap replicates show."""

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.records.drivers import Bootstrapped

LEAST_REPLICATES = 40
"""Fewer tell neither end of a 95 % interval: one replicate would stand for each tail."""


def bootstrapped(stack: FloatArray) -> Bootstrapped:
    """From the sample's value and its replicates', shape (1 + replicates,)."""
    value, replicates = float(stack[0]), stack[1:]
    if len(replicates) < LEAST_REPLICATES:
        return Bootstrapped(value, None, None, None)
    low, high = np.quantile(replicates, [0.025, 0.975], method="weibull")
    return Bootstrapped(value, float(replicates.std(ddof=1)), float(low), float(high))
