"""Which PP100 of a breakdown are withheld so that no suppressed one can be worked out from those of all vehicles."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

from surveyplat.scoring.additive import Parts
from surveyplat.scoring.columns import KINDS
from surveyplat.scoring.design import Ratio
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.hiding import WHOLE, Part, further_withheld, rate_reach
from surveyplat.scoring.results import Pp100Cell
from surveyplat.scoring.suppression import withheld_beside

_REST = " rest "
"""The vehicles that belong to none of the parts: an unknown model, an unknown dealer."""
_COUNT = " count "
_ROUNDING = 1e-9
"""A difference by that share is rounding error."""

LookUp = Callable[[str, str], Ratio]
"""The ratio per vehicle of a part ("" for all vehicles) and of a kind of problems ("" for both)."""


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
class RatesOfGroup:
    """PP100 of the parts of all vehicles (dealers, models, build months), beside the ``whole``, which is published.

    Every vehicle belongs to one part at most; those that belong to none are a part that is never shown, and of which
    nothing is withheld that would need protection. Σ weight · rate of
    the parts is that of the whole, for both kinds of problems together and for each of them, and the counts of
    problems add up as well.
    """

    whole: Pp100Cell
    cells: tuple[Pp100Cell, ...]
    look_up: LookUp

    def withheld(self) -> tuple[Pp100Cell, ...]:
        """The same, with what must go beside what was suppressed already.

        Malfunction and design go together, since beside the rate of both either tells the other; and with that rate.
        """
        if self.whole.pp100.value is None:
            return self.cells
        gone = {cell.id for cell in self.cells if cell.pp100.suppressed}
        gone |= further_withheld(self._rates(gone), self._sums)
        unkind = gone | {cell.id for cell in self.cells if any(kind.suppressed for kind in _kinds(cell))}
        if self._has_kinds:
            unkind |= further_withheld(self._malfunctions(unkind), {WHOLE: [*self._counted]})
        return tuple(_without(cell, gone, unkind) for cell in self.cells)

    @cached_property
    def _has_kinds(self) -> bool:
        return len(_kinds(self.whole)) == len(KINDS)

    @cached_property
    def _counted(self) -> dict[str, _Counted]:
        """Every part that has vehicles, and the rest of all."""
        found = {cell.id: self._count(cell.id) for cell in self.cells}
        whole = self._count("")
        held = list(found.values())
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
        """Weighted problems add up. So do their counts, which tells more where vehicles weigh differently."""
        per_weight = {name: part.vehicles / part.weight for name, part in self._counted.items()}
        sums: dict[str, Parts] = {WHOLE: [*per_weight]}
        is_weighted = max(per_weight.values()) > (1 + _ROUNDING) * min(per_weight.values())
        return {**sums, _COUNT: per_weight} if is_weighted else sums

    def _rates(self, gone: set[str]) -> dict[str, Part]:
        """Problems of both kinds together."""
        small = {cell.id for cell in self.cells if cell.pp100.suppressed}
        found = {}
        for name, part in self._counted.items():
            hidden = name in gone or name == _REST
            reach = (part.reach(part.problems) if name in small else 0.0) if hidden else None
            found[name] = Part(part.problems, 0.0, inf, reach)
        return found

    def _malfunctions(self, unkind: set[str]) -> dict[str, Part]:
        """Malfunctions as parts of both kinds, which a reader knows: their room is the designs', and the reverse."""
        cells = {cell.id: cell for cell in self.cells}
        found = {}
        for name, part in self._counted.items():
            hidden = name in unkind or name == _REST
            reach = self._reach_of_kinds(cells.get(name), part) if hidden else None
            found[name] = Part(part.malfunctions, 0.0, part.problems, reach)
        return found

    @staticmethod
    def _reach_of_kinds(cell: Pp100Cell | None, part: _Counted) -> float:
        """The larger range of the kinds that are suppressed themselves; both are where the rate of both is."""
        sizes = {"malfunction": part.malfunctions, "design": part.problems - part.malfunctions}
        suppressed = {} if cell is None else {"malfunction": cell.malfunction, "design": cell.design}
        return max(
            (part.reach(sizes[kind]) for kind, rate in suppressed.items() if rate is not None and rate.suppressed),
            default=0.0,
        )


def _kinds(cell: Pp100Cell) -> list[Estimate]:
    return [kind for kind in (cell.malfunction, cell.design) if kind is not None]


def _without(cell: Pp100Cell, gone: set[str], unkind: set[str]) -> Pp100Cell:
    malfunction, design = (
        withheld_beside(kind) if kind is not None and cell.id in unkind else kind
        for kind in (cell.malfunction, cell.design)
    )
    bare = replace(cell, malfunction=malfunction, design=design)
    return replace(bare, pp100=withheld_beside(cell.pp100), problems=None) if cell.id in gone else bare
