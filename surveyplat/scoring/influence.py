"""Influence: whether a handful of answers decides a driver model. One mergeable pass after the fit.

The leverage of a case is h = w (1 + (x - x̄)'C⁻¹(x - x̄)) / Σw with the attributes' covariances C, and Cook's distance
D = w e² / (k s²) · h / (1 - h)² says how far all k coefficients move without it, with s² = Σwe² / (n - k).
Source: Cook, Technometrics 19 (1977); Belsley, Kuh and Welsch, Regression Diagnostics (1980); statsmodels OLSInfluence.
"""

from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.least_squares import LeastSquares

SHOWN = 10
_DECISIVE = 1 - 1e-9


@dataclass(frozen=True)
class InfluentialCase:
    """``row`` is the case's number in the snapshot; never a person's name."""

    row: int
    cooks_distance: float
    leverage: float


@dataclass(frozen=True)
class Influence:
    """``above_threshold`` counts cases with D above 4 / n. ``decisive`` counts cases that a coefficient hangs on alone
    (leverage 1), whose D has no value; they are not among the ``strongest``, which come in falling D."""

    cases: int
    above_threshold: int
    decisive: int
    largest_leverage: float
    strongest: tuple[InfluentialCase, ...]

    def merge(self, other: "Influence") -> "Influence":
        together = sorted((*self.strongest, *other.strongest), key=lambda case: (-case.cooks_distance, case.row))
        return Influence(
            self.cases + other.cases,
            self.above_threshold + other.above_threshold,
            self.decisive + other.decisive,
            max(self.largest_leverage, other.largest_leverage),
            tuple(together[:SHOWN]),
        )


def influence_of(fitted: LeastSquares, cases: FloatArray, weights: FloatArray, rows: IntArray) -> Influence:
    """The pass over one piece: complete cases with the outcome last; ``rows`` are their numbers in the snapshot.

    A fit without residuals gives distances of 0.
    """
    centred = cases[:, :-1] - fitted.fit.means[:-1]
    about_means = np.einsum("ni,ij,nj->n", centred, fitted.fit.inverse, centred)
    leverage = weights * (1 + about_means) / fitted.fit.total_weight
    free = np.where(leverage < _DECISIVE, 1 - leverage, np.inf)
    scale = (len(fitted.names) + 1) * fitted.residual_sum / fitted.residual_df
    squares = weights * fitted.residuals(cases) ** 2
    held = (scale > 0) & np.isfinite(free)
    distance = np.divide(squares * leverage, scale * free**2, out=np.zeros_like(squares), where=held)
    order = np.lexsort((rows, -distance))[:SHOWN]
    return Influence(
        cases=len(cases),
        above_threshold=int(np.count_nonzero(distance > 4 / fitted.cases)),
        decisive=int(np.count_nonzero(leverage >= _DECISIVE)),
        largest_leverage=float(leverage.max(initial=0.0)),
        strongest=tuple(
            InfluentialCase(int(rows[place]), float(distance[place]), float(leverage[place])) for place in order
        ),
    )
