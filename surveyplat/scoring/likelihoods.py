"""One unknown number on a line: where a log likelihood is largest, and the weight of the places around it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray

LogLikelihood = Callable[[FloatArray], FloatArray]
"""From places of the shape (places, 1) to the log likelihood at each, shape (places,)."""

_PLACES = 129
_NEGLIGIBLE = 20.0
"""Places whose log likelihood is that much below the best (a share of 2e-9) are left out of the next, finer look."""
_LOOKS = 4


@dataclass(frozen=True)
class Weighing:
    """Equally spaced places and their normalised weights, both of the shape (places,)."""

    places: FloatArray
    weights: FloatArray

    @property
    def best(self) -> int:
        return int(np.argmax(self.weights))


def weighed(log_likelihood: LogLikelihood, low: float, high: float, *, looks: int = _LOOKS) -> Weighing:
    """The likelihood between two ends, looked at again and again where it is not negligible.

    A smooth peak that spans a few places is summed all but exactly by equal steps, whatever its width, and a second
    peak is not overlooked as by climbing the nearest one. A single look finds the step that holds the peak.
    """
    for _ in range(looks):
        places = np.linspace(low, high, _PLACES)
        logs = log_likelihood(places[:, None])
        kept = np.flatnonzero(logs > logs.max() - _NEGLIGIBLE)
        if len(kept) > _PLACES / 2:
            break
        low, high = places[max(kept[0] - 1, 0)], places[min(kept[-1] + 1, _PLACES - 1)]
    weights = np.exp(logs - logs.max())
    return Weighing(places, weights / weights.sum())
