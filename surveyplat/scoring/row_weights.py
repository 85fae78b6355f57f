"""What one response weighs: looked up by its dealer, and by its model and month where weights are raked to these."""

from dataclasses import dataclass, replace

import numpy as np

from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.snapshot import Answers, Inventory, Piece, read_columns

MONTH_FORMAT = "%Y-%m"


@dataclass(frozen=True)
class WeightTable:
    """Weights of responses, shape (dealers, slots): a slot is one model in one month of the occasion.

    Slot 0 · (months + 1) + 0 is that of a model and a month that are in none of the margins. ``calibrated`` tells the
    dealers whose responses were raked.
    """

    values: FloatArray
    calibrated: BoolArray
    models: tuple[str, ...] = ()
    months: tuple[str, ...] = ()

    def of_dealers(self, first: int, stop: int) -> "WeightTable":
        return replace(self, values=self.values[first:stop], calibrated=self.calibrated[first:stop])

    def slot(self, model: IntArray | int, month: IntArray | int) -> IntArray:
        """The slot of positions in the margins' categories, -1 for none of them."""
        return np.asarray((model + 1) * (len(self.months) + 1) + month + 1)

    @property
    def slots(self) -> int:
        return (len(self.models) + 1) * (len(self.months) + 1)

    def slot_of_row(self, piece: Piece, answers: Answers) -> IntArray:
        """Where in the table's second axis each row of a piece stands."""
        month = _month_of_row(piece, self.months) if self.months else -1
        places = {name: place for place, name in enumerate(self.models)}
        model = np.array([places.get(name, -1) for name in (*answers.models, "")])
        return self.slot(model[answers.model_of_row], month)


@dataclass(frozen=True)
class Task:
    """One piece with the weights of its dealers, from its first on."""

    piece: Piece
    weights: WeightTable

    def row_weights(self, answers: Answers) -> FloatArray:
        """The weight of each row of the piece."""
        return self.placed(answers).weights

    def placed(self, answers: Answers) -> "PlacedRows":
        dealer = answers.rows.cell_of_row - self.piece.first_cell
        slot = self.weights.slot_of_row(self.piece, answers)
        return PlacedRows(dealer, slot, self.weights.slots, self.weights.values[dealer, slot])


@dataclass(frozen=True)
class PlacedRows:
    """Rows of a piece with their dealer (counted from the piece's first one), slot and weight."""

    dealer: IntArray
    slot: IntArray
    slots: int
    weights: FloatArray

    @property
    def groups(self) -> IntArray:
        """A number for each dealer and slot, ascending with the dealers: rows of one number weigh the same."""
        return self.dealer * self.slots + self.slot


def tasks_of(inventory: Inventory, weights: WeightTable) -> tuple[Task, ...]:
    """The pieces in order, each with the weights of the dealers that it can touch."""
    stops = [piece.first_cell + 1 for piece in inventory.pieces[1:]] + [len(inventory.dealers)]
    return tuple(
        Task(piece, weights.of_dealers(piece.first_cell, stop))
        for piece, stop in zip(inventory.pieces, stops, strict=True)
    )


def _month_of_row(piece: Piece, months: tuple[str, ...]) -> IntArray:
    """The position of each row's month of the occasion in ``months``, -1 for one that is not among them."""
    days = read_columns(piece, ["occasion_on"])["occasion_on"]
    month = days.to_numpy().astype("datetime64[M]").astype(np.int64)
    known = np.array(months, dtype="datetime64[M]").astype(np.int64)
    order = np.argsort(known)
    place = order[np.minimum(np.searchsorted(known, month, sorter=order), len(known) - 1)]
    return np.where(known[place] == month, place, -1)
