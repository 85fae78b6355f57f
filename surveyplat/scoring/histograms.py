"""Weighted histograms as mergeable sums: how many gave each answer in each stratum, and how these vary.

For a share of answers at or below a point the units' totals are A = Σw of answers there and B = Σw of all answers.
ΣA² grows from point to point by S² - (S - w)² with each answer of weight w, where S is what its unit has given up to
it; so it is kept as these steps, and one sum a point serves units of any number of answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.moments import STATISTICS, Moments, Rows

_COUNT, _WEIGHT, _STEPS, _SQUARES, _PRODUCTS = range(5)


@dataclass(frozen=True)
class Histograms:
    """Several columns' histograms in a run of consecutive cells (strata), laid side by side.

    ``sums`` has the shape (5, cells, all bins): answers, Σw, the steps of ΣA² from bin to bin, ΣA² of each bin by
    itself, and ΣAB. ``answering`` are the units with an answer, shape (cells, columns).
    """

    names: tuple[str, ...]
    starts: tuple[int, ...]
    """Where the bins of each column begin, and where the last one's end."""
    first_cell: int
    cell_units: FloatArray
    answering: FloatArray
    sums: FloatArray

    def merge(self, other: "Histograms") -> "Histograms":
        """The histograms of both pieces together; both must hold the same columns."""
        first = min(self.first_cell, other.first_cell)
        last = max(piece.first_cell + len(piece.cell_units) for piece in (self, other))
        units, answering = np.zeros(last - first), np.zeros((last - first, len(self.names)))
        sums = np.zeros((len(self.sums), last - first, self.starts[-1]))
        for piece in (self, other):
            place = slice(piece.first_cell - first, piece.first_cell - first + len(piece.cell_units))
            units[place] += piece.cell_units
            answering[place] += piece.answering
            sums[:, place] += piece.sums
        return Histograms(self.names, self.starts, first, units, answering, sums)

    def answers(self, name: str) -> IntArray:
        """Unweighted answers in each bin of a column."""
        answers: IntArray = self._of(name)[_COUNT].sum(axis=0).astype(np.int64)
        return answers

    def reached(self, name: str) -> FloatArray:
        """Σw of the answers at or below each bin, as a share of all; 0 everywhere without an answer."""
        weights = self._of(name)[_WEIGHT].sum(axis=0)
        total = weights.sum()
        return np.cumsum(weights) / total if total > 0 else np.zeros(len(weights))

    def shares_up_to(self, name: str, bins: Sequence[int]) -> Moments:
        """The moments of the shares of answers at or below some bins."""
        counts, weights, steps, _, products = (np.cumsum(part, axis=1)[:, list(bins)] for part in self._of(name))
        return self._moments(name, counts, weights, steps, products)

    def shares_within(self, name: str, groups: Sequence[tuple[int, int]]) -> Moments:
        """The moments of the shares of answers from one bin to another, both included.

        Two different answers of one customer within a group count as if two customers had given them.
        """
        counts, weights, _, squares, products = (
            np.stack([part[:, low : high + 1].sum(axis=1) for low, high in groups], axis=1) for part in self._of(name)
        )
        return self._moments(name, counts, weights, squares, products)

    def _of(self, name: str) -> FloatArray:
        place = self.names.index(name)
        part: FloatArray = self.sums[:, :, self.starts[place] : self.starts[place + 1]]
        return part

    def _moments(
        self, name: str, counts: FloatArray, weights: FloatArray, squares: FloatArray, products: FloatArray
    ) -> Moments:
        all_counts, all_weights, all_squares, _, _ = self._of(name).sum(axis=2)
        held = {
            "n": all_counts[:, None],
            "units": self.answering[:, self.names.index(name), None],
            "x": all_counts[:, None],
            "y": counts,
            "w": all_weights[:, None],
            "wy": weights,
            "wyy": weights,
            "aa": squares,
            "ab": products,
            "bb": all_squares[:, None],
        }
        sums = np.stack([np.broadcast_to(held[statistic], counts.shape) for statistic in STATISTICS])
        return Moments(tuple(str(place) for place in range(counts.shape[1])), self.first_cell, self.cell_units, sums)


def histograms_of(bins: dict[str, IntArray], sizes: Sequence[int], weights: FloatArray, rows: Rows) -> Histograms:
    """Count one piece: for each column the bin of each row, from 0 on, negative where there is no answer."""
    first, cells = int(rows.cells[0]), int(rows.cells[-1] - rows.cells[0]) + 1
    counted = [_counted(column, size, cells, weights, rows) for column, size in zip(bins.values(), sizes, strict=True)]
    units = np.zeros(cells)
    units[rows.cells - first] = rows.units
    return Histograms(
        names=tuple(bins),
        starts=(0, *(int(stop) for stop in np.cumsum(sizes))),
        first_cell=first,
        cell_units=units,
        answering=np.column_stack(
            [np.zeros((cells, 0)), *(_answering(bin_ >= 0, cells, rows) for bin_ in bins.values())]
        ),
        sums=np.concatenate([np.zeros((_PRODUCTS + 1, cells, 0)), *counted], axis=2),
    )


def _answering(answered: BoolArray, cells: int, rows: Rows) -> FloatArray:
    units = rows.units_by_cell((rows.by_unit(answered.astype(np.float64)) > 0).astype(np.float64))
    by_cell = np.zeros(cells)
    by_cell[rows.cells - rows.cells[0]] = units
    return by_cell


def _counted(bins: IntArray, size: int, cells: int, weights: FloatArray, rows: Rows) -> FloatArray:
    """Rows without an answer stand in a bin before the first one, which is dropped."""
    width = size + 1
    place, length = (rows.cell_of_row - rows.cells[0]) * width + bins + 1, cells * width
    counts, weight = (np.bincount(place, values, minlength=length) for values in (None, weights))
    if rows.unit_of_row is None:
        parts = [np.bincount(place, weights * weights, minlength=length)] * 3
    else:
        units = _of_units(rows.unit_of_row, bins, np.where(bins >= 0, weights, 0.0))
        parts = [np.bincount(place, values, minlength=length) for values in units]
    return np.stack([counts, weight, *parts]).reshape(_PRODUCTS + 1, cells, width)[:, :, 1:]


def _of_units(unit: IntArray, bins: IntArray, w: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Each answer's step of ΣA², its part of ΣA² by bin, and of ΣAB, where units have several answers."""
    steps = w * w
    squares, products = steps.copy(), steps.copy()
    several = np.flatnonzero(np.bincount(unit)[unit] > 1)
    order = several[np.lexsort((bins[several], unit[several]))]
    if len(order):
        weight, starts = w[order], np.append(True, np.diff(unit[order]) > 0)
        before = _before_in_run(weight, starts)
        steps[order] = weight * (2 * before + weight)
        within = _before_in_run(weight, starts | np.append(True, np.diff(bins[order]) != 0))
        squares[order] = weight * (2 * within + weight)
        runs = np.cumsum(starts) - 1
        products[order] = weight * np.bincount(runs, weight)[runs]
    return steps, squares, products


def _before_in_run(weight: FloatArray, starts: BoolArray) -> FloatArray:
    """What stands before each weight in its run."""
    before = np.cumsum(weight) - weight
    first = before[np.flatnonzero(starts)]
    difference: FloatArray = before - first[np.cumsum(starts) - 1]
    return difference
