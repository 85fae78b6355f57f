"""Control charts: which weeks or months stand out from what a process in control would show."""

from collections.abc import Sequence
from math import sqrt
from typing import Literal

import numpy as np

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.processes import Process
from surveyplat.scoring.records.charts import LEAST_POINTS, Chart, Side, Signal

Rule = Literal["beyond_limits", "two_of_three", "four_of_five", "eight_on_one_side"]
RULES: dict[Rule, tuple[int, int, float]] = {
    "beyond_limits": (1, 1, 3.0),
    "two_of_three": (2, 3, 2.0),
    "four_of_five": (4, 5, 1.0),
    "eight_on_one_side": (8, 8, 0.0),
}
"""How many of how many consecutive points lie beyond how many standard errors on one side; the last one is among them.

Source: Western Electric, Statistical Quality Control Handbook (1956), zone rules.
"""


def shewhart(process: Process, rules: Sequence[Rule] = ("beyond_limits",)) -> Chart:
    """Each point by itself, with limits of three standard errors; ``rules`` add what runs of points may not show.

    In control and nearly normal a point is beyond the limits in 0.27 % of cases; each further rule adds false alarms.
    Raises ``InsufficientBase`` under 20 points of baseline. Source: Shewhart (1931); Western Electric (1956).
    """
    _check_length(process)
    found = [signal for rule in rules for signal in _signals(process.distances, rule)]
    lower, upper = process.limits()
    ordered = tuple(sorted(found, key=lambda signal: signal.point))
    ends = tuple(lower.tolist()), tuple(upper.tolist())
    return Chart(process.kind, process.centre, tuple(process.points.tolist()), None, *ends, ordered)


def ewma(process: Process, weight: float = 0.2, width: float = 3.0) -> Chart:
    """Exponentially weighted moving average E_i = λ x_i + (1 - λ) E_{i-1} from the centre: sees small lasting shifts.

    Var(E_i) = λ² SE_i² + (1 - λ)² Var(E_{i-1}), which is exact for points of unequal bases. Raises
    ``InsufficientBase`` under 20 points of baseline. Source: Roberts, Technometrics 1 (1959); R's qcc::ewma.
    """
    _check_length(process)
    averages, lower, upper = [], [], []
    average, variance = process.centre, 0.0
    for point, error in zip(process.points.tolist(), process.std_errors.tolist(), strict=True):
        average = weight * point + (1 - weight) * average
        variance = (weight * error) ** 2 + (1 - weight) ** 2 * variance
        averages.append(average)
        lower.append(process.centre - width * sqrt(variance))
        upper.append(process.centre + width * sqrt(variance))
    signals = _outside(averages, averages, lower, upper, "ewma")
    return Chart("ewma", process.centre, tuple(averages), None, tuple(lower), tuple(upper), signals)


def cusum(process: Process, decision: float = 5.0, slack: float = 0.5) -> Chart:
    """Tabular CUSUM of z: C⁺_i = max(0, C⁺ + z - k) and C⁻_i = min(0, C⁻ + z + k), a signal beyond ± h.

    ``slack`` k is half the shift to be found and ``decision`` h the interval, both in standard errors. In control a
    point is in an alarm's first step once in 465 (h = 5) or 168 (h = 4). Raises ``InsufficientBase`` under 20 points of
    baseline. Source: Page, Biometrika 41 (1954); Montgomery, 9.1.2; R's qcc::cusum.
    """
    _check_length(process)
    highs, lows, high, low = [], [], 0.0, 0.0
    for z in process.distances.tolist():
        high, low = max(0.0, high + z - slack), min(0.0, low + z + slack)
        highs.append(high)
        lows.append(low)
    lower, upper = (-decision,) * len(highs), (decision,) * len(highs)
    return Chart("cusum", 0.0, tuple(highs), tuple(lows), lower, upper, _outside(highs, lows, lower, upper, "cusum"))


def _signals(distances: FloatArray, rule: Rule) -> list[Signal]:
    """The points that complete a rule: it is met up to them, and they are part of it."""
    needed, span, reach = RULES[rule]
    sides: tuple[tuple[Side, FloatArray], ...] = (("high", distances), ("low", -distances))
    found = []
    for side, towards in sides:
        beyond = towards > reach
        within = np.convolve(beyond, np.ones(span), "full")[: len(beyond)]
        found += [Signal(int(point), rule, side) for point in np.flatnonzero(beyond & (within >= needed))]
    return found


def _outside(
    highs: Sequence[float],
    lows: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    rule: Literal["ewma", "cusum"],
) -> tuple[Signal, ...]:
    sides: list[Side | None] = [
        "high" if high > above else "low" if low < below else None
        for high, low, below, above in zip(highs, lows, lower, upper, strict=True)
    ]
    return tuple(Signal(point, rule, side) for point, side in enumerate(sides) if side)


def _check_length(process: Process) -> None:
    if process.baseline < LEAST_POINTS:
        raise InsufficientBase(
            f"{process.baseline} points are too few for a control chart: {LEAST_POINTS} weeks or months are needed"
        )
