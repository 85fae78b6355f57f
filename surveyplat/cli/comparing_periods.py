"""``surveyplat compare``: frozen periods side by side as a PDF, for whoever audits them."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from surveyplat.audit.periods import Period, parse_period
from surveyplat.cli.progress import pass_bars
from surveyplat.cli.reports import Language
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.publishing import MadeReport


def register(app: typer.Typer) -> None:
    app.command()(compare)


def compare(
    study: Annotated[str, typer.Argument(help="The study, for instance csi.")],
    periods: Annotated[list[str], typer.Argument(help="Two or more frozen periods, in any order: 2026-Q2 2026-Q3.")],
    lang: Annotated[Language, typer.Option("--lang", help="The report's language.")] = Language.CHINESE,
) -> None:
    """Make the comparison report: may these periods be compared, and what changed?

    The latest period is set beside each of the others. Of a pair that may not be
    compared every reason is told, and no change.
    """
    made = asyncio.run(_compare(study, [parse_period(name) for name in periods], lang.value))
    console = Console(highlight=False, soft_wrap=True)
    console.print(str(made.path), markup=False)
    console.print(f"Report {made.bundle_hash}, PDF SHA-256 {made.pdf_hash}", markup=False)
    if not made.is_sealed:
        console.print("It is not sealed: set SURVEYPLAT_SEAL_KEY, and make it again", markup=False)


async def _compare(study: str, periods: list[Period], language: str) -> "MadeReport":
    from surveyplat.scoring.workers import Workers
    from surveyplat.storage.database import open_database
    from surveyplat.timelines.comparing import report_comparison
    from surveyplat.timelines.walking import Instance

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        with pass_bars(f"Comparing periods of {study}") as bars:
            instance = Instance(db, settings, study, Workers(progress=bars))
            return await report_comparison(instance, periods, language, now=settings.now())
