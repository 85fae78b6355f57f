"""What a driver model's result says of influence: how many customers and which dealers move it, and how far."""

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.dealer_influence import DealerProducts, dealer_influences, determined, without
from surveyplat.scoring.influence import Influence
from surveyplat.scoring.least_squares import LeastSquares
from surveyplat.scoring.records.drivers import CoefficientWithout, InfluenceScore

LEAST_LEFT_OUT = 5
"""Coefficients without fewer customers than that would say what these few answered."""


def influence_score(
    fitted: LeastSquares,
    std_errors: FloatArray,
    found: Influence,
    products: DealerProducts,
    dealers: tuple[str, ...],
) -> InfluenceScore:
    """From the counted pass; ``std_errors`` are the coefficients' robust ones, ``dealers`` names all cells."""
    return InfluenceScore(
        customers=found.customers,
        above_threshold=found.above_threshold,
        threshold=4 / fitted.cases,
        largest_distance=found.strongest[0].cooks_distance if found.strongest else 0.0,
        decisive=found.decisive,
        without=_without(fitted, found),
        dealers=dealer_influences(fitted, std_errors, products, dealers),
    )


def _without(fitted: LeastSquares, found: Influence) -> tuple[CoefficientWithout, ...]:
    left_out = found.without[np.newaxis]
    if found.above_threshold < LEAST_LEFT_OUT or not determined(fitted, left_out)[0]:
        return ()
    slopes = without(fitted, left_out)[0].tolist()
    both = zip(fitted.names, fitted.fit.coefficients.tolist(), slopes, strict=True)
    return tuple(CoefficientWithout(*each) for each in both)
