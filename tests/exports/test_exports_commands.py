"""``surveyplat export`` as typed: what it writes, prints and tells the audit log, and what it refuses."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from typer.testing import CliRunner, Result

from surveyplat.audit.proofs import read_log
from surveyplat.cli import audit, audit_log, exporting
from surveyplat.errors import ExportError, InvalidInput, SnapshotMissing
from surveyplat.settings import Settings
from surveyplat.storage.database import open_database

ITEMS = "respondent,CUSA1,CUSA2,CUSA3"
FORMATS = {
    "csv": "ecsi-2005-results.csv",
    "xlsx": "ecsi-2005-results.xlsx",
    "parquet": "ecsi-2005-results.parquet",
    "sav": "ecsi-2005-rows-en.sav",
    "triple-s": "ecsi-2005-triple-s-en.xml",
    "codebook-csv": "ecsi-2005-codebook-en.csv",
    "codebook-pdf": "ecsi-2005-codebook-en.pdf",
}


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> typer.Typer:
    """The commands, on an instance with one frozen period of forty persons."""
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SURVEYPLAT_CLOCK", "2026-01-10T00:00:00+00:00")
    app = typer.Typer()
    for group in (audit, audit_log, exporting):
        group.register(app)
    answers = tmp_path / "answers.csv"
    answers.write_text("\n".join([ITEMS, *(f"p{n},{1 + n % 10},{2 + n % 9},{1 + n % 7}" for n in range(40)), ""]))
    assert run(app, "import-responses", "ecsi", str(answers), "--period", "2005").exit_code == 0
    assert run(app, "freeze", "ecsi", "2005").exit_code == 0
    return app


def run(app: typer.Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


def export(app: typer.Typer, *arguments: str) -> Result:
    return run(app, "export", "ecsi", "2005", "--lang", "en", *arguments)


def entries(settings: Settings) -> list[dict[str, Any]]:
    async def read() -> list[dict[str, Any]]:
        async with open_database(settings.database_url) as db:
            return [dict(entry) for entry in (await read_log(db)).entries if entry["kind"] == "exported"]

    return asyncio.run(read())


def test_every_format_is_written_under_its_own_name(app: typer.Typer, settings: Settings) -> None:
    for format_, name in FORMATS.items():
        result = export(app, "--format", format_)
        assert result.exit_code == 0, result.exception
        path = settings.data_dir / "exports" / "ecsi" / "2005" / name
        printed = result.stdout.splitlines()
        assert printed[:2] == [str(path), f"SHA-256 {sha256(path.read_bytes()).hexdigest()}"]
        assert ("data of single persons" in printed[-1]) == (format_ in ("sav", "triple-s"))
    told = entries(settings)
    assert [entry["payload"]["format"] for entry in told] == list(FORMATS)
    assert {entry["subject"] for entry in told} == {"ecsi:2005"}
    assert run(app, "audit", "check").exit_code == 0


def test_the_log_tells_what_left_each_time(app: typer.Typer, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    for _ in range(2):
        assert export(app, "--rows", "--with-texts", "--output", str(file)).exit_code == 0
    first, second = entries(settings)
    assert first["payload"] == second["payload"]
    payload = first["payload"]
    assert payload.pop("rows_hash")
    assert payload == {
        "format": "csv",
        "subject": "rows",
        "language": "en",
        "with_texts": True,
        "as_frozen": False,
        "by": "operator",
        "rows": 40,
        "hashes": {".csv": sha256(file.read_bytes()).hexdigest()},
    }
    assert str(tmp_path) not in json.dumps([first, second])


def test_the_log_names_the_role_that_took_it_out(
    app: typer.Typer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert export(app, "--by", "third-party-auditor").exit_code == 0
    monkeypatch.setenv("SURVEYPLAT_OPERATOR", "data-analyst")
    assert export(app, "--rows").exit_code == 0
    monkeypatch.delenv("SURVEYPLAT_OPERATOR")
    assert export(app, "--rows", "--as-frozen").exit_code == 0
    told = [(entry["payload"]["by"], entry["payload"]["as_frozen"]) for entry in entries(settings)]
    assert told == [("third-party-auditor", False), ("data-analyst", False), ("operator", True)]
    listed = CliRunner().invoke(app, ["audit", "list"], env={"COLUMNS": "120"}).stdout.splitlines()
    assert [line.split("ecsi:2005 ")[1].rstrip() for line in listed if "exported" in line] == [
        "results csv",
        "rows csv",
        "rows csv as frozen",
    ]


@pytest.mark.parametrize("name", ["Wei Zhang", "张伟", "wei@example.test", "tel-13800138000", "", "a"])
def test_a_name_is_no_role(app: typer.Typer, settings: Settings, name: str) -> None:
    refused = export(app, "--by", name)
    assert isinstance(refused.exception, InvalidInput)
    (fault,) = refused.exception.faults
    assert str(fault).startswith("--by: option: it is no role. Write a role in lower-case letters")
    assert entries(settings) == []


def test_rows_leave_protected_unless_they_are_asked_for_as_frozen(app: typer.Typer, settings: Settings) -> None:
    for arguments in ((), ("--as-frozen",)):
        assert export(app, "--rows", *arguments).exit_code == 0
    folder = settings.data_dir / "exports" / "ecsi" / "2005"
    protected, frozen = (pl.read_csv(folder / f"ecsi-2005-{name}.csv") for name in ("rows", "rows-as-frozen"))
    (snapshot,) = (settings.data_dir / "snapshots" / "ecsi" / "2005").glob("*.parquet")
    assert frozen["customer"].to_list() == pl.read_parquet(snapshot)["customer"].to_list()
    assert not set(frozen["customer"]) & set(protected["customer"])
    keys = ("response_id", "customer")
    assert protected.drop(keys).sort(pl.all()).equals(frozen.drop(keys).sort(pl.all()))


def test_nothing_lies_there_when_it_could_not_be_told(
    app: typer.Typer, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("the log is out of reach")

    monkeypatch.setattr("surveyplat.exporting.record_export", refused)
    folder = tmp_path / "out"
    folder.mkdir()
    assert isinstance(export(app, "--rows", "--output", str(folder)).exception, OSError)
    assert list(folder.iterdir()) == []
    assert entries(settings) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "sav", "--results"), "sav: it holds rows"),
        (("--format", "codebook-pdf", "--rows"), "codebook-pdf: it cannot hold rows"),
        (("--with-texts",), "--with-texts: no texts of respondents belong to results"),
        (("--as-frozen",), "--as-frozen: no rows of single responses belong to results"),
        (("--format", "sav", "--dealers"), "sav: it holds rows, not dealers"),
        (("--rows", "--dealers"), "--rows, --dealers: a file holds one of them"),
        (("--comparison",), "the period before, 2004, was never frozen: there is nothing to compare"),
        (("--output", "nowhere.txt"), "this is no name for csv"),
        (("--output", "no-such-folder/rows.csv"), "there is no folder no-such-folder"),
    ],
)
def test_what_cannot_be_exported_is_refused_and_not_told(
    app: typer.Typer, settings: Settings, arguments: tuple[str, ...], told: str
) -> None:
    failed = export(app, *arguments)
    assert isinstance(failed.exception, ExportError)
    assert told in str(failed.exception)
    assert entries(settings) == []


def test_a_period_that_was_never_frozen_has_nothing_to_export(app: typer.Typer) -> None:
    assert isinstance(run(app, "export", "ecsi", "2006").exception, SnapshotMissing)
