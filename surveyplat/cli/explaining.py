"""``surveyplat explain``: how one published number came about, in words and with its arithmetic."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from surveyplat.audit.periods import Period, parse_period
from surveyplat.cli.reports import Language
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from surveyplat.reports.blocks import Table as TableBlock
    from surveyplat.reports.explaining.steps import Explanation, Part
    from surveyplat.reports.explaining.subject import Wanted

_WIDTH = 100
_INDENT = 4
_ROW_STYLES = {"total": "bold", "muted": "", "plain": ""}


def register(app: typer.Typer) -> None:
    app.command()(explain)


def explain(
    study: Annotated[str, typer.Argument(help="The study, for instance csi.")],
    period: Annotated[str, typer.Argument(help="A year, a quarter or a month: 2026, 2026-Q3, 2026-07.")],
    dealer: Annotated[str | None, typer.Option(help="A dealer's code: its index, or its PP100.")] = None,
    item: Annotated[str | None, typer.Option(help="An item's mean, or the rate of one problem.")] = None,
    category: Annotated[str | None, typer.Option(help="The PP100 of a category of problems.")] = None,
    rate: Annotated[str | None, typer.Option(help="A rate: nps, csat, or one that the study declares.")] = None,
    model: Annotated[str | None, typer.Option(help="The PP100 of a model.")] = None,
    build_month: Annotated[str | None, typer.Option(help="The PP100 of vehicles built then: 2026-03.")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="The explanation's language.")] = Language.CHINESE,
) -> None:
    """Say how one published number came about: the study's index or PP100, or the one that an option names."""
    from surveyplat.reports.explaining.subject import Wanted

    wanted = Wanted(dealer, item, category, rate, model, build_month)
    _print(asyncio.run(_explain(study, parse_period(period), wanted, lang.value)))


async def _explain(study: str, period: Period, wanted: "Wanted", language: str) -> "Explanation":
    from surveyplat.forms.loading import load_study
    from surveyplat.pipeline import explain_number
    from surveyplat.storage.database import open_database

    settings = load_settings()
    load_study(study, settings.questionnaires)
    async with open_database(settings.database_url) as db:
        with Console(stderr=True).status(f"Explaining {study} {period.name}"):
            return await explain_number(db, settings, study, period, wanted, language)


def _print(explanation: "Explanation") -> None:
    console = Console(highlight=False, markup=False)
    width = min(_WIDTH, console.width)
    for line in _lines(explanation.title, width):
        console.print(Text(line, style="bold"))
    for line in _lines(explanation.summary, width):
        console.print(Text(line))
    for number, step in enumerate(explanation.steps, start=1):
        console.print()
        console.print(Rule(Text(f"{number}. {step.heading}", style="bold"), align="left", style="dim"), width=width)
        for part in step.parts:
            for drawn in _drawn(part, width):
                console.print(drawn, width=width, soft_wrap=isinstance(drawn, Text))


def _drawn(part: "Part", width: int) -> "Iterator[RenderableType]":
    from surveyplat.reports.blocks import Paragraph
    from surveyplat.reports.explaining.steps import Formula

    if isinstance(part, Formula):
        yield from (Text(" " * _INDENT + line, style="cyan") for line in _lines(part.text, width - _INDENT))
    elif isinstance(part, Paragraph):
        yield from (Text(line, style="dim" if part.style == "note" else "") for line in _lines(part.text, width))
    else:
        if part.title:
            yield Text(part.title, style="bold")
        if any(column.title for column in part.columns):
            yield Padding(_table(part), (0, 0, 0, 1), expand=False)
        else:
            yield from _facts([row.cells for row in part.rows], width)


def _facts(pairs: "Sequence[Sequence[str]]", width: int) -> "Iterator[Text]":
    """A line a fact, or two where it would not fit: hashes and paths stay whole, to be copied."""
    widest = max(cell_len(name) for name, _ in pairs)
    for name, value in pairs:
        line = f" {name}{' ' * (widest - cell_len(name))}  {value}"
        lines = [line] if cell_len(line) <= width else [f" {name}", " " * _INDENT + value]
        yield from map(Text, lines)


def _lines(text: str, width: int) -> list[str]:
    """Lines that fit the terminal, broken where Chinese and Latin text may be: rich knows spaces only."""
    from surveyplat.reports.typesetting import Span, break_lines

    return [line.text for line in break_lines((Span(text, ""),), width, lambda piece, _font: cell_len(piece))]


def _table(block: "TableBlock") -> Table:
    table = Table(box=None)
    for number, column in enumerate(block.columns):
        table.add_column(
            Text(column.title),
            justify="left" if column.align == "left" else "right",
            no_wrap=number > 0,
            overflow="fold",
        )
    for row in block.rows:
        table.add_row(*(Text(cell) for cell in row.cells), style=_ROW_STYLES[row.style])
    return table
