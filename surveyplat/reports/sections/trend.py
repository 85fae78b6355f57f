"""The study's first measure over its periods, back to where these may no longer be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveyplat.errors import InsufficientBase
from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import Block, Figure, Key, Moment, Paragraph, Section, TrendChart
from surveyplat.reports.bundle import ReportBundle
from surveyplat.reports.context import Context, score_digits
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.headline import first_measure
from surveyplat.scoring.records.charts import LEAST_POINTS, Chart

LEAST_PERIODS = 2


@dataclass(frozen=True)
class _Series:
    """The measure's periods, oldest first, this one last."""

    measure: str
    name: str
    highest: float | None
    """Of a rate there is none."""
    digits: int
    periods: tuple[str, ...]
    estimates: tuple[Estimate, ...]


def trend(context: Context) -> Section | None:
    """Nothing where there is no earlier period to set beside this one."""
    series = _series(context, context.bundle.trend if isinstance(context.bundle, ReportBundle) else ())
    if series is None or len(series.periods) < LEAST_PERIODS:
        return None
    chart = _control(series)
    blocks: tuple[Block, ...] = (
        _figure(context, series, chart),
        Paragraph(_note(context, series, chart), style="note"),
    )
    return Section("trend", context.say("trend"), _heading(context, series, chart), blocks)


def _series(context: Context, earlier: Sequence[Mapping[str, Any]]) -> _Series | None:
    first = first_measure(context.scores)
    if first is None:
        return None
    measure, now = first
    told = [(str(each["period"]), Estimate(**each["estimate"])) for each in earlier if each["measure"] == measure]
    shown = [(period, each) for period, each in (*told, (context.scores.period, now)) if each.value is not None]
    if not shown:
        return None
    total = next((index.total for index in context.scores.indices), None)
    return _Series(
        measure,
        context.either(f"{measure}_short", context.label(measure)),
        total,
        1 if total is None else score_digits(total),
        tuple(period for period, _ in shown),
        tuple(each for _, each in shown),
    )


def _control(series: _Series) -> Chart | None:
    """With fewer periods than a control chart needs there are no limits."""
    if len(series.periods) < LEAST_POINTS:
        return None
    from surveyplat.scoring.period_control import period_chart

    try:
        return period_chart(series.estimates, series.highest)
    except InsufficientBase:
        return None


def _heading(context: Context, series: _Series, chart: Chart | None) -> str:
    count = context.number(len(series.periods))
    if chart is None:
        values = [each.value or 0.0 for each in series.estimates]
        low, high = (context.number(end, series.digits) for end in (min(values), max(values)))
        return context.say("trend.heading", name=series.name, count=count, low=low, high=high)
    points = {signal.point for signal in chart.signals}
    if len(series.periods) - 1 in points:
        return context.say("trend.heading.now", name=series.name, period=context.period(series.periods[-1]))
    key = "trend.heading.signals" if points else "trend.heading.stable"
    return context.say(key, name=series.name, count=count, signals=context.number(len(points)))


def _figure(context: Context, series: _Series, chart: Chart | None) -> Figure:
    moments = tuple(_moment(context, series, chart, place) for place in range(len(series.periods)))
    ends = [end for each in moments for end in (each.low, each.high, each.low_limit, each.high_limit)]
    title = context.say("problems.axis") if series.highest is None else context.say("factors.points_axis")
    axis = axis_over(ends, context.number, title, floor_at=0.0)
    keys = [Key("plain", context.say("key.value"))]
    if chart is not None:
        keys.append(Key("limits", context.say("trend.key.limits")))
    if any(each.signals for each in moments):
        keys.append(Key("signal", context.say("trend.key.signal")))
    listed = "; ".join(f"{each.label} {each.text}" for each in moments)
    return Figure(
        context.say("trend.figure", name=series.name),
        TrendChart(axis, moments, context.say("trend.base"), chart.centre if chart else None),
        tuple(keys),
        context.say("trend.alternative", name=series.name, list=listed),
    )


def _moment(context: Context, series: _Series, chart: Chart | None, place: int) -> Moment:
    estimate = series.estimates[place]
    value = estimate.value or 0.0
    low, high = (value if end is None else end for end in (estimate.ci_low, estimate.ci_high))
    return Moment(
        context.period(series.periods[place]),
        value,
        low,
        high,
        context.number(value, series.digits),
        context.number(estimate.unweighted_base),
        chart.lower[place] if chart else None,
        chart.upper[place] if chart else None,
        signals=chart is not None and any(signal.point == place for signal in chart.signals),
    )


def _note(context: Context, series: _Series, chart: Chart | None) -> str:
    if chart is not None:
        return context.say("trend.note.limits", centre=context.number(chart.centre, series.digits))
    return context.say("trend.note", least=context.number(LEAST_POINTS))
