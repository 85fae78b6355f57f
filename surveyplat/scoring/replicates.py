"""Replicate variances, for measures that no linearisation reaches: what would other samples have given?

Both ways work on sums that add up over pieces. The jackknife leaves out one unit (customer) after the other; the
Poisson bootstrap lets each customer count 0, 1, 2 ... times, the same in every piece and whichever worker reads it.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray, IntArray, SeedArray
from surveyplat.scoring.intervals import CONFIDENCE
from surveyplat.scoring.poisson import poisson_counts
from surveyplat.scoring.records.drivers import Replicated

Measure: TypeAlias = Callable[[FloatArray], FloatArray]
"""From sums, shape (replicates, ...), to one finite value for each replicate."""

_BLOCK_ROWS = 4096
LEAST_REPLICATES = 100


def jackknife(unit_sums: FloatArray, stratum_of_unit: IntArray, measure: Measure) -> Replicated:
    """Stratified delete-one jackknife: V = Σ_h (m_h - 1) / m_h · Σ_c (θ(hc) - θ)².

    ``unit_sums`` are the weighted sums of each unit, shape (units, columns). In θ(hc) unit c of stratum h is left out
    and the other units of h count m_h / (m_h - 1) times. For a mean it is the linearised variance (case S2). Raises
    ``InsufficientBase`` naming strata of a single unit, ``ScoringError`` when the measure is not finite.
    Source: Rao and Wu, JASA 80 (1985); Wolter, Introduction to Variance Estimation (2007), 4.5; R survey's JKn.
    """
    strata, stratum, units = np.unique(stratum_of_unit, return_inverse=True, return_counts=True)
    if not len(strata) or (units < 2).any():
        alone = ", ".join(str(name) for name in strata[units < 2]) or "all"
        raise InsufficientBase(f"Strata with less than two units: {alone}; merge them before the jackknife")
    totals = np.zeros((len(strata), unit_sums.shape[1]))
    np.add.at(totals, stratum, unit_sums)
    overall = totals.sum(axis=0)
    inflation = (units / (units - 1))[stratum, None]
    left = overall - totals[stratum] + (totals[stratum] - unit_sums) * inflation
    value = float(_measured(measure, overall[None])[0])
    squares = (_measured(measure, left) - value) ** 2
    variance = float((squares / inflation[:, 0]).sum())
    return Replicated(value, variance**0.5, float(len(unit_sums) - len(strata)), len(unit_sums))


def bootstrap_sums(columns: FloatArray, seeds: SeedArray, replicates: int) -> FloatArray:
    """Σ of some rows' weighted columns, first themselves, then in each replicate: shape (1 + replicates, columns).

    ``columns`` has the shape (rows, columns). Sums of pieces add up. The seeds are those of customers (or of response
    ids where no customer is known), so that a replicate draws all answers of a person or none.
    Source: Chamandy et al., Estimating Uncertainty for Massive Data Streams (2012).
    """
    sums = np.zeros((1 + replicates, columns.shape[1]))
    sums[0] = columns.sum(axis=0)
    for start in range(0, len(columns) if replicates else 0, _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        sums[1:] += poisson_counts(seeds[block], replicates).astype(np.float64) @ columns[block]
    return sums


def bootstrapped(sums: FloatArray, units: int, measure: Measure) -> Replicated:
    """The measure of ``bootstrap_sums``, with its standard deviation over replicates and a percentile interval.

    Numbers of units a stratum vary between replicates: a stratified measure must give each stratum its known weight
    itself. Raises ``InsufficientBase`` under two units, ``ScoringError`` under 100 replicates and when the measure is
    not finite. Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), 13.3.
    """
    if units < 2:
        raise InsufficientBase(f"{units} customers: their answers cannot be drawn otherwise")
    if len(sums) <= LEAST_REPLICATES:
        raise ScoringError(f"{len(sums) - 1} replicates: an interval needs at least {LEAST_REPLICATES}")
    value, drawn = float(_measured(measure, sums[:1])[0]), _measured(measure, sums[1:])
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], method="weibull")
    return Replicated(value, float(drawn.std(ddof=1)), float(units - 1), len(drawn), float(low), float(high))


def _measured(measure: Measure, sums: FloatArray) -> FloatArray:
    values = measure(sums)
    if values.shape != (len(sums),) or not np.isfinite(values).all():
        raise ScoringError("A measure gave no finite value for every replicate: too few units, or one divides by 0")
    return values
