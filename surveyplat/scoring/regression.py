"""The driver model's full regression: coefficients from the Gram matrix, robust errors from one pass of residuals."""

from dataclasses import dataclass

import numpy as np

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.gram import Gram

_BLOCK_ROWS = 4096


@dataclass(frozen=True)
class Regression:
    coefficients: FloatArray
    """One for each attribute, on the scales as they were asked."""
    std_errors: FloatArray
    """Robust to unequal variances (HC1)."""
    r_squared: float


@dataclass(frozen=True)
class Fit:
    """Weighted least squares of the last variable on the others, with a constant, by its normal equations.

    ``means`` are those of attributes and outcome, ``inverse`` is the attributes' inverse covariance matrix.
    """

    coefficients: FloatArray
    means: FloatArray
    inverse: FloatArray
    total_weight: float
    outcome_variance: float


@dataclass(frozen=True)
class Residuals:
    """What one pass with the coefficients adds up: Σwe² and, shape (p, p), Σ w²e² (x - x̄)(x - x̄)'."""

    cases: int
    squares: float
    meat: FloatArray

    def merge(self, other: "Residuals") -> "Residuals":
        return Residuals(self.cases + other.cases, self.squares + other.squares, self.meat + other.meat)


def fit_of(gram: Gram) -> Fit:
    """b = C⁻¹c from the covariances of the sample. Raises ``ScoringError`` when the attributes are collinear."""
    covariances = gram.covariances[0]
    try:
        inverse = np.linalg.inv(covariances[:-1, :-1])
    except np.linalg.LinAlgError as error:
        raise ScoringError("The attributes are collinear: check the model before it is fitted") from error
    return Fit(
        coefficients=inverse @ covariances[:-1, -1],
        means=gram.means[0],
        inverse=inverse,
        total_weight=float(gram.sums[0, 0, 0]),
        outcome_variance=float(covariances[-1, -1]),
    )


def residuals_of(fit: Fit, cases: FloatArray, weights: FloatArray) -> Residuals:
    """Count one piece: complete cases, shape (cases, p + 1) with the outcome last."""
    squares, meat = 0.0, np.zeros_like(fit.inverse)
    for start in range(0, len(cases), _BLOCK_ROWS):
        rows = slice(start, start + _BLOCK_ROWS)
        centred = cases[rows] - fit.means
        residuals = centred[:, -1] - centred[:, :-1] @ fit.coefficients
        scores = centred[:, :-1] * (weights[rows] * residuals)[:, None]
        squares += float((weights[rows] * residuals**2).sum())
        meat += scores.T @ scores
    return Residuals(len(cases), squares, meat)


def regression_of(fit: Fit, residuals: Residuals) -> Regression:
    """Coefficients with HC1 errors: n / (n - p - 1) · C⁻¹ M C⁻¹ / (Σw)², M the residuals' ``meat``.

    R² = 1 - Σwe² / Σw(y - ȳ)², from the residuals themselves. Source: MacKinnon and White, Journal of Econometrics 29
    (1985), HC1; statsmodels WLS(y, X, weights).fit(cov_type="HC1").
    """
    correction = residuals.cases / (residuals.cases - len(fit.coefficients) - 1)
    variances = np.diagonal(fit.inverse @ residuals.meat @ fit.inverse) * correction / fit.total_weight**2
    r_squared = 1 - residuals.squares / (fit.total_weight * fit.outcome_variance)
    return Regression(fit.coefficients, np.sqrt(variances), r_squared)
