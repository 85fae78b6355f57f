"""Which groups a split of a change may name, so that no suppressed group can be worked out from it.

A group's performance and mix tell its means in both periods. And the performance of all groups is one more sum of
their means, beside the two published wholes: with few withheld groups it may be the one that solves them.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from surveyplat.scoring.additive import Parts
from surveyplat.scoring.arrays import BoolArray, FloatArray
from surveyplat.scoring.decomposition import Mix
from surveyplat.scoring.hiding import REACH_OF_SCALE, Part, further_withheld, is_told
from surveyplat.scoring.records.changes import Decomposition
from surveyplat.scoring.suppression import LEAST_BASE, LEAST_EFFECTIVE_BASE
from surveyplat.scoring.weights import kish_effective_n

UNKNOWN = ""
"""The group of those of whom it is not known; its means are published nowhere else."""


@dataclass(frozen=True)
class Split:
    """A change's parts with both periods' groups, in one order; means lie between 0 and ``highest``."""

    whole: Decomposition
    before: Mix
    after: Mix
    highest: float

    def beside_published(self, before: Collection[str], after: Collection[str]) -> Decomposition | None:
        """Where each period's means are published by group (dealers) but those withheld before and after.

        None where the sum over all groups would tell a withheld one.
        """
        unknown = {UNKNOWN} if before or after else set()
        hidden = {*before, *unknown}, {*after, *unknown}
        if is_told(self._parts(*hidden), self._sums):
            return None
        return self._named({*hidden[0], *hidden[1], *self._small(self.before), *self._small(self.after)})

    def alone(self) -> Decomposition:
        """Where the groups' means are published nowhere else (models): those of a small base and what goes beside."""
        hidden = self._small(self.before) | self._small(self.after)
        further = further_withheld(self._parts(hidden, hidden), self._sums)
        return self._named(hidden | {name[1:] for name in further})

    def _named(self, hidden: Collection[str]) -> Decomposition:
        groups = self.whole.groups
        standing = (group for group in groups if group.base_before or group.base_after)
        return replace(self.whole, groups=tuple(group for group in standing if group.group not in hidden))

    @staticmethod
    def _small(mix: Mix) -> set[str]:
        effective = kish_effective_n(mix.weights, mix.unit_squares)
        small = mix.present & ((mix.units < LEAST_BASE) | (effective < LEAST_EFFECTIVE_BASE))
        return {mix.groups[place] for place in np.flatnonzero(small)}

    def _reach(self, mix: Mix, place: int) -> float:
        """How far the weighted total of a small group must stay unknown."""
        return REACH_OF_SCALE * self.highest * float(mix.weights[place])

    def _parts(self, before: Collection[str], after: Collection[str]) -> dict[str, Part]:
        """Both periods' weighted totals, named by their period's number and the group."""
        return {**self._of_period("1", self.before, before), **self._of_period("2", self.after, after)}

    def _of_period(self, number: str, mix: Mix, hidden: Collection[str]) -> dict[str, Part]:
        small, parts = self._small(mix) - {UNKNOWN}, {}
        for place in np.flatnonzero(mix.present).tolist():
            group, weight = mix.groups[place], float(mix.weights[place])
            reach = self._reach(mix, place) if group in small else 0.0
            value, highest = weight * float(mix.means[place]), weight * self.highest
            parts[number + group] = Part(value, 0.0, highest, reach if group in hidden else None)
        return parts

    @property
    def _sums(self) -> dict[str, Parts]:
        """Both wholes, and the performance Σ (r₂ - r₁)(c₁ + c₂) / 2 of the groups that stand in both periods."""
        share = (self.before.shares + self.after.shares) / 2
        both = self.before.present & self.after.present
        return {
            " before ": dict.fromkeys(_names("1", self.before), 1.0),
            " after ": dict.fromkeys(_names("2", self.after), 1.0),
            " performance ": {**_factors("1", self.before, -share, both), **_factors("2", self.after, share, both)},
        }


def _names(number: str, mix: Mix) -> list[str]:
    return [number + mix.groups[place] for place in np.flatnonzero(mix.present)]


def _factors(number: str, mix: Mix, shares: FloatArray, both: BoolArray) -> dict[str, float]:
    return {number + mix.groups[place]: float(shares[place] / mix.weights[place]) for place in np.flatnonzero(both)}
