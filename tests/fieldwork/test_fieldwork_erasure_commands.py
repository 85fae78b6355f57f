"""``surveyplat person`` as an operator sees it."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from erased_people import EMAIL, NAME, NAMING, PERSON, REASON, REFERENCE
from fieldwork_cases import NOW, csv_text, row
from typer.testing import CliRunner

from surveyplat.cli import audit_log, fieldwork, persons
from surveyplat.errors import InvalidInput, ProofError
from surveyplat.settings import Settings


@pytest.fixture
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance with the person in it, invited; a refused row of it lies in the quarantine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SURVEYPLAT_CLOCK", NOW.isoformat())
    rows = [PERSON, row(2), PERSON | {"event_id": "E3", "vin": "SHORT"}]
    (tmp_path / "events.csv").write_text(csv_text(rows), "utf-8")
    run("intake", "events.csv")
    run("invite", "csi")
    return tmp_path


def run(*arguments: str, **more: Any) -> Any:
    app = typer.Typer(pretty_exceptions_enable=False)
    for group in (fieldwork, persons, audit_log):
        group.register(app)
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False, env={"COLUMNS": "160"}, **more)


def test_show_prints_tables_and_hands_over_one_document(folder: Path) -> None:
    shown = run("person", "show", REFERENCE)
    assert shown.exit_code == 0
    for told in (
        NAME,
        EMAIL,
        "+8613912345678",
        "WORK-ORDER-88121",
        "Refused rows of this person are in data/quarantine",
    ):
        assert told in shown.stdout.replace(str(folder) + "/", "")
    document = json.loads(run("person", "show", REFERENCE, "--json").stdout)
    assert (document["contact"]["name"], len(document["events"]), document["read"]["entry"]) == (NAME, 1, 1)
    listed = run("audit", "list").stdout
    assert listed.count("personal_data_read") == 2
    assert not any(name in listed for name in NAMING)


def test_a_dry_run_says_what_goes_and_what_is_left_to_the_operator(folder: Path) -> None:
    planned = run("person", "erase", REFERENCE, "--reason", REASON, "--dry-run")
    assert planned.exit_code == 0
    assert "Nothing was changed" in planned.stdout
    assert "Delete by hand" in planned.stdout
    assert NAME in run("person", "show", REFERENCE).stdout
    assert list(folder.glob("erasure-*")) == []


def test_erase_asks_writes_a_receipt_and_is_done_once(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="--yes"):
        run("person", "erase", REFERENCE, "--reason", REASON)
    done = run("person", "erase", REFERENCE, "--reason", REASON, "--receipt", "kept.json", "--yes")
    assert done.exit_code == 0
    assert "Erased; entry 0 of the audit log" in done.stdout
    kept = folder / "kept.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    again = run("person", "erase", REFERENCE, "--reason", REASON, "--yes")
    assert (again.exit_code, list(folder.glob("erasure-*"))) == (0, [])
    assert f"{REFERENCE} was erased on 2026-09-20 01:00 UTC" in again.stdout
    assert "was erased on 2026-09-20" in run("person", "show", REFERENCE).stdout
    assert run("person", "sweep").exit_code == 0
    taken = run("intake", "events.csv")
    assert "1 row belongs to an erased person" in taken.stdout


def test_a_receipt_is_checked_by_itself_and_against_the_log(folder: Path) -> None:
    run("person", "erase", REFERENCE, "--reason", REASON, "--receipt", "kept.json", "--yes")
    key = run("audit", "key").stdout.strip()
    checked = run("person", "check", "kept.json", "--key", key, "--log")
    assert checked.exit_code == 0
    assert checked.stdout.count(f"person_erased of {REFERENCE} is entry 0") == 2
    (folder / "data" / "seal.env").unlink(missing_ok=True)
    document = json.loads((folder / "kept.json").read_text())
    (folder / "other.json").write_text(json.dumps(document | {"reference": "CUST-1"}))
    with pytest.raises(ProofError, match="not about this reference"):
        run("person", "check", "other.json")
    (folder / "bare.json").write_text(json.dumps(document | {"proof": None}))
    with pytest.raises(ProofError, match="--log"):
        run("person", "check", "bare.json")
    assert run("person", "check", "bare.json", "--log").exit_code == 0


def test_a_receipt_replaces_no_file_and_a_refused_erasure_leaves_none(folder: Path) -> None:
    (folder / "there.json").write_text("{}")
    with pytest.raises(InvalidInput, match="is there already"):
        run("person", "erase", REFERENCE, "--reason", REASON, "--receipt", "there.json", "--yes")
    with pytest.raises(InvalidInput, match="personal data"):
        run("person", "erase", REFERENCE, "--reason", NAME, "--yes")
    assert sorted(path.name for path in folder.glob("*.json")) == ["there.json"]
    assert NAME in run("person", "show", REFERENCE).stdout
