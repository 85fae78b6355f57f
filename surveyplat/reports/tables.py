"""Tables: heads repeated on every page, rows kept whole, columns as wide as their longest word needs."""

from collections.abc import Iterator
from dataclasses import replace

from reportlab.platypus import Flowable, LongTable, PageBreak

from surveyplat.reports import theme
from surveyplat.reports.blocks import Row, Table
from surveyplat.reports.flowables import TextBlock, spans_of, text_width
from surveyplat.reports.references import ReferenceCell, Referrer
from surveyplat.reports.tagging import Element
from surveyplat.reports.theme import TextStyle
from surveyplat.reports.typesetting import atoms

_CELL_PAD = 4.0
_NOTE = replace(theme.NOTE, before=0.0, after=0.0)
_LAST_ROWS = 3
"""Rows, a note among them, that are not parted from each other at a table's end."""
_ROUNDING = 0.01
_LONGEST_PIECE = 150.0
_NARROWEST_TEXT = 38.0
"""Points: a quarter of a page's width, and four or five Chinese characters."""


class _Cell(TextBlock):
    """A table's text: never split, so that a row stays whole."""

    def split(self, _available_width: float, _available_height: float) -> list[Flowable]:
        return []


class _Head(_Cell):
    """A head's text: told once, an artifact where a further page repeats it."""

    def draw(self) -> None:
        super().draw()
        self._element = None


class _LongTable(LongTable):  # type: ignore[misc]
    """Leaves no row or two alone on a further page: its last rows stay together, where the others are enough."""

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        parts: list[Flowable] = super().split(available_width, available_height)
        first = len(self._rowHeights) - _LAST_ROWS
        is_short = len(parts) == 2 and len(parts[1]._cellvalues) - self.repeatRows < _LAST_ROWS
        if not is_short or first - self.repeatRows < _LAST_ROWS:
            return parts
        earlier = super().split(available_width, sum(self._rowHeights[:first]) + _ROUNDING)
        return [earlier[0], PageBreak(), earlier[1]] if len(earlier) == 2 else parts


def table_of(table: Table, width: float, section: Element, refer: Referrer | None = None) -> LongTable:
    """The table with its title and head repeated on every page that it reaches; its note goes with the last rows."""
    widths, whole = _widths(table, width, refer), section.add("Table")
    caption, head, body = (
        (whole.add("Caption") if table.title else None),
        whole.add("THead").add("TR"),
        whole.add("TBody"),
    )
    rows: list[list[Flowable | str]] = [
        [
            _Head(column.title, replace(theme.CELL_HEAD, align=column.align), head.add("TH", scope="Column"))
            for column in table.columns
        ],
        *(_cells(table, row, body.add("TR"), refer) for row in table.rows),
    ]
    heads = 1
    if table.title:
        title: list[Flowable | str] = [_Head(table.title, theme.FIGURE_TITLE, caption)]
        rows.insert(0, title + [""] * (len(widths) - 1))
        heads = 2
    if table.note:
        note: list[Flowable | str] = [_Cell(table.note, _NOTE, section.add("P"))]
        rows.append(note + [""] * (len(widths) - 1))
    drawn = _LongTable(rows, colWidths=widths, repeatRows=heads, style=_commands(table, heads))
    drawn.spaceBefore, drawn.spaceAfter = 8, 6 if table.note else 12
    return drawn


def _widths(table: Table, width: float, refer: Referrer | None) -> list[float]:
    """The declared shares, but no column narrower than its longest piece, as long as others have room to give.

    A piece longer than ``_LONGEST_PIECE`` is broken rather than taking the other columns' room.
    """
    total = sum(column.share for column in table.columns)
    wanted = [width * column.share / total for column in table.columns]
    needed = [
        min(max(_least_width(text, style) for text, style in texts) + 2 * _CELL_PAD + 1, max(want, _LONGEST_PIECE))
        for texts, want in zip(zip(*_texts(table, refer), strict=True), wanted, strict=True)
    ]
    lacking = sum(max(0.0, need - want) for need, want in zip(needed, wanted, strict=True))
    spare = sum(max(0.0, want - need) for need, want in zip(needed, wanted, strict=True))
    if lacking == 0 or spare < lacking:
        return wanted
    given = lacking / spare
    return [max(need, want - given * max(0.0, want - need)) for need, want in zip(needed, wanted, strict=True)]


def _texts(table: Table, refer: Referrer | None) -> Iterator[tuple[tuple[str, TextStyle], ...]]:
    yield tuple((column.title, theme.CELL_HEAD) for column in table.columns)
    for row in table.rows:
        style = replace(theme.CELL, font=theme.BOLD) if row.style == "total" else theme.CELL
        texts = (*row.cells[:-1], refer.widest) if row.see and refer else row.cells
        yield tuple((text, style) for text in texts)


def _least_width(text: str, style: TextStyle) -> float:
    """What the longest piece takes; Chinese, which breaks anywhere, is not set in lines of two or three characters."""
    pieces = (piece.rstrip(" ") for span in spans_of(text, style) for piece in atoms(span.text))
    widths = [text_width(piece, style.font, size=style.size) for piece in pieces]
    return max(min(sum(widths), _NARROWEST_TEXT), max(widths, default=0.0))


def _cells(table: Table, row: Row, element: Element, refer: Referrer | None) -> list[Flowable | str]:
    style = theme.CELL
    if row.style == "total":
        style = replace(style, font=theme.BOLD)
    if row.style == "muted":
        style = replace(style, colour=theme.QUIET)
    elements = [element.add("TD") if place else element.add("TH", scope="Row") for place in range(len(row.cells))]
    cells: list[Flowable | str] = [
        _Cell(text, replace(style, align=column.align), own)
        for text, column, own in zip(row.cells, table.columns, elements, strict=True)
    ]
    if row.see and refer:
        cells[-1] = ReferenceCell(refer.to(row.see, elements[-1]))
    return cells


def _commands(table: Table, heads: int) -> list[tuple[object, ...]]:
    last_head, last = heads - 1, heads + len(table.rows) - 1
    commands: list[tuple[object, ...]] = [
        ("FONT", (0, 0), (-1, -1), theme.REGULAR, theme.CELL.size),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, last_head), (-1, last_head), "BOTTOM"),
        ("LEFTPADDING", (0, 0), (-1, -1), _CELL_PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), _CELL_PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 2.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.4),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 2),
        ("LINEBELOW", (0, last_head), (-1, last_head), 0.9, theme.NAVY),
        ("LINEBELOW", (0, heads), (-1, last), 0.4, theme.GRID),
        ("LINEBELOW", (0, last), (-1, last), 0.6, theme.RULE),
    ]
    if table.note:
        commands += [("SPAN", (0, -1), (-1, -1)), ("TOPPADDING", (0, -1), (-1, -1), 6.0)]
    if heads > 1:
        commands.append(("SPAN", (0, 0), (-1, 0)))
    for number, row in enumerate(table.rows, heads):
        if row.style == "total":
            commands.append(("BACKGROUND", (0, number), (-1, number), theme.PANEL))
    return commands
