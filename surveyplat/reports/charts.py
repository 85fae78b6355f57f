"""Charts as drawings: dots with intervals, and bars with intervals. Content decides every string, this file places.

One scale for all parts of a chart, direct labels, uncertainty always drawn, marks told apart by shape and by colour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reportlab.graphics.shapes import Drawing, Line, Rect

from surveyplat.reports import theme
from surveyplat.reports.blocks import (
    AnyChart,
    Band,
    Bar,
    BarChart,
    CrossChart,
    CrowdChart,
    Dot,
    DotChart,
    DotRow,
    Key,
    Mark,
    StackedChart,
    TrendChart,
)
from surveyplat.reports.cross_drawing import cross_chart
from surveyplat.reports.crowd_drawing import crowd_chart, draw_some_of_crowd
from surveyplat.reports.marks import (
    COLOURS,
    GAP,
    MARKS,
    Strip,
    draw_axis,
    draw_before,
    draw_interval,
    empty_drawing,
    label_lines,
    text_width,
    write,
    write_label,
)
from surveyplat.reports.stacked_drawing import stacked_chart, stacked_parts
from surveyplat.reports.theme import CHART, CHART_QUIET, TextStyle
from surveyplat.reports.trend_drawing import trend_chart

_ROW_PAD = 5.4
_HEAD = 25.0
_FOOT = 13.0
_KEY_HEIGHT = 14.0
_BAND = 9.0
_CROWD_MARKS: Mapping[str, Mark] = {"crowd": "plain", "crowd_below": "below", "crowd_above": "above"}


def parts_of(chart: AnyChart, width: float, height: float) -> Iterator[AnyChart]:
    """The chart cut into charts of the same scale, none of them higher than ``height`` points."""
    match chart:
        case DotChart():
            yield from _dot_parts(chart, width, height)
        case StackedChart():
            yield from stacked_parts(chart, width, height)
        case _:
            yield chart


def _dot_parts(chart: DotChart, width: float, height: float) -> Iterator[DotChart]:
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


def draw_chart(chart: AnyChart, width: float) -> Drawing:
    """The drawing of a chart, as wide as given and as high as it needs."""
    match chart:
        case DotChart():
            return _dot_chart(chart, width)
        case CrowdChart():
            return crowd_chart(chart, width)
        case BarChart():
            return _bar_chart(chart, width)
        case CrossChart():
            return cross_chart(chart, width)
        case StackedChart():
            return stacked_chart(chart, width)
        case TrendChart():
            return trend_chart(chart, width)


def draw_keys(keys: Sequence[Key], width: float) -> Drawing:
    """The legend: each symbol with its meaning, in as many lines as needed."""
    placed: list[tuple[Key, float, int]] = []
    x, row = 0.0, 0
    for key in keys:
        needed = 20 + text_width(key.text, CHART)
        if x and x + needed > width:
            x, row = 0.0, row + 1
        placed.append((key, x, row))
        x += needed + 16
    height = (row + 1) * _KEY_HEIGHT
    drawing = empty_drawing(width, height)
    for key, left, line in placed:
        y = height - line * _KEY_HEIGHT - _KEY_HEIGHT / 2
        _draw_symbol(drawing, key, left, y)
        write(drawing, key.text, CHART, left + 20, y - 2.7)
    return drawing


def _draw_symbol(drawing: Drawing, key: Key, x: float, y: float) -> None:
    if key.symbol in ("bar", "strong_bar"):
        fill = theme.VERMILION if key.symbol == "strong_bar" else theme.BAR
        drawing.add(Rect(x, y - 3.5, 14, 7, fillColor=fill, strokeColor=None))
        draw_interval(drawing, x + 9, x + 14, y)
    elif key.symbol == "before":
        draw_before(drawing, x + 7, y)
    elif key.symbol in ("crowd", "crowd_below", "crowd_above"):
        draw_some_of_crowd(drawing, x + 7, y, COLOURS[_CROWD_MARKS[key.symbol]])
    elif key.symbol == "band":
        _bands(drawing, (x, x + 3, x + 11, x + 14), y, 8)
    elif key.symbol == "shrunk":
        _shrunk(drawing, x + 7, y)
    elif key.symbol == "limits":
        drawing.add(Line(x, y, x + 14, y, strokeColor=theme.INK, strokeWidth=0.8, strokeDashArray=(3, 2)))
    elif key.symbol == "signal":
        MARKS["improve"](drawing, x + 7, y, theme.VERMILION)
    else:
        colour = COLOURS[key.symbol]
        if key.symbol in ("plain", "group"):
            drawing.add(Line(x, y, x + 14, y, strokeColor=colour, strokeWidth=1.3))
        MARKS[key.symbol](drawing, x + 7, y, colour)


# dots


def _dot_chart(chart: DotChart, width: float) -> Drawing:
    label_width = width * _label_share(chart)
    plots, texts = _strips(chart, width, label_width)
    labels = [label_lines(row.label, label_width - GAP) for row in chart.rows]
    heights = [_row_height(row.label, label_width) for row in chart.rows]
    height = _HEAD + sum(heights) + _FOOT
    drawing = empty_drawing(width, height)
    top = height - _HEAD
    for plot in plots:
        draw_axis(drawing, plot, top, _FOOT)
    for reference in chart.references:
        _draw_reference(drawing, plots[reference.axis], reference.value, reference.text, top)
    if chart.side_title:
        write(drawing, chart.side_title, CHART_QUIET, width, top + 4, anchor="end")
    for row, lines, row_height in zip(chart.rows, labels, heights, strict=True):
        _draw_row(drawing, row, lines, plots, texts, (top, row_height, width))
        top -= row_height
    return drawing


def _label_share(chart: DotChart) -> float:
    return 0.36 if len(chart.axes) > 1 else 0.30


def _row_height(label: str, label_width: float) -> float:
    return max(1, len(label_lines(label, label_width - GAP))) * CHART.leading + _ROW_PAD


def _strips(chart: DotChart, width: float, label_width: float) -> tuple[list[Strip], list[float]]:
    """Where each axis is drawn, and the right edge of the values beside it."""
    side = 0.0
    if chart.side_title:
        side = max(text_width(text, CHART) for text in (chart.side_title, *(row.side for row in chart.rows))) + GAP
    values = [
        max([text_width(dot.text, CHART) for row in chart.rows if (dot := row.dots[index])] or [0.0])
        for index in range(len(chart.axes))
    ]
    free = width - label_width - side - sum(values) - len(values) * 2 * GAP
    strip = max(60.0, free / len(chart.axes))
    plots, texts, left = [], [], label_width
    for axis, value in zip(chart.axes, values, strict=True):
        plots.append(Strip(axis, left + 4, left + strip))
        left += strip + GAP + value
        texts.append(left)
        left += GAP
    return plots, texts


def _draw_row(
    drawing: Drawing,
    row: DotRow,
    label: Sequence[str],
    plots: Sequence[Strip],
    texts: Sequence[float],
    place: tuple[float, float, float],
) -> None:
    top, height, width = place
    y = top - height / 2
    strong = any(dot is not None and dot.mark == "group" for dot in row.dots)
    style = TextStyle(theme.BOLD, CHART.size, CHART.leading) if strong else CHART
    write_label(drawing, label, style, y)
    for dot, plot, right in zip(row.dots, plots, texts, strict=True):
        if dot is not None:
            _draw_dot(drawing, dot, plot, y)
            write(drawing, dot.text, style, right, y - 2.7, anchor="end")
    if row.side:
        write(drawing, row.side, CHART_QUIET, width, y - 2.7, anchor="end")
    drawing.add(Line(0, top - height, width, top - height, strokeColor=theme.GRID, strokeWidth=0.4))


def _draw_dot(drawing: Drawing, dot: Dot, plot: Strip, y: float) -> None:
    colour = COLOURS[dot.mark]
    if dot.band is not None:
        _band(drawing, dot.band, plot, y)
    if dot.before is not None:
        draw_before(drawing, plot.x(dot.before), y)
    drawing.add(Line(plot.x(dot.low), y, plot.x(dot.high), y, strokeColor=colour, strokeWidth=1.3))
    for end in (dot.low, dot.high):
        drawing.add(Line(plot.x(end), y - 2, plot.x(end), y + 2, strokeColor=colour, strokeWidth=0.9))
    if dot.shrunk is not None:
        _shrunk(drawing, plot.x(dot.shrunk), y)
    MARKS[dot.mark](drawing, plot.x(dot.value), y, colour)


def _band(drawing: Drawing, band: Band, plot: Strip, y: float) -> None:
    ends = (plot.x(band.outer_low), plot.x(band.low), plot.x(band.high), plot.x(band.outer_high))
    _bands(drawing, ends, y, _BAND)


def _bands(drawing: Drawing, ends: tuple[float, float, float, float], y: float, thick: float) -> None:
    outer_low, low, high, outer_high = ends
    for left, right, fill in ((outer_low, outer_high, theme.GRID), (low, high, theme.RULE)):
        drawing.add(Rect(left, y - thick / 2, right - left, thick, fillColor=fill, strokeColor=None))


def _shrunk(drawing: Drawing, x: float, y: float) -> None:
    for colour, stroke in ((theme.PAPER, 3.0), (theme.INK, 1.5)):
        drawing.add(Line(x, y - 4.2, x, y + 4.2, strokeColor=colour, strokeWidth=stroke))


def _draw_reference(drawing: Drawing, plot: Strip, value: float, text: str, top: float) -> None:
    x = plot.x(value)
    line = Line(x, _FOOT, x, top, strokeColor=theme.INK, strokeWidth=0.8, strokeDashArray=(3, 2))
    drawing.add(line)
    half = text_width(text, CHART_QUIET) / 2
    write(drawing, text, CHART_QUIET, min(max(x, plot.left + half - 4), plot.right + 12 - half), 3, anchor="middle")


# bars


def _bar_chart(chart: BarChart, width: float) -> Drawing:
    label_width = width * 0.27
    value_width = max(text_width(bar.text, CHART) for bar in chart.bars) + GAP
    share_width = max(text_width(text, CHART) for text in (chart.cumulative_title, *(b.cumulative for b in chart.bars)))
    plot = Strip(chart.axis, label_width, width - value_width - share_width - 2 * GAP)
    labels = [label_lines(bar.label, label_width - GAP) for bar in chart.bars]
    heights = [max(1, len(lines)) * CHART.leading + 2 * _ROW_PAD for lines in labels]
    drawing = empty_drawing(width, _HEAD + sum(heights) + 4)
    top = drawing.height - _HEAD
    draw_axis(drawing, plot, top, 4)
    write(drawing, chart.cumulative_title, CHART_QUIET, width, top + 4, anchor="end")
    for bar, lines, height in zip(chart.bars, labels, heights, strict=True):
        _draw_bar(drawing, bar, lines, plot, (top, height, width))
        top -= height
    return drawing


def _draw_bar(drawing: Drawing, bar: Bar, label: Sequence[str], plot: Strip, place: tuple[float, float, float]) -> None:
    top, height, width = place
    y, thick = top - height / 2, min(12.0, height - 4)
    fill = theme.VERMILION if bar.strong else theme.BAR
    length = plot.x(bar.value) - plot.left
    drawing.add(Rect(plot.left, y - thick / 2, length, thick, fillColor=fill, strokeColor=None))
    if bar.before is not None:
        draw_before(drawing, plot.x(bar.before), y)
    draw_interval(drawing, plot.x(bar.low), plot.x(bar.high), y)
    style = TextStyle(theme.BOLD, CHART.size, CHART.leading) if bar.strong else CHART
    write_label(drawing, label, style, y)
    write(drawing, bar.text, style, plot.right + GAP + text_width("000.0", CHART) + 4, y - 2.7, anchor="end")
    write(drawing, bar.cumulative, CHART, width, y - 2.7, anchor="end")
