"""What ``surveyplat verify`` prints: paragraphs on a terminal of 80 columns, a line a step for another program."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from surveyplat.cli.main import app


@pytest.fixture
def torn(tmp_path: Path) -> str:
    report = tmp_path / "torn.pdf"
    report.write_bytes(b"%PDF-1.7\n" + b"x" * 4096)
    return str(report)


def test_a_terminal_gets_paragraphs_beside_their_word(torn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    lines = CliRunner().invoke(app, ["verify", torn], env={"COLUMNS": "80"}).stdout.splitlines()
    assert lines[0].startswith("sealed      NO: report: it cannot be read as a PDF")
    assert lines[1].startswith(" " * 12)
    assert all(len(line) <= 80 for line in lines)


def test_another_program_gets_a_line_a_step(torn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    lines = CliRunner().invoke(app, ["verify", torn], env={"COLUMNS": "80"}).stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("Ask for the report again from whom it came")


def test_what_is_wrong_is_told_in_the_same_words_every_time(torn: str) -> None:
    first, second = (CliRunner().invoke(app, ["verify", torn]).stdout for _ in range(2))
    assert first == second
    assert "(unable to find trailer dictionary" in first
