"""How many vehicles had no problem, one, two and so on: what intervals of few problems are told from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray, summed_at
from surveyplat.scoring.columns import PROBLEM_TOTALS, counts_problems
from surveyplat.scoring.moments import CodedColumn, Column, Rows
from surveyplat.scoring.sparse_rates import vehicles_by_problems


@dataclass(frozen=True)
class ProblemCounts:
    """Weighted numbers of vehicles by their number of problems, of the columns that count several problems of one.

    ``vehicles`` has the shape (columns, most + 1). The totals are counted by cell too: ``by_cell`` has the shape
    (totals, cells, most + 1), from ``first_cell`` on.
    """

    columns: tuple[str, ...]
    vehicles: FloatArray
    totals: tuple[str, ...]
    first_cell: int
    by_cell: FloatArray

    def of(self, column: str) -> FloatArray:
        """Vehicles with 0, 1 ... problems, of everybody."""
        counted: FloatArray = self.vehicles[self.columns.index(column)]
        return counted

    def of_cells(self, cells: Sequence[int]) -> "ProblemCounts":
        """The totals of some cells alone, by their place, as cells 0, 1 ..."""
        chosen = self.by_cell[:, cells]
        return ProblemCounts(self.totals, chosen.sum(axis=1), self.totals, 0, chosen)

    def merge(self, other: "ProblemCounts") -> "ProblemCounts":
        first = min(self.first_cell, other.first_cell)
        cells = max(piece.first_cell + piece.by_cell.shape[1] for piece in (self, other)) - first
        width = max(self.vehicles.shape[1], other.vehicles.shape[1])
        vehicles, by_cell = np.zeros((len(self.columns), width)), np.zeros((len(self.totals), cells, width))
        for piece in (self, other):
            start, own = piece.first_cell - first, piece.vehicles.shape[1]
            vehicles[:, :own] += piece.vehicles
            by_cell[:, start : start + piece.by_cell.shape[1], :own] += piece.by_cell
        return ProblemCounts(self.columns, vehicles, self.totals, first, by_cell)


def problem_counts(columns: Iterable[Column | CodedColumn], weights: FloatArray, rows: Rows) -> ProblemCounts:
    """Count one piece: those of its columns that count problems of a vehicle, and may count several of one."""
    held = [column for column in columns if isinstance(column, Column) and counts_problems(column.id)]
    most = int(max((column.values.max(initial=0) for column in held), default=0))
    totals = [column for column in held if column.id in PROBLEM_TOTALS]
    first = int(rows.cells[0])
    cells = int(rows.cells[-1]) - first + 1
    by_cell = [_by_cell(column, weights, rows.cell_of_row - first, cells, most) for column in totals]
    vehicles = [
        vehicles_by_problems(column, weights if column.weights is None else column.weights, most) for column in held
    ]
    return ProblemCounts(
        tuple(column.id for column in held),
        np.array(vehicles).reshape(len(held), most + 1),
        tuple(column.id for column in totals),
        first,
        np.array(by_cell).reshape(len(totals), cells, most + 1),
    )


def _by_cell(column: Column, weights: FloatArray, cell: IntArray, cells: int, most: int) -> FloatArray:
    asked = column.base > 0
    places = cell[asked] * (most + 1) + column.values[asked].astype(np.int64)
    return summed_at(places, weights[asked], cells * (most + 1)).reshape(cells, most + 1)
