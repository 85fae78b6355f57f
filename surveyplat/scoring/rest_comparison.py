"""Groups of vehicles, each against all others of the same period: which models or build months stand apart."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.columns import problem_column
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.families import adjusted_within
from surveyplat.scoring.intervals import rate_interval
from surveyplat.scoring.moments import Moments
from surveyplat.scoring.rate_comparison import RateComparison, RateSample, compare_rates, pearson_dispersion
from surveyplat.scoring.records.rates import RestContrast
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.suppression import LARGEST_RELATIVE_ERROR, published
from surveyplat.scoring.tabulation import Tabulation

ALPHA = 0.05
_SIDES = ("group", "rest")


def against_rest(table: Tabulation, groups: Mapping[str, FloatArray]) -> tuple[RestContrast, ...]:
    """Each group's problems a vehicle against those of all vehicles outside of it, vehicles of no group among them.

    ``groups``: the groups whose rates are shown, with the sums of their moments by cell (``sums_of_column``,
    ``sums_of_dealers``). The rest is what the total's moments leave: an owner with vehicles on both sides makes its
    error a little larger than it is, never smaller. Both sides lie in the same strata, so that with the sums S of their
    linearised values in the stratum h of m units their rates covary by -Σ_h S₁S₂ / (m - 1). What raked weights explain
    of either side is left in its error, which errs on the safe side. Left out are groups whose rest may not be shown,
    and those whose comparison tells nothing (no problem on either side).
    """
    found = {name: told for name, sums in groups.items() for told in _compared(table, sums)}
    adjusted = adjusted_within([told.p_value for told in found.values()])
    rows = zip(found.items(), adjusted, strict=True)
    return tuple(_contrast(name, told, told.p_value if p is None else p) for (name, told), p in rows)


def still_compared(contrasts: Sequence[RestContrast], shown: Collection[str]) -> tuple[RestContrast, ...]:
    """The contrasts of the groups that are still shown, which are now the family."""
    kept = [contrast for contrast in contrasts if contrast.id in shown]
    adjusted = adjusted_within([contrast.p_value for contrast in kept])
    return tuple(
        contrast if p is None else replace(contrast, p_adjusted=p, significant=p <= ALPHA)
        for contrast, p in zip(kept, adjusted, strict=True)
    )


def sums_of_column(table: Tabulation, group: str, name: str) -> FloatArray:
    """The moments of a column that ``columns_by_group`` counted, shape (statistics, cells)."""
    sums: FloatArray = table.moments.sums[:, :, table.moments.columns.index(problem_column(group, name))]
    return sums


def sums_of_dealers(table: Tabulation, dealers: Sequence[str]) -> FloatArray:
    """The moments of all problems at some dealers, 0 at the others, shape (statistics, cells)."""
    inside = np.isin(table.dealers, dealers)
    return sums_of_column(table, "total", "") * inside


def _contrast(name: str, told: RateComparison, p_adjusted: float) -> RestContrast:
    ends = told.ratio, told.ci_low, told.ci_high
    return RestContrast(name, *ends, told.p_value, p_adjusted, told.method, p_adjusted <= ALPHA)


def _compared(table: Tabulation, sums: FloatArray) -> Iterator[RateComparison]:
    both = np.stack([sums, sums_of_column(table, "total", "") - sums], axis=-1)
    moments = Moments(_SIDES, 0, table.moments.cell_units, both)
    if not moments["n"].sum(axis=0).all():
        return
    ratios = ratios_overall(moments)
    if not _is_shown(ratios.at(1)):
        return
    dispersions = [pearson_dispersion(moments, side) for side in _SIDES]
    group, rest = (RateSample.of(ratios.at(place), told) for place, told in enumerate(dispersions))
    with suppress(InsufficientBase):
        yield compare_rates(group, rest, covariance=_covariance(moments, group.rate, rest.rate))


def _is_shown(rate: Ratio) -> bool:
    return published(rate, rate_interval, largest_relative_error=LARGEST_RELATIVE_ERROR).suppressed is None


def _covariance(moments: Moments, group: Ratio, rest: Ratio) -> float:
    """Of the logarithms of both rates."""
    if not group.value or not rest.value:
        return 0.0
    rates = np.array([group.value, rest.value])
    sums = (moments["wy"] / rates - moments["w"]) / moments["w"].sum(axis=0)
    return -float((sums[:, 0] * sums[:, 1] / np.maximum(moments.cell_units - 1, 1))[moments.cell_units > 1].sum())
