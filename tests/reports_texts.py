"""Every string of a content, in reading order."""

from collections.abc import Iterator

from surveyplat.reports.blocks import (
    ActionCards,
    AnyChart,
    BarChart,
    Block,
    Content,
    ContentsList,
    CrossChart,
    CrowdChart,
    DotChart,
    Figure,
    KeyFigures,
    Paragraph,
    Points,
    StackedChart,
    Table,
    TrendChart,
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
        case ContentsList():
            yield block.page
            yield from (text for entry in block.entries for text in (entry.name, entry.heading))
        case ActionCards():
            yield from (text for card in block.actions for text in (card.number, card.what, card.state))
            yield from (text for card in block.actions for part in card.parts for text in part)


def _chart(chart: AnyChart) -> Iterator[str]:
    """What is always drawn; a stacked bar's shares, and a trend's names where periods are many, only where they fit."""
    match chart:
        case BarChart():
            yield from (text for bar in chart.bars for text in (bar.text, bar.cumulative))
        case DotChart():
            yield from (text for axis in chart.axes for text in (axis.title, *(tick for _, tick in axis.ticks)))
            yield from (reference.text for reference in chart.references)
            yield from (text for row in chart.rows for text in (row.side, *(dot.text for dot in row.dots if dot)))
        case CrowdChart():
            yield from (chart.axis.title, *(tick for _, tick in chart.axis.ticks), chart.level_text, chart.order)
        case CrossChart():
            yield from (chart.x_axis.title, chart.y_axis.title, *chart.fields, *(cross.name for cross in chart.crosses))
        case StackedChart():
            yield from (*chart.side_titles, *(text for text, _ in chart.points))
            yield from (text for row in chart.rows for text in row.side)
        case TrendChart():
            yield from (chart.axis.title, *(tick for _, tick in chart.axis.ticks))
            yield from (text for each in chart.moments[-1:] for text in (each.label, each.text, each.base))
