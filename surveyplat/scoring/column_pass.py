"""A pass that counts columns, and with raked weights the one after it that counts what the margins leave of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray, summed_at
from surveyplat.scoring.calibration import Explained, coefficients, linearised_sums, residual_moments
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.moments import CodedColumn, Column, Moments, Rows, moments_of
from surveyplat.scoring.row_weights import PlacedRows, Task
from surveyplat.scoring.tabulation import Tabulation
from surveyplat.scoring.weighing import RakedSample, Weighed
from surveyplat.scoring.workers import Workers


@dataclass(frozen=True)
class PieceColumns:
    """The columns of one piece, its rows, and where these stand."""

    columns: list[Column | CodedColumn]
    rows: Rows
    placed: PlacedRows


Reader = Callable[[Task], PieceColumns]
"""Reads the columns of a piece, the same ones of each; workers must be able to unpickle it."""


@dataclass(frozen=True)
class ColumnCounts:
    """``by_slot`` has Σy and Σx of the raked responses by slot, shape (2, slots, columns); no slots without raking."""

    moments: Moments
    by_slot: FloatArray

    def merge(self, other: "ColumnCounts") -> "ColumnCounts":
        return ColumnCounts(self.moments.merge(other.moments), self.by_slot + other.by_slot)


def count_read(read: Reader, task: Task) -> ColumnCounts:
    """Read and count one piece."""
    return count_columns(task, read(task))


def count_columns(task: Task, held: PieceColumns) -> ColumnCounts:
    """Count one piece."""
    placed = held.placed
    moments = moments_of(held.columns, placed.weights, held.rows, placed.groups)
    if task.weights.slots == 1:
        return ColumnCounts(moments, np.zeros((2, 0, len(held.columns))))
    slots = np.where(task.weights.calibrated[placed.dealer], placed.slot, placed.slots)
    by_slot = [_slot_sums(column, slots, placed.slots) for column in held.columns]
    return ColumnCounts(moments, np.stack(by_slot, axis=-1))


def _slot_sums(column: Column | CodedColumn, slots: IntArray, count: int) -> FloatArray:
    if isinstance(column, CodedColumn):
        width = max(int(column.codes.max()), 0) + 2
        counts = np.bincount(slots * width + np.maximum(column.codes, -1) + 1, minlength=(count + 1) * width)
        answers = counts.reshape(-1, width)[:count, 1:]
        return np.stack([answers @ np.arange(width - 1), answers.sum(axis=1)]).astype(np.float64)
    own = slots if column.places is None else slots[column.places]
    return np.stack([summed_at(own, part, count + 1)[:count] for part in (column.values, column.base)])


def tabulated(
    read: Reader,
    counts: ColumnCounts,
    weighed: Weighed,
    tasks: Sequence[Task],
    dealers: tuple[str, ...],
    workers: Workers,
) -> Tabulation:
    """The counts, looked up by column and dealer. After raking one further pass gives the variances' residuals.

    Raises what ``scoring.snapshot`` raises for a snapshot that is damaged.
    """
    margins = margins_of(counts, weighed)
    if margins is None:
        return Tabulation(counts.moments, dealers)
    parted = [(task, margins.of_piece(task)) for task in tasks]
    residuals = workers.merged("margins", partial(_read_residuals, read), parted)
    return Tabulation(counts.moments, dealers, residuals=residuals)


@dataclass(frozen=True)
class Margins:
    """What the margins of raked weights explain of columns with the ratios ``values``.

    Coefficients of each dealer, shape (dealers, columns), and of each slot, shape (slots, columns).
    """

    values: FloatArray
    of_dealer: FloatArray
    of_slot: FloatArray

    def of_piece(self, task: Task) -> "Margins":
        """The same with the dealers alone that a piece can touch, from its first on."""
        return replace(self, of_dealer=self.of_dealer[task.piece.first_cell :][: len(task.weights.values)])


def margins_of(counts: ColumnCounts, weighed: Weighed) -> Margins | None:
    """From the columns of the whole snapshot; None without raking."""
    if weighed.raked is None:
        return None
    values = ratios_overall(counts.moments).value
    return Margins(values, *_explained(weighed.raked, counts, values))


def count_residuals(task: Task, margins: Margins, held: PieceColumns) -> Moments:
    """What a piece's margins (``of_piece``) leave of its columns."""
    placed = held.placed
    slot = np.where(task.weights.calibrated[placed.dealer], placed.slot, -1)
    explained = Explained(((margins.of_dealer, placed.dealer), (margins.of_slot, slot)))
    return residual_moments(held.columns, margins.values, explained, placed.weights, held.rows, placed.groups)


def _read_residuals(read: Reader, parted: tuple[Task, Margins]) -> Moments:
    task, margins = parted
    return count_residuals(task, margins, read(task))


def _explained(raked: RakedSample, counts: ColumnCounts, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What is explained of each dealer, shape (dealers, columns), and of each slot, shape (slots, columns)."""
    by_dealer = linearised_sums(values, counts.moments["y"], counts.moments["x"])
    by_slot = linearised_sums(values, *counts.by_slot)
    sizes = [len(margin.totals) for margin in raked.raking.margins]
    sums = [_grouped(by_dealer, raked.dealer_groups, sizes[0])]
    sums += [_grouped(by_slot, groups, size) for groups, size in zip(raked.slot_groups, sizes[1:], strict=True)]
    own, *further = coefficients(raked.cells, raked.raking, sums)
    of_slot = [_spread(part, groups) for part, groups in zip(further, raked.slot_groups, strict=True)]
    return _spread(own, raked.dealer_groups), np.sum(of_slot, axis=0)


def _grouped(sums: FloatArray, groups: IntArray, size: int) -> FloatArray:
    found = np.zeros((size + 1, sums.shape[1]))
    np.add.at(found, groups, sums)
    return found[:size]


def _spread(coefficient: FloatArray, groups: IntArray) -> FloatArray:
    return np.vstack([coefficient, np.zeros(coefficient.shape[1])])[groups]
