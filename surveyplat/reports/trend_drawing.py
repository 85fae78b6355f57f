"""Values over time with their intervals, and the limits of a control chart where there are enough of them."""

from reportlab.graphics.shapes import Drawing, Line, PolyLine

from surveyplat.reports import theme
from surveyplat.reports.blocks import Moment, TrendChart
from surveyplat.reports.marks import COLOURS, MARKS, Upright, draw_upright, empty_drawing, text_width, write
from surveyplat.reports.theme import CHART, CHART_QUIET

_HEIGHT = 190.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 12.0, 24.0, 38.0
_WIDEST_STEP = 90.0
_APART = 8.0


def trend_chart(chart: TrendChart, width: float) -> Drawing:
    """The periods from left to right, each with its interval, value and base."""
    drawing = empty_drawing(width, _HEIGHT)
    step = min(_WIDEST_STEP, (width - _LEFT - _RIGHT) / len(chart.moments))
    right = _LEFT + step * len(chart.moments)
    upright = Upright(chart.axis, _LEFT, _BOTTOM, _HEIGHT - _TOP)
    draw_upright(drawing, upright, right)
    places = [_LEFT + (number + 0.5) * step for number in range(len(chart.moments))]
    heights = [upright.y(moment.value) for moment in chart.moments]
    _draw_limits(drawing, chart, upright, places, right)
    drawing.add(PolyLine([end for point in zip(places, heights, strict=True) for end in point], strokeColor=theme.NAVY))
    for moment, x in zip(chart.moments, places, strict=True):
        _draw_moment(drawing, upright, moment, x)
    _write_texts(drawing, chart, upright, places)
    return drawing


def _draw_limits(drawing: Drawing, chart: TrendChart, upright: Upright, places: list[float], right: float) -> None:
    """Steps: each period has limits of its own, which its base makes wider or narrower."""
    if chart.centre is not None:
        y = upright.y(chart.centre)
        drawing.add(Line(_LEFT, y, right, y, strokeColor=theme.QUIET, strokeWidth=0.8))
    half = (right - _LEFT) / len(places) / 2
    for x, moment in zip(places, chart.moments, strict=True):
        for limit in (moment.low_limit, moment.high_limit):
            if limit is not None:
                y = upright.y(limit)
                ends = (x - half, y, x + half, y)
                drawing.add(Line(*ends, strokeColor=theme.INK, strokeWidth=0.8, strokeDashArray=(3, 2)))


def _draw_moment(drawing: Drawing, upright: Upright, moment: Moment, x: float) -> None:
    mark = "improve" if moment.signals else "plain"
    low, high = upright.y(moment.low), upright.y(moment.high)
    drawing.add(Line(x, low, x, high, strokeColor=COLOURS[mark], strokeWidth=1.1))
    for end in (low, high):
        drawing.add(Line(x - 2, end, x + 2, end, strokeColor=COLOURS[mark], strokeWidth=0.9))
    MARKS[mark](drawing, x, upright.y(moment.value), COLOURS[mark])


def _write_texts(drawing: Drawing, chart: TrendChart, upright: Upright, places: list[float]) -> None:
    """Names, values and bases, as many as stand apart; the last period's always."""
    write(drawing, chart.base_title, CHART_QUIET, 0, 6)
    reached = float("inf")
    for moment, x in zip(reversed(chart.moments), reversed(places), strict=True):
        half = max(text_width(text, CHART) for text in (moment.label, moment.base, moment.text)) / 2
        if x + half > reached:
            continue
        within = min(x, drawing.width - half)
        reached = within - half - _APART
        write(drawing, moment.text, CHART, x, upright.y(moment.high) + 4, anchor="middle")
        write(drawing, moment.label, CHART, within, _BOTTOM - 14, anchor="middle")
        write(drawing, moment.base, CHART_QUIET, x, 6, anchor="middle")
