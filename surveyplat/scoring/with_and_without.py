"""A measure over all answers and over those that are not flagged, and how far the two are apart."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.arrays import BoolArray, FloatArray
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.moments import Column, Moments
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.ratio import Ratio

_ROUNDING = 256 * np.finfo(np.float64).eps


@dataclass(frozen=True)
class WithAndWithout:
    """``difference`` is the measure of the unflagged less that of all."""

    all: Ratio
    unflagged: Ratio
    difference: Contrast
    flagged: int
    """Flagged responses that had an answer."""


def unflagged_column(column: str) -> str:
    """The name under which a column is counted without the flagged."""
    return _name(column, "unflagged")


def columns_without(column: Column, flagged: BoolArray) -> Iterator[Column]:
    """What the pass counts beside the ``column`` itself, all of it for the difference's standard error.

    The column of the unflagged; its sum with the whole one; and the whole y over the unflagged x, which is no ratio of
    anything: units' ΣAB of these two are needed, and nothing else holds them.
    """
    values, base = np.where(flagged, 0.0, column.values), np.where(flagged, 0.0, column.base)
    yield Column(_name(column.id, "unflagged"), values, base)
    yield Column(_name(column.id, "sum"), column.values + values, column.base + base)
    yield Column(_name(column.id, "across"), column.values, base)


def with_and_without(moments: Moments, column: str) -> WithAndWithout:
    """A measure R = Σwy / Σwx over all responses and over the unflagged ones, and how far they are apart.

    Both rest on the same people, so that the difference's SE is that of the units' u_unflagged - u_all with
    u = w (y - R x) / Σwx, within strata. Raises ``InsufficientBase`` when nobody unflagged has an answer.
    Source: Woodruff, JASA 66 (1971).
    """
    names = (column, *(_name(column, part) for part in ("unflagged", "sum", "across")))
    places = [moments.columns.index(name) for name in names]
    chosen = Moments(names, moments.first_cell, moments.cell_units, moments.sums[:, :, places])
    ratios = ratios_overall(chosen)
    everybody, unflagged = ratios.at(0), ratios.at(1)
    if not unflagged.weighted_base:
        raise InsufficientBase(f"{column}: every answer is flagged, so that nothing is left to compare with")
    std_error = _std_error(chosen, everybody, unflagged)
    difference = contrast(unflagged.value - everybody.value, std_error, everybody.df)
    return WithAndWithout(everybody, unflagged, difference, everybody.unweighted_base - unflagged.unweighted_base)


def _name(column: str, part: str) -> str:
    return f"{part}/{column}"


def _std_error(moments: Moments, everybody: Ratio, unflagged: Ratio) -> float:
    """Of R_unflagged - R_all, with strata of one unit centred at the grand mean like those of any ratio."""
    weights = np.array(
        [
            1 / unflagged.weighted_base,
            -unflagged.value / unflagged.weighted_base,
            -1 / everybody.weighted_base,
            everybody.value / everybody.weighted_base,
        ]
    )
    products = _products(moments)
    squares = np.einsum("i,ijh,j->h", weights, products, weights)
    centre = weights @ np.stack([moments["wy"][:, 1], moments["w"][:, 1], moments["wy"][:, 0], moments["w"][:, 0]])
    units = moments.cell_units
    alone = units == 1
    within = squares - np.where(alone, 0.0, centre**2 / np.maximum(units, 1))
    variance = float((np.where(alone, 1.0, units / np.maximum(units - 1, 1)) * within).sum())
    terms = float(np.einsum("i,iih->", weights**2, products))
    return variance**0.5 if variance > _ROUNDING * terms else 0.0


def _products(moments: Moments) -> FloatArray:
    """Σ v v' over the units of each stratum, v = (A, B of the unflagged, A, B of all): shape (4, 4, strata)."""
    (aa, aa_kept, aa_sum, _), (ab, ab_kept, ab_sum, ab_across), (bb, bb_kept, bb_sum, _) = (
        moments[name].T for name in ("aa", "ab", "bb")
    )
    kept_a_all_a, kept_b_all_b = (aa_sum - aa - aa_kept) / 2, (bb_sum - bb - bb_kept) / 2
    kept_a_all_b = ab_sum - ab - ab_kept - ab_across
    return np.stack(
        [
            np.stack([aa_kept, ab_kept, kept_a_all_a, kept_a_all_b]),
            np.stack([ab_kept, bb_kept, ab_across, kept_b_all_b]),
            np.stack([kept_a_all_a, ab_across, aa, ab]),
            np.stack([kept_a_all_b, kept_b_all_b, ab, bb]),
        ]
    )
