"""Hundreds of values on one page: thin intervals side by side in their order."""

from collections.abc import Iterator

from reportlab.graphics.shapes import Circle, Drawing, Line, Rect
from reportlab.lib.colors import Color

from surveyplat.reports import theme
from surveyplat.reports.blocks import CrowdChart, Ranked
from surveyplat.reports.marks import COLOURS, Upright, draw_upright, empty_drawing, write
from surveyplat.reports.theme import CHART_QUIET

_HEIGHT = 340.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 8.0, 20.0, 16.0


def crowd_chart(chart: CrowdChart, width: float) -> Drawing:
    """Expected ranges behind, intervals in front of them; the colour tells those that stand out."""
    drawing = empty_drawing(width, _HEIGHT)
    right = width - _RIGHT
    step = (right - _LEFT) / len(chart.values)
    upright = Upright(chart.axis, _LEFT, _BOTTOM, _HEIGHT - _TOP)
    draw_upright(drawing, upright, right)
    for ranked, x in _placed(chart, step):
        _draw_band(drawing, upright, ranked, x, step)
    y = upright.y(chart.level)
    drawing.add(Line(_LEFT, y, right, y, strokeColor=theme.INK, strokeWidth=0.8, strokeDashArray=(3, 2)))
    for ranked, x in _placed(chart, step):
        _draw_value(drawing, upright, ranked, x, step)
    write(drawing, chart.order, CHART_QUIET, _LEFT, 4)
    write(drawing, chart.level_text, CHART_QUIET, right, 4, anchor="end")
    return drawing


def _placed(chart: CrowdChart, step: float) -> Iterator[tuple[Ranked, float]]:
    return ((ranked, _LEFT + (number + 0.5) * step) for number, ranked in enumerate(chart.values))


def _draw_band(drawing: Drawing, upright: Upright, ranked: Ranked, x: float, step: float) -> None:
    band = ranked.band
    if band is None:
        return
    for low, high, fill in ((band.outer_low, band.outer_high, theme.GRID), (band.low, band.high, theme.RULE)):
        bottom, top = upright.y(low), upright.y(high)
        drawing.add(Rect(x - step / 2, bottom, step, top - bottom, fillColor=fill, strokeColor=None))


def _draw_value(drawing: Drawing, upright: Upright, ranked: Ranked, x: float, step: float) -> None:
    ends = upright.y(ranked.low), upright.y(ranked.high)
    _draw_upright(drawing, x, ends, upright.y(ranked.value), COLOURS[ranked.mark], step)


def _draw_upright(drawing: Drawing, x: float, ends: tuple[float, float], y: float, colour: Color, step: float) -> None:
    """An interval with its value as a dot, as thin as it must be so that the next one, ``step`` on, stands apart."""
    drawing.add(Line(x, ends[0], x, ends[1], strokeColor=colour, strokeWidth=min(1.1, step * 0.6)))
    drawing.add(Circle(x, y, min(2.0, step * 0.7), fillColor=colour, strokeColor=theme.PAPER, strokeWidth=0.2))


def draw_some_of_crowd(drawing: Drawing, x: float, y: float, colour: Color) -> None:
    """What a legend shows: a few intervals side by side."""
    for place in (-4.0, -1.3, 1.3, 4.0):
        _draw_upright(drawing, x + place, (y - 5, y + 5), y, colour, 2.0)
