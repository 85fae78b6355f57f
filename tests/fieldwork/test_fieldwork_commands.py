"""``surveyplat intake`` and ``surveyplat invite`` as an operator sees them."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from fieldwork_cases import NOW, csv_text, row
from typer.testing import CliRunner

from surveyplat.cli import fieldwork
from surveyplat.settings import Settings

LINK = re.compile(r"http://127\.0\.0\.1:8000/s/\S{22}$", re.MULTILINE)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance whose settings come from the environment, as those of a command do."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SURVEYPLAT_CLOCK", NOW.isoformat())
    return tmp_path


def run(*arguments: str) -> Any:
    app = typer.Typer(pretty_exceptions_enable=False)
    fieldwork.register(app)
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_intake_counts_the_rows_and_names_each_fault(folder: Path) -> None:
    (folder / "events.csv").write_text(csv_text([row(1), row(2, vin="SHORT"), row(3, email="", phone="")]), "utf-8")
    first = run("intake", "events.csv")
    assert first.exit_code == 1
    assert "3 rows (UTF-8): 2 new, 0 unchanged, 1 refused" in first.stdout
    assert "1 new events of customers with neither mail address nor phone number" in first.stdout
    assert "Row 3: vin is not a VIN. Write its 17 letters" in first.stderr
    [quarantine] = (folder / "data" / "quarantine").iterdir()
    assert str(quarantine) in first.stderr


def test_intake_of_good_rows_ends_well_and_warns_of_unknown_columns(folder: Path) -> None:
    (folder / "events.csv").write_text(csv_text([row(1) | {"mileage": "1"}]), "utf-8")
    result = run("intake", "events.csv")
    assert result.exit_code == 0
    assert "unknown columns are ignored: mileage" in result.stderr


def test_invite_lists_whole_links_without_personal_data_and_writes_them_all(folder: Path) -> None:
    (folder / "events.csv").write_text(csv_text([row(number) for number in range(1, 54)]), "utf-8")
    run("intake", "events.csv")
    listed = run("invite", "csi")
    assert "53  invited now" in listed.stdout
    assert len(LINK.findall(listed.stdout)) == fieldwork.SHOWN_LINKS
    assert "3 more links" in listed.stdout
    assert "李伟" not in listed.stdout
    assert "person1@" not in listed.stdout
    written = run("invite", "csi", "--output", "links.csv")
    assert "53  invited before" in written.stdout
    assert "53 links written to links.csv" in written.stdout
    assert len((folder / "links.csv").read_text("utf-8-sig").splitlines()) == 54
