"""Influence: whether a handful of customers, or one dealer, decides a driver model. One mergeable pass after the fit.

The leverage of a case is h = w (1 + (x - x̄)'C⁻¹(x - x̄)) / Σw with the attributes' covariances C. Cook's distance
D = u'(X'WX)⁻¹u / (k s²), u = Σ w e x / (1 - h) over a customer's cases, says how far all k coefficients move without
the customer, with s² = Σwe² / (n - k): exactly for one case, w e² / (k s²) · h / (1 - h)², nearly for several.
Source: Cook, Technometrics 19 (1977); Belsley, Kuh and Welsch, Regression Diagnostics (1980); statsmodels OLSInfluence.
"""

from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.least_squares import LeastSquares

SHOWN = 10
_DECISIVE = 1 - 1e-9


@dataclass(frozen=True)
class InfluentialCase:
    """``row`` is the number of the customer's first case in the snapshot; never a person's name, never published."""

    row: int
    cooks_distance: float
    leverage: float


@dataclass(frozen=True)
class Influence:
    """``above_threshold`` counts customers with D above 4 / n. ``decisive`` counts cases that a coefficient hangs on
    alone (leverage 1), whose D has no value; they are not among the ``strongest``, which come in falling D.

    ``without`` is Σ w z z' of z = (1, attributes, outcome) over all cases of the customers above the threshold.
    """

    cases: int
    customers: int
    above_threshold: int
    decisive: int
    largest_leverage: float
    strongest: tuple[InfluentialCase, ...]
    without: FloatArray

    def merge(self, other: "Influence") -> "Influence":
        together = sorted((*self.strongest, *other.strongest), key=lambda case: (-case.cooks_distance, case.row))
        return Influence(
            self.cases + other.cases,
            self.customers + other.customers,
            self.above_threshold + other.above_threshold,
            self.decisive + other.decisive,
            max(self.largest_leverage, other.largest_leverage),
            tuple(together[:SHOWN]),
            self.without + other.without,
        )


def influence_of(
    fitted: LeastSquares, cases: FloatArray, weights: FloatArray, rows: IntArray, units: IntArray | None = None
) -> Influence:
    """The pass over one piece: complete cases with the outcome last; ``rows`` are their numbers in the snapshot.

    ``units`` labels the customer of each case in ascending order; without them each case is a customer's only one. A
    fit without residuals gives distances of 0.
    """
    centred = cases[:, :-1] - fitted.fit.means[:-1]
    leverage = weights * (1 + ((centred @ fitted.fit.inverse) * centred).sum(axis=1)) / fitted.fit.total_weight
    free = np.where(leverage < _DECISIVE, 1 - leverage, np.inf)
    unit = np.arange(len(cases)) if units is None else np.unique(units, return_inverse=True)[1]
    pulls = (weights * fitted.residuals(cases) / free)[:, None] * np.column_stack([np.ones(len(cases)), centred])
    distance = _distances(fitted, pulls if units is None else _by_unit(pulls, unit))
    flagged = distance > 4 / fitted.cases
    first = np.unique(unit, return_index=True)[1]
    order = np.lexsort((rows[first], -distance))[:SHOWN]
    return Influence(
        cases=len(cases),
        customers=len(distance),
        above_threshold=int(np.count_nonzero(flagged)),
        decisive=int(np.count_nonzero(leverage >= _DECISIVE)),
        largest_leverage=float(leverage.max(initial=0.0)),
        strongest=tuple(
            InfluentialCase(int(rows[first[place]]), float(distance[place]), float(leverage[first[place]]))
            for place in order
        ),
        without=_products(cases, weights, flagged[unit]),
    )


def _distances(fitted: LeastSquares, pulls: FloatArray) -> FloatArray:
    """u'(X'WX)⁻¹u / (k s²), X being (1, attributes about their means), of each customer's u."""
    if fitted.is_exact:
        return np.zeros(len(pulls))
    scale = (len(fitted.names) + 1) * fitted.residual_sum / fitted.residual_df * fitted.fit.total_weight
    slopes = pulls[:, 1:]
    moved: FloatArray = pulls[:, 0] ** 2 + ((slopes @ fitted.fit.inverse) * slopes).sum(axis=1)
    return moved / scale


def _by_unit(pulls: FloatArray, unit: IntArray) -> FloatArray:
    return np.stack([np.bincount(unit, weights=column).astype(np.float64) for column in pulls.T], axis=1)


def _products(cases: FloatArray, weights: FloatArray, chosen: BoolArray) -> FloatArray:
    held = np.column_stack([np.ones(int(np.count_nonzero(chosen))), cases[chosen]])
    products: FloatArray = held.T @ (weights[chosen, None] * held)
    return products
