"""Which PP100 of a breakdown are withheld so that no suppressed one can be worked out from those of all vehicles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

from surveyplat.scoring.additive import WHOLE, Parts
from surveyplat.scoring.columns import KINDS
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.hiding import Part, further_withheld, rate_reach
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.results import Pp100Cell
from surveyplat.scoring.suppression import withheld_beside

_REST = " rest "
"""The vehicles that belong to none of the parts: an unknown model, an unknown dealer."""
_COUNT = " count of "
_ROUNDING = 1e-9
"""A difference by that share is rounding error."""

LookUp = Callable[[str, str], Ratio]
"""The ratio per vehicle of a part (``WHOLE`` for all vehicles) and of a kind of problems ("" for both)."""


@dataclass(frozen=True)
class _Counted:
    """A part's vehicles, their weight, and their weighted problems: of both kinds, and malfunctions."""

    vehicles: int
    weight: float
    problems: float
    malfunctions: float

    def reach(self, problems: float) -> float:
        return rate_reach(problems, self.weight, self.vehicles)


@dataclass(frozen=True)
class RatesByGroup:
    """PP100 of the parts of all vehicles (dealers, models, build months), beside the ``whole``, which is published.

    Every vehicle belongs to one part at most; those that belong to none are a part that is never shown, and of which
    nothing is withheld that would need protection. Σ weight · rate of the parts is that of the whole, for both kinds of
    problems together and for each of them, and the counts of problems add up as well. ``unions`` are cells that are
    sums of others: regions of dealers.
    """

    whole: Pp100Cell
    cells: Mapping[str, Pp100Cell]
    look_up: LookUp
    unions: Mapping[str, Sequence[str]]

    def withheld(self) -> dict[str, Pp100Cell]:
        """The same, with what must go beside what was suppressed already.

        Malfunction and design go together, since beside the rate of both either tells the other; and with that rate.
        """
        if self.whole.pp100.value is None:
            return dict(self.cells)
        gone = {name for name, cell in self.cells.items() if cell.pp100.suppressed}
        gone |= further_withheld(self._rates(gone), {**self._sums, **self._count_sums(gone)})
        unkind = {name for name, cell in self.cells.items() if any(kind.suppressed for kind in _kinds(cell))} | gone
        for kind in KINDS if self._has_kinds else ():
            unkind |= further_withheld(self._of_kind(kind, gone, unkind), self._sums)
        return {name: _without(cell, name in gone, name in unkind) for name, cell in self.cells.items()}

    @cached_property
    def _has_kinds(self) -> bool:
        return len(_kinds(self.whole)) == len(KINDS)

    @cached_property
    def _counted(self) -> dict[str, _Counted]:
        """Every part that has vehicles, and the rest of all."""
        found = {name: self._count(name) for name in self.cells}
        whole, held = self._count(WHOLE), [part for name, part in found.items() if name not in self.unions]
        rest = _Counted(
            whole.vehicles - sum(part.vehicles for part in held),
            whole.weight - sum(part.weight for part in held),
            max(0.0, whole.problems - sum(part.problems for part in held)),
            max(0.0, whole.malfunctions - sum(part.malfunctions for part in held)),
        )
        return {name: part for name, part in {**found, _REST: rest}.items() if part.vehicles > 0}

    def _count(self, name: str) -> _Counted:
        both = self.look_up(name, "")
        malfunction = self.look_up(name, KINDS[0]) if self._has_kinds else both
        weight = both.weighted_base
        return _Counted(both.unweighted_base, weight, both.value * weight, malfunction.value * weight)

    @cached_property
    def _sums(self) -> dict[str, Parts]:
        """Weighted problems add up in every union, and unions with the parts outside of them in the whole."""
        inside = {name for parts in self.unions.values() for name in parts}
        unions = {union: [name for name in parts if name in self._counted] for union, parts in self.unions.items()}
        present = {union: parts for union, parts in unions.items() if parts}
        return {**present, WHOLE: [*present, *(name for name in self._singles if name not in inside)]}

    @cached_property
    def _singles(self) -> list[str]:
        return [name for name in self._counted if name not in self.unions]

    def _count_sums(self, gone: set[str]) -> dict[str, Parts]:
        """The counts of the shown totals, which tell more than weighted problems where vehicles weigh differently."""
        per_weight = {name: self._counted[name].vehicles / self._counted[name].weight for name in self._singles}
        if max(per_weight.values()) <= (1 + _ROUNDING) * min(per_weight.values()):
            return {}
        inside = {union: [*parts] for union, parts in self._sums.items() if union != WHOLE and union not in gone}
        wholes = {**inside, WHOLE: self._singles}
        return {_COUNT + total: {name: per_weight[name] for name in parts} for total, parts in wholes.items()}

    def _rates(self, gone: set[str]) -> dict[str, Part]:
        """Problems of both kinds together."""
        found = {}
        for name, part in self._counted.items():
            cell = self.cells.get(name)
            needs = cell is not None and cell.pp100.suppressed is not None
            reach = (part.reach(part.problems) if needs else 0.0) if name in gone or cell is None else None
            found[name] = Part(part.problems, 0.0, inf, reach)
        return found

    def _of_kind(self, kind: str, gone: set[str], unkind: set[str]) -> dict[str, Part]:
        """Problems of a kind, which are no more than those of both kinds.

        Where the rate of both is withheld too, a reader does not know that end, and the kind needs its whole range.
        """
        found = {}
        for name, part in self._counted.items():
            cell = self.cells.get(name)
            reach = _reach_of_kinds(cell, part) if name in unkind or cell is None else None
            value = part.malfunctions if kind == KINDS[0] else part.problems - part.malfunctions
            end = max(part.problems, value + (reach or 0.0)) if name in gone else part.problems
            found[name] = Part(value, 0.0, end, reach)
        return found


def _reach_of_kinds(cell: Pp100Cell | None, part: _Counted) -> float:
    """The larger range of the kinds that are suppressed themselves; both are where the rate of both is."""
    if cell is None:
        return 0.0
    sizes = ((cell.malfunction, part.malfunctions), (cell.design, part.problems - part.malfunctions))
    return max((part.reach(size) for rate, size in sizes if rate is not None and rate.suppressed), default=0.0)


def _kinds(cell: Pp100Cell) -> list[Estimate]:
    return [kind for kind in (cell.malfunction, cell.design) if kind is not None]


def _without(cell: Pp100Cell, is_gone: bool, is_unkind: bool) -> Pp100Cell:
    malfunction, design = (
        withheld_beside(kind) if kind is not None and is_unkind else kind for kind in (cell.malfunction, cell.design)
    )
    bare = replace(cell, malfunction=malfunction, design=design)
    return replace(bare, pp100=withheld_beside(cell.pp100), problems=None, dispersion=None) if is_gone else bare
