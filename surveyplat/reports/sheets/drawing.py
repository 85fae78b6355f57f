"""An action's sheet drawn: one landscape page, and further ones only for texts that have no room on it."""

from collections.abc import Iterator
from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape

from surveyplat.reports import theme
from surveyplat.reports.blocks import KeyFigure
from surveyplat.reports.flowables import draw_lines, labelled, lines_of
from surveyplat.reports.marks import CODE
from surveyplat.reports.sheets.blocks import Field, Sheet
from surveyplat.reports.sheets.fitting import (
    FIELD_GAP,
    FIGURE_HEIGHT,
    GAP,
    LABEL_WIDTH,
    PAD,
    TITLE_HEIGHT,
    Fitted,
    FittedBox,
    FittedColumn,
    fit,
)
from surveyplat.reports.tagging import Element, TaggedCanvas
from surveyplat.reports.theme import TextStyle
from surveyplat.reports.typesetting import Line

WIDTH, HEIGHT = landscape(A4)
_SIDE, _TOP, _BOTTOM = 30.0, 24.0, 30.0
_COLUMN_GAP = 14.0
_HEADING = TextStyle(theme.BOLD, 15, 20, theme.NAVY)
_KICKER = TextStyle(theme.BOLD, 8.2, 11, theme.VERMILION)
_BANNER = TextStyle(theme.BOLD, 8.2, 11, theme.VERMILION, "right")
_LABEL = TextStyle(theme.BOLD, 7.4, 11, theme.QUIET)
_FACT = TextStyle(theme.BOLD, 8.2, 11.4)
_BOX_TITLE = TextStyle(theme.BOLD, 9.2, TITLE_HEIGHT, theme.NAVY)
_BOX_NUMBER = TextStyle(theme.BOLD, 9.2, TITLE_HEIGHT, theme.PAPER, "centre")
_VALUE = TextStyle(theme.BOLD, 15, FIGURE_HEIGHT - 4, theme.NAVY)
_NUMBER_WIDTH = 24.0
_NAME = TextStyle(theme.BOLD, theme.BODY.size, theme.BODY.leading, theme.NAVY)
_FACT_LINES = 4
"""A longer fact ends with an ellipsis, and its code if it has one; what an action holds stands whole in its
field."""
_KEPT_TOGETHER = 3
"""Lines: a name at a page's foot has two lines of its text below it."""


def lay_out_sheet(sheet: Sheet, report_id: str) -> tuple[bytes, Element]:
    """The sheet as PDF pages, before metadata, and its structure: the same sheet gives the same bytes."""
    theme.register_fonts()
    target, structure = BytesIO(), Element("Document")
    canvas = TaggedCanvas(
        target,
        pagesize=(WIDTH, HEIGHT),
        lang=sheet.language,
        invariant=1,
        initialFontName=theme.REGULAR,
        initialFontSize=theme.BODY.size,
    )
    canvas.bookmarkPage("sheet")
    canvas.addOutlineEntry(sheet.heading, "sheet", level=0)
    top = _draw_head(canvas, sheet, structure.add("Sect"))
    cut = list(_draw_columns(canvas, sheet, top, structure))
    _end_page(canvas, sheet, report_id)
    _draw_whole_texts(canvas, sheet, cut, structure, report_id)
    canvas.save()
    return target.getvalue(), structure


def _end_page(canvas: TaggedCanvas, sheet: Sheet, report_id: str) -> None:
    style, top, width = theme.FURNITURE, _BOTTOM - 8, WIDTH - 2 * _SIDE
    draw_lines(canvas, lines_of(sheet.footnote, style, width * 0.8)[:1], style, _SIDE, top, width)
    right = TextStyle(style.font, style.size, style.leading, style.colour, "right")
    text = f"{report_id} · {canvas.getPageNumber()}"
    draw_lines(canvas, lines_of(text, right, width), right, _SIDE, top, width)
    canvas.showPage()


# the head


def _draw_head(canvas: TaggedCanvas, sheet: Sheet, section: Element) -> float:
    """Kicker, heading and facts; gives where the boxes begin."""
    width, top = WIDTH - 2 * _SIDE, HEIGHT - _TOP
    with canvas.marked(section.add("P")):
        draw_lines(canvas, lines_of(sheet.kicker, _KICKER, width * 0.75)[:1], _KICKER, _SIDE, top, width)
    draw_lines(canvas, lines_of(sheet.banner, _BANNER, width * 0.25)[:1], _BANNER, _SIDE, top, width)
    top -= _KICKER.leading + 1
    heading = lines_of(sheet.heading, _HEADING, width)[:2]
    with canvas.marked(section.add("H1")):
        draw_lines(canvas, heading, _HEADING, _SIDE, top, width)
    top -= len(heading) * _HEADING.leading + 3
    canvas.setStrokeColor(theme.NAVY)
    canvas.setLineWidth(1)
    canvas.line(_SIDE, top, _SIDE + width, top)
    return float(top - 3 - _draw_facts(canvas, sheet, top - 3, section.add("L")))


def _draw_facts(canvas: TaggedCanvas, sheet: Sheet, top: float, facts: Element) -> float:
    """Side by side; gives their height."""
    column = (WIDTH - 2 * _SIDE) / len(sheet.facts)
    deepest = 1
    for place, (label, text) in enumerate(sheet.facts):
        name, body = labelled(facts)
        left = _SIDE + place * column
        with canvas.marked(name):
            draw_lines(canvas, lines_of(label, _LABEL, column - 8)[:1], _LABEL, left, top, column)
        lines = _fact(text, column - 8)
        with canvas.marked(body):
            draw_lines(canvas, lines, _FACT, left, top - _LABEL.leading, column)
        deepest = max(deepest, len(lines))
    return _LABEL.leading + deepest * _FACT.leading + 8


def _fact(text: str, width: float) -> tuple[Line, ...]:
    lines = lines_of(text, _FACT, width)
    if len(lines) <= _FACT_LINES:
        return lines
    code = CODE.search(text)
    return *lines[: _FACT_LINES - 1], *lines_of("…" + (code[0] if code else ""), _FACT, width)


# the boxes


def _draw_columns(canvas: TaggedCanvas, sheet: Sheet, top: float, structure: Element) -> Iterator[Field]:
    """Both columns of boxes; gives the fields whose text is cut."""
    width = (WIDTH - 2 * _SIDE - _COLUMN_GAP) / 2
    for place, boxes in enumerate(sheet.columns):
        column = fit(boxes, width, top - _BOTTOM)
        at = top
        for box in column.boxes:
            _draw_box(
                canvas, sheet, box, column, (_SIDE + place * (width + _COLUMN_GAP), at, width), structure.add("Sect")
            )
            at -= box.height + GAP
        yield from (each.field for box in column.boxes for each in box.fields if each.is_cut)


_Place = tuple[float, float, float]
"""Left, top and width."""


def _draw_box(
    canvas: TaggedCanvas, sheet: Sheet, box: FittedBox, column: FittedColumn, place: _Place, section: Element
) -> None:
    left, top, width = place
    _draw_frame(canvas, box, place)
    with canvas.marked(section.add("H2")):
        draw_lines(canvas, lines_of(box.box.number, _BOX_NUMBER, _NUMBER_WIDTH), _BOX_NUMBER, left, top, _NUMBER_WIDTH)
        lines = lines_of(box.box.title, _BOX_TITLE, width - _NUMBER_WIDTH - 12)[:1]
        draw_lines(canvas, lines, _BOX_TITLE, left + _NUMBER_WIDTH + 6, top, width)
    at = top - TITLE_HEIGHT - PAD
    entries = section.add("L")
    if box.box.figure is not None:
        _draw_figure(canvas, box.box.figure, (left + PAD, at, width - 2 * PAD), labelled(entries))
        at -= FIGURE_HEIGHT
    for each in box.fields:
        _draw_field(canvas, sheet, each, column, (left + PAD, at, width - 2 * PAD), labelled(entries))
        at -= each.height + FIELD_GAP


def _draw_frame(canvas: TaggedCanvas, box: FittedBox, place: _Place) -> None:
    left, top, width = place
    canvas.setFillColor(theme.PANEL)
    canvas.rect(left, top - TITLE_HEIGHT, width, TITLE_HEIGHT, stroke=0, fill=1)
    canvas.setFillColor(theme.NAVY)
    canvas.rect(left, top - TITLE_HEIGHT, _NUMBER_WIDTH, TITLE_HEIGHT, stroke=0, fill=1)
    canvas.setStrokeColor(theme.RULE)
    canvas.setLineWidth(0.7)
    canvas.rect(left, top - box.height, width, box.height, stroke=1, fill=0)


def _draw_figure(canvas: TaggedCanvas, figure: KeyFigure, place: _Place, elements: tuple[Element, Element]) -> None:
    """The value large, its name above its uncertainty at the right."""
    left, top, width = place
    value = lines_of(figure.value, _VALUE, width)[:1]
    with canvas.marked(elements[1].add("P")):
        draw_lines(canvas, value, _VALUE, left, top, width)
    beside = left + (value[0].width if value else 0.0) + 12
    room = left + width - beside
    with canvas.marked(elements[0]):
        draw_lines(canvas, lines_of(figure.label, _LABEL, room)[:1], _LABEL, beside, top, room)
    with canvas.marked(elements[1].add("P")):
        draw_lines(canvas, lines_of(figure.detail, theme.CHART, room)[:1], theme.CHART, beside, top - 10.5, room)


def _draw_field(
    canvas: TaggedCanvas,
    sheet: Sheet,
    fitted: Fitted,
    column: FittedColumn,
    place: _Place,
    elements: tuple[Element, Element],
) -> None:
    left, top, width = place
    first = column.style.leading if fitted.field.text else column.blank
    label = lines_of(fitted.field.label, _LABEL, LABEL_WIDTH - 4)[:1]
    with canvas.marked(elements[0]):
        draw_lines(canvas, label, TextStyle(_LABEL.font, _LABEL.size, first, _LABEL.colour), left, top, LABEL_WIDTH)
    start, room = left + LABEL_WIDTH, width - LABEL_WIDTH
    if not fitted.field.text:
        _rule(canvas, start, top, room, fitted.field.blank, column.blank)
        return
    lines = (*fitted.lines, *(lines_of(sheet.continued, column.style, room)[:1] if fitted.is_cut else ()))
    with canvas.marked(elements[1]):
        draw_lines(canvas, lines, column.style, start, top, room)


def _rule(canvas: TaggedCanvas, left: float, top: float, width: float, count: int, height: float) -> None:
    """Lines to write on."""
    canvas.setStrokeColor(theme.QUIET)
    canvas.setLineWidth(0.4)
    canvas.setDash(1, 1.6)
    for line in range(1, count + 1):
        canvas.line(left, top - line * height + 1.5, left + width, top - line * height + 1.5)
    canvas.setDash()


# whole texts


def _draw_whole_texts(canvas: TaggedCanvas, sheet: Sheet, cut: list[Field], structure: Element, report_id: str) -> None:
    """The fields that were cut, each in full, on as many pages as that takes."""
    if not cut:
        return
    section, width = structure.add("Sect"), WIDTH - 2 * _SIDE
    top = HEIGHT - _TOP
    with canvas.marked(section.add("H2")):
        draw_lines(canvas, lines_of(sheet.continued_heading, _HEADING, width), _HEADING, _SIDE, top, width)
    top -= _HEADING.leading + 6
    for field in cut:
        name, paragraph = section.add("H3"), section.add("P")
        lines = [(line, _NAME, name) for line in lines_of(field.label, _NAME, width)]
        lines += [(line, theme.BODY, paragraph) for line in lines_of(field.text, theme.BODY, width)]
        for line, style, element in lines:
            kept = _KEPT_TOGETHER if element is name else 1
            if top - kept * style.leading < _BOTTOM:
                _end_page(canvas, sheet, report_id)
                top = HEIGHT - _TOP
            with canvas.marked(element):
                draw_lines(canvas, (line,), style, _SIDE, top, width)
            top -= style.leading
        top -= theme.BODY.after
    _end_page(canvas, sheet, report_id)
