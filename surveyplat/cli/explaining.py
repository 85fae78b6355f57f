"""``surveyplat explain``: how one published number came about, in words and with its arithmetic."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from surveyplat.audit.periods import Period, parse_period
from surveyplat.cli.reports import Language
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from surveyplat.reports.blocks import Table as TableBlock
    from surveyplat.reports.explaining.steps import Explanation, Part
    from surveyplat.reports.explaining.subject import Wanted

_WIDTH = 100
_ROW_STYLES = {"total": "bold", "muted": "", "plain": ""}


def register(app: typer.Typer) -> None:
    app.command()(explain)


def explain(
    study: Annotated[str, typer.Argument(help="The study, for instance csi.")],
    period: Annotated[str, typer.Argument(help="A year, a quarter or a month: 2026, 2026-Q3, 2026-07.")],
    dealer: Annotated[str | None, typer.Option(help="A dealer's code: its index, or its PP100.")] = None,
    item: Annotated[str | None, typer.Option(help="An item's mean, or the rate of one problem.")] = None,
    category: Annotated[str | None, typer.Option(help="The PP100 of a category of problems.")] = None,
    rate: Annotated[str | None, typer.Option(help="A rate: nps or csat.")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="The explanation's language.")] = Language.CHINESE,
) -> None:
    """Say how one published number came about: the study's index or PP100, or the one that an option names."""
    from surveyplat.reports.explaining.subject import Wanted

    wanted = Wanted(dealer, item, category, rate)
    _print(asyncio.run(_explain(study, parse_period(period), wanted, lang.value)))


async def _explain(study: str, period: Period, wanted: "Wanted", language: str) -> "Explanation":
    from surveyplat.forms.loading import load_study
    from surveyplat.pipeline import explain_number
    from surveyplat.storage.database import open_database

    load_study(study)
    settings = load_settings()
    async with open_database(settings.database_url) as db:
        with Console(stderr=True).status(f"Explaining {study} {period.name}"):
            return await explain_number(db, settings, study, period, wanted, language)


def _print(explanation: "Explanation") -> None:
    console = Console(highlight=False)
    width = min(_WIDTH, console.width)
    console.print(Text(explanation.title, style="bold"), width=width)
    for number, step in enumerate(explanation.steps, start=1):
        console.print()
        console.print(Rule(Text(f"{number}. {step.heading}", style="bold"), align="left", style="dim"), width=width)
        for part in step.parts:
            console.print(_drawn(part), width=width)


def _drawn(part: "Part") -> "RenderableType":
    from surveyplat.reports.blocks import Paragraph
    from surveyplat.reports.explaining.steps import Formula

    if isinstance(part, Formula):
        return Padding(Text(part.text, style="cyan"), (0, 0, 0, 4))
    if isinstance(part, Paragraph):
        return Text(part.text, style="dim" if part.style == "note" else "")
    return Padding(_table(part), (0, 0, 0, 2))


def _table(block: "TableBlock") -> Table:
    headed = any(column.title for column in block.columns)
    table = Table(title=block.title or None, title_justify="left", title_style="bold", show_header=headed, box=None)
    for number, column in enumerate(block.columns):
        table.add_column(
            Text(column.title),
            justify="left" if column.align == "left" else "right",
            no_wrap=number > 0 and headed,
            overflow="fold",
        )
    for row in block.rows:
        table.add_row(*(Text(cell) for cell in row.cells), style=_ROW_STYLES[row.style])
    return table
