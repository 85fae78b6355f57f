"""Weighted least squares from the Gram matrix, and one further pass over the cases for errors robust to clusters.

β = (X'WX)⁻¹ X'Wy comes from the Gram matrix of (1, attributes, outcome). Its robust variance needs the customers' total
scores u_c = Σ w x e, which the second, mergeable pass adds up: (X'WX)⁻¹ (Σ u u') (X'WX)⁻¹ · m/(m - 1) · (n - 1)/(n - k)
for m customers, n cases and k coefficients. With a customer each it is HC1.
Source: White, Econometrica 48 (1980); Liang and Zeger, Biometrika 73 (1986); Stata's and R's vcovCL(type = "HC1").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import DriverModelError, InsufficientBase
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.covariation import correlations_of
from surveyplat.scoring.gram import Gram

_SMALLEST_EIGENVALUE = 1e-9


@dataclass(frozen=True)
class LeastSquares:
    """A fit without its robust errors: ``coefficients``, the constant first; ``inverse`` is (X'WX)⁻¹."""

    names: tuple[str, ...]
    """The attributes', without the constant."""
    coefficients: FloatArray
    inverse: FloatArray
    cases: int
    residual_sum: float
    """Σ w e²."""
    r_squared: float

    @property
    def residual_df(self) -> int:
        return self.cases - len(self.coefficients)

    def residuals(self, design: FloatArray, outcome: FloatArray) -> FloatArray:
        """e of some cases; ``design`` starts with a column of ones."""
        residuals: FloatArray = outcome - design @ self.coefficients
        return residuals


@dataclass(frozen=True)
class Scatter:
    """Σ_c u_c u_c' over m customers; mergeable when no customer's cases are split."""

    units: int
    sums: FloatArray

    def merge(self, other: "Scatter") -> "Scatter":
        return Scatter(self.units + other.units, self.sums + other.sums)


def solved(names: Sequence[str], gram: Gram) -> LeastSquares:
    """The fit of a Gram matrix of (1, attributes, outcome).

    Raises ``InsufficientBase`` when there are no more cases than coefficients, ``DriverModelError`` naming what has no
    spread, and collinear attributes.
    """
    sums = gram.sums[0]
    if gram.complete_cases <= len(names) + 1:
        raise InsufficientBase(f"{gram.complete_cases} complete cases for {len(names)} attributes: too few to fit them")
    _check(names, gram.covariances[0])
    inverse = np.linalg.inv(sums[:-1, :-1])
    coefficients = np.linalg.solve(sums[:-1, :-1], sums[:-1, -1])
    total = float(gram.covariances[0, -1, -1] * sums[0, 0])
    residual = max(float(sums[-1, -1] - coefficients @ sums[:-1, -1]), 0.0)
    return LeastSquares(tuple(names), coefficients, inverse, gram.complete_cases, residual, 1 - residual / total)


def scatter_of(
    fit: LeastSquares, attributes: FloatArray, outcome: FloatArray, weights: FloatArray, units: IntArray | None = None
) -> Scatter:
    """The pass over one piece: complete cases with their weights and customers' labels (each its own without)."""
    design = np.column_stack([np.ones(len(outcome)), attributes])
    scores = (weights * fit.residuals(design, outcome))[:, None] * design
    if units is not None:
        _, unit = np.unique(units, return_inverse=True)
        scores = np.stack([np.bincount(unit, weights=column) for column in scores.T], axis=1).astype(np.float64)
    return Scatter(len(scores), scores.T @ scores)


def robust_covariance(fit: LeastSquares, scatter: Scatter) -> FloatArray:
    """Covariance matrix of the coefficients, the constant first. Raises ``InsufficientBase`` for a single customer."""
    if scatter.units < 2:
        raise InsufficientBase("All complete cases are one customer's: they tell nothing about anyone else")
    few = scatter.units / (scatter.units - 1) * (fit.cases - 1) / fit.residual_df
    covariance: FloatArray = few * fit.inverse @ scatter.sums @ fit.inverse
    return covariance


def gram_of_cases(attributes: FloatArray, outcome: FloatArray, weights: FloatArray) -> Gram:
    """The Gram matrix of cases at hand, without replicates."""
    held = np.column_stack([np.ones(len(outcome)), attributes, outcome])
    return Gram(len(held), (held.T @ (weights[:, None] * held))[None])


def _check(names: Sequence[str], covariances: FloatArray) -> None:
    spread = np.diagonal(covariances) > 0
    flat = [name for name, varies in zip((*names, "the outcome"), spread, strict=True) if not varies]
    if flat:
        raise DriverModelError(f"{', '.join(flat)}: the same answer in every complete case; leave out")
    if np.linalg.eigvalsh(correlations_of(covariances)[:-1, :-1])[0] < _SMALLEST_EIGENVALUE:
        raise DriverModelError(f"Some of {', '.join(names)} are collinear; keep fewer of them")
