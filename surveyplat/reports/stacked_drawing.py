"""Shares that add up to 100 %: a bar an item, cut by the points of its scale, darker towards the upper end."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import Color, linearlyInterpolatedColor

from surveyplat.reports import theme
from surveyplat.reports.blocks import StackedChart, StackedRow
from surveyplat.reports.marks import GAP, empty_drawing, label_lines, text_width, write, write_label
from surveyplat.reports.theme import CHART, CHART_QUIET, TextStyle

_LABEL_SHARE = 0.36
_HEAD = 30.0
_ROW_PAD = 6.0
_BAR = 11.0
_LEGEND = 9.0
_DARK = 0.5
"""Shades from here on carry white text."""


def stacked_parts(chart: StackedChart, width: float, height: float) -> Iterator[StackedChart]:
    """The chart cut into charts of at most the given height, in points."""
    rows: list[StackedRow] = []
    filled = _HEAD
    for row in chart.rows:
        needed = _row_height(row.label, width)
        if rows and filled + needed > height:
            yield replace(chart, rows=tuple(rows))
            rows, filled = [], _HEAD
        rows.append(row)
        filled += needed
    yield replace(chart, rows=tuple(rows))


def stacked_chart(chart: StackedChart, width: float) -> Drawing:
    """The bars under a legend of their shades, with what is printed beside each row."""
    sides = [
        max(text_width(text, CHART) for text in (title, *(row.side[place] for row in chart.rows)))
        for place, title in enumerate(chart.side_titles)
    ]
    left, right = width * _LABEL_SHARE, width - sum(sides) - GAP * len(sides)
    drawing = empty_drawing(width, _HEAD + sum(_row_height(row.label, width) for row in chart.rows))
    top = drawing.height - _HEAD
    _draw_legend(drawing, chart.points, left, drawing.height - _LEGEND)
    _write_sides(drawing, chart.side_titles, sides, width, (top + 4, CHART_QUIET))
    for row in chart.rows:
        height = _row_height(row.label, width)
        middle = top - height / 2
        write_label(drawing, label_lines(row.label, left - GAP), CHART, middle)
        _draw_bar(drawing, row, left, right, middle)
        _write_sides(drawing, row.side, sides, width, (middle - 2.7, CHART))
        drawing.add(Line(0, top - height, width, top - height, strokeColor=theme.GRID, strokeWidth=0.4))
        top -= height
    return drawing


def _row_height(label: str, width: float) -> float:
    return max(1, len(label_lines(label, width * _LABEL_SHARE - GAP))) * CHART.leading + _ROW_PAD


def _draw_legend(drawing: Drawing, points: Sequence[tuple[str, float]], left: float, top: float) -> None:
    x = left
    for text, shade in points:
        drawing.add(Rect(x, top - 1, 8, 8, fillColor=_shade(shade), strokeColor=theme.RULE, strokeWidth=0.4))
        write(drawing, text, CHART, x + 10, top)
        x += 10 + text_width(text, CHART) + 6


def _draw_bar(drawing: Drawing, row: StackedRow, left: float, right: float, y: float) -> None:
    start = left
    for part in row.parts:
        length = part.share / 100 * (right - left)
        fill = _shade(part.shade)
        drawing.add(Rect(start, y - _BAR / 2, length, _BAR, fillColor=fill, strokeColor=theme.PAPER, strokeWidth=0.7))
        if text_width(part.text, CHART) + 3 <= length:
            colour = theme.PAPER if part.shade >= _DARK else theme.INK
            style = TextStyle(CHART.font, CHART.size, CHART.leading, colour)
            write(drawing, part.text, style, start + length / 2, y - 2.7, anchor="middle")
        start += length


def _write_sides(
    drawing: Drawing, texts: Sequence[str], widths: Sequence[float], right: float, at: tuple[float, TextStyle]
) -> None:
    """Texts in columns that end at the drawing's right edge, right-aligned."""
    y, style = at
    for text, width in zip(reversed(texts), reversed(widths), strict=True):
        write(drawing, text, style, right, y, anchor="end")
        right -= width + GAP


def _shade(place: float) -> Color:
    """From light to dark, so that a black-and-white print keeps the order."""
    return linearlyInterpolatedColor(theme.PANEL, theme.NAVY, 0.0, 1.0, place)
