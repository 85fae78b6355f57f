"""What must go beside withheld parts of published totals: one breakdown at a time, whatever its parts are.

A reader knows every total, each part shown, the weight of every part (bases are published) and the ends of its scale.
Integers are not thought of: who knows that a weighted sum is one of whole numbers can narrow it down further.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from surveyplat.errors import CannotBeProtected
from surveyplat.scoring.additive import AdditiveTable, Parts
from surveyplat.scoring.complementary import complementary_cells
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.suppression import LARGEST_RELATIVE_ERROR

REACH_OF_SCALE = 0.05
"""A withheld mean stays unknown by 5 % of its scale on either side: 50 points of 1,000."""
REACH_OF_RATE = LARGEST_RELATIVE_ERROR
"""A withheld rate stays unknown by 30 % of it, the error at which rates are withheld, and by one event at least."""
_CANDIDATES = 40
"""The smallest parts of all sums, among which those to withhold are looked for first."""


@dataclass(frozen=True)
class Part:
    """``value`` is weight · mean. ``reach`` is how far a reader must not know it; None for a part that is shown."""

    value: float
    lowest: float
    highest: float
    reach: float | None = None

    @property
    def is_shown(self) -> bool:
        return self.reach is None


def mean_part(ratio: Ratio, highest: float, *, withheld: bool, needs_reach: bool) -> Part:
    """A mean between 0 and ``highest`` points; one that is withheld beside others needs no range of its own."""
    weight = ratio.weighted_base
    reach = (REACH_OF_SCALE * highest * weight if needs_reach else 0.0) if withheld else None
    return Part(ratio.value * weight, 0.0, highest * weight, reach)


def rate_reach(events: float, weight: float, base: int) -> float:
    """The range of a withheld rate, as weighted events, from what ``base`` cases of that weight have of these."""
    return max(REACH_OF_RATE * events, weight / base)


def further_withheld(parts: Mapping[str, Part], sums: Mapping[str, Parts]) -> frozenset[str]:
    """The shown parts that must go too, so that no reader knows a withheld part closer than its reach.

    ``sums``: published totals with their parts, of which those of regions may be parts of others, declared after them.
    The fewest parts go, and of equally few the smaller ones. Where nothing protects, as where a single part is shown
    beside one that is far larger, all of them go: totals stand on their own base and are always published.
    """
    shown = [name for name, part in parts.items() if part.is_shown]
    ranges = {name: part.reach for name, part in parts.items() if part.reach is not None}
    if not shown or not any(ranges.values()):
        return frozenset()
    table = _table(parts, sums)
    few = _smallest(parts, sums)
    for kept in ([name for name in shown if name not in few], []):
        try:
            return frozenset(complementary_cells(table, ranges, never=[*_totals(parts, sums), *kept])[0])
        except CannotBeProtected:
            continue
    return frozenset(shown)


def _smallest(parts: Mapping[str, Part], sums: Mapping[str, Parts]) -> set[str]:
    """Some of the smallest shown parts of each sum: the larger ones protect no better, and cost a search much time."""
    chosen = set()
    for terms in sums.values():
        shown = sorted((abs(parts[name].value), name) for name in terms if parts[name].is_shown)
        chosen |= {name for _, name in shown[: max(1, _CANDIDATES // len(sums))]}
    return chosen


def is_told(parts: Mapping[str, Part], sums: Mapping[str, Parts]) -> bool:
    """Whether a reader knows a withheld part closer than its reach from all that is shown."""
    ranges = {name: part.reach for name, part in parts.items() if part.reach is not None}
    shown = [name for name, part in parts.items() if part.is_shown]
    try:
        complementary_cells(_table(parts, sums), ranges, never=[*_totals(parts, sums), *shown])
    except CannotBeProtected:
        return True
    return False


def _totals(parts: Mapping[str, Part], sums: Mapping[str, Parts]) -> list[str]:
    """Totals that are not parts that may be withheld themselves."""
    return [total for total in sums if total not in parts]


def _table(parts: Mapping[str, Part], sums: Mapping[str, Parts]) -> AdditiveTable:
    """Ends give way where the sums' rounding puts a value beyond them."""
    cells = {name: part.value for name, part in parts.items()}
    for total, terms in sums.items():
        factors = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
        cells[total] = sum(factor * cells[name] for name, factor in factors.items())
    lowest = {name: min(part.lowest, cells[name]) for name, part in parts.items()}
    highest = {name: max(part.highest, cells[name]) for name, part in parts.items()}
    lowest |= {total: min(0.0, cells[total]) for total in sums if total not in parts}
    return AdditiveTable(cells, sums, lowest, highest)
