"""Shapley shares of R² by random orders of entry: for more attributes than can be decomposed exactly.

In the Cholesky factor of the correlations, taken in the order of entry with the outcome last, the squares of the last
row are what each attribute adds to R² when it enters. Their mean over all orders is LMG; here it is over random orders,
each with its reverse, whose gains err in opposite directions.
Source: Castro, Gómez and Tejada, Computers and Operations Research 36 (2009); Mitchell et al., Journal of Machine
Learning Research 23 (2022), antithetic orders.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from surveyplat.errors import DriverModelError
from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.bootstrapped import bootstrapped
from surveyplat.scoring.covariation import correlations_of
from surveyplat.scoring.records.drivers import Bootstrapped
from surveyplat.scoring.workers import ALONE, Workers

MOST_SAMPLED = 100
"""Attributes: of more, five complete cases for each are seldom there, and 20,000 orders take minutes."""
_SMALLEST_EIGENVALUE = 1e-9
_BATCH_CELLS = 1 << 21
_PAIRS_A_TASK = 1000
_REPLICATES_A_TASK = 20
_NOTHING = 1e-12


@dataclass(frozen=True)
class SampledShapley:
    """``values`` add up to ``r_squared``; ``monte_carlo_errors`` are their standard errors from the draw of orders.

    ``stack`` holds the shares, values / R², of the sample and then of its usable replicates, as far as they moved with
    the customers by a few common orders, and with the draw of the many (a wild bootstrap of its pairs): their spread is
    that of customers and of the draw together. ``usable`` says which of all the replicates these are.
    """

    values: FloatArray
    monte_carlo_errors: FloatArray
    r_squared: float
    orders: int
    stack: FloatArray
    usable: BoolArray

    @property
    def shares(self) -> tuple[Bootstrapped, ...]:
        return tuple(map(bootstrapped, self.stack.T))


def sampled_shapley(
    covariances: FloatArray,
    rng: np.random.Generator,
    *,
    orders: int = 20_000,
    replicate_orders: int = 200,
    workers: Workers = ALONE,
) -> SampledShapley:
    """Shapley values of a stack's first covariance matrix, with shares' intervals from the other ones.

    ``covariances`` has the shape (1 + replicates, p + 1, p + 1), the outcome last; ``orders`` is rounded up to pairs.
    Replicates without spread or with collinear attributes are left out. Raises ``DriverModelError`` when the sample
    itself is such or its attributes explain nothing.
    """
    usable = _usable(covariances)
    if not usable[0]:
        raise DriverModelError("Shapley values need spread in every variable and no collinear attributes: keep fewer")
    correlations = correlations_of(covariances[usable])
    pairs = _sampled_gains(correlations[0], orders, rng, workers)
    values, r_squared = pairs.mean(axis=0), float(pairs.sum(axis=1).mean())
    if r_squared < _NOTHING:
        raise DriverModelError("The attributes explain nothing of the outcome: there is no importance to share out")
    errors = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    moved = _moved(correlations, _paired_orders(len(values), replicate_orders, rng), workers)
    noise = rng.normal(size=(len(moved), len(pairs))) @ (pairs - values) / (len(pairs) * r_squared)
    stack = np.vstack([values / r_squared, values / r_squared + moved + noise])
    return SampledShapley(values, errors, r_squared, 2 * len(pairs), stack, usable[1:])


def _sampled_gains(correlations: FloatArray, orders: int, rng: np.random.Generator, workers: Workers) -> FloatArray:
    drawn = _paired_orders(len(correlations) - 1, orders, rng)
    parts = [drawn[start : start + _PAIRS_A_TASK] for start in range(0, len(drawn), _PAIRS_A_TASK)]
    return np.concatenate(list(workers.over("orders of entry", partial(_gains, correlations), parts)))


def _moved(correlations: FloatArray, few: IntArray, workers: Workers) -> FloatArray:
    """How far each replicate's shares lie from the sample's by the same few orders, shape (replicates, attributes).

    What the few orders err by is in both, and drops out.
    """
    starts = range(0, len(correlations), _REPLICATES_A_TASK)
    parts = [correlations[start : start + _REPLICATES_A_TASK] for start in starts]
    shares = np.concatenate(list(workers.over("importance", partial(_shares, few), parts)))
    moved: FloatArray = shares[1:] - shares[0]
    return moved


def _usable(covariances: FloatArray) -> BoolArray:
    varied: BoolArray = np.logical_and.reduce(np.diagonal(covariances, axis1=1, axis2=2) > 0, axis=1)
    varied[varied] = np.linalg.eigvalsh(correlations_of(covariances[varied]))[:, 0] > _SMALLEST_EIGENVALUE
    return varied


def _paired_orders(attributes: int, orders: int, rng: np.random.Generator) -> IntArray:
    """Random orders of entry and their reverses, shape (pairs, 2, attributes)."""
    pairs = max(2, -(-orders // 2))
    drawn = rng.permuted(np.tile(np.arange(attributes), (pairs, 1)), axis=1)
    return np.stack([drawn, drawn[:, ::-1]], axis=1)


def _shares(orders: IntArray, correlations: FloatArray) -> FloatArray:
    values = np.stack([_gains(matrix, orders).mean(axis=0) for matrix in correlations])
    shares: FloatArray = values / values.sum(axis=1, keepdims=True)
    return shares


def _gains(correlations: FloatArray, orders: IntArray) -> FloatArray:
    """Mean gain of each attribute over an order and its reverse, shape (pairs, attributes)."""
    pairs, _, attributes = orders.shape
    gains = np.empty((pairs, attributes))
    step = max(1, _BATCH_CELLS // (2 * (attributes + 1) ** 2))
    for start in range(0, pairs, step):
        entered = orders[start : start + step]
        places = np.concatenate([entered, np.full((len(entered), 2, 1), attributes)], axis=2)
        factor = np.linalg.cholesky(correlations[places[..., :, None], places[..., None, :]])
        added = np.take_along_axis(factor[..., -1, :-1] ** 2, np.argsort(entered, axis=2), axis=2)
        gains[start : start + step] = added.mean(axis=1)
    return gains
