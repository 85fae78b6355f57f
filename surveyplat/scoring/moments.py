"""The mergeable weighted moments: one pass over the rows, then algebra.

Every measure of this room is a ratio R = Σwy / Σwx: a mean is the ratio in which x marks who answered, and a domain
(the vehicles of one model) is a column whose x is 1 only there. Its linearised variance needs, for each stratum, only
sums over respondents and sums over the units' (customers') totals A = Σwy and B = Σwx. All of them add up, so pieces
of a snapshot can be counted anywhere and merged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import BoolArray, CodeArray, FloatArray, IntArray

STATISTICS = ("n", "units", "y", "w", "wy", "wyy", "aa", "ab", "bb", "x")
"""In order: answers, units with an answer, Σy, Σwx, Σwy, Σwy², over units ΣA², ΣAB, ΣB², and Σx."""

_LEAST_ROWS_OF_A_RUN = 8


@dataclass(frozen=True)
class Moments:
    """The moments of some columns in a run of consecutive cells (strata: dealers).

    ``sums`` has the shape (len(STATISTICS), cells, columns); counts in it are whole numbers. ``cell_units`` counts the
    units of each cell, whether they answered or not.
    """

    columns: tuple[str, ...]
    first_cell: int
    cell_units: FloatArray
    sums: FloatArray

    def __getitem__(self, statistic: str) -> FloatArray:
        """One of ``STATISTICS`` by its name, shape (cells, columns)."""
        values: FloatArray = self.sums[STATISTICS.index(statistic)]
        return values

    @property
    def cells(self) -> int:
        return len(self.cell_units)

    def of_cells(self, cells: Sequence[int]) -> "Moments":
        """The moments of some cells alone, by their place, as cells 0, 1 ..."""
        return Moments(self.columns, 0, self.cell_units[cells], self.sums[:, cells])

    def merge(self, other: "Moments") -> "Moments":
        """The moments of both pieces together. Raises ``ScoringError`` when they hold different columns."""
        if self.columns != other.columns:
            raise ScoringError("Moments of different columns cannot be merged: make both pieces from the same plan")
        first = min(self.first_cell, other.first_cell)
        last = max(self.first_cell + self.cells, other.first_cell + other.cells)
        units = np.zeros(last - first)
        sums = np.zeros((len(STATISTICS), last - first, len(self.columns)))
        for piece in (self, other):
            place = slice(piece.first_cell - first, piece.first_cell - first + piece.cells)
            units[place] += piece.cell_units
            sums[:, place] += piece.sums
        return Moments(self.columns, first, units, sums)


@dataclass(frozen=True)
class Rows:
    """Some rows, sorted by cell and then by unit: where the runs of each begin.

    ``cells`` are the ascending numbers of the cells present, ``cell_starts`` their first rows, ``unit_cell_starts``
    their first units. ``unit_of_row`` is None when every row is a unit of its own, which spares half of the work.
    """

    cells: IntArray
    cell_starts: IntArray
    unit_cell_starts: IntArray
    unit_of_row: IntArray | None
    cell_of_row: IntArray = field(repr=False)
    unit_label: IntArray = field(repr=False)

    @classmethod
    def in_order(cls, cell_of_row: IntArray, unit_label: IntArray) -> "Rows":
        """From the cell number and the unit's label of each row; a label need only differ from its neighbours'."""
        new_cell = _changes(cell_of_row)
        new_unit = new_cell | _changes(unit_label)
        cell_starts = np.flatnonzero(new_cell)
        unit_of_row = np.cumsum(new_unit) - 1
        alone = bool(new_unit.all())
        return cls(
            cells=cell_of_row[cell_starts],
            cell_starts=cell_starts,
            unit_cell_starts=cell_starts if alone else unit_of_row[cell_starts],
            unit_of_row=None if alone else unit_of_row,
            cell_of_row=cell_of_row,
            unit_label=unit_label,
        )

    def chosen(self, rows: IntArray | BoolArray) -> "Rows":
        """The same for a part of the rows (a mask, or ascending positions)."""
        return Rows.in_order(self.cell_of_row[rows], self.unit_label[rows])

    @property
    def units(self) -> FloatArray:
        """The number of units in each cell present."""
        count = len(self.cell_of_row) if self.unit_of_row is None else int(self.unit_of_row[-1]) + 1
        return np.diff(np.append(self.unit_cell_starts, count)).astype(np.float64)

    def by_cell(self, values: FloatArray) -> FloatArray:
        return np.add.reduceat(values, self.cell_starts)

    def by_unit(self, values: FloatArray) -> FloatArray:
        if self.unit_of_row is None:
            return values
        return np.asarray(np.bincount(self.unit_of_row, weights=values), dtype=np.float64)

    def units_by_cell(self, values: FloatArray) -> FloatArray:
        return np.add.reduceat(values, self.unit_cell_starts)


@dataclass(frozen=True)
class Column:
    """One column to be counted: y, and the x of its ratio (1 where it counts, 0 where it is missing or outside).

    ``values`` must be 0 wherever ``base`` is. ``part`` holds the column's own rows when it lives on a part of the piece
    (a domain) and ``places`` where these stand in the piece; the arrays then have that part's length, as has
    ``weights``.
    """

    id: str
    values: FloatArray
    base: FloatArray
    part: Rows | None = None
    weights: FloatArray | None = None
    places: IntArray | None = None


@dataclass(frozen=True)
class CodedColumn:
    """A column of whole numbers from 0 on, of which there are few; a negative one is missing."""

    id: str
    codes: CodeArray


def moments_of(
    columns: Iterable[Column | CodedColumn], weights: FloatArray, rows: Rows, groups: IntArray | None = None
) -> Moments:
    """Count one piece: columns over ``rows``, with one weight each.

    ``groups`` may number the rows of one cell and one weight together, ascending with the cells: what is coded is then
    counted by group, which spares most of the work. Without them, runs of neighbours with equal weights are found.
    """
    held = list(columns)
    first = int(rows.cells[0])
    sums = np.zeros((len(STATISTICS), int(rows.cells[-1]) - first + 1, len(held)))
    tallies = tallies_of(weights, rows, groups) if any(isinstance(column, CodedColumn) for column in held) else []
    for position, column in enumerate(held):
        if isinstance(column, CodedColumn):
            for tally in tallies:
                sums[:, tally.rows.cells - first, position] += tally.sums(column)
            continue
        own = column.part or rows
        if len(own.cells):
            own_weights = weights if column.weights is None else column.weights
            sums[:, own.cells - first, position] = _column_sums(column, own_weights, own)
    units = np.zeros(sums.shape[1])
    units[rows.cells - first] = rows.units
    return Moments(tuple(column.id for column in held), first, units, sums)


def _column_sums(column: Column, weights: FloatArray, rows: Rows) -> FloatArray:
    y, x = column.values, column.base
    wx, wy = weights * x, weights * y
    a, b = rows.by_unit(wy), rows.by_unit(wx)
    answered = (x != 0).astype(np.float64)
    return np.stack(
        [
            rows.by_cell(answered),
            rows.units_by_cell((b != 0).astype(np.float64)),
            rows.by_cell(y),
            rows.by_cell(wx),
            rows.by_cell(wy),
            rows.by_cell(wy * y),
            rows.units_by_cell(a * a),
            rows.units_by_cell(a * b),
            rows.units_by_cell(b * b),
            rows.by_cell(x),
        ]
    )


@dataclass(frozen=True)
class Tally:
    """Some rows of a piece in runs of one cell and one weight: answers need only be counted in each.

    ``chosen`` are the rows' places in the piece, ``run_weights`` has the weight of each run, ``run_rows`` one of its
    rows and ``cell_runs`` the first run of each cell. ``by_run`` is False where units have several rows, or nearly
    every row a weight of its own: there counting by run is wrong, or slow.
    """

    rows: Rows
    weights: FloatArray
    chosen: IntArray | None
    runs: IntArray
    run_weights: FloatArray
    run_rows: IntArray
    cell_runs: IntArray
    by_run: bool

    @classmethod
    def of(cls, rows: Rows, weights: FloatArray, chosen: IntArray | None, groups: IntArray | None) -> "Tally":
        runs = np.cumsum(_changes(rows.cell_of_row) | _changes(weights)) - 1 if groups is None else _ranked(groups)
        run_rows = np.empty(int(runs.max()) + 1, dtype=np.int64)
        run_rows[runs] = np.arange(len(runs))
        few = rows.unit_of_row is None and len(run_rows) * _LEAST_ROWS_OF_A_RUN <= len(runs)
        cell_runs = np.minimum.reduceat(runs, rows.cell_starts)
        return cls(rows, weights, chosen, runs, weights[run_rows], run_rows, cell_runs, few)

    @cached_property
    def run_lengths(self) -> IntArray:
        """Rows of each run."""
        return np.bincount(self.runs, minlength=len(self.run_weights))

    def codes(self, column: CodedColumn) -> CodeArray:
        """The column in this tally's rows."""
        return column.codes if self.chosen is None else column.codes[self.chosen]

    def counts(self, codes: CodeArray) -> IntArray:
        """Rows of each run: first those that are missing, then those at each point from 0 on."""
        width = max(int(codes.max()), 0) + 2
        counts = np.bincount(self.runs * width + np.maximum(codes, -1) + 1, minlength=len(self.run_weights) * width)
        return counts.reshape(-1, width)

    def sums(self, column: CodedColumn) -> FloatArray:
        codes = self.codes(column)
        if not self.by_run:
            return _column_sums(plain_column(column.id, codes), self.weights, self.rows)
        return self._weighted(self.counts(codes)[:, 1:])

    def _weighted(self, counts: IntArray) -> FloatArray:
        """The sums by cell from the number of answers at each point by run: whole numbers, then times the weight."""
        points = np.arange(counts.shape[1])
        n, y, yy, w = counts.sum(axis=1), counts @ points, counts @ points**2, self.run_weights
        by_run = np.stack([n, n * (w != 0), y, w * n, w * y, w * yy, w**2 * yy, w**2 * y, w**2 * n, n])
        return np.add.reduceat(by_run, self.cell_runs, axis=1)


def plain_column(name: str, codes: CodeArray) -> Column:
    """A coded column as y and x."""
    answered = codes >= 0
    return Column(name, np.where(answered, codes, 0.0), answered.astype(np.float64))


def tallies_of(weights: FloatArray, rows: Rows, groups: IntArray | None = None) -> list[Tally]:
    """Units of one row apart from those of several, as far as there are any."""
    if rows.unit_of_row is None:
        return [Tally.of(rows, weights, None, groups)]
    alone = np.bincount(rows.unit_of_row)[rows.unit_of_row] == 1
    parts = (np.flatnonzero(alone), np.flatnonzero(~alone))
    return [
        Tally.of(rows.chosen(part), weights[part], part, None if groups is None else groups[part])
        for part in parts
        if len(part)
    ]


def _ranked(groups: IntArray) -> IntArray:
    """The same groups numbered from 0 without gaps."""
    ranks: IntArray = np.cumsum(np.bincount(groups) > 0) - 1
    return ranks[groups]


def _changes(labels: IntArray | FloatArray) -> BoolArray:
    """True where a run of equal labels begins."""
    begins = np.ones(len(labels), dtype=np.bool_)
    np.not_equal(labels[1:], labels[:-1], out=begins[1:])
    return begins
