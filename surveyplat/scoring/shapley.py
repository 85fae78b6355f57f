"""Shapley shares of R² by random orders of entry: for more attributes than can be decomposed exactly.

In the Cholesky factor of the correlations, taken in the order of entry with the outcome last, the squares of the last
row are what each attribute adds to R² when it enters. Their mean over all orders is LMG; here it is over random orders,
each with its reverse, whose gains err in opposite directions.
Source: Castro, Gómez and Tejada, Computers and Operations Research 36 (2009); Mitchell et al., Journal of Machine
Learning Research 23 (2022), antithetic orders.
"""

from dataclasses import dataclass

import numpy as np

from surveyplat.errors import DriverModelError
from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.bootstrapped import Bootstrapped, bootstrapped
from surveyplat.scoring.covariation import correlations_of

_SMALLEST_EIGENVALUE = 1e-9
_BATCH_CELLS = 1 << 21
_NOTHING = 1e-12


@dataclass(frozen=True)
class SampledShapley:
    """``values`` add up to ``r_squared``; ``monte_carlo_errors`` are their standard errors from the draw of orders.

    ``shares`` are values / R², with the bootstrap interval of customers, into which the draw of orders enters too.
    """

    values: FloatArray
    monte_carlo_errors: FloatArray
    r_squared: float
    orders: int
    shares: tuple[Bootstrapped, ...]


def sampled_shapley(
    covariances: FloatArray, rng: np.random.Generator, *, orders: int = 20_000, replicate_orders: int = 200
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
    pairs = _gains(correlations[0], _paired_orders(covariances.shape[1] - 1, orders, rng))
    values, r_squared = pairs.mean(axis=0), float(pairs.sum(axis=1).mean())
    if r_squared < _NOTHING:
        raise DriverModelError("The attributes explain nothing of the outcome: there is no importance to share out")
    errors = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    few = _paired_orders(covariances.shape[1] - 1, replicate_orders, rng)
    resampled = np.array([_shares(_gains(matrix, few)) for matrix in correlations[1:]]).reshape(-1, len(values))
    stack = np.vstack([values / r_squared, resampled])
    return SampledShapley(values, errors, r_squared, 2 * len(pairs), tuple(map(bootstrapped, stack.T)))


def _usable(covariances: FloatArray) -> BoolArray:
    varied: BoolArray = np.logical_and.reduce(np.diagonal(covariances, axis1=1, axis2=2) > 0, axis=1)
    varied[varied] = np.linalg.eigvalsh(correlations_of(covariances[varied]))[:, 0] > _SMALLEST_EIGENVALUE
    return varied


def _paired_orders(attributes: int, orders: int, rng: np.random.Generator) -> IntArray:
    """Random orders of entry and their reverses, shape (pairs, 2, attributes)."""
    pairs = max(2, -(-orders // 2))
    drawn = rng.permuted(np.tile(np.arange(attributes), (pairs, 1)), axis=1)
    return np.stack([drawn, drawn[:, ::-1]], axis=1)


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


def _shares(pairs: FloatArray) -> FloatArray:
    values: FloatArray = pairs.mean(axis=0)
    shares: FloatArray = values / values.sum()
    return shares
