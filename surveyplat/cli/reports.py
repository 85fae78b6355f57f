"""``surveyplat report``: a frozen period as a PDF."""

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from surveyplat.audit.periods import Period, parse_period
from surveyplat.cli.dealer_reports import Crew, make_dealer_reports
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.publishing import MadeReport


class Language(StrEnum):
    CHINESE = "zh-Hans"
    TRADITIONAL_CHINESE = "zh-Hant"
    ENGLISH = "en"


def register(app: typer.Typer) -> None:
    app.command()(report)


def report(
    study: Annotated[str, typer.Argument(help="The study, for instance csi.")],
    period: Annotated[str, typer.Argument(help="A year, a quarter or a month: 2026, 2026-Q3, 2026-07.")],
    lang: Annotated[Language, typer.Option("--lang", help="The report's language.")] = Language.CHINESE,
    dealer: Annotated[
        list[str] | None, typer.Option("--dealer", metavar="CODE", help="This dealer's own report; may be repeated.")
    ] = None,
    dealers: Annotated[bool, typer.Option("--dealers", help="The own report of every dealer.")] = False,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that make dealers' reports.")] = 1,
    cluster: Annotated[str | None, typer.Option(help="A Dask scheduler that makes them: tcp://host:8786.")] = None,
) -> None:
    """Make the PDF of a frozen period, and draft actions from what it finds.

    A dealer's own report shows its own numbers, and others only taken together. Run again, `--dealers` goes on with
    those that are not made yet.
    """
    if dealer and dealers:
        raise typer.BadParameter("--dealers makes the report of every dealer: leave --dealer out, or --dealers")
    if dealer or dealers:
        chosen = None if dealers else dealer
        make_dealer_reports(study, parse_period(period), lang.value, chosen, Crew(workers, cluster))
        return
    made = asyncio.run(_report(study, parse_period(period), lang.value))
    console = Console(highlight=False, soft_wrap=True)
    console.print(str(made.path), markup=False)
    console.print(f"Report {made.bundle_hash}, PDF SHA-256 {made.pdf_hash}", markup=False)
    if not made.is_sealed:
        console.print("It is not sealed: set SURVEYPLAT_SEAL_KEY, and make it again", markup=False)


async def _report(study: str, period: Period, language: str) -> "MadeReport":
    from surveyplat.pipeline import report_period
    from surveyplat.storage.database import open_database
    from surveyplat.timelines.judged_actions import judged_actions
    from surveyplat.timelines.walking import Instance

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        with Console(stderr=True).status(f"Reporting {study} {period.name}"):
            judged = await judged_actions(Instance(db, settings, study), period)
            return await report_period(db, settings, study, period, language, now=settings.now(), judged=judged)
