"""Margins: the known events of each category of one variable, and the groups of categories that raking can hold."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import WeightingError
from surveyplat.scoring.arrays import FloatArray, IntArray, summed_at
from surveyplat.scoring.records.coverage import NotCovered

LEAST_RESPONSES = 5
"""A category of fewer responses is joined with the next one."""
UNKNOWN = ""
"""The name of the group of responses whose category is not known."""


@dataclass(frozen=True)
class Margin:
    """The events known of each category of one variable (dealer, model, month), in the categories' order."""

    name: str
    categories: tuple[str, ...]
    totals: FloatArray

    def __post_init__(self) -> None:
        if len(self.categories) != len(self.totals):
            raise WeightingError(f"{self.name}: {len(self.categories)} categories and {len(self.totals)} totals")
        if not np.isfinite(self.totals).all() or (self.totals < 0).any() or not self.totals.sum() > 0:
            raise WeightingError(f"{self.name}: the known events must be finite, none negative and not all 0")

    def with_categories(self, names: Iterable[str]) -> "Margin":
        """The margin with further categories, in the order of their names, of which no event is known."""
        known = dict.fromkeys(names, 0.0) | dict(zip(self.categories, self.totals.tolist(), strict=True))
        return Margin(self.name, tuple(sorted(known)), np.array([known[name] for name in sorted(known)]))


@dataclass(frozen=True)
class MarginGroups:
    """A margin as it is raked: each group's ``names``, its total, and the group of each cell."""

    name: str
    names: tuple[tuple[str, ...], ...]
    """The categories of each group; several where they were joined, and ("",) for those not known."""
    totals: FloatArray
    group_of_cell: IntArray
    not_covered: tuple[NotCovered, ...]

    @property
    def total(self) -> float:
        return float(self.totals.sum())

    @property
    def joined(self) -> tuple[tuple[str, ...], ...]:
        return tuple(names for names in self.names if len(names) > 1)


def group_margin(
    margin: Margin, positions: IntArray, start: FloatArray, responses: FloatArray, total: float | None
) -> MarginGroups:
    """The margin's groups for cells at these category ``positions``, scaled to ``total`` (its covered events: None).

    Raises ``WeightingError`` naming every category that has responses and no events.
    """
    counts = _responses(margin, positions, responses)
    group = _joined_with_the_next(counts)
    names = tuple(
        tuple(margin.categories[place] for place in np.flatnonzero(group == number))
        for number in range(int(group.max(initial=-1)) + 1)
    )
    known = summed_at(group[group >= 0], margin.totals[group >= 0], len(names))
    uncovered = np.flatnonzero((counts == 0) & (margin.totals > 0))
    amount = start * responses
    unknown_share = float(amount[positions < 0].sum() / amount.sum())
    return MarginGroups(
        name=margin.name,
        names=(*names, (UNKNOWN,)) if unknown_share > 0 else names,
        totals=_scaled(known, unknown_share, total),
        group_of_cell=np.where(positions >= 0, np.append(group, -1)[positions], len(names)),
        not_covered=tuple(NotCovered(margin.categories[place], float(margin.totals[place])) for place in uncovered),
    )


def _responses(margin: Margin, positions: IntArray, responses: FloatArray) -> FloatArray:
    """Responses of each category."""
    counts = summed_at(positions + 1, responses, len(margin.categories) + 1)[1:]
    if len(counts) > len(margin.categories):
        raise WeightingError(f"{margin.name}: a response's category is not among the margin's {len(margin.categories)}")
    baseless = [margin.categories[place] for place in np.flatnonzero((counts > 0) & (margin.totals == 0))]
    if baseless:
        raise WeightingError(f"{margin.name} {', '.join(baseless)}: responses, but no known event; count events again")
    return counts


def _joined_with_the_next(counts: FloatArray) -> IntArray:
    """The group of each category, -1 without responses: runs of ``LEAST_RESPONSES``; a short last run joins."""
    group = np.full(len(counts), -1)
    number, gathered = 0, 0.0
    for place in np.flatnonzero(counts):
        group[place] = number
        gathered += counts[place]
        if gathered >= LEAST_RESPONSES:
            number, gathered = number + 1, 0.0
    if gathered and number:
        group[group == number] = number - 1
    return group


def _scaled(known: FloatArray, unknown_share: float, total: float | None) -> FloatArray:
    """Totals that add up to ``total``, of which the responses of no known category keep their share."""
    full = float(known.sum()) if total is None else total
    if not known.sum():
        return np.array([full])
    scaled = known * (full * (1 - unknown_share) / known.sum())
    return np.append(scaled, full * unknown_share) if unknown_share > 0 else scaled
