"""Survey design: what the moments say about a ratio and its uncertainty.

Strata are dealers, units are customers drawn with replacement (no finite-population correction unless asked). For
R = Σwy / Σwx the linearised value of a unit is u = (A - R·B) / Σwx with A = Σwy and B = Σwx of its answers, and

    Var(R) = Σ_h (1 - f_h) · m_h / (m_h - 1) · Σ_c (u_hc - ū_h)²

over strata h with m_h units, whether those answered the item or not (they are a domain of the sample). Source:
Woodruff, JASA 66 (1971); Binder, International Statistical Review 51 (1983); R survey's svyratio and svymean.
"""

from dataclasses import dataclass, fields

import numpy as np

from surveyplat.scoring.arrays import BoolArray, FloatArray
from surveyplat.scoring.moments import Moments
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.weights import kish_effective_n

_ROUNDING = 256 * np.finfo(np.float64).eps
"""A variance below this share of its own terms is their rounding error, and is 0."""


@dataclass(frozen=True)
class Ratios:
    """Many ratios: ``Ratio``'s fields as arrays of one shape."""

    value: FloatArray
    std_error: FloatArray
    df: FloatArray
    unweighted_base: FloatArray
    weighted_base: FloatArray
    effective_base: FloatArray
    count: FloatArray
    lone_unit: BoolArray

    def at(self, *position: int) -> Ratio:
        held = {name: getattr(self, name).item(*position) for name in _RATIO}
        return Ratio(**{**held, "unweighted_base": int(held["unweighted_base"])})


_RATIO = tuple(field.name for field in fields(Ratios))


def ratios_overall(
    moments: Moments, population_units: FloatArray | None = None, residuals: Moments | None = None
) -> Ratios:
    """Every column's ratio over all strata, shape (columns,).

    A stratum with a single unit has no spread of its own: it is centred at the grand mean (where Σu = 0) and flagged.
    ``population_units``, the units in each stratum's population, asks for the finite-population correction, which
    assumes that non-response is random. ``residuals``, the moments of what the margins of raked weights leave
    unexplained (``calibration``), takes the variance from these.
    """
    total_w, total_y = moments["w"].sum(axis=0), moments["wy"].sum(axis=0)
    value = _divided(total_y, total_w)
    spread, centre, _ = _linearised(moments if residuals is None else residuals, value, total_w)
    scale = moments["aa"] * _divided(np.ones_like(total_w), total_w) ** 2
    units = moments.cell_units[:, None]
    alone = units == 1
    within = spread - np.where(alone, 0.0, centre**2 / np.maximum(units, 1))
    factor = np.where(alone, 1.0, units / np.maximum(units - 1, 1)) * _correction(moments, population_units)
    answering = moments["units"]
    return Ratios(
        value,
        _root((factor * within).sum(axis=0), scale.sum(axis=0)),
        (answering - (answering > 0)).sum(axis=0),
        moments["n"].sum(axis=0),
        total_w,
        kish_effective_n(total_w, moments["bb"].sum(axis=0)),
        moments["y"].sum(axis=0),
        (alone & (answering > 0)).any(axis=0),
    )


def ratios_by_cell(moments: Moments, population_units: FloatArray | None = None) -> Ratios:
    """Every column's ratio within each stratum, shape (cells, columns)."""
    value = _divided(moments["wy"], moments["w"])
    spread, _, scale = _linearised(moments, value, moments["w"])
    units = moments.cell_units[:, None]
    factor = units / np.maximum(units - 1, 1) * _correction(moments, population_units)
    answering = moments["units"]
    return Ratios(
        value,
        _root(factor * spread, scale),
        answering - (answering > 0),
        moments["n"],
        moments["w"],
        kish_effective_n(moments["w"], moments["bb"]),
        moments["y"],
        (units == 1) & (answering > 0),
    )


def _linearised(moments: Moments, value: FloatArray, total: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Σu², Σu and the size of Σu²'s largest term, by stratum and column."""
    weight = _divided(np.ones_like(total), total)
    spread = moments["aa"] - 2 * value * moments["ab"] + value**2 * moments["bb"]
    centre = moments["wy"] - value * moments["w"]
    return spread * weight**2, centre * weight, moments["aa"] * weight**2


def _correction(moments: Moments, population_units: FloatArray | None) -> FloatArray:
    if population_units is None:
        return np.ones((moments.cells, 1))
    return (1 - moments.cell_units / population_units)[:, None]


def _divided(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    return np.divide(numerator, denominator, out=np.zeros_like(denominator), where=denominator != 0)


def _root(variance: FloatArray, scale: FloatArray) -> FloatArray:
    return np.sqrt(np.where(variance > _ROUNDING * scale, variance, 0.0))
