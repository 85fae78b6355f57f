"""How commands end: stopped with Ctrl+C, or before a file that cannot be written. No traceback in either case."""

from pathlib import Path

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


def test_a_path_that_cannot_be_written_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    occupied = tmp_path / "reports"
    occupied.write_text("", encoding="utf-8")

    def made() -> None:
        (occupied / "csi").mkdir(parents=True)

    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(made)
    monkeypatch.setattr(main, "app", app)
    monkeypatch.setattr("sys.argv", ["surveyplat"])
    with pytest.raises(SystemExit, match="1"):
        start.run()
    assert capsys.readouterr().err.startswith(f"{occupied / 'csi'}: Not a directory. Check the path")


def test_a_fault_without_a_path_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise ConnectionResetError("lost")

    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(lost)
    monkeypatch.setattr(main, "app", app)
    monkeypatch.setattr("sys.argv", ["surveyplat"])
    with pytest.raises(ConnectionResetError):
        start.run()


def test_every_dealer_and_one_dealer_at_once_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["surveyplat", "report", "csi", "2026-Q3", "--dealers", "--dealer", "D01"])
    with pytest.raises(SystemExit, match="2"):
        start.run()
    assert "leave --dealer out" in " ".join(capsys.readouterr().err.split())
