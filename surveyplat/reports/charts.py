"""Charts as drawings: dots with intervals, and bars with intervals. Content decides every string, this file places.

One scale for all parts of a chart, direct labels, uncertainty always drawn, marks told apart by shape and by colour.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, String
from reportlab.lib.colors import Color

from surveyplat.reports import theme
from surveyplat.reports.blocks import Axis, Bar, BarChart, Dot, DotChart, DotRow, Key
from surveyplat.reports.flowables import lines_of
from surveyplat.reports.theme import CHART, CHART_QUIET, TextStyle

_ROW_PAD = 5.4
_HEAD = 25.0
_FOOT = 13.0
_GAP = 9.0
_LABEL_LINES = 2
_CODE = re.compile(r" ?[(（][^()（）]{1,12}[)）]$")
_MARK = 3.0
_KEY_HEIGHT = 14.0


@dataclass(frozen=True)
class _Plot:
    """The strip of a drawing that one axis covers."""

    axis: Axis
    left: float
    right: float

    def x(self, value: float) -> float:
        share = (value - self.axis.low) / (self.axis.high - self.axis.low)
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)


def parts_of(chart: DotChart | BarChart, width: float, height: float) -> Iterator[DotChart | BarChart]:
    """The chart cut into charts of the same scale, none of them higher than ``height`` points."""
    if isinstance(chart, BarChart):
        yield chart
        return
    rows: list[DotRow] = []
    filled = _HEAD + _FOOT
    for row in chart.rows:
        needed = _row_height(row.label, width * _label_share(chart))
        if rows and filled + needed > height:
            yield replace(chart, rows=tuple(rows))
            rows, filled = [], _HEAD + _FOOT
        rows.append(row)
        filled += needed
    yield replace(chart, rows=tuple(rows))


def draw_chart(chart: DotChart | BarChart, width: float) -> Drawing:
    """The drawing of a chart, as wide as given and as high as its rows need."""
    return _dot_chart(chart, width) if isinstance(chart, DotChart) else _bar_chart(chart, width)


def draw_keys(keys: Sequence[Key], width: float) -> Drawing:
    """The legend: each symbol with its meaning, in as many lines as needed."""
    placed: list[tuple[Key, float, int]] = []
    x, row = 0.0, 0
    for key in keys:
        needed = 20 + _text_width(key.text, CHART)
        if x and x + needed > width:
            x, row = 0.0, row + 1
        placed.append((key, x, row))
        x += needed + 16
    height = (row + 1) * _KEY_HEIGHT
    drawing = _drawing(width, height)
    for key, left, line in placed:
        y = height - line * _KEY_HEIGHT - _KEY_HEIGHT / 2
        _draw_symbol(drawing, key, left, y)
        _write(drawing, key.text, CHART, left + 20, y - 2.7)
    return drawing


def _draw_symbol(drawing: Drawing, key: Key, x: float, y: float) -> None:
    if key.symbol in ("bar", "strong_bar"):
        fill = theme.VERMILION if key.symbol == "strong_bar" else theme.BAR
        drawing.add(Rect(x, y - 3.5, 14, 7, fillColor=fill, strokeColor=None))
        _interval(drawing, x + 9, x + 14, y)
    elif key.symbol == "before":
        _before(drawing, x + 7, y)
    else:
        colour = _COLOURS[key.symbol]
        if key.symbol in ("plain", "group"):
            drawing.add(Line(x, y, x + 14, y, strokeColor=colour, strokeWidth=1.3))
        _MARKS[key.symbol](drawing, x + 7, y, colour)


# dots


def _dot_chart(chart: DotChart, width: float) -> Drawing:
    label_width = width * _label_share(chart)
    plots, texts = _strips(chart, width, label_width)
    labels = [_label(row.label, label_width - _GAP) for row in chart.rows]
    heights = [_row_height(row.label, label_width) for row in chart.rows]
    height = _HEAD + sum(heights) + _FOOT
    drawing = _drawing(width, height)
    top = height - _HEAD
    for plot in plots:
        _draw_axis(drawing, plot, top, _FOOT)
    for reference in chart.references:
        _draw_reference(drawing, plots[reference.axis], reference.value, reference.text, top)
    if chart.side_title:
        _write(drawing, chart.side_title, CHART_QUIET, width, top + 4, anchor="end")
    for row, lines, row_height in zip(chart.rows, labels, heights, strict=True):
        _draw_row(drawing, row, lines, plots, texts, (top, row_height, width))
        top -= row_height
    return drawing


def _label_share(chart: DotChart) -> float:
    return 0.36 if len(chart.axes) > 1 else 0.30


def _row_height(label: str, label_width: float) -> float:
    return max(1, len(_label(label, label_width - _GAP))) * CHART.leading + _ROW_PAD


def _drawing(width: float, height: float) -> Drawing:
    """An empty drawing that starts in the report's own font (a drawing's own default would not be embedded)."""
    drawing = Drawing(width, height)
    drawing.initialFontName = theme.REGULAR
    return drawing


def _strips(chart: DotChart, width: float, label_width: float) -> tuple[list[_Plot], list[float]]:
    """Where each axis is drawn, and the right edge of the values beside it."""
    side = 0.0
    if chart.side_title:
        side = max(_text_width(text, CHART) for text in (chart.side_title, *(row.side for row in chart.rows))) + _GAP
    values = [
        max([_text_width(dot.text, CHART) for row in chart.rows if (dot := row.dots[index])] or [0.0])
        for index in range(len(chart.axes))
    ]
    free = width - label_width - side - sum(values) - len(values) * 2 * _GAP
    strip = max(60.0, free / len(chart.axes))
    plots, texts, left = [], [], label_width
    for axis, value in zip(chart.axes, values, strict=True):
        plots.append(_Plot(axis, left + 4, left + strip))
        left += strip + _GAP + value
        texts.append(left)
        left += _GAP
    return plots, texts


def _draw_row(
    drawing: Drawing,
    row: DotRow,
    label: Sequence[str],
    plots: Sequence[_Plot],
    texts: Sequence[float],
    place: tuple[float, float, float],
) -> None:
    top, height, width = place
    y = top - height / 2
    strong = any(dot is not None and dot.mark == "group" for dot in row.dots)
    style = TextStyle(theme.BOLD, CHART.size, CHART.leading) if strong else CHART
    _write_label(drawing, label, style, y)
    for dot, plot, right in zip(row.dots, plots, texts, strict=True):
        if dot is not None:
            _draw_dot(drawing, dot, plot, y)
            _write(drawing, dot.text, style, right, y - 2.7, anchor="end")
    if row.side:
        _write(drawing, row.side, CHART_QUIET, width, y - 2.7, anchor="end")
    drawing.add(Line(0, top - height, width, top - height, strokeColor=theme.GRID, strokeWidth=0.4))


def _draw_dot(drawing: Drawing, dot: Dot, plot: _Plot, y: float) -> None:
    colour = _COLOURS[dot.mark]
    if dot.before is not None:
        _before(drawing, plot.x(dot.before), y)
    drawing.add(Line(plot.x(dot.low), y, plot.x(dot.high), y, strokeColor=colour, strokeWidth=1.3))
    for end in (dot.low, dot.high):
        drawing.add(Line(plot.x(end), y - 2, plot.x(end), y + 2, strokeColor=colour, strokeWidth=0.9))
    _MARKS[dot.mark](drawing, plot.x(dot.value), y, colour)


# bars


def _bar_chart(chart: BarChart, width: float) -> Drawing:
    label_width = width * 0.27
    value_width = max(_text_width(bar.text, CHART) for bar in chart.bars) + _GAP
    share_width = max(
        _text_width(text, CHART) for text in (chart.cumulative_title, *(b.cumulative for b in chart.bars))
    )
    plot = _Plot(chart.axis, label_width, width - value_width - share_width - 2 * _GAP)
    labels = [_label(bar.label, label_width - _GAP) for bar in chart.bars]
    heights = [max(1, len(lines)) * CHART.leading + 2 * _ROW_PAD for lines in labels]
    drawing = _drawing(width, _HEAD + sum(heights) + 4)
    top = drawing.height - _HEAD
    _draw_axis(drawing, plot, top, 4)
    _write(drawing, chart.cumulative_title, CHART_QUIET, width, top + 4, anchor="end")
    for bar, lines, height in zip(chart.bars, labels, heights, strict=True):
        _draw_bar(drawing, bar, lines, plot, (top, height, width))
        top -= height
    return drawing


def _draw_bar(drawing: Drawing, bar: Bar, label: Sequence[str], plot: _Plot, place: tuple[float, float, float]) -> None:
    top, height, width = place
    y, thick = top - height / 2, min(12.0, height - 4)
    fill = theme.VERMILION if bar.strong else theme.BAR
    length = plot.x(bar.value) - plot.left
    drawing.add(Rect(plot.left, y - thick / 2, length, thick, fillColor=fill, strokeColor=None))
    if bar.before is not None:
        _before(drawing, plot.x(bar.before), y)
    _interval(drawing, plot.x(bar.low), plot.x(bar.high), y)
    style = TextStyle(theme.BOLD, CHART.size, CHART.leading) if bar.strong else CHART
    _write_label(drawing, label, style, y)
    _write(drawing, bar.text, style, plot.right + _GAP + _text_width("000.0", CHART) + 4, y - 2.7, anchor="end")
    _write(drawing, bar.cumulative, CHART, width, y - 2.7, anchor="end")


def _interval(drawing: Drawing, low: float, high: float, y: float) -> None:
    """A whisker with a white edge, so that it shows on a dark bar too."""
    for colour, stroke in ((theme.PAPER, 2.6), (theme.INK, 1.1)):
        drawing.add(Line(low, y, high, y, strokeColor=colour, strokeWidth=stroke))
        for end in (low, high):
            drawing.add(Line(end, y - 2.6, end, y + 2.6, strokeColor=colour, strokeWidth=stroke))


# marks, axes, text


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


def _before(drawing: Drawing, x: float, y: float) -> None:
    drawing.add(Circle(x, y, 2.4, fillColor=theme.PAPER, strokeColor=theme.QUIET, strokeWidth=0.9))


_COLOURS: dict[str, Color] = {
    "plain": theme.NAVY,
    "group": theme.INK,
    "below": theme.VERMILION,
    "above": theme.BLUE,
    "improve": theme.VERMILION,
}
_MARKS: dict[str, Callable[[Drawing, float, float, Color], None]] = {
    "plain": _circle,
    "group": _square,
    "below": _polygon((-1.25, 1.0), (1.25, 1.0), (0.0, -1.3)),
    "above": _polygon((-1.25, -1.0), (1.25, -1.0), (0.0, 1.3)),
    "improve": _polygon((-1.35, 0.0), (0.0, 1.35), (1.35, 0.0), (0.0, -1.35)),
}


def _draw_axis(drawing: Drawing, plot: _Plot, top: float, bottom: float) -> None:
    _write(drawing, plot.axis.title, CHART_QUIET, plot.left, top + 15)
    for value, text in plot.axis.ticks:
        x = plot.x(value)
        drawing.add(Line(x, bottom, x, top, strokeColor=theme.GRID, strokeWidth=0.5))
        _write(drawing, text, CHART_QUIET, x, top + 4, anchor="middle")
    drawing.add(Line(plot.left, top, plot.right, top, strokeColor=theme.RULE, strokeWidth=0.6))


def _draw_reference(drawing: Drawing, plot: _Plot, value: float, text: str, top: float) -> None:
    x = plot.x(value)
    line = Line(x, _FOOT, x, top, strokeColor=theme.INK, strokeWidth=0.8, strokeDashArray=(3, 2))
    drawing.add(line)
    half = _text_width(text, CHART_QUIET) / 2
    _write(drawing, text, CHART_QUIET, min(max(x, plot.left + half - 4), plot.right + 12 - half), 3, anchor="middle")


def _label(text: str, width: float) -> list[str]:
    """A row's label in at most two lines. What is cut off stands in full in the table; a code at the end is kept."""
    lines = [line.text for line in lines_of(text, CHART, width)]
    if len(lines) <= _LABEL_LINES:
        return lines
    code = _CODE.search(text)
    tail = "..." + (code[0] if code else "")
    last = lines[_LABEL_LINES - 1]
    while last and _text_width(last + tail, CHART) > width:
        last = last[:-1]
    return [*lines[: _LABEL_LINES - 1], last + tail]


def _write_label(drawing: Drawing, lines: Sequence[str], style: TextStyle, y: float) -> None:
    baseline = y - 2.7 + (len(lines) - 1) * style.leading / 2
    for line in lines:
        drawing.add(_string(line, style, 0, baseline, "start"))
        baseline -= style.leading


def _write(drawing: Drawing, text: str, style: TextStyle, x: float, y: float, *, anchor: str = "start") -> None:
    lines = lines_of(text, style, 10_000)
    if lines:
        drawing.add(_string(lines[0].text, style, x, y, anchor))


def _string(text: str, style: TextStyle, x: float, y: float, anchor: str) -> String:
    return String(x, y, text, fontName=style.font, fontSize=style.size, fillColor=style.colour, textAnchor=anchor)


def _text_width(text: str, style: TextStyle) -> float:
    lines = lines_of(text, style, 10_000)
    return lines[0].width if lines else 0.0
