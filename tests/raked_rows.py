"""What raking leaves unexplained of columns that are at hand as arrays."""

from collections.abc import Sequence

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray, summed_at
from surveyplat.scoring.calibration import Explained, coefficients, residual_moments
from surveyplat.scoring.moments import Column, Moments, Rows
from surveyplat.scoring.raking import Raking, WeightCells


def residuals_of_rows(
    columns: Sequence[Column], values: FloatArray, cells: WeightCells, raking: Raking, cell_of_row: IntArray, rows: Rows
) -> Moments:
    """The residuals of y - R x, with R the ``values``."""
    linearised = [column.values - value * column.base for column, value in zip(columns, values, strict=True)]
    started = np.column_stack(linearised) * cells.start[cell_of_row][:, None]
    groups = [margin.group_of_cell[cell_of_row] for margin in raking.margins]
    sums = [
        np.column_stack([summed_at(group, column, len(margin.totals)) for column in started.T])
        for group, margin in zip(groups, raking.margins, strict=True)
    ]
    explained = Explained(tuple(zip(coefficients(cells, raking, sums), groups, strict=True)))
    return residual_moments(columns, values, explained, raking.weights[cell_of_row], rows)
