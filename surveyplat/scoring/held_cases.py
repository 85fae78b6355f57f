"""Complete cases that are held at once, for what moments do not tell."""

from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import CodeArray, FloatArray, IntArray


@dataclass(frozen=True)
class Cases:
    """Complete cases, shape (cases, attributes + 1) with the outcome last; each unit has a number of its own.

    ``step`` says that every so-many-th customer was taken, in the snapshot's order.
    """

    codes: CodeArray
    weights: FloatArray
    units: IntArray
    step: int

    def merge(self, other: "Cases") -> "Cases":
        first = int(self.units[-1]) + 1 if len(self.units) else 0
        return Cases(
            np.concatenate([self.codes, other.codes]),
            np.concatenate([self.weights, other.weights]),
            np.concatenate([self.units, other.units + first]),
            self.step,
        )

    def at_most(self, most: int) -> "Cases":
        """Every so-many-th customer, so that not many more than ``most`` cases remain."""
        step = -(-len(self.codes) // most)
        kept = self.units % step == 0
        return Cases(self.codes[kept], self.weights[kept], self.units[kept], self.step * step)
