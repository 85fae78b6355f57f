"""Importance-performance quadrants, with how sure each attribute's place is.

Both axes and both dividing lines are estimates. The replicates of one bootstrap give them together: in each, an
attribute lies in one quadrant, and the share of replicates is the probability of that quadrant.
Source: Martilla and James, Journal of Marketing 41 (1977); for uncertain places, Mount, Tourism Analysis 10 (2005).
"""

from collections.abc import Sequence

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.bootstrapped import LEAST_REPLICATES, bootstrapped
from surveyplat.scoring.records.drivers import QUADRANTS, Priority, PriorityMap

SETTLED = 0.9


def priority_map(items: Sequence[str], importance: FloatArray, performance: FloatArray) -> PriorityMap:
    """Place each attribute from stacks of shape (1 + replicates, items): the sample first, then its replicates.

    Importance is a share of R² (0-1), performance in points; on a dividing line counts as above it. Raises
    ``ScoringError`` for stacks of different shapes or values that are not finite, and ``InsufficientBase`` with fewer
    than 40 replicates, which tell no probability.
    """
    if importance.shape != performance.shape or importance.shape[1:] != (len(items),):
        raise ScoringError("Importance and performance need one column an attribute, and the same replicates")
    if not (np.isfinite(importance).all() and np.isfinite(performance).all()):
        raise ScoringError("Importance or performance is not finite in a replicate: leave that replicate out")
    replicates = len(importance) - 1
    if replicates < LEAST_REPLICATES:
        raise InsufficientBase(f"{replicates} replicates tell no probability: draw at least {LEAST_REPLICATES}")
    marks = importance.mean(axis=1, keepdims=True), performance.mean(axis=1, keepdims=True)
    places = np.where(importance >= marks[0], 0, 2) + np.where(performance >= marks[1], 1, 0)
    shares = (places[1:, :, None] == np.arange(len(QUADRANTS))).mean(axis=0)
    return PriorityMap(
        importance_mark=float(marks[0][0, 0]),
        performance_mark=float(marks[1][0, 0]),
        replicates=replicates,
        items=tuple(
            Priority(
                item=item,
                importance=bootstrapped(importance[:, number]),
                performance=bootstrapped(performance[:, number]),
                quadrant=QUADRANTS[places[0, number]],
                probabilities=dict(zip(QUADRANTS, shares[number].tolist(), strict=True)),
                settled=bool(shares[number, places[0, number]] >= SETTLED),
            )
            for number, item in enumerate(items)
        ),
    )


def normal_stack(
    values: FloatArray, std_errors: FloatArray, rng: np.random.Generator, *, replicates: int = 2000
) -> FloatArray:
    """A stack for estimates that come without replicates: independent normal draws about each value.

    Shape (1 + replicates, items), the values themselves first.
    """
    drawn = rng.normal(values, std_errors, (replicates, len(values)))
    return np.vstack([values, drawn])
