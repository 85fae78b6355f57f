"""Every string of a content, in reading order."""

from collections.abc import Iterator

from surveyplat.reports.blocks import (
    ActionCards,
    BarChart,
    Block,
    Content,
    DotChart,
    Figure,
    KeyFigures,
    Paragraph,
    Points,
    Table,
)


def texts_of(content: Content) -> list[str]:
    """The whole report as strings; labels of figures, which may be cut there, stand in the tables too."""
    cover = content.cover
    found = [cover.banner, cover.kicker, cover.title, cover.subtitle, cover.footnote]
    found += [text for fact in cover.facts for text in fact]
    for section in content.sections:
        found += [section.bookmark, section.heading]
        for block in section.blocks:
            found += _block(block)
    return [text for text in found if text]


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield block.lead + block.text
        case Points():
            yield from (point.lead + point.text for point in block.points)
        case KeyFigures():
            yield from (text for each in block.figures for text in (each.label, each.value, each.detail))
        case Table():
            yield from (block.title, block.note, *(column.title for column in block.columns))
            yield from (cell for row in block.rows for cell in row.cells)
        case Figure():
            yield from (block.title, *(key.text for key in block.keys))
            yield from _chart(block.chart)
        case ActionCards():
            yield from (text for card in block.actions for text in (card.number, card.what, card.state))
            yield from (text for card in block.actions for part in card.parts for text in part)


def _chart(chart: DotChart | BarChart) -> Iterator[str]:
    if isinstance(chart, BarChart):
        yield from (text for bar in chart.bars for text in (bar.text, bar.cumulative))
        return
    yield from (text for axis in chart.axes for text in (axis.title, *(tick for _, tick in axis.ticks)))
    yield from (reference.text for reference in chart.references)
    yield from (text for row in chart.rows for text in (row.side, *(dot.text for dot in row.dots if dot)))
