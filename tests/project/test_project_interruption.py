"""A command that was stopped with Ctrl+C says what is kept and how to go on."""

import pytest
import typer

from surveyplat.cli import main, start


def stopped() -> None:
    raise KeyboardInterrupt


def test_an_interrupted_command_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(stopped)
    monkeypatch.setattr(main, "app", app)
    monkeypatch.setattr("sys.argv", ["surveyplat"])
    with pytest.raises(SystemExit, match="130"):
        start.run()
    assert "what was committed is kept. Run the same command again" in capsys.readouterr().err


def test_an_interruption_before_the_command_began_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "run", stopped)
    with pytest.raises(SystemExit, match="130"):
        start.run()


def test_a_command_that_ends_otherwise_speaks_of_no_interruption(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["surveyplat", "--version"])
    with pytest.raises(SystemExit, match="0"):
        start.run()
    assert "Interrupted" not in capsys.readouterr().err
