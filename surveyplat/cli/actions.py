"""``surveyplat actions``: what was decided to be done, by whom, until when."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from surveyplat.audit.periods import parse_period
from surveyplat.cli.reports import Language
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.improvement.actions import StoredAction

_PARTS = ("why", "who", "when", "where", "how")


def register(app: typer.Typer) -> None:
    app.command()(actions)


def actions(
    study: Annotated[str | None, typer.Argument(help="Only this study.")] = None,
    period: Annotated[str | None, typer.Argument(help="Only this period.")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="The plans' language.")] = Language.ENGLISH,
) -> None:
    """List the actions: drafted from findings when a period is reported. `surveyplat a3` takes the key of one."""
    stored = asyncio.run(_read(study, None if period is None else parse_period(period).name))
    console = Console(highlight=False, markup=False)
    if not stored:
        console.print("No actions here: `surveyplat report` drafts them from a period's findings.")
    for number, action in enumerate(stored, start=1):
        _print(console, number, action, lang.value)


async def _read(study: str | None, period: str | None) -> "tuple[StoredAction, ...]":
    from surveyplat.improvement.actions import actions_of
    from surveyplat.storage.database import open_database

    async with open_database(load_settings().database_url) as db:
        return await actions_of(db, study, period)


def _print(console: Console, number: int, action: "StoredAction", language: str) -> None:
    plan = action.plan[language]
    console.print(Text(f"{number}. {plan['what']}", style="bold"))
    console.print(Text(f"   key: {action.key}"), soft_wrap=True)
    console.print(Text(f"   {action.study} {action.period}, {action.state}, due {action.due_on.isoformat()}"))
    for part in _PARTS:
        console.print(Padding(Text(f"{part}: {plan[part]}"), (0, 0, 0, 3), expand=False))
    console.print()
