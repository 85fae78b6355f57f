"""Counted moments, looked up by column and dealer: what the measures are read from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.design import Ratios, ratios_by_cell, ratios_overall
from surveyplat.scoring.moments import Moments
from surveyplat.scoring.problem_counts import ProblemCounts
from surveyplat.scoring.records.ratio import Ratio


@dataclass(frozen=True)
class Tabulation:
    moments: Moments
    dealers: tuple[str, ...]
    """The cells' names, in their order."""
    problem_counts: ProblemCounts | None = None
    """None for a study without problems."""
    residuals: Moments | None = None
    """What the margins of raked weights leave unexplained (``calibration``): the variance of what is overall.

    The measures of a dealer, and of some dealers together, keep the linearised variance within the dealers: their
    totals are a margin of the raking, and what the other margins explain of these answers alone is left in, which errs
    on the safe side.
    """

    def among(self, dealers: Sequence[str]) -> "Tabulation":
        """The same of some dealers alone, a region's for instance: their strata are all that is summed over."""
        cells = [self._cells[dealer] for dealer in dealers]
        counts = None if self.problem_counts is None else self.problem_counts.of_cells(cells)
        return Tabulation(self.moments.of_cells(cells), tuple(dealers), counts)

    def overall(self, column: str) -> Ratio:
        return self._overall.at(self._place[column])

    def of_dealer(self, dealer: str, column: str) -> Ratio:
        return self._by_cell.at(self._cells[dealer], self._place[column])

    def vehicles_by_problems(self, column: str) -> FloatArray:
        """Weighted numbers of vehicles with 0, 1 ... problems of a column; of a single problem there is one or none."""
        if self.problem_counts is not None and column in self.problem_counts.columns:
            return self.problem_counts.of(column)
        ratio = self.overall(column)
        return ratio.weighted_base * np.array([1 - ratio.value, ratio.value])

    def __contains__(self, column: str) -> bool:
        return column in self._place

    @property
    def known_dealers(self) -> tuple[str, ...]:
        """The dealers that scores are broken down by: all but the unknown one."""
        return tuple(dealer for dealer in self.dealers if dealer)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {column: place for place, column in enumerate(self.moments.columns)}

    @cached_property
    def _cells(self) -> dict[str, int]:
        return {dealer: cell for cell, dealer in enumerate(self.dealers)}

    @cached_property
    def _overall(self) -> Ratios:
        return ratios_overall(self.moments, residuals=self.residuals)

    @cached_property
    def _by_cell(self) -> Ratios:
        return ratios_by_cell(self.moments)
