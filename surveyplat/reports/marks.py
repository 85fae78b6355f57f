"""What every chart is drawn with: a scale, an axis, intervals, marks that differ in shape and in colour, and text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, String
from reportlab.lib.colors import Color

from surveyplat.reports import theme
from surveyplat.reports.blocks import Axis
from surveyplat.reports.flowables import lines_of
from surveyplat.reports.theme import CHART, CHART_QUIET, TextStyle

GAP = 9.0
LABEL_LINES = 2
CODE = re.compile(r" ?[(（][^()（）]{1,12}[)）]$")
"""A code in brackets at the end of a name."""
_MARK = 3.0
_WIDE = 10_000


@dataclass(frozen=True)
class Strip:
    """The part of a drawing's width that one axis covers."""

    axis: Axis
    left: float
    right: float

    def x(self, value: float) -> float:
        return place_on(self.axis, value, self.left, self.right)


def place_on(axis: Axis, value: float, start: float, end: float) -> float:
    """Where a value stands between the ends of an axis; what lies beyond them stands at the end."""
    if axis.logarithmic:
        share = log(max(value, axis.low) / axis.low) / log(axis.high / axis.low)
    else:
        share = (value - axis.low) / (axis.high - axis.low)
    return start + min(1.0, max(0.0, share)) * (end - start)


def empty_drawing(width: float, height: float) -> Drawing:
    """A drawing that starts in the report's own font (a drawing's own default would not be embedded)."""
    drawing = Drawing(width, height)
    drawing.initialFontName = theme.REGULAR
    return drawing


# axes and intervals


def draw_axis(drawing: Drawing, strip: Strip, top: float, bottom: float) -> None:
    write(drawing, strip.axis.title, CHART_QUIET, strip.left, top + 15)
    for value, text in strip.axis.ticks:
        x = strip.x(value)
        drawing.add(Line(x, bottom, x, top, strokeColor=theme.GRID, strokeWidth=0.5))
        write(drawing, text, CHART_QUIET, x, top + 4, anchor="middle")
    drawing.add(Line(strip.left, top, strip.right, top, strokeColor=theme.RULE, strokeWidth=0.6))


@dataclass(frozen=True)
class Upright:
    """An axis that stands upright at the left, between two heights."""

    axis: Axis
    left: float
    bottom: float
    top: float

    def y(self, value: float) -> float:
        return place_on(self.axis, value, self.bottom, self.top)


def draw_upright(drawing: Drawing, upright: Upright, right: float) -> None:
    """The axis' title above it, and its ticks with lines as far as ``right``."""
    write(drawing, upright.axis.title, CHART_QUIET, 0, drawing.height - 8)
    for value, text in upright.axis.ticks:
        y = upright.y(value)
        drawing.add(Line(upright.left, y, right, y, strokeColor=theme.GRID, strokeWidth=0.5))
        write(drawing, text, CHART_QUIET, upright.left - 5, y - 2.5, anchor="end")


def draw_interval(drawing: Drawing, low: float, high: float, y: float) -> None:
    """A whisker with a white edge, so that it shows on a dark bar too."""
    for colour, stroke in ((theme.PAPER, 2.6), (theme.INK, 1.1)):
        drawing.add(Line(low, y, high, y, strokeColor=colour, strokeWidth=stroke))
        for end in (low, high):
            drawing.add(Line(end, y - 2.6, end, y + 2.6, strokeColor=colour, strokeWidth=stroke))


# marks


def _circle(drawing: Drawing, x: float, y: float, colour: Color) -> None:
    drawing.add(Circle(x, y, _MARK, fillColor=colour, strokeColor=theme.PAPER, strokeWidth=0.6))


def _square(drawing: Drawing, x: float, y: float, colour: Color) -> None:
    size = 2 * _MARK
    drawing.add(Rect(x - _MARK, y - _MARK, size, size, fillColor=colour, strokeColor=theme.PAPER, strokeWidth=0.6))


def _polygon(*points: tuple[float, float]) -> Callable[[Drawing, float, float, Color], None]:
    def draw(drawing: Drawing, x: float, y: float, colour: Color) -> None:
        corners = [offset for dx, dy in points for offset in (x + dx * _MARK, y + dy * _MARK)]
        drawing.add(Polygon(corners, fillColor=colour, strokeColor=theme.PAPER, strokeWidth=0.6))

    return draw


def draw_before(drawing: Drawing, x: float, y: float) -> None:
    """The earlier period's value: a hollow dot."""
    drawing.add(Circle(x, y, 2.4, fillColor=theme.PAPER, strokeColor=theme.QUIET, strokeWidth=0.9))


COLOURS: dict[str, Color] = {
    "plain": theme.NAVY,
    "group": theme.INK,
    "below": theme.VERMILION,
    "above": theme.BLUE,
    "improve": theme.VERMILION,
}
MARKS: dict[str, Callable[[Drawing, float, float, Color], None]] = {
    "plain": _circle,
    "group": _square,
    "below": _polygon((-1.25, 1.0), (1.25, 1.0), (0.0, -1.3)),
    "above": _polygon((-1.25, -1.0), (1.25, -1.0), (0.0, 1.3)),
    "improve": _polygon((-1.35, 0.0), (0.0, 1.35), (1.35, 0.0), (0.0, -1.35)),
}


# text


def label_lines(text: str, width: float) -> list[str]:
    """A row's label in at most two lines. What is cut off stands in full in the table; a code at the end is kept."""
    lines = [line.text for line in lines_of(text, CHART, width)]
    if len(lines) <= LABEL_LINES:
        return lines
    code = CODE.search(text)
    tail = "..." + (code[0] if code else "")
    last = lines[LABEL_LINES - 1]
    while last and text_width(last + tail, CHART) > width:
        last = last[:-1]
    return [*lines[: LABEL_LINES - 1], last + tail]


def write_label(drawing: Drawing, lines: Sequence[str], style: TextStyle, y: float) -> None:
    """A label at the drawing's left edge, its lines centred at the height ``y``."""
    baseline = y - 2.7 + (len(lines) - 1) * style.leading / 2
    for line in lines:
        drawing.add(_string(line, style, 0, baseline, "start"))
        baseline -= style.leading


def write(drawing: Drawing, text: str, style: TextStyle, x: float, y: float, *, anchor: str = "start") -> None:
    """One line of text."""
    lines = lines_of(text, style, _WIDE)
    if lines:
        drawing.add(_string(lines[0].text, style, x, y, anchor))


def _string(text: str, style: TextStyle, x: float, y: float, anchor: str) -> String:
    return String(x, y, text, fontName=style.font, fontSize=style.size, fillColor=style.colour, textAnchor=anchor)


def text_width(text: str, style: TextStyle) -> float:
    lines = lines_of(text, style, _WIDE)
    return lines[0].width if lines else 0.0
