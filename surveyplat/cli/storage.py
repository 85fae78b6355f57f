"""``surveyplat migrate``: the database's schema up, down, and where it stands."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from surveyplat.settings import load_settings

_console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """Add the group ``migrate``; by itself it goes up."""
    group = typer.Typer(help="Bring the database's schema up to date, or take changes back.")
    group.callback(invoke_without_command=True)(_migrate)
    group.command("up")(_up)
    group.command("down")(_down)
    group.command("status")(_status)
    app.add_typer(group, name="migrate")


def _migrate(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _up()


def _up(to: Annotated[str | None, typer.Option(help="The last migration to apply; all by default.")] = None) -> None:
    """Apply the migrations that the database lacks."""
    from surveyplat.storage.migration import migrate_up

    applied = asyncio.run(migrate_up(load_settings().database_url, to))
    _print_done("applied", applied, "The schema is up to date.")


def _down(
    to: Annotated[str, typer.Option(help="The migration to stand at afterwards, or `nothing`.")],
    accept_loss: Annotated[bool, typer.Option("--accept-loss", help="Go down even if rows are lost.")] = False,
) -> None:
    """Take back the migrations that came after one."""
    from surveyplat.storage.migration import migrate_down

    taken_back = asyncio.run(migrate_down(load_settings().database_url, to, accept_loss=accept_loss))
    _print_done("taken back", taken_back, "There is nothing to take back.")


def _status() -> None:
    """Say which migrations the database has had and which it lacks."""
    from surveyplat.storage.migration import schema_state

    state = asyncio.run(schema_state(load_settings().database_url))
    for name in state.applied:
        _console.print(
            f"{name}  [red]applied, unknown to this program" if name in state.unknown else f"{name}  applied"
        )
    for name in state.pending:
        _console.print(f"{name}  [yellow]pending: run `surveyplat migrate`")


def _print_done(what: str, names: Sequence[str], otherwise: str) -> None:
    for name in names:
        _console.print(f"{name}  {what}")
    if not names:
        _console.print(otherwise)
