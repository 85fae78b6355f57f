"""What a driver model's coefficients become without a dealer: from the products of each dealer's own cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.least_squares import LeastSquares
from surveyplat.scoring.records.drivers import DealerInfluence
from surveyplat.scoring.suppression import LEAST_BASE

SHOWN = 5
_SINGULAR = 1e-9


@dataclass(frozen=True)
class DealerProducts:
    """Complete cases, and Σ w z z' of z = (1, attributes, outcome), of a run of dealers (cells) from ``first`` on.

    Shapes (dealers,) and (dealers, p + 2, p + 2).
    """

    first: int
    cases: IntArray
    sums: FloatArray

    def merge(self, other: "DealerProducts") -> "DealerProducts":
        first = min(self.first, other.first)
        count = max(self.first + len(self.cases), other.first + len(other.cases)) - first
        cases, sums = np.zeros(count, dtype=np.int64), np.zeros((count, *self.sums.shape[1:]))
        for part in (self, other):
            place = slice(part.first - first, part.first - first + len(part.cases))
            cases[place] += part.cases
            sums[place] += part.sums
        return DealerProducts(first, cases, sums)


def dealer_products(cases: FloatArray, weights: FloatArray, cells: IntArray, first: int) -> DealerProducts:
    """Count one piece: complete cases with the outcome last, sorted by their dealers' ``cells`` from ``first`` on."""
    held = np.column_stack([np.ones(len(cases)), cases])
    count = int(cells[-1]) - first + 1 if len(cells) else 1
    edges = np.searchsorted(cells, np.arange(first, first + count + 1))
    sums = np.stack([held[a:b].T @ (weights[a:b, None] * held[a:b]) for a, b in pairwise(edges)])
    return DealerProducts(first, np.diff(edges).astype(np.int64), sums)


def determined(fitted: LeastSquares, left_out: FloatArray) -> BoolArray:
    """Whether the rest determines the coefficients without each of the products Σ w z z' of z = (1, attributes,
    outcome), shape (parts, p + 2, p + 2)."""
    values = np.linalg.eigvalsh((_centred(fitted) - _moved(fitted, left_out))[:, :-1, :-1])
    known: BoolArray = values[:, 0] > _SINGULAR * values[:, -1]
    return known


def without(fitted: LeastSquares, left_out: FloatArray) -> FloatArray:
    """Slopes without each of the products, shape (parts, p), which the rest must determine."""
    rest = _centred(fitted) - _moved(fitted, left_out)
    solved = np.asarray(np.linalg.solve(rest[:, :-1, :-1], rest[:, :-1, -1:]), dtype=np.float64)
    return solved[:, 1:, 0]


def dealer_influences(
    fitted: LeastSquares, std_errors: FloatArray, products: DealerProducts, dealers: Sequence[str]
) -> tuple[DealerInfluence, ...]:
    """The dealers of at least 30 complete cases whose leaving out moves a coefficient farthest, at most five.

    Exact: b₍₋g₎ = (X'WX - X_g'W_gX_g)⁻¹(X'Wy - X_g'W_gy_g). The unknown dealer is none of them, nor one without whom
    the rest determines no coefficients; a model without residuals has none.
    """
    known = np.array([bool(dealers[products.first + place]) for place in range(len(products.cases))])
    chosen = np.flatnonzero(known & (products.cases >= LEAST_BASE) & (products.cases < fitted.cases - LEAST_BASE))
    chosen = chosen[determined(fitted, products.sums[chosen])]
    if not len(chosen) or fitted.is_exact:
        return ()
    slopes = without(fitted, products.sums[chosen])
    shifts = (slopes - fitted.fit.coefficients) / std_errors
    strongest = np.abs(shifts).max(axis=1)
    order = np.lexsort((chosen, -strongest))[:SHOWN]
    distances = _distances(fitted, products.sums[chosen[order]])
    items = np.abs(shifts[order]).argmax(axis=1)
    return tuple(
        DealerInfluence(
            dealer=dealers[products.first + int(chosen[place])],
            cases=int(products.cases[chosen[place]]),
            distance=float(distance),
            item=fitted.names[item],
            shift=float(shifts[place, item]),
            coefficient_without=float(slopes[place, item]),
        )
        for place, item, distance in zip(order.tolist(), items.tolist(), distances.tolist(), strict=True)
    )


def _centred(fitted: LeastSquares) -> FloatArray:
    """Σ w z z' of z = (1, attributes, outcome) with attributes and outcome about the sample's means."""
    fit = fitted.fit
    size = len(fit.means) + 1
    sums = np.zeros((size, size))
    among = np.linalg.inv(fit.inverse)
    sums[0, 0] = 1
    sums[1:-1, 1:-1] = among
    sums[1:-1, -1] = sums[-1, 1:-1] = among @ fit.coefficients
    sums[-1, -1] = fit.outcome_variance
    return sums * fit.total_weight


def _moved(fitted: LeastSquares, products: FloatArray) -> FloatArray:
    """Products of (1, attributes, outcome) as those about the sample's means."""
    shift = np.eye(len(fitted.fit.means) + 1)
    shift[1:, 0] = -fitted.fit.means
    moved: FloatArray = shift @ products @ shift.T
    return moved


def _distances(fitted: LeastSquares, products: FloatArray) -> FloatArray:
    """Cook's distance (b - b₋)'X'WX(b - b₋) / (k s²) of all coefficients, of each of the left-out products."""
    whole = _centred(fitted)
    rest = whole - _moved(fitted, products)
    among = rest[:, :-1, :-1]
    own = np.linalg.solve(whole[:-1, :-1], whole[:-1, -1])
    moved = np.linalg.solve(among, rest[:, :-1, -1:])[..., 0] - own
    scale = len(own) * fitted.residual_sum / fitted.residual_df
    distances: FloatArray = ((moved @ whole[:-1, :-1]) * moved).sum(axis=1) / scale
    return distances
