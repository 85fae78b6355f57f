"""The driver model's full regression by statsmodels: coefficients, and the cross-check of R²."""

from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray


@dataclass(frozen=True)
class Regression:
    coefficients: FloatArray
    """One for each attribute, on the scales as they were asked."""
    std_errors: FloatArray
    """Robust to unequal variances (HC1)."""
    r_squared: float


def fit_regression(cases: FloatArray, weights: FloatArray) -> Regression:
    """Weighted least squares of the last column on the others, with a constant.

    Source: statsmodels WLS; MacKinnon and White, Journal of Econometrics 29 (1985), HC1.
    """
    from statsmodels.regression.linear_model import WLS

    design = np.column_stack([np.ones(len(cases)), cases[:, :-1]])
    fitted = WLS(cases[:, -1], design, weights=weights).fit(cov_type="HC1")
    return Regression(np.asarray(fitted.params)[1:], np.asarray(fitted.bse)[1:], float(fitted.rsquared))
