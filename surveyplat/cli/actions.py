"""``surveyplat actions``: what was decided to be done, by whom, until when."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from surveyplat.settings import load_settings


def register(app: typer.Typer) -> None:
    app.command()(actions)


def actions(
    study: Annotated[str | None, typer.Argument(help="Only this study.")] = None,
    period: Annotated[str | None, typer.Argument(help="Only this period.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="zh-Hans or en.")] = "en",
) -> None:
    """List the actions: drafted from findings when a period is reported."""
    from surveyplat.improvement.actions import StoredAction, actions_of
    from surveyplat.storage.database import open_database

    async def read() -> tuple[StoredAction, ...]:
        async with open_database(load_settings().database_url) as db:
            return await actions_of(db, study, period)

    stored = asyncio.run(read())
    table = Table("Study", "Period", "What", "Why", "Owner", "Due", "State", title="Actions", title_justify="left")
    for action in stored:
        plan = action.plan.get(lang) or next(iter(action.plan.values()))
        cells = (plan["what"], plan["why"], plan["who"], action.due_on.isoformat(), action.state)
        table.add_row(action.study, action.period, *cells)
    console = Console(highlight=False)
    console.print(table if stored else "No actions yet: `surveyplat report` drafts them from a period's findings.")
