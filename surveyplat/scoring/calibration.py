"""The uncertainty of raked measures: what the margins explain of an answer does not vary from sample to sample.

One further mergeable pass gives each cell's sums of the start-weighted columns; the regression on the margins'
categories is fitted to these; a second one counts the moments of the residuals, from which ``ratios_overall`` takes
the variance. Source: Deville and Särndal, JASA 87 (1992), equation 3.4; R survey's svymean after rake.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray, summed_at
from surveyplat.scoring.moments import Column
from surveyplat.scoring.raking import Raking, WeightCells

_SINGULAR = 1e-10


@dataclass(frozen=True)
class Fitted:
    """What the margins' categories explain of each column's y and x: shape (cells, columns) each."""

    values: FloatArray
    base: FloatArray


def start_sums(columns: Sequence[Column], cells: WeightCells, cell_of_row: IntArray) -> FloatArray:
    """Σ start · y and Σ start · x of every cell, shape (2, cells, columns): sums of pieces add up."""
    size = len(cells.start)
    sums = [[summed_at(cell_of_row, part, size) for part in (column.values, column.base)] for column in columns]
    return np.moveaxis(np.array(sums) * cells.start, 0, -1)


def fitted_by_margins(cells: WeightCells, raking: Raking, sums: FloatArray) -> Fitted:
    """Least squares of y and x on the categories of all margins, with the start weights, from ``start_sums``.

    Categories that others determine are left out; what is fitted does not depend on which.
    """
    groups = [margin.group_of_cell for margin in raking.margins]
    sizes = [len(margin.totals) for margin in raking.margins]
    amount = cells.start * cells.responses
    pairs = list(zip(groups, sizes, strict=True))
    crossed = np.block([[_crossed(amount, *rows, *columns) for columns in pairs] for rows in pairs])
    scale = 1 / np.sqrt(np.diagonal(crossed))
    inverse = np.linalg.pinv(crossed * scale[:, None] * scale, rcond=_SINGULAR, hermitian=True)
    explained = [_fitted(part, groups, sizes, scale, inverse) for part in sums]
    return Fitted(explained[0], explained[1])


def residual_columns(columns: Sequence[Column], fitted: Fitted, cell_of_row: IntArray) -> list[Column]:
    """The columns less what the margins explain. They need all rows: a domain's residual is not 0 outside of it."""
    return [
        Column(
            column.id,
            column.values - fitted.values[cell_of_row, place],
            column.base - fitted.base[cell_of_row, place],
        )
        for place, column in enumerate(columns)
    ]


def _crossed(amount: FloatArray, rows: IntArray, height: int, columns: IntArray, width: int) -> FloatArray:
    return summed_at(rows * width + columns, amount, height * width).reshape(height, width)


def _fitted(
    sums: FloatArray, groups: Sequence[IntArray], sizes: Sequence[int], scale: FloatArray, inverse: FloatArray
) -> FloatArray:
    right = np.concatenate([_by_group(sums, group, size) for group, size in zip(groups, sizes, strict=True)])
    coefficients = scale[:, None] * (inverse @ (scale[:, None] * right))
    parts = np.split(coefficients, np.cumsum(sizes)[:-1])
    explained: FloatArray = np.sum([part[group] for part, group in zip(parts, groups, strict=True)], axis=0)
    return explained


def _by_group(sums: FloatArray, group: IntArray, size: int) -> FloatArray:
    return np.column_stack([summed_at(group, column, size) for column in sums.T])
