"""Complementary suppression: what else must be withheld so that nothing withheld can be worked out.

One dealer of a region that is withheld follows from the region's total and the other dealers. So further cells go, as
few as possible, until every cell withheld for its small base (a primary cell) may lie at least a declared range below
and above its true value, for all that a reader can tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from surveyplat.errors import CannotBeProtected, ScoringError
from surveyplat.scoring.additive import AdditiveTable, Known, Reader, connected, worked_out
from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray

LARGEST_EXACT = 3_000
"""Numbers that the exact search may have to find, 2 · primary cells · cells; above it the fallback takes over."""
_NODES = 1_000
"""Branches that the exact search may look at: a count, not a time, so that every machine withholds the same."""
_MANY = 8
"""Primary cells above which it is tried to show all of them hidden at once."""
_CLOSE = 1e-7
_INFEASIBLE = 2
"""The status of a linear programme without any solution."""

Search = Literal["none_needed", "exact", "stepwise"]
_SEARCHES: tuple[Search, ...] = ("none_needed", "exact", "stepwise")


@dataclass(frozen=True)
class Protection:
    """``known`` is what a reader can work out of each primary cell once ``complementary`` are withheld as well.

    ``search`` exact: no cheaper choice protects all of them; stepwise: each protected in turn, none withheld in vain.
    """

    primary: tuple[str, ...]
    complementary: tuple[str, ...]
    known: dict[str, Known]
    search: Search


def protected(
    table: AdditiveTable, ranges: Mapping[str, float], *, never: Sequence[str] = (), largest_exact: int = LARGEST_EXACT
) -> Protection:
    """The cells to withhold beside the primary ones, so that each of these stays unknown by its range on both sides.

    ``ranges``: each primary cell's protection range in the unit of the cells; where the cell is nearer to the least or
    the most that a cell can be, that end is as far as it need go. ``never`` are cells that stay published. The fewest
    cells go, of equally few the smaller ones: cost 1 + share of all values. Small tables are solved exactly as a mixed
    integer programme with one linear deviation for each primary cell and side; larger ones, and those whose search
    has not ended, cell by cell with the cheapest deviation, after which all that is not needed is shown again.

    Raises ``CannotBeProtected`` naming every cell that no choice protects, ``ScoringError`` for unknown cells.
    Source: Fischetti and Salazar, JASA 95 (2000); Kelly, Golden and Assad, Networks 22 (1992).
    """
    added, search = complementary_cells(table, ranges, never=never, largest_exact=largest_exact)
    return Protection(tuple(ranges), added, worked_out(table, [*ranges, *added], list(ranges)), search)


def complementary_cells(
    table: AdditiveTable, ranges: Mapping[str, float], *, never: Sequence[str] = (), largest_exact: int = LARGEST_EXACT
) -> tuple[tuple[str, ...], Search]:
    """The further cells alone, and how they were found: ``protected`` without what a reader then still knows."""
    whole = _puzzle(table, ranges, never)
    withheld, searches = whole.primary.copy(), set[Search]()
    hopeless: list[int] = []
    for cells in _parts(whole):
        part = whole.part(cells)
        if part.open(part.primary):
            withheld[cells], stuck, search = _searched(part, largest_exact)
            hopeless += cells[stuck].tolist()
            searches.add(search)
    if hopeless:
        raise CannotBeProtected(
            f"{', '.join(table.names[place] for place in sorted(hopeless))} can be worked out whatever else is "
            "withheld: withhold a total that it is part of as well"
        )
    names = [table.names[place] for place in np.flatnonzero(withheld)]
    worst: Search = max(searches, key=_SEARCHES.index, default="none_needed")
    return tuple(name for name in names if name not in ranges), worst


@dataclass(frozen=True)
class _Puzzle:
    """Arrays of the shape (cells,); ``equations`` (sums, cells). ``allowed`` may be withheld, ``primary`` must be.

    ``down`` and ``up``: how far a reader must believe that each primary cell may lie below and above its value.
    """

    equations: FloatArray
    values: FloatArray
    floors: FloatArray
    ceilings: FloatArray
    primary: BoolArray
    allowed: BoolArray
    costs: FloatArray
    down: FloatArray
    up: FloatArray

    def part(self, cells: IntArray) -> "_Puzzle":
        """The puzzle of some cells that no equation joins to other cells that may be withheld."""
        inside = self.equations[:, cells]
        return _Puzzle(
            inside[inside.any(axis=1)],
            self.values[cells],
            self.floors[cells],
            self.ceilings[cells],
            self.primary[cells],
            self.allowed[cells],
            self.costs[cells],
            self.down[cells],
            self.up[cells],
        )

    @property
    def falls(self) -> FloatArray:
        """How far each cell could fall."""
        return self.values - self.floors

    @property
    def rises(self) -> FloatArray:
        return self.ceilings - self.values

    def reader(self, withheld: BoolArray) -> Reader:
        return Reader(self.equations, self.values, withheld, self.floors, self.ceilings)

    def open(self, withheld: BoolArray, among: IntArray | None = None) -> bool:
        """True when a reader can work out a primary cell (``among`` some cells) more closely than may be."""
        reader = self.reader(withheld)
        goals = np.flatnonzero(self.primary) if among is None else among[self.primary[among]]
        is_costly = len(self.equations) > 1 and len(goals) >= _MANY
        if is_costly and all(self._could_move(withheld, goals, turn) for turn in (0, 1)):
            return False
        return not all(self._is_hidden(place, reader) for place in goals.tolist())

    def _could_move(self, withheld: BoolArray, goals: IntArray, turn: int) -> bool:
        """Whether all goals may lie off by their ranges at once, by turns up and down: then each of them may.

        Two programmes that spare two for each goal; a no says nothing.
        """
        from scipy.optimize import linprog

        rising, falling = goals[turn::2], goals[1 - turn :: 2]
        lows, highs = -self.falls, self.rises
        lows[rising], highs[falling] = self.up[rising], -self.down[falling]
        cells = np.flatnonzero(withheld)
        inside = self.equations[:, cells]
        ends = np.stack([lows[cells], highs[cells]], axis=1)
        found = linprog(np.zeros(len(cells)), A_eq=inside, b_eq=np.zeros(len(inside)), bounds=ends, method="highs")
        return bool(found.status == 0)

    def _is_hidden(self, place: int, reader: Reader) -> bool:
        value, known = float(self.values[place]), reader.bounds(place)
        close = _CLOSE * max(1.0, abs(value))
        return bool(known.low <= value - self.down[place] + close and known.high >= value + self.up[place] - close)

    def sides(self) -> list[tuple[int, float]]:
        """Each primary cell with what it must be able to deviate by, down and up."""
        goals = np.flatnonzero(self.primary).tolist()
        return [(place, amount) for place in goals for amount in (-self.down[place], self.up[place]) if amount]


def _puzzle(table: AdditiveTable, ranges: Mapping[str, float], never: Sequence[str]) -> _Puzzle:
    faulty = [name for name, reach in ranges.items() if not 0 <= reach < inf or name in never]
    if faulty:
        raise ScoringError(f"{', '.join(faulty)}: a range must be finite and not below 0, and its cell be withheld")
    primary, allowed = np.zeros(len(table.cells), dtype=np.bool_), np.ones(len(table.cells), dtype=np.bool_)
    goals, reach = table.places(list(ranges)), np.zeros(len(table.cells))
    primary[goals], reach[goals] = True, list(ranges.values())
    allowed[table.places(never)] = False
    size = float(np.abs(table.values).sum()) or 1.0
    return _Puzzle(
        equations=table.equations,
        values=table.values,
        floors=table.floors,
        ceilings=table.ceilings,
        primary=primary,
        allowed=allowed,
        costs=np.where(primary, 0.0, 1 + np.abs(table.values) / (2 * size)),
        down=np.minimum(reach, table.values - table.floors),
        up=np.minimum(reach, table.ceilings - table.values),
    )


def _parts(puzzle: _Puzzle) -> Iterator[IntArray]:
    """Groups of cells that may be withheld and hang together by equations, those with a primary cell.

    Published totals part a table: what is withheld in one region tells nothing about another.
    """
    groups = connected(puzzle.equations, puzzle.allowed)
    for group in np.unique(groups[puzzle.primary]).tolist():
        yield np.flatnonzero(groups == group)


def _searched(puzzle: _Puzzle, largest_exact: int) -> tuple[BoolArray, list[int], Search]:
    """What to withhold, the primary cells that nothing protects, and how it was found."""
    if 2 * int(puzzle.primary.sum()) * len(puzzle.values) <= largest_exact:
        found = _exact(puzzle)
        if found is not None and not puzzle.open(found):
            return found, [], "exact"
    return *_stepwise(puzzle), "stepwise"


def _exact(puzzle: _Puzzle) -> BoolArray | None:
    """The cheapest choice z: for each side a deviation y with equations · y = 0, y at its goal, -below z ≤ y ≤ above z.

    No y is larger than the largest goal, which leaves out no choice in tables of one or two dimensions. None where the
    search has not ended within its branches. Source: Fischetti and Salazar (2000), (3.1)-(3.6).
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import block_diag, csr_array, diags_array, hstack, vstack

    sides, count = puzzle.sides(), len(puzzle.costs)
    farthest = max(abs(amount) for _, amount in sides)
    below, above = np.minimum(puzzle.falls, farthest), np.minimum(puzzle.rises, farthest)
    lows, highs = [np.where(puzzle.primary, 1.0, 0.0)], [np.where(puzzle.allowed, 1.0, 0.0)]
    for place, amount in sides:
        low, high = -below, above.copy()
        low[place] = high[place] = amount
        lows.append(low)
        highs.append(high)
    deviations = len(sides) * count
    balance = block_diag([csr_array(puzzle.equations)] * len(sides))
    repeated = [vstack([diags_array(limit)] * len(sides)) for limit in (below, above)]
    one = diags_array(np.ones(deviations))
    constraints = [
        LinearConstraint(hstack([csr_array((balance.shape[0], count)), balance]), 0, 0),
        LinearConstraint(hstack([repeated[0], one]), 0, inf),
        LinearConstraint(hstack([repeated[1], -one]), 0, inf),
    ]
    found = milp(
        np.concatenate([puzzle.costs, np.zeros(deviations)]),
        integrality=np.concatenate([np.ones(count), np.zeros(deviations)]),
        bounds=Bounds(np.concatenate(lows), np.concatenate(highs)),
        constraints=constraints,
        options={"node_limit": _NODES},
    )
    return None if found.status != 0 else np.asarray(found.x[:count] > 0.5)


def _stepwise(puzzle: _Puzzle) -> tuple[BoolArray, list[int]]:
    """The largest range first: withhold where its cheapest deviation goes; in the end show what is not needed.

    With the primary cells that no deviation hides.
    """
    withheld, stuck = puzzle.primary.copy(), set[int]()
    for place, amount in sorted(puzzle.sides(), key=lambda side: (-abs(side[1]), side[0], side[1])):
        if not puzzle.open(withheld, np.array([place])):
            continue
        moved = _deviation(puzzle, withheld, place, amount)
        if moved is None:
            stuck.add(place)
        else:
            withheld |= moved > _CLOSE
    added = np.flatnonzero(withheld & ~puzzle.primary) if not stuck else np.zeros(0, dtype=np.int64)
    for place in added[np.argsort(-puzzle.costs[added], kind="stable")].tolist():
        near = puzzle.reader(withheld).joined(place)
        withheld[place] = False
        withheld[place] = puzzle.open(withheld, near)
    return withheld, sorted(stuck)


def _deviation(puzzle: _Puzzle, withheld: BoolArray, goal: int, amount: float) -> FloatArray | None:
    """|y| of the cheapest deviation that moves the goal by the amount; cells withheld already cost nothing.

    None when there is none.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack

    count = len(puzzle.costs)
    costs = np.where(withheld, 0.0, puzzle.costs)
    rise, fall = np.where(puzzle.allowed, puzzle.rises, 0.0), np.where(puzzle.allowed, puzzle.falls, 0.0)
    bounds = np.stack([np.zeros(2 * count), np.concatenate([rise, fall])], axis=1)
    bounds[goal] = max(amount, 0.0)
    bounds[count + goal] = max(-amount, 0.0)
    sums = csr_array(puzzle.equations)
    none = np.zeros(len(puzzle.equations))
    both = hstack([sums, -sums])
    found = linprog(np.concatenate([costs, costs]), A_eq=both, b_eq=none, bounds=bounds, method="highs")
    if found.status == _INFEASIBLE:
        return None
    if found.status != 0:
        raise ScoringError(f"What hides a withheld cell was not found: {found.message}")
    moved: FloatArray = np.abs(found.x[:count] - found.x[count:])
    return moved
