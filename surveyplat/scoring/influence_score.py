"""What a driver model's result says of influence: how many customers and which dealers move it, and how far."""

from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.dealer_influence import DealerInfluence, DealerProducts, dealer_influences, determined, without
from surveyplat.scoring.influence import Influence
from surveyplat.scoring.least_squares import LeastSquares

LEAST_LEFT_OUT = 5
"""Coefficients without fewer customers than that would say what these few answered."""


@dataclass(frozen=True)
class CoefficientWithout:
    """A coefficient of all cases, and of those without the customers above the threshold."""

    item: str
    coefficient: float
    without: float


@dataclass(frozen=True)
class InfluenceScore:
    """``above_threshold`` counts customers with a Cook's distance above ``threshold`` = 4 / n; no one is named.

    ``decisive`` counts cases that a coefficient hangs on alone. ``without`` gives the coefficients, in the model's
    order, when all customers above the threshold are left out; empty when these are fewer than five, or everything.
    ``dealers`` are those of at least 30 complete cases that move a coefficient farthest.
    """

    customers: int
    above_threshold: int
    threshold: float
    largest_distance: float
    decisive: int
    without: tuple[CoefficientWithout, ...]
    dealers: tuple[DealerInfluence, ...]


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
