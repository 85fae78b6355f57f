"""The pages: the cover, the running header and footer, and how blocks flow onto A4."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO

from reportlab import rl_config
from reportlab.graphics import renderPDF
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    LongTable,
    PageBreak,
    PageTemplate,
)
from reportlab.platypus.doctemplate import NextPageTemplate

from surveyplat.reports import theme
from surveyplat.reports.blocks import (
    ActionCards,
    AnyChart,
    Block,
    Content,
    ContentsList,
    Cover,
    Figure,
    KeyFigures,
    Paragraph,
    Points,
    Section,
    Table,
)
from surveyplat.reports.charts import draw_chart, draw_keys, parts_of
from surveyplat.reports.code_drawing import draw_code
from surveyplat.reports.contents_page import contents_of
from surveyplat.reports.entries import beside, card_of, points_of
from surveyplat.reports.flowables import (
    Chart,
    Kicker,
    Panel,
    TextBlock,
    draw_lines,
    labelled,
    lines_of,
)
from surveyplat.reports.masthead import masthead
from surveyplat.reports.references import Referrer, ReferringCanvas
from surveyplat.reports.tables import table_of
from surveyplat.reports.tagging import Element, Kind, TaggedCanvas
from surveyplat.reports.theme import TextStyle
from surveyplat.reports.typesetting import Line

_STYLES = {"body": theme.BODY, "note": theme.NOTE, "subheading": theme.SUBHEADING}
_TABLE_START = 90.0
"""Points that a table needs below it to begin on a page: its own heads and some rows."""
_FIGURE_HEIGHT = 560.0
"""A longer chart is continued on the next page, under the same scale and keys."""
_SHORT_TABLE = 14
"""Rows, heads included, up to which a table is kept on one page."""
_TOTAL = "page_total"
rl_config.useA85 = 0
"""Streams as they are: written as text they would be a quarter longer, for printers of long ago."""


def lay_out(content: Content, report_id: str) -> tuple[bytes, Element]:
    """The content as PDF pages, before metadata, and its structure: the same content gives the same bytes."""
    theme.register_fonts()
    target, structure = BytesIO(), Element("Document")
    cover = structure.add("Sect")
    document = BaseDocTemplate(
        target,
        pagesize=(theme.PAGE_WIDTH, theme.PAGE_HEIGHT),
        pageTemplates=_templates(content, report_id, cover),
        title=content.title,
        subject=content.subject,
        lang=content.language,
        invariant=1,
        initialFontName=theme.REGULAR,
        initialFontSize=theme.BODY.size,
    )
    story = [*_opening(content.cover, cover), *_story(content, structure)]
    document.build(story, canvasmaker=_CountingCanvas if content.cover.is_masthead else _CoveredCanvas)
    return target.getvalue(), structure


class _CountingCanvas(ReferringCanvas):
    """Writes the number of pages, known only at the end, into the form that every footer shows."""

    def save(self) -> None:
        total = self._pageNumber if self._code else self._pageNumber - 1
        self.beginForm(_TOTAL, 0, -4, 40, 12)
        self.setFillColor(theme.QUIET)
        self.setFont(theme.REGULAR, theme.FURNITURE.size)
        self.drawString(0, 0, f" / {total - self.covers}")
        self.endForm()
        super().save()


class _CoveredCanvas(_CountingCanvas):
    covers = 1


def _templates(content: Content, report_id: str, cover: Element) -> list[PageTemplate]:
    frame = partial(
        Frame,
        theme.SIDE_MARGIN,
        theme.BOTTOM_MARGIN,
        theme.TEXT_WIDTH,
        theme.PAGE_HEIGHT - theme.TOP_MARGIN - theme.BOTTOM_MARGIN,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    body = PageTemplate(
        "body", [frame(id="body")], onPage=lambda canvas, _: _draw_furniture(canvas, content, report_id)
    )
    if content.cover.is_masthead:
        return [body]
    front = PageTemplate(
        "cover", [frame(id="cover")], onPage=lambda canvas, _: _draw_cover(canvas, content.cover, cover)
    )
    return [front, body]


# the story


def _opening(cover: Cover, element: Element) -> Iterator[Flowable]:
    """What comes before the first section: the masthead, or the turn of the cover's page."""
    if cover.is_masthead:
        yield from masthead(cover, element)
    else:
        yield NextPageTemplate("body")
        yield PageBreak()


def _story(content: Content, structure: Element) -> Iterator[Flowable]:
    names = {section.id: section.bookmark for section in content.sections}
    refer = Referrer(content.references, names) if content.references else None
    fresh = True
    for section in content.sections:
        if section.fresh_page and not fresh:
            yield PageBreak()
        yield from _section(section, structure.add("Sect"), refer)
        fresh = section.fresh_page
        if fresh and section is not content.sections[-1]:
            yield PageBreak()


def _section(section: Section, element: Element, refer: Referrer | None) -> Iterator[Flowable]:
    """The section's groups, each kept on one page unless it holds a long table."""
    for group in _groups(section, element, refer):
        table = next((each for each in group if isinstance(each, LongTable)), None)
        if table is not None and len(table._cellvalues) > _SHORT_TABLE:
            yield CondPageBreak(_height(group[: group.index(table)]) + _TABLE_START)
            yield from group
        else:
            yield group[0] if len(group) == 1 and table is None else KeepTogether(group)


def _groups(section: Section, element: Element, refer: Referrer | None) -> list[list[Flowable]]:
    """Flowables that belong together: a heading, its first paragraph and a subheading go with what follows them.

    A paragraph that closes the section goes with the table or figure before it: alone it might fill a page.
    """
    groups: list[list[Flowable]] = []
    waiting: list[Flowable] = [
        Kicker(section.bookmark, theme.KICKER, section.id, element.add("P")),
        TextBlock(section.heading, theme.HEADING, element.add("H2")),
    ]
    for number, block in enumerate(section.blocks):
        for group in _flowables(block, element, refer):
            groups.append([*waiting, *group])
            waiting = []
        if isinstance(block, Paragraph) and (number == 0 or block.style == "subheading"):
            waiting = groups.pop()
    if waiting:
        groups.append(waiting)
    if len(groups) > 1 and _is_text(groups[-1]) and not _is_text(groups[-2]):
        closing = groups.pop()
        groups[-1].extend(closing)
    return groups


def _is_text(group: list[Flowable]) -> bool:
    return all(isinstance(each, TextBlock) for each in group)


def _height(flowables: list[Flowable]) -> float:
    heights = (each.wrap(theme.TEXT_WIDTH, theme.PAGE_HEIGHT)[1] + each.getSpaceAfter() for each in flowables)
    return float(sum(heights))


def _flowables(block: Block, section: Element, refer: Referrer | None) -> Iterator[list[Flowable]]:
    match block:
        case ContentsList() if refer:
            yield contents_of(block, section, theme.TEXT_WIDTH, refer)
        case Paragraph() if block.see and refer:
            yield [beside(block, _STYLES[block.style], section, refer)]
        case Paragraph():
            element = section.add("H3" if block.style == "subheading" else "P")
            yield [TextBlock(block.text, _STYLES[block.style], element, lead=block.lead)]
        case Points():
            yield from ([point] for point in points_of(block.points, section.add("L"), refer))
        case KeyFigures():
            yield [Panel(block.figures, section)]
        case Figure():
            charts = parts_of(block.chart, theme.TEXT_WIDTH, _FIGURE_HEIGHT)
            yield from (_figure(block, chart, section) for chart in charts)
        case Table():
            yield [table_of(block, theme.TEXT_WIDTH, section, refer)]
        case ActionCards():
            cards = section.add("L")
            yield from (card_of(card, cards, refer) for card in block.actions)


def _figure(block: Figure, chart: AnyChart, section: Element) -> list[Flowable]:
    figure = section.add("Figure", alternative=block.alternative)
    title = TextBlock(block.title, theme.FIGURE_TITLE, figure.add("Caption"))
    keys = [Chart(draw_keys(block.keys, theme.TEXT_WIDTH), figure)] if block.keys else []
    return [title, *keys, Chart(draw_chart(chart, theme.TEXT_WIDTH), figure)]


# what stands on every page


def _draw_furniture(canvas: _CountingCanvas, content: Content, report_id: str) -> None:
    style, left, width = theme.FURNITURE, theme.SIDE_MARGIN, theme.TEXT_WIDTH
    right = TextStyle(theme.BOLD, style.size, style.leading, theme.VERMILION, "right")
    top = theme.PAGE_HEIGHT - 13 * 2.8346
    draw_lines(canvas, lines_of(content.header, style, width * 0.72)[:1], style, left, top, width)
    draw_lines(canvas, lines_of(content.running_banner, right, width * 0.28)[:1], right, left, top, width)
    canvas.setStrokeColor(theme.RULE)
    canvas.setLineWidth(0.5)
    canvas.line(left, top - 14, left + width, top - 14)
    bottom = 14 * 2.8346
    draw_lines(canvas, lines_of(report_id, style, width), style, left, bottom, width)
    _draw_page_number(canvas, left + width / 2, bottom)


def _draw_page_number(canvas: _CountingCanvas, centre: float, top: float) -> None:
    """ "3 / 12", the cover not counted; the total is a form that is filled when the last page is known."""
    style = theme.FURNITURE
    number = str(canvas.getPageNumber() - canvas.covers)
    numbered = TextStyle(style.font, style.size, style.leading, style.colour, "right")
    draw_lines(canvas, lines_of(number, numbered, 40), numbered, centre - 40, top, 40)
    canvas.saveState()
    canvas.translate(centre, top - (style.leading - style.size) / 2 - style.size * 0.86)
    canvas.doForm(_TOTAL)
    canvas.restoreState()


_COVER_ROOM = 350.0
_CODE_SIZE = 84.0
_CODE_GAP = 18.0
_COVER_KINDS: tuple[Kind, ...] = ("P", "H1", "P")
"""Of kicker, title and subtitle."""
_COVER_SCALES = (1.0, 0.8, 0.62, 0.48, 0.36, 0.25)
_COVER_KICKER = TextStyle(theme.BOLD, 10, 14, theme.VERMILION)
_COVER_TITLE = TextStyle(theme.BOLD, 32, 42, theme.NAVY)
_COVER_SUBTITLE = TextStyle(theme.REGULAR, 15, 23, theme.INK)
_COVER_LABEL = TextStyle(theme.REGULAR, 8.4, 13, theme.QUIET)
_COVER_FACT = TextStyle(theme.BOLD, 9.6, 14, theme.INK)
_COVER_BANNER = TextStyle(theme.BOLD, 10, 14, theme.PAPER)


def _draw_cover(canvas: TaggedCanvas, cover: Cover, section: Element) -> None:
    left, width = theme.SIDE_MARGIN, theme.TEXT_WIDTH
    canvas.setFillColor(theme.NAVY)
    canvas.rect(0, theme.PAGE_HEIGHT - 12, theme.PAGE_WIDTH, 12, stroke=0, fill=1)
    if cover.banner:
        canvas.setFillColor(theme.VERMILION)
        canvas.rect(0, theme.PAGE_HEIGHT - 44, theme.PAGE_WIDTH, 32, stroke=0, fill=1)
        banner = lines_of(cover.banner, _COVER_BANNER, width)[:1]
        with canvas.marked(section.add("P")):
            draw_lines(canvas, banner, _COVER_BANNER, left, theme.PAGE_HEIGHT - 21, width)
    top = theme.PAGE_HEIGHT * 0.74
    for kind, (lines, style, gap) in zip(_COVER_KINDS, _cover_texts(cover, width), strict=True):
        with canvas.marked(section.add(kind)):
            draw_lines(canvas, lines, style, left, top, width)
        top -= len(lines) * style.leading + gap
    _draw_cover_facts(canvas, cover, section)


def _cover_texts(cover: Cover, width: float) -> list[tuple[tuple[Line, ...], TextStyle, float]]:
    """Kicker, title and subtitle at the largest size at which they leave the facts below alone."""
    texts: list[tuple[tuple[Line, ...], TextStyle, float]] = []
    for scale in _COVER_SCALES:
        texts = []
        for text, style, gap in (
            (cover.kicker, _COVER_KICKER, 12.0),
            (cover.title, _COVER_TITLE, 16.0),
            (cover.subtitle, _COVER_SUBTITLE, 0.0),
        ):
            sized = replace(style, size=style.size * scale, leading=style.leading * scale)
            texts.append((lines_of(text, sized, width), sized, gap))
        if sum(len(lines) * style.leading + gap for lines, style, gap in texts) <= _COVER_ROOM:
            break
    return texts


def _draw_cover_facts(canvas: TaggedCanvas, cover: Cover, section: Element) -> None:
    """Two columns of facts above the footnote, over a rule."""
    left, width = theme.SIDE_MARGIN, theme.TEXT_WIDTH
    column, top, facts = width / 2, 236.0, section.add("L")
    canvas.setStrokeColor(theme.NAVY)
    canvas.setLineWidth(1)
    canvas.line(left, top + 12, left + width, top + 12)
    for index, (label, value) in enumerate(cover.facts):
        x, y = left + (index % 2) * column, top - (index // 2) * 44
        name, fact = labelled(facts)
        with canvas.marked(name):
            draw_lines(canvas, lines_of(label, _COVER_LABEL, column - 12)[:1], _COVER_LABEL, x, y, column)
        with canvas.marked(fact):
            draw_lines(canvas, lines_of(value, _COVER_FACT, column - 12)[:2], _COVER_FACT, x, y - 13, column)
    room = width - (_CODE_SIZE + _CODE_GAP if cover.code else 0)
    note = lines_of(cover.footnote, theme.NOTE, room)
    with canvas.marked(section.add("P")):
        draw_lines(canvas, note, theme.NOTE, left, 98, width)
    if cover.code:
        _draw_code(canvas, cover, section)


def _draw_code(canvas: TaggedCanvas, cover: Cover, section: Element) -> None:
    left, bottom = theme.SIDE_MARGIN + theme.TEXT_WIDTH - _CODE_SIZE, 104 - _CODE_SIZE
    figure = section.add("Figure", alternative=cover.code_alternative)
    figure.reach((left, bottom, left + _CODE_SIZE, bottom + _CODE_SIZE))
    with canvas.marked(figure):
        renderPDF.draw(draw_code(cover.code, _CODE_SIZE), canvas, left, bottom)
