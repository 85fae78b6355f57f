"""Raking: weights under which the responses add up to the known events of every dealer, model and month.

Responses that share their category of each margin and their start weight are one cell; everything here is done on
cells, so that a million responses cost what their few thousand cells do. Cells of pieces merge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from surveyplat.errors import InsufficientBase, RakingDiverged, WeightingError
from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray, summed_at
from surveyplat.scoring.margins import Margin, MarginGroups, group_margin

TOLERANCE = 1e-12
_MOST_SWEEPS, _LEAST_SWEEPS = 5_000, 200
_CELL_VISITS = 500_000_000
"""After which raking is given up, between the least and the most sweeps: some ten seconds with a million cells."""
_AGREEMENT = 1e-9


@dataclass(frozen=True)
class WeightCells:
    """Cells of responses: ``positions`` of their categories, shape (cells, margins), -1 where it is not known.

    ``start`` is the weight that each response of a cell begins with, ``responses`` their number.
    """

    positions: IntArray
    start: FloatArray
    responses: FloatArray

    def merge(self, other: "WeightCells") -> "WeightCells":
        """The cells of both pieces together, in the order of their categories."""
        positions = np.concatenate([self.positions, other.positions])
        start = np.concatenate([self.start, other.start])
        return _gathered(positions, start, np.concatenate([self.responses, other.responses]))[0]

    def cell_of(self, positions: IntArray, start: FloatArray) -> IntArray:
        """The cell of each response of a piece. Raises ``WeightingError`` when one stands in none of these cells."""
        together = np.concatenate([self.positions, positions]), np.concatenate([self.start, start])
        found, cell = _gathered(*together, np.ones(len(together[1])))
        if len(found.start) != len(self.start):
            raise WeightingError("A response stands in no weighted cell: count the cells of all pieces first")
        return cell[len(self.start) :]


@dataclass(frozen=True)
class TrimmingBounds:
    """The least and the largest weight, as multiples of the mean weight. Source: Potter, ASA Proceedings (1990)."""

    lowest: float
    highest: float

    def __post_init__(self) -> None:
        if not 0 <= self.lowest < 1 < self.highest:
            raise WeightingError(f"Bounds {self.lowest} to {self.highest}: give a least below 1 and a largest above 1")


@dataclass(frozen=True)
class Raking:
    """Raked weights, one for each response of a cell, and what was done to come to them."""

    weights: FloatArray
    responses: FloatArray
    margins: tuple[MarginGroups, ...]
    sweeps: int
    trimmed: BoolArray
    """Cells whose weight stands at a bound."""

    @property
    def design_effect(self) -> float:
        """Kish's design effect of unequal weights: n Σw² / (Σw)². Source: Kish, Survey Sampling (1965), 11.7."""
        total = self.responses @ self.weights
        return float(self.responses.sum() * (self.responses @ self.weights**2) / total**2)

    @property
    def largest_multiple(self) -> float:
        """The largest weight as a multiple of the mean one."""
        return float(self.weights.max() * self.responses.sum() / (self.responses @ self.weights))


def weight_cells(positions: IntArray, start: FloatArray) -> tuple[WeightCells, IntArray]:
    """The cells of some responses, and the cell of each response.

    ``positions`` has the shape (responses, margins): where in its margin's categories a response stands, -1 where that
    is not known. Raises ``WeightingError`` for start weights that are not finite or not above 0.
    """
    if not np.isfinite(start).all() or (start <= 0).any():
        raise WeightingError("A start weight is 0, negative or not finite: leave such responses out, or weight them 1")
    return _gathered(positions, start, np.ones(len(start)))


def _gathered(positions: IntArray, start: FloatArray, responses: FloatArray) -> tuple[WeightCells, IntArray]:
    """Cells in the order of their categories, then of their start weight."""
    _, rank = np.unique(start, return_inverse=True)
    columns = [column + 1 for column in positions.T] + [rank]
    code = np.ravel_multi_index(columns, [int(column.max(initial=0)) + 1 for column in columns])
    _, first, cell = np.unique(code, return_index=True, return_inverse=True)
    return WeightCells(positions[first], start[first], summed_at(cell, responses, len(first))), cell


def rake(cells: WeightCells, margins: Sequence[Margin], bounds: TrimmingBounds | None = None) -> Raking:
    """Weights w = start · Π_m f_m(category), with Σw of every category its known events.

    Iterative proportional fitting, until no category is further than 1e-12 of its total away. Categories of fewer than
    5 responses join the next one in order that has responses (the last join the one before); categories with events
    and without responses are not covered, and every margin is scaled to the covered events of the first. Responses of
    a category that is not known keep the share of the total that their start weights give them.

    With ``bounds``, cells beyond one are held at it and the others raked to what the totals leave, until none is
    beyond; an excess is so spread over the other responses of the same categories.

    Raises ``InsufficientBase`` without responses; ``WeightingError`` for margins of different events, for a category
    with responses and without events, and for bounds that the totals cannot meet; ``RakingDiverged``, which is one,
    when raking does not converge. Source: Deming and Stephan, Annals of Mathematical Statistics 11 (1940); Deville,
    Särndal and Sautory, JASA 88 (1993).
    """
    groups = _grouped(cells, margins)
    fitting = _Fitting(cells, groups)
    nobody = np.zeros(len(cells.start), dtype=np.bool_)
    weights, sweeps = fitting.raked(cells.start, nobody)
    trimmed = nobody
    if bounds is not None:
        weights, sweeps, trimmed = fitting.trimmed(weights, bounds)
    return Raking(weights, cells.responses, groups, sweeps, trimmed)


def _grouped(cells: WeightCells, margins: Sequence[Margin]) -> tuple[MarginGroups, ...]:
    if not cells.responses.sum() or not margins:
        raise InsufficientBase("There are no responses, or no margins, to rake")
    events = {margin.name: float(margin.totals.sum()) for margin in margins}
    known = list(events.values())
    if max(known) - min(known) > _AGREEMENT * max(known):
        told = ", ".join(f"{name} {total:g}" for name, total in events.items())
        raise WeightingError(f"The margins' totals differ ({told}): count all of them from the same events")
    groups: list[MarginGroups] = []
    for column, margin in enumerate(margins):
        total = groups[0].total if groups else None
        groups.append(group_margin(margin, cells.positions[:, column], cells.start, cells.responses, total))
    return tuple(groups)


@dataclass(frozen=True)
class _Fitting:
    cells: WeightCells
    groups: tuple[MarginGroups, ...]

    def raked(self, start: FloatArray, held: BoolArray) -> tuple[FloatArray, int]:
        """Proportional fitting of the cells that are not ``held``; these keep their weight."""
        weights = start.copy()
        free, counts = np.flatnonzero(~held), self.cells.responses[~held]
        groups = [margin.group_of_cell[free] for margin in self.groups]
        targets = [margin.totals - self._sums(margin, np.where(held, start, 0.0)) for margin in self.groups]
        self._check_reachable(groups, targets, held)
        sweeps = max(_LEAST_SWEEPS, min(_MOST_SWEEPS, _CELL_VISITS // len(weights)))
        for sweep in range(1, sweeps + 1):
            furthest = 0.0
            for group, target in zip(groups, targets, strict=True):
                factor = _factors(target, summed_at(group, weights[free] * counts, len(target)))
                weights[free] *= factor[group]
                furthest = max(furthest, float(np.abs(factor - 1).max()))
            if furthest <= TOLERANCE:
                return weights, sweep
        worst = ", ".join(f"{margin.name} by {self._distance(margin, weights):.1e}" for margin in self.groups)
        cause = "the bounds are too narrow" if held.any() else "some combinations of categories have no responses"
        remedy = "leave a margin out, merge categories" + (" or widen the bounds" if held.any() else "")
        raise RakingDiverged(f"Raking did not converge in {sweeps} sweeps (off: {worst}): {cause}; {remedy}")

    def trimmed(self, weights: FloatArray, bounds: TrimmingBounds) -> tuple[FloatArray, int, BoolArray]:
        self._check_bounds(bounds)
        least, most = bounds.lowest * self._mean, bounds.highest * self._mean
        held, sweeps = np.zeros(len(weights), dtype=np.bool_), 0
        while True:
            beyond = ~held & ((weights < least * (1 - TOLERANCE)) | (weights > most * (1 + TOLERANCE)))
            if not beyond.any():
                return weights, sweeps, held
            held = held | beyond
            start = np.where(held, np.clip(weights, least, most), weights)
            weights, used = self.raked(start, held)
            sweeps += used

    @cached_property
    def _mean(self) -> float:
        return self.groups[0].total / float(self.cells.responses.sum())

    def _sums(self, margin: MarginGroups, weights: FloatArray) -> FloatArray:
        return summed_at(margin.group_of_cell, weights * self.cells.responses, len(margin.totals))

    def _distance(self, margin: MarginGroups, weights: FloatArray) -> float:
        return float(np.abs(self._sums(margin, weights) / margin.totals - 1).max())

    def _check_reachable(self, groups: list[IntArray], targets: list[FloatArray], held: BoolArray) -> None:
        """Every category that has free cells needs something left for them, and every other one nothing."""
        if not held.any():
            return
        for margin, group, target in zip(self.groups, groups, targets, strict=True):
            has_free = np.bincount(group, minlength=len(target)) > 0
            left = np.abs(target) > _AGREEMENT * margin.totals
            astray = np.where(has_free, target <= 0, left)
            if astray.any():
                names = ", ".join("+".join(margin.names[place]) for place in np.flatnonzero(astray))
                raise WeightingError(f"{margin.name} {names}: the bounds leave no weights that meet the known totals")

    def _check_bounds(self, bounds: TrimmingBounds) -> None:
        faults = [fault for margin in self.groups for fault in self._beyond(margin, bounds)]
        if faults:
            raise WeightingError("The bounds cannot be met: " + "; ".join(faults) + "; widen them or merge categories")

    def _beyond(self, margin: MarginGroups, bounds: TrimmingBounds) -> Iterator[str]:
        means = margin.totals / self._sums(margin, np.ones(len(self.cells.start))) / self._mean
        for place in np.flatnonzero((means < bounds.lowest) | (means > bounds.highest)):
            yield f"{margin.name} {'+'.join(margin.names[place])} needs a mean weight of {means[place]:.3g}"


def _factors(target: FloatArray, found: FloatArray) -> FloatArray:
    return np.divide(target, found, out=np.ones_like(target), where=found > 0)
