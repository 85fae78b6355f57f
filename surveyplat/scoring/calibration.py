"""The uncertainty of raked measures: what the margins explain of an answer does not vary from sample to sample.

For the linearised z = y - R x of each column, Σ start · z by the margins' categories gives the regression of z on these
categories; one further mergeable pass sums what it leaves of each unit, from which ``ratios_overall`` takes the
variance. Source: Deville and Särndal, JASA 87 (1992), equation 3.4; R survey's svymean after rake.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import CodeArray, FloatArray, IntArray, summed_at
from surveyplat.scoring.moments import (
    STATISTICS,
    CodedColumn,
    Column,
    Moments,
    Rows,
    Tally,
    plain_column,
    tallies_of,
)
from surveyplat.scoring.raking import Raking, WeightCells

_SINGULAR = 1e-10
_SQUARES, _TOTALS = STATISTICS.index("aa"), STATISTICS.index("wy")


def coefficients(cells: WeightCells, raking: Raking, sums: Sequence[FloatArray]) -> list[FloatArray]:
    """Least squares of columns on the categories of all margins, with the start weights.

    ``sums`` has Σ start · z by group for each margin, shape (groups, columns), and so has what is given. The first
    margin, which may have many groups, is eliminated; categories that others determine count for nothing, and what is
    fitted does not depend on which these are.
    """
    amount = cells.start * cells.responses
    first, *others = [(margin.group_of_cell, len(margin.totals)) for margin in raking.margins]
    known = summed_at(first[0], amount, first[1])
    if not others:
        return [sums[0] / known[:, None]]
    beside = np.hstack([_crossed(amount, *first, *columns) for columns in others])
    crossed = np.block([[_crossed(amount, *rows, *columns) for columns in others] for rows in others])
    shares = beside / known[:, None]
    scale = 1 / np.sqrt(np.diagonal(crossed))
    left = (crossed - beside.T @ shares) * scale[:, None] * scale
    right = scale[:, None] * (np.concatenate(sums[1:]) - shares.T @ sums[0])
    further = scale[:, None] * (np.linalg.pinv(left, rcond=_SINGULAR, hermitian=True) @ right)
    own = sums[0] / known[:, None] - shares @ further
    return [own, *np.split(further, np.cumsum([size for _, size in others])[:-1])]


def _crossed(amount: FloatArray, rows: IntArray, height: int, columns: IntArray, width: int) -> FloatArray:
    return summed_at(rows * width + columns, amount, height * width).reshape(height, width)


def linearised_sums(values: FloatArray, y: FloatArray, x: FloatArray) -> FloatArray:
    """Σz = Σy - R Σx, shape (groups, columns), from sums of that shape and the columns' ratios R."""
    return y - values * x


@dataclass(frozen=True)
class Explained:
    """What is explained of the rows: for each part coefficients, shape (groups, columns), and the rows' groups.

    A row of group -1 is in none: nothing of it is explained.
    """

    parts: tuple[tuple[FloatArray, IntArray], ...]

    def of(self, column: int) -> FloatArray:
        """One number a row."""
        whole = np.zeros(len(self.parts[0][1]))
        for part, groups in self.parts:
            whole += np.append(part[:, column], 0.0)[groups]
        return whole

    def at(self, rows: IntArray) -> "Explained":
        return Explained(tuple((part, groups[rows]) for part, groups in self.parts))


def residual_moments(
    columns: Sequence[Column | CodedColumn],
    values: FloatArray,
    explained: Explained,
    weights: FloatArray,
    rows: Rows,
    groups: IntArray | None = None,
) -> Moments:
    """The moments of e = y - R x - what is explained, as far as a variance needs them: Σ A² and Σ A of the units.

    All rows count, those outside a column's base too: nothing of a domain's residual is 0 beyond it. ``groups`` as in
    ``moments_of``; rows of one group must have one and the same explained part.
    """
    first = int(rows.cells[0])
    sums = np.zeros((len(STATISTICS), int(rows.cells[-1]) - first + 1, len(columns)))
    tallies = [
        (tally, explained if tally.chosen is None else explained.at(tally.chosen))
        for tally in tallies_of(weights, rows, groups)
    ]
    for place, column in enumerate(columns):
        for cells, (squares, totals) in _parts(column, place, values[place], explained, weights, rows, tallies):
            sums[_SQUARES, cells - first, place] += squares
            sums[_TOTALS, cells - first, place] += totals
    units = np.zeros(sums.shape[1])
    units[rows.cells - first] = rows.units
    return Moments(tuple(column.id for column in columns), first, units, sums)


def _parts(
    column: Column | CodedColumn,
    place: int,
    value: float,
    explained: Explained,
    weights: FloatArray,
    rows: Rows,
    tallies: list[tuple[Tally, Explained]],
) -> Iterator[tuple[IntArray, FloatArray]]:
    """Cells and their sums, shape (2, cells): of all rows, or of those of one row a unit and those of several."""
    if isinstance(column, Column):
        (tally, _), *more = tallies
        if column.part is not None and tally.by_run and not more:
            yield from _by_part(column, column.part, place, value, explained, tally)
        else:
            yield rows.cells, _by_row(column, value, explained.of(place), weights, rows)
        return
    for tally, own in tallies:
        if not tally.by_run:
            plain = plain_column(column.id, tally.codes(column))
            yield tally.rows.cells, _by_row(plain, value, own.of(place), tally.weights, tally.rows)
        else:
            yield tally.rows.cells, _by_run(tally, tally.codes(column), value, own.at(tally.run_rows).of(place))


def _by_row(column: Column, value: float, explained: FloatArray, weights: FloatArray, rows: Rows) -> FloatArray:
    residual = -explained
    residual[slice(None) if column.places is None else column.places] += column.values - value * column.base
    totals = rows.by_unit(weights * residual)
    return np.stack([rows.units_by_cell(totals**2), rows.units_by_cell(totals)])


def _by_part(
    column: Column, part: Rows, place: int, value: float, explained: Explained, tally: Tally
) -> Iterator[tuple[IntArray, FloatArray]]:
    """The same for a domain where every unit has one row: all rows as if outside of it, then what its own rows add."""
    weights, outside = tally.run_weights, explained.at(tally.run_rows).of(place)
    amount = tally.run_lengths * weights * outside
    yield tally.rows.cells, np.add.reduceat(np.stack([amount * weights * outside, -amount]), tally.cell_runs, axis=1)
    if column.places is not None and len(column.places):
        own, linearised = tally.weights[column.places], column.values - value * column.base
        squares = own**2 * linearised * (linearised - 2 * explained.at(column.places).of(place))
        yield part.cells, np.stack([part.by_cell(squares), part.by_cell(own * linearised)])


def _by_run(tally: Tally, codes: CodeArray, value: float, explained: FloatArray) -> FloatArray:
    """The same where every unit has one row: the rows of a run at one point have one residual."""
    counts = tally.counts(codes)
    residuals = np.append(0.0, np.arange(counts.shape[1] - 1) - value) - explained[:, None]
    totals = (counts * residuals).sum(axis=1) * tally.run_weights
    squares = (counts * residuals**2).sum(axis=1) * tally.run_weights**2
    return np.add.reduceat(np.stack([squares, totals]), tally.cell_runs, axis=1)
