"""The weighted Gram matrix of a driver model, with its bootstrap replicates, as mergeable sums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyplat.scoring.arrays import CodeArray, FloatArray, IntArray, SeedArray
from surveyplat.scoring.plan import DriverPlan
from surveyplat.scoring.poisson import LARGEST_COUNT, poisson_counts
from surveyplat.scoring.snapshot import Answers

_BLOCK_ROWS = 4096
_LEAST_ROWS_OF_A_RUN = 64
"""On average: of shorter runs of equal weights each costs more than its rows."""
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Gram:
    """Σ w z z' over complete cases, z = (1, attributes, outcome).

    ``sums`` has the shape (1 + replicates, p + 2, p + 2): first the sample itself, then each bootstrap replicate.
    """

    complete_cases: int
    sums: FloatArray

    def merge(self, other: "Gram") -> "Gram":
        return Gram(self.complete_cases + other.complete_cases, self.sums + other.sums)

    @property
    def means(self) -> FloatArray:
        """Σwz / Σw of attributes and outcome, shape (1 + replicates, p + 1); 0 in a replicate without anybody."""
        total = self.sums[:, 0, :1]
        means: FloatArray = np.divide(
            self.sums[:, 0, 1:], total, out=np.zeros_like(self.sums[:, 0, 1:]), where=total > 0
        )
        return means

    @property
    def covariances(self) -> FloatArray:
        """Σw(z - z̄)(z - z̄)' / Σw of attributes and outcome, shape (1 + replicates, p + 1, p + 1).

        A variable without spread, and a replicate in which nobody is left, has covariances of exactly 0.
        """
        total = self.sums[:, :1, :1]
        weight = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
        means = self.sums[:, 1:, :1] * weight
        covariances: FloatArray = self.sums[:, 1:, 1:] * weight - means * np.swapaxes(means, 1, 2)
        squares = np.diagonal(self.sums, axis1=1, axis2=2)[:, 1:] * weight[:, 0]
        varied = np.diagonal(covariances, axis1=1, axis2=2) > _ROUNDING * squares
        return covariances * varied[:, :, None] * varied[:, None, :]


def complete_rows(driver: DriverPlan, answers: Answers) -> tuple[IntArray, FloatArray]:
    """The rows without a missing answer, and their attributes and outcome, shape (complete cases, p + 1)."""
    return complete_rows_of((*driver.attributes, driver.target), answers)


def complete_rows_of(names: Sequence[str], answers: Answers) -> tuple[IntArray, FloatArray]:
    """The rows without a missing answer to any of the items, and their answers, shape (complete cases, items)."""
    rows = _complete(names, answers)
    return rows, np.column_stack([answers.codes[name][rows].astype(np.float64) for name in names])


def _complete(names: Sequence[str], answers: Answers) -> IntArray:
    return np.flatnonzero(np.logical_and.reduce([answers.answered(name) for name in names]))


def gram_of(driver: DriverPlan, answers: Answers, weights: FloatArray, seeds: SeedArray, replicates: int) -> Gram:
    """Count one piece: listwise complete cases of the driver's attributes and target."""
    return gram_of_items((*driver.attributes, driver.target), answers, weights, seeds, replicates)


def gram_of_items(
    names: Sequence[str], answers: Answers, weights: FloatArray, seeds: SeedArray, replicates: int
) -> Gram:
    """Count one piece: listwise complete cases of the named items, in their order."""
    rows = _complete(names, answers)
    cases = np.stack([np.ones(len(rows), dtype=np.int16), *(answers.codes[name][rows] for name in names)])
    size, own = len(cases), weights[rows]
    if (np.count_nonzero(np.diff(own)) + 1) * _LEAST_ROWS_OF_A_RUN > len(rows) + _BLOCK_ROWS:
        return Gram(len(rows), _square(_unequally_weighted(cases, own, seeds[rows], replicates), size))
    exact: NDArray[np.floating[Any]] = cases.astype(_exact_type(cases))
    sums = np.zeros((1 + replicates, size * (size + 1) // 2))
    for block in _equally_weighted(own):
        sums += own[block.start] * _products(exact[:, block], seeds[rows[block]], replicates)
    return Gram(len(rows), _square(sums, size))


def _unequally_weighted(cases: CodeArray, weights: FloatArray, seeds: SeedArray, replicates: int) -> FloatArray:
    """Σ w z z' of each replicate, where hardly two neighbours weigh the same (raked weights).

    Weights are whole numbers of a small unit here, so that every sum of a block is exact in whatever order a matrix
    product adds it. Of the sample itself what is left below that unit is summed too; a bootstrap replicate does without
    that part, which is less than 1e-8 of the largest weight.
    """
    size = len(cases)
    sums = np.zeros((1 + replicates, size * (size + 1) // 2))
    exact = cases.astype(np.float64)
    for start in range(0, cases.shape[1], _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        bits = _spare_bits(cases[:, block])
        unit = np.ldexp(1.0, int(np.frexp(weights[block].max())[1]) - bits)
        whole = np.floor(weights[block] / unit)
        rest = np.rint((weights[block] / unit - whole) * (1 << bits))
        sums[0] += unit * (_triangle(exact[:, block], whole) + _triangle(exact[:, block], rest) / (1 << bits))
        if replicates:
            counts = poisson_counts(seeds[block], replicates) * whole
            products = np.concatenate([exact[row, block] * exact[row:, block] for row in range(size)])
            sums[1:] += unit * (counts @ products.T)
    return sums


def _triangle(cases: FloatArray, weights: FloatArray) -> FloatArray:
    """Σ w z z', row by row from the diagonal on."""
    crossed: FloatArray = (cases * weights) @ cases.T
    return crossed[np.triu_indices(len(cases))]


def _spare_bits(cases: CodeArray) -> int:
    """How many bits a weight may have beside a block's sums of z z' and counts, for a float64 to hold all exactly."""
    largest = int(np.abs(cases).max(initial=1)) ** 2 * LARGEST_COUNT * cases.shape[1]
    bits: int = np.finfo(np.float64).nmant - largest.bit_length()
    return bits


def _exact_type(cases: CodeArray) -> type[np.float32] | type[np.float64]:
    """The smaller type in which every sum of a block is a whole number that it holds exactly."""
    largest = int(np.abs(cases).max(initial=0)) ** 2 * LARGEST_COUNT * _BLOCK_ROWS
    return np.float32 if largest < 1 << np.finfo(np.float32).nmant else np.float64


def _products(cases: NDArray[np.floating[Any]], seeds: SeedArray, replicates: int) -> NDArray[np.floating[Any]]:
    """Σ z z' of each replicate, unweighted: whole numbers, exact in whatever order a matrix product adds them."""
    left, right = np.triu_indices(len(cases))
    if not replicates:
        alone: NDArray[np.floating[Any]] = (cases @ cases.T)[None, left, right]
        return alone
    counts = np.ones((1 + replicates, cases.shape[1]), dtype=cases.dtype)
    counts[1:] = poisson_counts(seeds, replicates)
    products: NDArray[np.floating[Any]] = counts @ (cases[left] * cases[right]).T
    return products


def _equally_weighted(weights: FloatArray) -> Iterator[slice]:
    """Runs of rows with one weight, at most ``_BLOCK_ROWS`` long."""
    changes = np.flatnonzero(np.diff(weights)) + 1
    starts = np.union1d(changes, np.arange(0, len(weights), _BLOCK_ROWS))
    stops = np.append(starts, len(weights))[1:]
    return (slice(int(start), int(stop)) for start, stop in zip(starts, stops, strict=True))


def _square(triangles: FloatArray, size: int) -> FloatArray:
    left, right = np.triu_indices(size)
    square = np.empty((len(triangles), size, size))
    square[:, left, right] = triangles
    square[:, right, left] = triangles
    return square
