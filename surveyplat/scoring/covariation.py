"""Means and covariances of named items over complete cases: what PLS, reliability and factor structure start from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray, SeedArray
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.poisson import poisson_counts

_BLOCK_ROWS = 4096


@dataclass(frozen=True)
class Covariation:
    """First that of the sample itself, then that of each bootstrap replicate.

    ``means`` has the shape (1 + replicates, items), ``covariances`` (1 + replicates, items, items) with divisor Σw; an
    item without spread has covariances of exactly 0. ``effective_base`` is Kish's n of the customers' total weights.
    """

    items: tuple[str, ...]
    complete_cases: int
    effective_base: float
    means: FloatArray
    covariances: FloatArray

    def of(self, items: Sequence[str]) -> "Covariation":
        """That of some of the items, in the order asked. Raises ``ScoringError`` naming items that are not there."""
        absent = [item for item in items if item not in self.items]
        if absent:
            raise ScoringError(f"{', '.join(absent)}: not among the items counted together; count them in one pass")
        place = [self.items.index(item) for item in items]
        covariances = self.covariances[:, place][:, :, place]
        return Covariation(tuple(items), self.complete_cases, self.effective_base, self.means[:, place], covariances)

    @property
    def constant_items(self) -> tuple[str, ...]:
        """Items with the same answer in every complete case."""
        spread = np.diagonal(self.covariances[0])
        return tuple(item for item, variance in zip(self.items, spread, strict=True) if variance <= 0)

    @property
    def varied(self) -> BoolArray:
        """Which of the sample and the replicates have spread in every item, shape (1 + replicates,)."""
        varied: BoolArray = np.logical_and.reduce(np.diagonal(self.covariances, axis1=1, axis2=2) > 0, axis=1)
        return varied


def correlations_of(covariances: FloatArray) -> FloatArray:
    """Correlations of a stack of covariance matrices, shape (..., items, items); 0 where an item has no spread."""
    deviation = np.sqrt(np.diagonal(covariances, axis1=-2, axis2=-1))
    products = deviation[..., :, None] * deviation[..., None, :]
    correlations: FloatArray = np.divide(covariances, products, out=np.zeros_like(covariances), where=products > 0)
    return correlations


def covariation_of_gram(items: Sequence[str], gram: Gram, effective_base: float | None = None) -> Covariation:
    """From a counted Gram matrix of these items; the effective base is that of equal weights unless it is given.

    Raises ``InsufficientBase`` with fewer than two complete cases.
    """
    if gram.complete_cases < 2 or gram.sums[0, 0, 0] <= 0:
        raise InsufficientBase(
            f"{gram.complete_cases} complete cases of {', '.join(items)}: at least 2 are needed",
            code="too_few_cases",
            values={"cases": gram.complete_cases, "least": 2},
        )
    base = float(gram.complete_cases) if effective_base is None else effective_base
    return Covariation(tuple(items), gram.complete_cases, base, gram.means, gram.covariances)


def covariation_of(
    items: Sequence[str],
    cases: FloatArray,
    weights: FloatArray | None = None,
    *,
    units: IntArray | None = None,
    rng: np.random.Generator | None = None,
    replicates: int = 0,
) -> Covariation:
    """From complete cases, shape (cases, items), with a weight and a customer's label for each.

    ``replicates`` Poisson bootstrap replicates of customers are drawn from ``rng``, block by block. Raises
    ``ScoringError`` for values that are not finite, negative weights or replicates without an rng, and
    ``InsufficientBase`` for fewer than two cases with weight. Source of the bootstrap: Chamandy et al. (2012).
    """
    held = np.ones(len(cases)) if weights is None else weights
    labels = np.arange(len(cases)) if units is None else units
    _check(items, cases, held, replicates, rng)
    chosen = np.flatnonzero(held > 0)
    if len(chosen) < 2:
        raise InsufficientBase(f"{len(chosen)} complete cases of {', '.join(items)}: at least 2 are needed")
    _, unit = np.unique(labels[chosen], return_inverse=True)
    total = np.bincount(unit, weights=held[chosen])
    drawn = np.zeros(len(total), dtype=np.uint64) if rng is None else rng.integers(2**64, size=len(total), dtype="u8")
    sums = _sums(cases[chosen], held[chosen], drawn[unit], replicates)
    return covariation_of_gram(items, Gram(len(chosen), sums), float(total.sum() ** 2 / (total**2).sum()))


def _check(
    items: Sequence[str], cases: FloatArray, weights: FloatArray, replicates: int, rng: np.random.Generator | None
) -> None:
    faults = []
    if cases.ndim != 2 or cases.shape[1] != len(items) or len(weights) != len(cases):
        faults.append("the cases need one column an item and one weight a row")
    if not np.isfinite(cases).all():
        faults.append("an answer is missing or not finite: keep complete cases only")
    if not np.isfinite(weights).all() or (weights < 0).any():
        faults.append("a weight is negative or not finite")
    if replicates and rng is None:
        faults.append("replicates need a random generator")
    if faults:
        raise ScoringError(f"{', '.join(items)}: {'; '.join(faults)}")


def _sums(cases: FloatArray, weights: FloatArray, seeds: SeedArray, replicates: int) -> FloatArray:
    """Σ c w z z' of z = (1, items), with c = 1 and then the counts of each replicate."""
    held = np.column_stack([np.ones(len(cases)), cases])
    size = held.shape[1]
    sums = np.zeros((1 + replicates, size * size))
    for start in range(0, len(held), _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        counts = np.ones((1 + replicates, len(held[block])))
        if replicates:
            counts[1:] = poisson_counts(seeds[block], replicates)
        products = (held[block, :, None] * held[block, None, :]).reshape(-1, size * size)
        sums += (counts * weights[block]) @ products
    return sums.reshape(-1, size, size)
