"""Linearity: whether the powers of the fitted values explain what a straight driver model leaves over (RESET)."""

import numpy as np
from scipy.special import fdtrc

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.least_squares import LeastSquares, gram_of_cases
from surveyplat.scoring.records.drivers import Linearity

_POWERS = 2
_ROUNDING = 1e-10


def bent_gram(fitted: LeastSquares, cases: FloatArray, weights: FloatArray) -> Gram:
    """The pass over one piece: the Gram matrix of (1, attributes, ŷ², ŷ³, outcome), mergeable.

    All are taken about the sample's means, which changes nothing in what they span.
    """
    centred, straight = cases - fitted.fit.means, fitted.fitted(cases)
    return gram_of_cases(np.column_stack([centred[:, :-1], straight**2, straight**3, centred[:, -1]]), weights)


def linearity(fitted: LeastSquares, bent: Gram) -> Linearity:
    """F = ((SSE₀ - SSE₁) / 2) / (SSE₁ / (n - k - 2)), with the powers' part that attributes do not already span.

    A single two-valued attribute has no bend: the powers span nothing new, and the gain is 0. Raises
    ``InsufficientBase`` without a degree of freedom left. Source: Ramsey, J. Royal Statistical Society B 31 (1969).
    """
    df = fitted.residual_df - _POWERS
    if df < 1:
        raise InsufficientBase(f"{fitted.cases} complete cases leave nothing over to test a bend with")
    residual = _residual_sum(bent.sums[0])
    total = fitted.residual_sum / (1 - fitted.r_squared) if fitted.r_squared < 1 else 0.0
    if residual <= _ROUNDING * total or total == 0:
        return Linearity(None, df, None, (fitted.residual_sum - residual) / total if total else 0.0)
    explained = max(fitted.residual_sum - residual, 0.0)
    f = explained / _POWERS / (residual / df)
    return Linearity(f, df, float(fdtrc(_POWERS, df, f)), explained / total)


def _residual_sum(sums: FloatArray) -> float:
    """Σwe² of the last variable on the others, by least squares of scaled normal equations."""
    scale = 1 / np.sqrt(np.where(np.diagonal(sums) > 0, np.diagonal(sums), 1.0))
    scaled = sums * scale[:, None] * scale
    coefficients = np.linalg.pinv(scaled[:-1, :-1], rcond=_ROUNDING, hermitian=True) @ scaled[:-1, -1]
    return max(float(scaled[-1, -1] - coefficients @ scaled[:-1, -1]), 0.0) / float(scale[-1] ** 2)
