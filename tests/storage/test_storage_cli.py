"""``surveyplat migrate`` on the command line."""

import pytest
import typer
from typer.testing import CliRunner

from surveyplat.cli.storage import register
from surveyplat.storage.schema import shipped_migrations

FIRST = next(iter(shipped_migrations()))


@pytest.fixture
def run(empty_database_url: str, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run the command line against an empty database; gives what it printed."""
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", empty_database_url)
    app = typer.Typer()
    app.command("beside")(lambda: None)
    register(app)

    def run(*arguments: str) -> str:
        return CliRunner().invoke(app, arguments, catch_exceptions=False).output

    return run


def test_migrate_by_itself_goes_up_and_says_what_it_applied(run) -> None:  # type: ignore[no-untyped-def]
    assert FIRST in run("migrate")
    assert "up to date" in run("migrate")
    assert "up to date" in run("migrate", "up", "--to", FIRST)


def test_status_tells_applied_from_pending(run) -> None:  # type: ignore[no-untyped-def]
    assert f"{FIRST}  pending" in run("migrate", "status")
    run("migrate", "up")
    assert f"{FIRST}  applied" in run("migrate", "status")


def test_down_names_what_it_took_back(run) -> None:  # type: ignore[no-untyped-def]
    run("migrate")
    assert f"{FIRST}  taken back" in run("migrate", "down", "--to", "nothing")
    assert "nothing to take back" in run("migrate", "down", "--to", "nothing")
