"""Importance: how R² is shared out among the attributes, in the sample and in each bootstrap replicate.

Up to 20 attributes are decomposed exactly (LMG), more by random orders of entry (permutation Shapley), which estimates
the same with a Monte-Carlo error. Both go over the replicates in parts, which workers may take.
"""

from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import BoolArray, FloatArray
from surveyplat.scoring.lmg import GROUP, MOST_ATTRIBUTES, lmg
from surveyplat.scoring.records.drivers import Method
from surveyplat.scoring.shapley import sampled_shapley
from surveyplat.scoring.workers import Workers


@dataclass(frozen=True)
class SharedOut:
    """``values`` of R², shape (p,), add up to ``r_squared``.

    ``stack`` holds shares that add up to 1, shape (1 + usable replicates, p), the sample's first; ``usable`` says which
    of all the replicates these are. ``errors`` are the Monte-Carlo standard errors of ``values``, 0 when these are
    exact; ``orders`` counts the random orders of entry.
    """

    method: Method
    values: FloatArray
    r_squared: float
    stack: FloatArray
    usable: BoolArray
    errors: FloatArray
    orders: int = 0

    @property
    def replicates(self) -> int:
        return len(self.stack) - 1


def shared_out(covariances: FloatArray, rng: np.random.Generator, workers: Workers) -> SharedOut:
    """R² of a stack's first covariance matrix shared out, with the shares of the other ones, its replicates.

    ``covariances`` has the shape (1 + replicates, p + 1, p + 1), the outcome last. Replicates in which the outcome does
    not vary or nothing is explained are left out; an outcome that nothing explains has shares of 0. ``rng`` draws the
    orders of more than 20 attributes. Raises ``DriverModelError`` when those are collinear or explain nothing.
    """
    if covariances.shape[1] - 1 > MOST_ATTRIBUTES:
        return _sampled(covariances, rng, workers)
    return _exact(covariances, workers)


def _exact(covariances: FloatArray, workers: Workers) -> SharedOut:
    varied = covariances[:, -1, -1] > 0
    stack = covariances[varied]
    parts = [stack[start : start + GROUP] for start in range(0, len(stack), GROUP)]
    decomposed = list(workers.over("importance", lmg, parts))
    values = np.concatenate([part for part, _ in decomposed])
    r_squared = np.concatenate([total for _, total in decomposed])
    explained = r_squared > 0
    explained[0] = True
    shares = np.divide(values, r_squared[:, None], out=np.zeros_like(values), where=r_squared[:, None] > 0)
    usable = varied.copy()
    usable[varied] = explained
    return SharedOut("lmg", values[0], float(r_squared[0]), shares[explained], usable[1:], np.zeros_like(values[0]))


def _sampled(covariances: FloatArray, rng: np.random.Generator, workers: Workers) -> SharedOut:
    found = sampled_shapley(covariances, rng, workers=workers)
    return SharedOut(
        "shapley_permutation",
        found.values,
        found.r_squared,
        found.stack,
        found.usable,
        found.monte_carlo_errors,
        found.orders,
    )
