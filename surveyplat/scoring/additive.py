"""Tables whose cells add up, and what a reader can work out of the cells that are withheld.

Cells are sums: counts of answers or problems, weighted totals. Each published total is a cell as well, and an equation
says of which cells it is the sum: dealers of a region, regions of a group, malfunction and design. A reader knows the
equations, the cells shown, and the least and the most that a cell can be. A sum may weigh its parts: counts of problems
follow from weighted ones where every vehicle of a dealer has one weight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

import numpy as np

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray

ADDITIVITY = 1e-6
"""A sum may differ from its total by that share of it: published numbers are rounded."""
_UNBOUNDED = 3
"""The status of a linear programme without a largest or least value."""

WHOLE = " whole "
"""The name of a breakdown's total, which no part of it has."""

Parts = Sequence[str] | Mapping[str, float]
"""The names of a sum's parts, or their names with what each is multiplied by in it."""


@dataclass(frozen=True)
class AdditiveTable:
    """Named cells with their values, and the sums among them: a total's name -> the names of its parts.

    ``lowest`` and ``highest`` hold what a reader knows that a cell lies between, 0 and no end where they are silent:
    counts. A weighted total of answers on a scale lies between base · lowest and base · highest point.
    Raises ``ScoringError`` naming every unknown cell, value outside these ends, and sum that does not add up.
    """

    cells: Mapping[str, float]
    sums: Mapping[str, Parts]
    lowest: Mapping[str, float] = field(default_factory=dict)
    highest: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = [*self._strangers(), *self._outside()] or self._wrong_sums()
        if faults:
            raise ScoringError("The table does not add up: " + "; ".join(faults))

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self.cells)

    @cached_property
    def values(self) -> FloatArray:
        return np.array(list(self.cells.values()), dtype=np.float64)

    @cached_property
    def floors(self) -> FloatArray:
        return np.array([self.lowest.get(name, 0.0) for name in self.cells])

    @cached_property
    def ceilings(self) -> FloatArray:
        return np.array([self.highest.get(name, inf) for name in self.cells])

    @cached_property
    def equations(self) -> FloatArray:
        """Coefficients that each give 0 with the values: 1 for each part, -1 for the total; shape (sums, cells)."""
        equations = np.zeros((len(self.sums), len(self.cells)))
        for row, (total, parts) in enumerate(self.sums.items()):
            factors = list(parts.values()) if isinstance(parts, Mapping) else 1.0
            equations[row, self.places(list(parts))] = factors
            equations[row, self.places([total])] = -1.0
        return equations

    def places(self, names: Sequence[str]) -> IntArray:
        """The positions of cells. Raises ``ScoringError`` naming those that the table does not have."""
        unknown = [name for name in names if name not in self._place]
        if unknown:
            raise ScoringError(f"The table has no cell {', '.join(unknown)}")
        return np.array([self._place[name] for name in names], dtype=np.int64)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.cells)}

    def _strangers(self) -> list[str]:
        named = {name for total, parts in self.sums.items() for name in (total, *parts)} | {*self.lowest, *self.highest}
        return [f"there is no cell {name}" for name in sorted(named - self.cells.keys())]

    def _outside(self) -> list[str]:
        ends = zip(self.cells.items(), self.floors.tolist(), self.ceilings.tolist(), strict=True)
        return [
            f"{name} is {value}, outside {low} to {high}"
            for (name, value), low, high in ends
            if not low <= value <= high or abs(value) == inf
        ]

    def _wrong_sums(self) -> list[str]:
        over = self.equations @ self.values
        room = ADDITIVITY * (np.abs(self.equations) @ np.abs(self.values))
        wrong = np.flatnonzero(np.abs(over) > room).tolist()
        totals = list(self.sums)
        return [f"the parts of {totals[row]} give {over[row]:+g} more than it" for row in wrong]


def two_way(values: FloatArray, rows: Sequence[str], columns: Sequence[str], total: str = "total") -> AdditiveTable:
    """A table of rows by columns with both margins and the grand total; cells are named "row/column".

    Raises ``ScoringError`` when names and values do not fit.
    """
    if values.shape != (len(rows), len(columns)):
        raise ScoringError(f"{len(rows)} rows and {len(columns)} columns do not fit values of the shape {values.shape}")
    inner = {f"{row}/{column}": float(values[i, j]) for i, row in enumerate(rows) for j, column in enumerate(columns)}
    right = {f"{row}/{total}": float(values[i].sum()) for i, row in enumerate(rows)}
    below = {f"{total}/{column}": float(values[:, j].sum()) for j, column in enumerate(columns)}
    corner = f"{total}/{total}"
    sums = {f"{row}/{total}": [f"{row}/{column}" for column in columns] for row in rows}
    sums |= {f"{total}/{column}": [f"{row}/{column}" for row in rows] for column in columns}
    sums[corner] = list(below)
    return AdditiveTable({**inner, **right, **below, corner: float(values.sum())}, sums)


def table_of_means(
    weights: Mapping[str, float],
    means: Mapping[str, float],
    groups: Mapping[str, Sequence[str]],
    *,
    lowest: float = 0.0,
    highest: float = inf,
) -> AdditiveTable:
    """Dealers' means as a table that adds up: a cell holds weight · mean, a group that of its dealers together.

    Bases are published beside means, so that a group's mean gives away a dealer's as a total does: mean · weight less
    that of the others. A mean is protected by r points with the range weight · r. ``lowest`` and ``highest`` are the
    ends of the scale. Raises ``ScoringError`` like ``AdditiveTable``, and for a weight below 0.
    """
    light = [dealer for dealer, weight in weights.items() if not 0 <= weight < inf]
    if light or weights.keys() != means.keys():
        raise ScoringError(f"Every dealer needs a mean and a finite weight not below 0: see {light or 'the names'}")
    cells = {dealer: weight * means[dealer] for dealer, weight in weights.items()}
    sums = {group: sum(cells[dealer] for dealer in dealers if dealer in cells) for group, dealers in groups.items()}
    floors = {dealer: weight * lowest for dealer, weight in weights.items()}
    ceilings = {dealer: weight * highest for dealer, weight in weights.items() if weight and highest < inf}
    return AdditiveTable({**cells, **sums}, groups, floors, ceilings)


@dataclass(frozen=True)
class Known:
    """What a reader can work out of one withheld cell: it lies between ``low`` and ``high``."""

    low: float
    high: float


def worked_out(table: AdditiveTable, withheld: Sequence[str], targets: Sequence[str] | None = None) -> dict[str, Known]:
    """The closest bounds of each target (of each withheld cell) that follow from all that is shown.

    Least and largest value of the cell over everything that agrees with the equations, the shown cells and the ends:
    two linear programmes a cell. This is all that can be worked out, by subtraction or otherwise.
    Source: Willenborg and de Waal, Elements of Statistical Disclosure Control (2001), 4.2.
    """
    mask = np.zeros(len(table.cells), dtype=np.bool_)
    mask[table.places(withheld)] = True
    reader = Reader(table.equations, table.values, mask, table.floors, table.ceilings)
    names = list(withheld if targets is None else targets)
    return {name: reader.bounds(int(place)) for name, place in zip(names, table.places(names), strict=True)}


class Reader:
    """Somebody who knows equations and values (shapes (sums, cells) and (cells,)), but for the withheld cells."""

    def __init__(
        self, equations: FloatArray, values: FloatArray, withheld: BoolArray, floors: FloatArray, ceilings: FloatArray
    ) -> None:
        self._equations, self._values, self._withheld = equations, values, withheld
        self._ends = np.stack([floors, ceilings], axis=1)
        self._groups = connected(equations, withheld)

    def joined(self, place: int) -> IntArray:
        """The withheld cells that hang together with one, itself among them: no others tell anything about it."""
        return np.flatnonzero((self._groups == self._groups[place]) & self._withheld)

    def bounds(self, place: int) -> Known:
        """The closest bounds of one cell. Raises ``ScoringError`` when the linear programme cannot be solved."""
        value = float(self._values[place])
        return Known(self._end(place, 1.0), self._end(place, -1.0)) if self._withheld[place] else Known(value, value)

    def _end(self, place: int, sign: float) -> float:
        """The least value of the cell for the sign 1, the largest for -1."""
        cells = self.joined(place)
        inside = self._equations[:, cells]
        inside = inside[inside.any(axis=1)]
        if len(inside) == 1:
            return self._end_in_one_sum(place, sign, cells, inside[0])
        return self._end_by_programme(place, sign, cells, inside)

    def _end_in_one_sum(self, place: int, sign: float, cells: IntArray, factors: FloatArray) -> float:
        """What is left of the sum when all other cells are at the ends that leave the cell least, or most."""
        own = cells == place
        lows, highs = np.sort(factors[:, None] * self._ends[cells], axis=1)[~own].T
        factor = float(factors[own][0])
        others = float((highs if sign * factor > 0 else lows).sum())
        left = (float(factors @ self._values[cells]) - others) / factor
        low, high = self._ends[place].tolist()
        return float(max(low, left) if sign > 0 else min(high, left))

    def _end_by_programme(self, place: int, sign: float, cells: IntArray, inside: FloatArray) -> float:
        from scipy.optimize import linprog

        goal = np.where(cells == place, sign, 0.0)
        results = inside @ self._values[cells]
        found = linprog(goal, A_eq=inside, b_eq=results, bounds=self._ends[cells], method="highs")
        if found.status == _UNBOUNDED:
            return -sign * inf
        if found.status != 0:
            raise ScoringError(f"What can be worked out of a withheld cell was not found: {found.message}")
        return float(sign * found.fun)


def connected(equations: FloatArray, cells: BoolArray) -> IntArray:
    """A number for each cell, the same for those of the chosen ``cells`` that equations join; shape (cells,)."""
    from scipy.sparse import block_array, csr_array
    from scipy.sparse.csgraph import connected_components

    joined = csr_array(np.abs(equations) * cells)
    _, groups = connected_components(block_array([[None, joined], [joined.T, None]]), directed=False)
    return np.asarray(groups[len(equations) :], dtype=np.int64)
