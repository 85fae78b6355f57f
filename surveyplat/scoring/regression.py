"""The driver model's full regression: coefficients from the Gram matrix, robust errors from one pass of residuals.

Several answers of one customer are a cluster: the errors are made of the customers' total scores, as everywhere.
"""

from dataclasses import dataclass

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.weights import kish_effective_n

_BLOCK_ROWS = 4096


@dataclass(frozen=True)
class Regression:
    coefficients: FloatArray
    """One for each attribute, on the scales as they were asked."""
    std_errors: FloatArray
    """Robust to unequal variances and to several answers of one customer (HC1, by customer)."""
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
    """What one pass with the coefficients adds up: Σwe² and, shape (p, p), Σ u u' of the customers' u = Σ we (x - x̄).

    ``weight_squares`` is Σ (Σw)² of the customers' total weights. Mergeable when no customer's cases are split.
    """

    cases: int
    customers: int
    weight_squares: float
    squares: float
    meat: FloatArray

    def merge(self, other: "Residuals") -> "Residuals":
        return Residuals(
            self.cases + other.cases,
            self.customers + other.customers,
            self.weight_squares + other.weight_squares,
            self.squares + other.squares,
            self.meat + other.meat,
        )

    def effective_base(self, fit: Fit) -> float:
        """Kish's n of the customers with complete cases."""
        return float(kish_effective_n(np.array(fit.total_weight), np.array(self.weight_squares)))


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


def residuals_of(fit: Fit, cases: FloatArray, weights: FloatArray, units: IntArray | None = None) -> Residuals:
    """Count one piece: complete cases, shape (cases, p + 1) with the outcome last.

    ``units`` labels the customer of each case; without them each case is a customer's only one.
    """
    unit = None if units is None else np.unique(units, return_inverse=True)[1]
    own = weights if unit is None else np.bincount(unit, weights=weights)
    totals = np.zeros((len(own), len(fit.inverse)))
    squares = 0.0
    for start in range(0, len(cases), _BLOCK_ROWS):
        rows = slice(start, start + _BLOCK_ROWS)
        centred = cases[rows] - fit.means
        residuals = centred[:, -1] - centred[:, :-1] @ fit.coefficients
        scores = centred[:, :-1] * (weights[rows] * residuals)[:, None]
        squares += float((weights[rows] * residuals**2).sum())
        if unit is None:
            totals[rows] = scores
        else:
            np.add.at(totals, unit[rows], scores)
    return Residuals(len(cases), len(own), float((own**2).sum()), squares, totals.T @ totals)


def regression_of(fit: Fit, residuals: Residuals) -> Regression:
    """Coefficients with errors by customer: m / (m - 1) · (n - 1) / (n - p - 1) · C⁻¹ M C⁻¹ / (Σw)², M their ``meat``.

    With a customer each that is HC1. R² = 1 - Σwe² / Σw(y - ȳ)², from the residuals themselves. Raises
    ``InsufficientBase`` for a single customer. Source: MacKinnon and White, Journal of Econometrics 29 (1985), HC1;
    Liang and Zeger, Biometrika 73 (1986); statsmodels WLS(y, X, weights).fit(cov_type="cluster").
    """
    if residuals.customers < 2:
        raise InsufficientBase(
            "All complete cases are one customer's: they tell nothing about anyone else", code="one_customer"
        )
    clusters = residuals.customers / (residuals.customers - 1)
    correction = clusters * (residuals.cases - 1) / (residuals.cases - len(fit.coefficients) - 1)
    variances = np.diagonal(fit.inverse @ residuals.meat @ fit.inverse) * correction / fit.total_weight**2
    r_squared = 1 - residuals.squares / (fit.total_weight * fit.outcome_variance)
    return Regression(fit.coefficients, np.sqrt(variances), r_squared)
