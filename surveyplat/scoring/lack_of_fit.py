"""Linearity of one attribute: what its scale points tell that a straight line through them does not.

Answers have few points, so that each of them can have a coefficient of its own. One mergeable pass adds up the cases by
attribute and point; how much the points explain over the straight model then follows by algebra.
Source: Frisch and Waugh, Econometrica 1 (1933); Fox, Applied Regression Analysis (2016), 12.4.1, lack of fit.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.least_squares import LeastSquares
from surveyplat.scoring.records.drivers import LackOfFit, PointDeviation
from surveyplat.scoring.suppression import LEAST_BASE

_BLOCK_ROWS = 2048
_ROUNDING = 1e-9


@dataclass(frozen=True)
class PointSums:
    """Cases by attribute and scale point from ``lowest`` on: ``answers``, shape (p, points), and Σ w z of z = (1,
    attributes, outcome), shape (p, points, p + 2)."""

    lowest: int
    answers: IntArray
    sums: FloatArray

    def merge(self, other: "PointSums") -> "PointSums":
        return PointSums(self.lowest, self.answers + other.answers, self.sums + other.sums)


def point_sums(cases: FloatArray, weights: FloatArray, lowest: int, highest: int) -> PointSums:
    """Count one piece: complete cases, shape (cases, p + 1) with the outcome last, on points of the named range."""
    attributes, points = cases.shape[1] - 1, np.arange(lowest, highest + 1)
    answers = np.zeros((attributes, len(points)), dtype=np.int64)
    sums = np.zeros((attributes, len(points), attributes + 2))
    for start in range(0, len(cases), _BLOCK_ROWS):
        block, weight = cases[start : start + _BLOCK_ROWS], weights[start : start + _BLOCK_ROWS, None]
        weighted, by_attribute = np.hstack([weight, weight * block]), np.ascontiguousarray(block[:, :-1].T)
        for place, point in enumerate(points.tolist()):
            given = by_attribute == point
            answers[:, place] += np.count_nonzero(given, axis=1)
            sums[:, place] += given.astype(np.float64) @ weighted
    return PointSums(lowest, answers, sums)


def lack_of_fit(fitted: LeastSquares, counted: PointSums) -> Iterator[LackOfFit]:
    """F = ((SSE₀ - SSE₁) / d) / (SSE₁ / (n - k - d)) of each attribute, with d = points given - 2.

    With D the points' dummies, e the straight model's residuals and Q = D'WD less its part in the attributes' span,
    SSE₀ - SSE₁ = (D'We)' Q⁺ (D'We). The same whatever the weights' scale.
    """
    total = fitted.fit.total_weight * fitted.fit.outcome_variance
    for place, item in enumerate(fitted.names):
        given = np.flatnonzero(counted.answers[place])
        sums = counted.sums[place, given]
        explained, residual = _explained_by_points(fitted, sums)
        df = max(len(given) - 2, 0)
        left, left_df = fitted.residual_sum - explained, fitted.residual_df - df
        f = None
        if df and left_df > 0 and left > _ROUNDING * total:
            f = explained / df / (left / left_df)
        yield LackOfFit(
            item=item,
            f=f,
            df=df,
            p_value=None if f is None else float(fdtrc(df, left_df, f)),
            gain=explained / total if df else 0.0,
            points=tuple(
                PointDeviation(counted.lowest + point, answers, float(off / weight))
                for point, answers, off, weight in zip(
                    given.tolist(), counted.answers[place, given].tolist(), residual, sums[:, 0], strict=True
                )
                if answers >= LEAST_BASE
            ),
        )


def _explained_by_points(fitted: LeastSquares, sums: FloatArray) -> tuple[float, FloatArray]:
    """SSE₀ - SSE₁, and Σwe at each point."""
    fit, weight = fitted.fit, sums[:, 0]
    centred = sums[:, 1:] - weight[:, None] * fit.means
    residual: FloatArray = centred[:, -1] - centred[:, :-1] @ fit.coefficients
    spanned = np.outer(weight, weight) + centred[:, :-1] @ fit.inverse @ centred[:, :-1].T
    scale = 1 / np.sqrt(weight)
    own = np.eye(len(weight)) - spanned / fit.total_weight * scale[:, None] * scale
    scaled = residual * scale
    explained = float(scaled @ np.linalg.pinv(own, rcond=_ROUNDING, hermitian=True) @ scaled)
    return min(max(explained, 0.0), fitted.residual_sum), residual
