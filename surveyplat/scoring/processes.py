"""What a process in control would show: rates, shares and means of weeks or months with their centre and errors.

Control charts look for signals in a ``Process``; Laney's correction makes another process of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import chdtrc, gammaln

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.records.charts import Dispersion

_MEAN_RANGE = (
    *(1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078, 3.173, 3.258, 3.336),
    *(3.407, 3.472, 3.532, 3.588, 3.640, 3.689, 3.735, 3.778, 3.819, 3.858, 3.895, 3.931),
)
"""d2 of 2 to 25 normal values: their mean range in standard deviations, to the digits of the published tables."""


@dataclass(frozen=True)
class Process:
    """Points in their order of time, shape (points,), on the measure's own scale.

    ``std_errors`` are those of a process in control. ``baseline`` points, from the first on, made the centre.
    """

    kind: Literal["u", "p", "xbar", "laney_u", "laney_p"]
    points: FloatArray
    centre: float
    std_errors: FloatArray
    lowest: float
    highest: float
    baseline: int

    @property
    def distances(self) -> FloatArray:
        """(point - centre) / standard error."""
        distances: FloatArray = (self.points - self.centre) / self.std_errors
        return distances

    def limits(self, width: float = 3.0) -> tuple[FloatArray, FloatArray]:
        """centre ± width · standard error, within the ends of the measure's scale."""
        reach = width * self.std_errors
        return np.maximum(self.centre - reach, self.lowest), np.minimum(self.centre + reach, self.highest)


def rate_process(
    counts: Sequence[float] | FloatArray,
    bases: Sequence[float] | FloatArray,
    design_effects: Sequence[float] | FloatArray | None = None,
    baseline: int | None = None,
) -> Process:
    """u chart: events (problems) a unit, u = x / n; centre ū = Σx / Σn, SE √(ū · deff / n).

    Raises ``InsufficientBase`` naming the points without a base and for a baseline without an event.
    Source: Montgomery, Introduction to Statistical Quality Control, 7.3.
    """
    x, n, effect = _cells(counts, bases, design_effects)
    first = _baseline(baseline, len(x))
    centre = float(x[:first].sum() / n[:first].sum())
    if centre <= 0:
        raise InsufficientBase("No event in the chart's baseline: without any there are no limits to draw")
    return Process("u", x / n, centre, np.sqrt(centre * effect / n), 0.0, np.inf, first)


def share_process(
    counts: Sequence[float] | FloatArray,
    bases: Sequence[float] | FloatArray,
    design_effects: Sequence[float] | FloatArray | None = None,
    baseline: int | None = None,
) -> Process:
    """p chart: shares p = x / n of 0 to 1; centre p̄ = Σx / Σn, SE √(p̄(1 - p̄) · deff / n).

    Raises ``InsufficientBase`` naming the points without a base and where all or none of the baseline count,
    ``ScoringError`` for counts above their bases. Source: Montgomery, 7.2.
    """
    x, n, effect = _cells(counts, bases, design_effects)
    above = np.flatnonzero(x > n)
    if len(above):
        raise ScoringError(f"The counts at {_named(above)} exceed their bases: a share is at most 1")
    first = _baseline(baseline, len(x))
    centre = float(x[:first].sum() / n[:first].sum())
    if not 0 < centre < 1:
        raise InsufficientBase(f"The share is {centre:g} in the whole baseline: there are no limits to draw")
    return Process("p", x / n, centre, np.sqrt(centre * (1 - centre) * effect / n), 0.0, 1.0, first)


def mean_process(
    means: Sequence[float] | FloatArray,
    bases: Sequence[float] | FloatArray,
    deviation: float,
    *,
    lowest: float = -np.inf,
    highest: float = np.inf,
    baseline: int | None = None,
) -> Process:
    """x̄ chart: means of ``bases`` answers (effective ones of a survey), SE ``deviation`` / √n; centre Σnx̄ / Σn.

    Raises ``InsufficientBase`` naming the points without a base and for a deviation of 0. Source: Montgomery, 6.2.
    """
    values, n, _ = _cells(means, bases, None)
    if deviation <= 0:
        raise InsufficientBase("All values of the chart's baseline are alike: there are no limits to draw")
    first = _baseline(baseline, len(values))
    centre = float(values[:first] @ n[:first] / n[:first].sum())
    return Process("xbar", values, centre, deviation / np.sqrt(n), lowest, highest, first)


def deviation_from_ranges(samples: FloatArray) -> float:
    """Standard deviation within samples of equal size, shape (samples, size): the mean range divided by d2.

    Raises ``ScoringError`` for samples of less than 2 or more than 25 values, whose ranges tell too little.
    Source: Tippett, Biometrika 17 (1925); Montgomery, appendix VI; R's qcc::sd.xbar.
    """
    size = samples.shape[1]
    if not 2 <= size <= len(_MEAN_RANGE) + 1:
        raise ScoringError(f"Samples of {size} values have no use of their range: give the deviations of the cells")
    return float(np.ptp(samples, axis=1).mean() / _MEAN_RANGE[size - 2])


def deviation_from_cells(deviations: FloatArray, bases: FloatArray) -> float:
    """Unbiased standard deviation within cells of unequal size: the mean of s / c4(n) over cells with two answers.

    c4(n) = √(2 / (n - 1)) Γ(n / 2) / Γ((n - 1) / 2). Raises ``InsufficientBase`` when every cell has a single answer.
    Source: Montgomery, 6.3; Burr, Industrial Quality Control 1969.
    """
    s, n = deviations[bases >= 2], bases[bases >= 2]
    if not len(s):
        raise InsufficientBase("Every point is a single answer: the spread within points is not known")
    c4 = np.sqrt(2 / (n - 1)) * np.exp(gammaln(n / 2) - gammaln((n - 1) / 2))
    return float((s / c4).mean())


def laney(process: Process) -> Process:
    """u' and p': the standard errors times σ_z, the points' own spread from one to the next.

    σ_z = mean |z_i - z_{i-1}| / 1.128 over the baseline, z = (point - centre) / SE: what varies between months beyond
    chance of counting is part of the process. Raises ``InsufficientBase`` when the points do not move at all.
    Source: Laney, Quality Engineering 14 (2002).
    """
    spread = moving_range(process)
    if spread == 0:
        raise InsufficientBase("The points of the chart's baseline are all alike: there are no limits to draw")
    kind: Literal["laney_u", "laney_p"] = "laney_p" if process.kind == "p" else "laney_u"
    return replace(process, kind=kind, std_errors=spread * process.std_errors)


def moving_range(process: Process) -> float:
    """Laney's σ_z: near 1 when counting explains all that moves."""
    return float(np.abs(np.diff(process.distances[: process.baseline])).mean() / _MEAN_RANGE[0])


def dispersion(process: Process) -> Dispersion:
    """Σz² / (m - 1) over the m points of the baseline, and its chi-squared p value of more than chance."""
    squares = float((process.distances[: process.baseline] ** 2).sum())
    df = process.baseline - 1
    return Dispersion(squares / df, float(chdtrc(df, squares)))


def _cells(
    values: Sequence[float] | FloatArray,
    bases: Sequence[float] | FloatArray,
    design_effects: Sequence[float] | FloatArray | None,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    held, n = np.asarray(values, dtype=np.float64), np.asarray(bases, dtype=np.float64)
    effect = np.ones_like(n) if design_effects is None else np.asarray(design_effects, dtype=np.float64)
    if not held.shape == n.shape == effect.shape or not len(held):
        raise ScoringError("A chart needs one value, one base and one design effect for each of its points")
    wrong = np.flatnonzero(~(np.isfinite(held) & np.isfinite(n) & np.isfinite(effect)) | (effect <= 0) | (n < 0))
    if len(wrong):
        raise ScoringError(f"The values, bases or design effects at {_named(wrong)} are not usable numbers")
    empty = np.flatnonzero(n == 0)
    if len(empty):
        raise InsufficientBase(f"Nobody answered at {_named(empty)}: draw the chart over longer periods")
    return held, n, effect


def _named(places: IntArray) -> str:
    return f"point {', '.join(str(place + 1) for place in places)}"


def _baseline(asked: int | None, points: int) -> int:
    if asked is None:
        return points
    if not 1 <= asked <= points:
        raise ScoringError(f"A baseline of {asked} points cannot be taken from {points}")
    return asked
