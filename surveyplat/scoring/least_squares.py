"""What a regression from the Gram matrix tells before and after one pass: its fit, and errors robust to clusters.

The robust variance of the slopes b needs the customers' total scores u_c = Σ w e (x - x̄), which the second, mergeable
pass adds up: C⁻¹ (Σ u u') C⁻¹ / (Σw)² · m/(m - 1) · (n - 1)/(n - k), with the attributes' covariances C, m customers, n
cases and k coefficients, the constant's among them. With a customer each it is HC1.
Source: White, Econometrica 48 (1980); Liang and Zeger, Biometrika 73 (1986); R's sandwich::vcovCL(type = "HC1").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import DriverModelError, InsufficientBase
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.covariation import correlations_of
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.regression import Fit, fit_of

_BLOCK_ROWS = 4096
_SMALLEST_EIGENVALUE = 1e-9
_ROUNDING = 1e-12


@dataclass(frozen=True)
class LeastSquares:
    """A fit with what the Gram matrix says of its residuals: ``residual_sum`` is Σwe²."""

    names: tuple[str, ...]
    """The attributes', in order."""
    fit: Fit
    cases: int
    residual_sum: float
    r_squared: float

    @property
    def constant(self) -> float:
        return float(self.fit.means[-1] - self.fit.means[:-1] @ self.fit.coefficients)

    @property
    def is_exact(self) -> bool:
        """Nothing is left over but rounding."""
        return self.r_squared >= 1 - _ROUNDING

    @property
    def residual_df(self) -> int:
        return self.cases - len(self.fit.coefficients) - 1

    def fitted(self, cases: FloatArray) -> FloatArray:
        """The fitted values less the outcome's mean, of cases with the outcome last."""
        fitted: FloatArray = (cases[:, :-1] - self.fit.means[:-1]) @ self.fit.coefficients
        return fitted

    def residuals(self, cases: FloatArray) -> FloatArray:
        residuals: FloatArray = cases[:, -1] - self.fit.means[-1] - self.fitted(cases)
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
    if gram.complete_cases <= len(names) + 1:
        raise InsufficientBase(
            f"{gram.complete_cases} complete cases for {len(names)} attributes: too few to fit them",
            code="too_few_cases",
            values={"cases": gram.complete_cases, "least": len(names) + 2},
        )
    covariances = gram.covariances[0]
    _check(names, covariances)
    fit = fit_of(gram)
    left = max(fit.outcome_variance - float(fit.coefficients @ covariances[:-1, -1]), 0.0)
    residual_sum, r_squared = fit.total_weight * left, 1 - left / fit.outcome_variance
    return LeastSquares(tuple(names), fit, gram.complete_cases, residual_sum, r_squared)


def scatter_of(fitted: LeastSquares, cases: FloatArray, weights: FloatArray, units: IntArray | None = None) -> Scatter:
    """The pass over one piece: complete cases, shape (cases, p + 1) with the outcome last.

    ``units`` labels the customer of each case; without them each case is a customer's only one.
    """
    scores = (weights * fitted.residuals(cases))[:, None] * (cases[:, :-1] - fitted.fit.means[:-1])
    if units is not None:
        _, unit = np.unique(units, return_inverse=True)
        scores = np.stack([np.bincount(unit, weights=column) for column in scores.T], axis=1).astype(np.float64)
    return Scatter(len(scores), scores.T @ scores)


def robust_covariance(fitted: LeastSquares, scatter: Scatter) -> FloatArray:
    """Covariance matrix of the slopes, shape (p, p). Raises ``InsufficientBase`` for a single customer."""
    if scatter.units < 2:
        raise InsufficientBase(
            "All complete cases are one customer's: they tell nothing about anyone else", code="one_customer"
        )
    few = scatter.units / (scatter.units - 1) * (fitted.cases - 1) / fitted.residual_df
    bread = fitted.fit.inverse / fitted.fit.total_weight
    covariance: FloatArray = few * bread @ scatter.sums @ bread
    return covariance


def gram_of_cases(cases: FloatArray, weights: FloatArray) -> Gram:
    """The Gram matrix of cases at hand, shape (cases, p + 1) with the outcome last, without replicates."""
    sums = np.zeros((cases.shape[1] + 1, cases.shape[1] + 1))
    for start in range(0, len(cases), _BLOCK_ROWS):
        block, weight = cases[start : start + _BLOCK_ROWS], weights[start : start + _BLOCK_ROWS, None]
        held = np.column_stack([np.ones(len(block)), block])
        sums += held.T @ (weight * held)
    return Gram(len(cases), sums[None])


def _check(names: Sequence[str], covariances: FloatArray) -> None:
    spread = np.diagonal(covariances) > 0
    flat = [name for name, varies in zip((*names, "the outcome"), spread, strict=True) if not varies]
    if flat:
        raise DriverModelError(
            f"{', '.join(flat)}: the same answer in every complete case; leave out",
            code="constant_items",
            detail=", ".join(flat),
        )
    if np.linalg.eigvalsh(correlations_of(covariances)[:-1, :-1])[0] < _SMALLEST_EIGENVALUE:
        raise DriverModelError(
            f"Some of {', '.join(names)} are collinear; keep fewer of them",
            code="collinear_items",
            detail=", ".join(names),
        )
