"""Which dealers' indices and factors are withheld so that no suppressed one can be worked out from the overall ones."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from surveyplat.scoring.columns import index_column
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.hiding import WHOLE, Part, further_withheld, mean_part
from surveyplat.scoring.results import DealerScore, IndexScore
from surveyplat.scoring.suppression import withheld_beside
from surveyplat.scoring.tabulation import Tabulation

LEAST_GAP = 0.25
"""A factor whose base is this part of it away from the index's does not follow from the index and the other factors."""

Column = str | None
"""A factor's id; None for the index itself."""


@dataclass(frozen=True)
class DealersOfIndex:
    """One index by dealer, beside the published whole, as scored and as counted."""

    whole: IndexScore
    scores: tuple[DealerScore, ...]
    table: Tabulation

    def withheld(self) -> tuple[DealerScore, ...]:
        """The same, with what must go beside what was suppressed already.

        A dealer's index goes with all its factors, as they would tell it. A factor goes alone where its base is its
        own; else the dealer goes whole. Σ weight · dealer = weight · whole holds of the index and of every factor.
        """
        hidden = {(dealer, column) for dealer, column in self._cells if self._estimate(dealer, column).suppressed}
        while True:
            hidden |= set(self._following(hidden))
            more = {cell for column in self._columns for cell in self._beside(column, hidden)} - hidden
            if not more:
                return tuple(self._without(score, hidden) for score in self.scores)
            hidden |= more

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        return (None, *(factor.id for factor in self.whole.factors))

    @cached_property
    def _cells(self) -> tuple[tuple[str, Column], ...]:
        return tuple((score.dealer, column) for score in self.scores for column in self._columns)

    @cached_property
    def _estimates(self) -> dict[tuple[str, Column], Estimate]:
        return {(score.dealer, column): each for score in self.scores for column, each in _by_column(score.index)}

    def _estimate(self, dealer: str, column: Column) -> Estimate:
        return self._estimates[dealer, column]

    def _following(self, hidden: set[tuple[str, Column]]) -> Iterator[tuple[str, Column]]:
        """All of a dealer whose index is hidden, or tells its only hidden factor."""
        for score in self.scores:
            mine = [column for column in self._columns if (score.dealer, column) in hidden]
            is_told = len(mine) == 1 and mine[0] is not None and not self._stands_alone(score.dealer, mine[0])
            if None in mine or is_told:
                yield from ((score.dealer, column) for column in self._columns)

    def _stands_alone(self, dealer: str, factor: Column) -> bool:
        own, whole = (self._estimate(dealer, column).unweighted_base for column in (factor, None))
        return abs(own - whole) >= LEAST_GAP * own

    def _beside(self, column: Column, hidden: set[tuple[str, Column]]) -> Iterator[tuple[str, Column]]:
        """What must go beside the hidden cells of one column."""
        if dict(_by_column(self.whole))[column].value is None:
            return
        parts = dict(self._parts(column, hidden))
        for dealer in further_withheld(parts, {WHOLE: list(parts)}):
            yield dealer, (column if column is not None and self._stands_alone(dealer, column) else None)

    def _parts(self, column: Column, hidden: set[tuple[str, Column]]) -> Iterator[tuple[str, Part]]:
        """The dealers with answers. Those of no known dealer are a part that is never shown, and needs none."""
        for dealer in self.table.dealers:
            ratio = self.table.of_dealer(dealer, index_column(self.whole.id, column))
            if ratio.weighted_base > 0:
                is_hidden = not dealer or (dealer, column) in hidden
                needs = bool(dealer) and is_hidden and self._is_suppressed(dealer, column)
                yield dealer, mean_part(ratio, self.whole.total, withheld=is_hidden, needs_reach=needs)

    def _is_suppressed(self, dealer: str, column: Column) -> bool:
        """By its own base, or by that of the index, which all factors together would tell."""
        return any(self._estimate(dealer, each).suppressed for each in (column, None))

    def _without(self, score: DealerScore, hidden: set[tuple[str, Column]]) -> DealerScore:
        index = score.index
        factors = tuple(
            replace(factor, score=withheld_beside(factor.score)) if (score.dealer, factor.id) in hidden else factor
            for factor in index.factors
        )
        whole = withheld_beside(index.score) if (score.dealer, None) in hidden else index.score
        return replace(score, index=replace(index, score=whole, factors=factors))


def _by_column(index: IndexScore) -> Iterator[tuple[Column, Estimate]]:
    yield None, index.score
    yield from ((factor.id, factor.score) for factor in index.factors)
