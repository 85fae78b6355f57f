"""The map of two measures: each point with an interval both ways, in one of four named fields."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing, Line, Rect

from surveyplat.reports import theme
from surveyplat.reports.blocks import Axis, Cross, CrossChart
from surveyplat.reports.marks import COLOURS, MARKS, empty_drawing, place_on, text_width, write
from surveyplat.reports.name_places import Box, name_places
from surveyplat.reports.theme import CHART, CHART_QUIET, TextStyle

_HEIGHT = 310.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 10.0, 18.0, 32.0
_FIELD = TextStyle(theme.BOLD, CHART.size, CHART.leading, theme.QUIET)
_NAME = TextStyle(theme.BOLD, CHART.size, CHART.leading)
_CAPITAL = CHART.size * 0.73
"""How high a figure stands in the report's font."""
_MARK = 7.0


@dataclass(frozen=True)
class _Frame:
    """The two axes with the edges that they end at."""

    x_axis: Axis
    y_axis: Axis
    right: float
    top: float

    def x(self, value: float) -> float:
        return place_on(self.x_axis, value, _LEFT, self.right)

    def y(self, value: float) -> float:
        return place_on(self.y_axis, value, _BOTTOM, self.top)


def cross_chart(chart: CrossChart, width: float) -> Drawing:
    """The map as wide as given; intervals thin, so that a point within another's can be told."""
    drawing = empty_drawing(width, _HEIGHT)
    frame = _Frame(chart.x_axis, chart.y_axis, width - _RIGHT, _HEIGHT - _TOP)
    _draw_frame(drawing, frame)
    _draw_fields(drawing, frame, chart)
    for cross in chart.crosses:
        _draw_reach(drawing, frame, cross)
    for cross in chart.crosses:
        MARKS[cross.mark](drawing, frame.x(cross.x), frame.y(cross.y), COLOURS[cross.mark])
    _draw_names(drawing, frame, chart.crosses)
    return drawing


def _draw_frame(drawing: Drawing, frame: _Frame) -> None:
    size = frame.right - _LEFT, frame.top - _BOTTOM
    drawing.add(Rect(_LEFT, _BOTTOM, *size, fillColor=None, strokeColor=theme.RULE, strokeWidth=0.6))
    for value, text in frame.x_axis.ticks:
        x = frame.x(value)
        drawing.add(Line(x, _BOTTOM, x, frame.top, strokeColor=theme.GRID, strokeWidth=0.5))
        write(drawing, text, CHART_QUIET, x, _BOTTOM - 11, anchor="middle")
    for value, text in frame.y_axis.ticks:
        y = frame.y(value)
        drawing.add(Line(_LEFT, y, frame.right, y, strokeColor=theme.GRID, strokeWidth=0.5))
        write(drawing, text, CHART_QUIET, _LEFT - 5, y - 2.5, anchor="end")
    write(drawing, frame.x_axis.title, CHART_QUIET, frame.right, 5, anchor="end")
    write(drawing, frame.y_axis.title, CHART_QUIET, 0, frame.top + 8)


def _draw_fields(drawing: Drawing, frame: _Frame, chart: CrossChart) -> None:
    x, y = frame.x(chart.x_line), frame.y(chart.y_line)
    dashed = {"strokeColor": theme.INK, "strokeWidth": 0.8, "strokeDashArray": (3, 2)}
    drawing.add(Line(x, _BOTTOM, x, frame.top, **dashed))
    drawing.add(Line(_LEFT, y, frame.right, y, **dashed))
    above_left, above_right, below_left, below_right = chart.fields
    for text, left, top in ((above_left, True, True), (above_right, False, True)):
        _write_field(drawing, frame, text, left=left, top=top)
    for text, left in ((below_left, True), (below_right, False)):
        _write_field(drawing, frame, text, left=left, top=False)


def _write_field(drawing: Drawing, frame: _Frame, text: str, *, left: bool, top: bool) -> None:
    x, y = (_LEFT + 5 if left else frame.right - 5), (frame.top - 11 if top else _BOTTOM + 5)
    write(drawing, text, _FIELD, x, y, anchor="start" if left else "end")


def _draw_reach(drawing: Drawing, frame: _Frame, cross: Cross) -> None:
    x, y, colour = frame.x(cross.x), frame.y(cross.y), COLOURS[cross.mark]
    drawing.add(Line(frame.x(cross.x_low), y, frame.x(cross.x_high), y, strokeColor=colour, strokeWidth=0.7))
    drawing.add(Line(x, frame.y(cross.y_low), x, frame.y(cross.y_high), strokeColor=colour, strokeWidth=0.7))


def _draw_names(drawing: Drawing, frame: _Frame, crosses: Sequence[Cross]) -> None:
    points = [(frame.x(cross.x), frame.y(cross.y)) for cross in crosses]
    widths = [text_width(cross.name, _NAME) for cross in crosses]
    drawn = [box for cross in crosses for box in _drawn_of(frame, cross)]
    inside = Box(_LEFT, _BOTTOM, frame.right, frame.top)
    places = name_places(points, widths, _CAPITAL, drawn, inside)
    for cross, point, place in zip(crosses, points, places, strict=True):
        if place.led_from is not None:
            drawing.add(Line(*point, *place.led_from, strokeColor=theme.QUIET, strokeWidth=0.4))
        write(drawing, cross.name, _NAME, place.x, place.y - _CAPITAL / 2, anchor="middle")


def _drawn_of(frame: _Frame, cross: Cross) -> tuple[Box, Box, Box]:
    x, y = frame.x(cross.x), frame.y(cross.y)
    across = Box(frame.x(cross.x_low), y, frame.x(cross.x_high), y)
    upwards = Box(x, frame.y(cross.y_low), x, frame.y(cross.y_high))
    return Box.around(x, y, _MARK, _MARK), across, upwards
