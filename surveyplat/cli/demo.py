"""``surveyplat demo``: the whole way on synthetic data, then the survey served to be tried."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from surveyplat.demo.run import Stage, Told
    from surveyplat.settings import Settings

_console = Console(highlight=False, soft_wrap=True)
_USUAL_PORT = 8000


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    folder: Annotated[Path, typer.Option(help="Folder of the demonstration; emptied first.")] = Path("demo-data"),
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the survey afterwards.")] = True,
) -> None:
    """Live through two quarters of a synthetic dealer group: events, surveys, freezes, scores, reports, actions."""
    from surveyplat.demo.calendar import end
    from surveyplat.demo.instance import clean_folder, enter_instance
    from surveyplat.web.granian_server import run_server
    from surveyplat.web.server_process import free_port

    clean_folder(folder)
    settings = enter_instance(folder, end(), port=free_port(_USUAL_PORT))
    _console.print("Synthetic data: every dealer, customer and answer is made up.")
    told, link = asyncio.run(_live(settings, folder))
    _give_account(told)
    _console.print(f"Go on with it: cd {folder}, and for instance surveyplat score csi 2026-Q3", markup=False)
    if serve:
        _console.print(f"\nTry the survey (on this machine; stop with Ctrl+C): {link}")
        run_server(settings)


async def _live(settings: "Settings", folder: Path) -> "tuple[Told, str]":
    from surveyplat.demo.run import Demonstration, link_to_try
    from surveyplat.storage.database import open_database
    from surveyplat.storage.migration import migrate_up

    await migrate_up(settings.database_url)
    async with open_database(settings.database_url) as db:
        with _stages() as stage:
            told = await Demonstration(db, settings, folder, stage).live()
        return told, await link_to_try(db, settings, folder)


@contextmanager
def _stages() -> "Iterator[Stage]":
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console) as progress:

        def stage(name: str, steps: int) -> "Callable[[], None]":
            task = progress.add_task(name, total=steps)
            return lambda: progress.advance(task)

        yield stage


def _give_account(told: "Told") -> None:
    from surveyplat.demo.truths import verdicts

    _console.print(
        f"\n{told.events} events, {told.invitations} invitations, {told.submitted_over_http} surveys submitted over "
        f"HTTP, {told.submitted_directly} by the same code directly."
    )
    table = Table("Planted", "Found", "", title="Planted truths, found again", title_justify="left")
    for verdict in verdicts(told.scored):
        table.add_row(verdict.planted, verdict.found, "[green]yes[/]" if verdict.held else "[bold red]NO[/]")
    _console.print(table)
    _console.print("Reports:")
    for made in told.reports:
        _console.print(f"  {made.path}", markup=False)
