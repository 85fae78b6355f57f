"""Control charts of a study over its periods: weeks or months, each with its base, and what signals."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.calendars import name_of
from surveyplat.scoring.control_charts import cusum, ewma, shewhart
from surveyplat.scoring.design import Ratios, ratios_by_cell
from surveyplat.scoring.moments import Moments
from surveyplat.scoring.processes import Process, dispersion, laney, mean_process, rate_process, share_process
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.charts import LEAST_POINTS, Chart, ChartPoint, MeasureCharts, Span
from surveyplat.scoring.suppression import LEAST_BASE, LEAST_EFFECTIVE_BASE
from surveyplat.scoring.timed_measures import TimedMeasure
from surveyplat.scoring.weights import kish_effective_n


def measure_charts(measure: TimedMeasure, moments: Moments, span: Span) -> MeasureCharts:
    """The charts of one measure over weeks or months.

    A rate of events (PP100): u chart and Laney's u'; a share: p chart and Laney's p'; a mean (index, NPS): individual
    means with the standard error of their base. EWMA and CUSUM are added to each, on Laney's process where there is
    one. The exposure of a point is its effective base, so that weights and several answers of one customer count as
    what they are worth. Problems come in clumps, a few vehicles have many: the u chart takes the spread between
    vehicles as it is. (By Poisson's, in simulations with a variance of twice the mean, 4 % of points signalled where
    nothing happened; so 0.2 to 0.4 %.)

    Weeks with fewer than 30 answers or an effective base below 20 are taken together with those that follow (the last
    ones with those before), so that nothing withheld can be computed from a period's total. Fewer than 20 points give
    no chart. Never raises: what cannot be drawn is a result.
    """
    groups = _groups(moments)
    if not groups:
        return _refused(measure, (), Reason("chart_base", {"least": LEAST_BASE}))
    held = _together(moments, groups)
    points = tuple(_points(measure, moments.first_cell, groups, ratios_by_cell(held), span))
    if len(points) < LEAST_POINTS:
        return _refused(measure, points, Reason("chart_points", {"found": len(points), "least": LEAST_POINTS}))
    try:
        process = _process(measure, ratios_by_cell(held))
    except InsufficientBase:
        return _refused(measure, points, Reason("chart_no_limits"))
    charts = tuple(_charts(process, measure.factor))
    spread = None if measure.kind == "mean" else dispersion(process)
    return MeasureCharts(measure.id, measure.kind, (), points, charts, spread)


def _refused(measure: TimedMeasure, points: tuple[ChartPoint, ...], reason: Reason) -> MeasureCharts:
    return MeasureCharts(measure.id, measure.kind, (), points, (), None, (reason,))


def _groups(moments: Moments) -> list[slice]:
    """Runs of cells with enough answers each; none where all together are too few."""
    n, w, square = (moments[name][:, 0] for name in ("n", "w", "bb"))
    groups, start = [], 0
    for stop in range(1, moments.cells + 1):
        if _is_enough(n[start:stop], w[start:stop], square[start:stop]):
            groups.append(slice(start, stop))
            start = stop
    if groups and start < moments.cells:
        groups[-1] = slice(groups[-1].start, moments.cells)
    return groups


def _is_enough(n: FloatArray, w: FloatArray, square: FloatArray) -> bool:
    effective = kish_effective_n(np.array([w.sum()]), np.array([square.sum()]))[0]
    return bool(n.sum() >= LEAST_BASE and effective >= LEAST_EFFECTIVE_BASE)


def _together(moments: Moments, groups: Sequence[slice]) -> Moments:
    starts = [group.start for group in groups]
    units = np.add.reduceat(moments.cell_units, starts)
    return Moments(moments.columns, 0, units, np.add.reduceat(moments.sums, starts, axis=1))


def _points(
    measure: TimedMeasure, first: int, groups: Sequence[slice], ratios: Ratios, span: Span
) -> Iterator[ChartPoint]:
    for place, group in enumerate(groups):
        ratio = ratios.at(place, 0)
        ends = dict.fromkeys((name_of(first + group.start, span), name_of(first + group.stop - 1, span)))
        value = measure.factor * ratio.value
        yield ChartPoint("/".join(ends), value, ratio.unweighted_base, ratio.effective_base)


def _process(measure: TimedMeasure, ratios: Ratios) -> Process:
    values, bases = ratios.value[:, 0], ratios.effective_base[:, 0]
    if measure.kind == "share":
        return share_process(np.minimum(values, 1.0) * bases, bases)
    variance = _variance(ratios)
    if measure.kind == "rate":
        counted = float((values * bases).sum() / bases.sum())
        effect = max(1.0, variance / counted) if counted > 0 else 1.0
        return rate_process(values * bases, bases, np.full_like(bases, effect))
    ends = measure.lowest / measure.factor, measure.highest / measure.factor
    return mean_process(values, bases, variance**0.5, lowest=ends[0], highest=ends[1])


def _variance(ratios: Ratios) -> float:
    """Of one answer within the points, by their linearised errors: n · SE², pooled by degrees of freedom."""
    df = np.maximum(ratios.df[:, 0], 0.0)
    return float((df * ratios.effective_base[:, 0] * ratios.std_error[:, 0] ** 2).sum() / max(df.sum(), 1.0))


def _charts(process: Process, factor: float) -> Iterator[Chart]:
    """The process itself, with Laney's spread where it is counted, and the two that see small lasting shifts."""
    own = _scaled(process, factor)
    yield shewhart(own)
    if process.kind != "xbar":
        try:
            own = _scaled(laney(process), factor)
        except InsufficientBase:
            own = _scaled(process, factor)
        else:
            yield shewhart(own)
    yield ewma(own)
    yield cusum(own)


def _scaled(process: Process, factor: float) -> Process:
    """The same on the published scale: distances in standard errors do not change."""
    return replace(
        process,
        points=process.points * factor,
        centre=process.centre * factor,
        std_errors=process.std_errors * factor,
        lowest=process.lowest * factor,
        highest=process.highest * factor,
    )
