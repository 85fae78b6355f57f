"""Johnson's relative weights: R² shared out through the nearest orthogonal attributes, a cross-check of LMG."""

import numpy as np

from surveyplat.errors import DriverModelError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.covariation import correlations_of

_SMALLEST_EIGENVALUE = 1e-9


def relative_weights(covariances: FloatArray) -> FloatArray:
    """Relative weights ε for one covariance matrix or a stack, shape (..., p + 1, p + 1) with the outcome last.

    With Λ the symmetric root of the attributes' correlations R and β = Λ⁻¹r their orthogonal stand-ins' coefficients,
    ε = Λ² β², elementwise: shape (..., p), not negative, adding up to R². Raises ``DriverModelError`` for variables
    without spread and collinear attributes. Source: Johnson, Multivariate Behavioral Research 35 (2000), equation 5;
    the same as Genizi, Statistica Sinica 3 (1993); R's relaimpo::calc.relimp(type = "genizi").
    """
    if (np.diagonal(covariances, axis1=-2, axis2=-1) <= 0).any():
        raise DriverModelError("Relative weights need spread in the outcome and in every attribute: leave out the rest")
    correlations = correlations_of(covariances)
    values, vectors = np.linalg.eigh(correlations[..., :-1, :-1])
    if (values <= _SMALLEST_EIGENVALUE).any():
        raise DriverModelError("Relative weights cannot tell collinear attributes apart: keep fewer of them")
    transposed = np.swapaxes(vectors, -1, -2)
    root = (vectors * np.sqrt(values)[..., None, :]) @ transposed
    inverse = (vectors / np.sqrt(values)[..., None, :]) @ transposed
    coefficients = inverse @ correlations[..., :-1, -1:]
    weights: FloatArray = (root**2 @ coefficients**2)[..., 0]
    return weights
