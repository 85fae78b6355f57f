"""``surveyplat a3``: one action on one landscape page, to be pinned up and filled in."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from surveyplat.cli.reports import Language
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.publishing import MadeReport
    from surveyplat.reports.sheets.bundle import Form


def register(app: typer.Typer) -> None:
    app.command()(a3)


def a3(
    action: Annotated[str, typer.Argument(help="The action's key, as `surveyplat actions` lists it.")],
    as_8d: Annotated[bool, typer.Option("--8d", help="An 8D sheet (D1 to D8) instead of an A3 one.")] = False,
    lang: Annotated[Language, typer.Option("--lang", help="The sheet's language.")] = Language.CHINESE,
) -> None:
    """Make the A3 sheet of one action: background, present state, target, cause, plan, effect, follow-up.

    What is not recorded of it is printed as an empty field, to be filled in by hand.
    """
    made = asyncio.run(_make(action, "8d" if as_8d else "a3", lang.value))
    console = Console(highlight=False, soft_wrap=True)
    console.print(str(made.path), markup=False)
    console.print(f"Sheet {made.bundle_hash}, PDF SHA-256 {made.pdf_hash}", markup=False)
    if not made.is_sealed:
        console.print("It is not sealed: set SURVEYPLAT_SEAL_KEY, and make it again", markup=False)


async def _make(action: str, form: "Form", language: str) -> "MadeReport":
    from surveyplat.storage.database import open_database
    from surveyplat.timelines.sheets import report_action

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        with Console(stderr=True).status(f"Writing the sheet of {action}"):
            return await report_action(db, settings, action, form, language, now=settings.now())
