"""Which groups' indices and factors are withheld so that no suppressed one can be worked out from the others.

Groups are dealers, and regions that are sums of dealers; all dealers together are the published index.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from surveyplat.scoring.additive import WHOLE, Parts
from surveyplat.scoring.columns import index_column
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.hiding import Part, further_withheld, mean_part
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.regional import Regional
from surveyplat.scoring.results import IndexScore
from surveyplat.scoring.suppression import withheld_beside

LEAST_GAP = 0.25
"""A factor whose base is this part of it away from the index's does not follow from the index and the other factors."""

Column = str | None
"""A factor's id; None for the index itself."""
Cell = tuple[str, Column]


@dataclass(frozen=True)
class IndexByGroup:
    """One index by dealer and region (``scores``, by the names of ``regional``), beside the published ``whole``."""

    whole: IndexScore
    scores: Mapping[str, IndexScore]
    regional: Regional

    def withheld(self) -> dict[str, IndexScore]:
        """The same, with what must go beside what was suppressed already.

        A group's index goes with all its factors, as they would tell it. A factor goes alone where its base is its own;
        else the group goes whole. Σ weight · dealer = weight · whole holds of the index and of every factor, in each
        region as well.
        """
        hidden = {cell for cell in self._cells if self._estimates[cell].suppressed}
        known = -1
        while known < len(hidden):
            known = len(hidden)
            for column in self._columns:
                hidden |= set(self._following(hidden))
                hidden |= set(self._beside(column, hidden))
        return {name: _without(score, name, hidden) for name, score in self.scores.items()}

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        return (None, *(factor.id for factor in self.whole.factors))

    @cached_property
    def _cells(self) -> tuple[Cell, ...]:
        return tuple((name, column) for name in self.scores for column in self._columns)

    @cached_property
    def _estimates(self) -> dict[Cell, Estimate]:
        return {(name, column): each for name, score in self.scores.items() for column, each in _by_column(score)}

    def _following(self, hidden: set[Cell]) -> Iterator[Cell]:
        """All of a group whose index is hidden, or tells its only hidden factor."""
        for name in self.scores:
            mine = [column for column in self._columns if (name, column) in hidden]
            is_told = len(mine) == 1 and mine[0] is not None and not self._stands_alone(name, mine[0])
            if None in mine or is_told:
                yield from ((name, column) for column in self._columns)

    def _stands_alone(self, name: str, factor: Column) -> bool:
        own, whole = (self._estimates[name, column].unweighted_base for column in (factor, None))
        return abs(own - whole) >= LEAST_GAP * own

    def _beside(self, column: Column, hidden: set[Cell]) -> Iterator[Cell]:
        """What must go beside the hidden cells of one column."""
        if dict(_by_column(self.whole))[column].value is None:
            return
        parts = dict(self._parts(column, hidden))
        for name in further_withheld(parts, self._sums(parts)):
            yield name, (column if column is not None and self._stands_alone(name, column) else None)

    def _sums(self, parts: Mapping[str, Part]) -> dict[str, Parts]:
        sums = self.regional.sums.items()
        told = ((total, inside) for total, inside in sums if total in parts or total == WHOLE)
        return {total: [name for name in inside if name in parts] for total, inside in told}

    def _parts(self, column: Column, hidden: set[Cell]) -> Iterator[tuple[str, Part]]:
        """The groups with answers. Those of no known dealer are a part that is never shown, and needs none."""
        for name in self.regional.names:
            ratio = self._ratio(name, column)
            if ratio.weighted_base > 0:
                is_hidden = name not in self.scores or (name, column) in hidden
                needs = name in self.scores and is_hidden and self._is_suppressed(name, column)
                yield name, mean_part(ratio, self.whole.total, withheld=is_hidden, needs_reach=needs)

    def _ratio(self, name: str, column: Column) -> Ratio:
        return self.regional.ratio(name, index_column(self.whole.id, column))

    def _is_suppressed(self, name: str, column: Column) -> bool:
        """By its own base, or by that of the index, which all factors together would tell."""
        return any(self._estimates[name, each].suppressed for each in (column, None))


def _without(index: IndexScore, name: str, hidden: set[Cell]) -> IndexScore:
    factors = tuple(
        replace(factor, score=withheld_beside(factor.score)) if (name, factor.id) in hidden else factor
        for factor in index.factors
    )
    return replace(
        index, score=withheld_beside(index.score) if (name, None) in hidden else index.score, factors=factors
    )


def _by_column(index: IndexScore) -> Iterator[tuple[Column, Estimate]]:
    yield None, index.score
    yield from ((factor.id, factor.score) for factor in index.factors)
