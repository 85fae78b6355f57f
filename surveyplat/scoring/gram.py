"""The weighted Gram matrix of a driver model, with its bootstrap replicates, as mergeable sums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray, SeedArray
from surveyplat.scoring.plan import DriverPlan
from surveyplat.scoring.poisson import poisson_counts
from surveyplat.scoring.snapshot import Answers

_BLOCK_ROWS = 4096
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
    rows = np.flatnonzero(np.logical_and.reduce([answers.answered(name) for name in names]))
    return rows, np.column_stack([answers.codes[name][rows].astype(np.float64) for name in names])


def gram_of(driver: DriverPlan, answers: Answers, weights: FloatArray, seeds: SeedArray, replicates: int) -> Gram:
    """Count one piece: listwise complete cases of the driver's attributes and target."""
    return gram_of_items((*driver.attributes, driver.target), answers, weights, seeds, replicates)


def gram_of_items(
    names: Sequence[str], answers: Answers, weights: FloatArray, seeds: SeedArray, replicates: int
) -> Gram:
    """Count one piece: listwise complete cases of the named items, in their order."""
    rows, answered = complete_rows_of(names, answers)
    cases = np.column_stack([np.ones(len(rows)), answered])
    size = cases.shape[1]
    sums = np.zeros((1 + replicates, size * (size + 1) // 2))
    for block in _equally_weighted(weights[rows]):
        sums += weights[rows[block.start]] * _products(cases[block], seeds[rows[block]], replicates)
    return Gram(len(rows), _square(sums, size))


def _products(cases: FloatArray, seeds: SeedArray, replicates: int) -> FloatArray:
    """Σ z z' of each replicate, unweighted: whole numbers, exact in whatever order a matrix product adds them."""
    left, right = np.triu_indices(cases.shape[1])
    counts = np.ones((1 + replicates, len(cases)))
    counts[1:] = poisson_counts(seeds, replicates)
    return counts @ (cases[:, left] * cases[:, right])


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
