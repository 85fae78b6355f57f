"""The log in a database: proofs that hold, and every way of changing the past, found and named."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from anyio.to_thread import run_sync
from typer.testing import CliRunner, Result

from surveyplat.audit.log import append_entry
from surveyplat.audit.proofs import read_log
from surveyplat.cli import audit_log
from surveyplat.errors import InvalidInput, ProofError
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import AuditEntry

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 10, 20, 1, 2, 3, 4, tzinfo=UTC)
SEAL_KEY = "33" * 32


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SURVEYPLAT_SEAL_KEY", SEAL_KEY)
    monkeypatch.setenv("SURVEYPLAT_BASE_URL", "https://survey.example")
    app = typer.Typer()
    audit_log.register(app)
    return app


async def append(db: Database, *subjects: str) -> None:
    for subject in subjects:

        def unit(subject: str = subject):  # type: ignore[no-untyped-def]
            return (yield from append_entry("tested", subject, {"n": 1}, NOW))

        await db.write(unit)


async def change(db: Database, query: object) -> None:
    def unit():  # type: ignore[no-untyped-def]
        yield query

    await db.write(unit)


def run(app: typer.Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["audit", *arguments], env={"COLUMNS": "200"})


async def ran(app: typer.Typer, *arguments: str) -> Result:
    return await run_sync(lambda: run(app, *arguments))


async def said(app: typer.Typer, *arguments: str) -> str:
    result = await ran(app, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


async def test_an_entry_is_proved_to_somebody_without_the_database(
    app: typer.Typer, db: Database, tmp_path: Path
) -> None:
    await append(db, "a", "b", "c", "d", "e")
    key, file = (await said(app, "key")).strip(), tmp_path / "proof.json"
    for index in range(5):
        file.write_text(await said(app, "prove", str(index)), encoding="utf-8")
        assert f"Entry {index} (tested {'abcde'[index]}" in await said(app, "check", "--proof", str(file), "--key", key)
    proof = json.loads(file.read_text(encoding="utf-8"))
    forgeries: list[dict[str, object]] = [
        proof | {"entry": proof["entry"] | {"subject": "x"}},
        proof | {"hashes": proof["hashes"][:-1]},
        proof | {"checkpoint": proof["checkpoint"].replace("\n5\n", "\n6\n")},
        {},
    ]
    for forged in forgeries:
        file.write_text(json.dumps(forged), encoding="utf-8")
        refused = await ran(app, "check", "--proof", str(file), "--key", key)
        assert isinstance(refused.exception, ProofError)


async def test_a_log_that_grew_begins_with_the_checkpoint_that_was_kept(
    app: typer.Typer, db: Database, tmp_path: Path
) -> None:
    await append(db, "a", "b", "c")
    kept, proof, key = tmp_path / "checkpoint", tmp_path / "proof.json", (await said(app, "key")).strip()
    kept.write_text(await said(app, "checkpoint"), encoding="utf-8")
    await append(db, "d", "e")
    assert "begins with the 3 entries" in await said(app, "check", "--since", str(kept), "--key", key)
    proof.write_text(await said(app, "prove", "--since", str(kept)), encoding="utf-8")
    told = await said(app, "check", "--proof", str(proof), "--since", str(kept), "--key", key)
    assert told == "The log of survey.example only grew, from 3 to 5 entries\n"


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        (AuditEntry.update({AuditEntry.subject: "x"}).where(AuditEntry.index == 1), "entry 1 .* not what was recorded"),
        (AuditEntry.update({AuditEntry.payload: "{}"}).where(AuditEntry.index == 2), "entry 2 .* not what"),
        (AuditEntry.delete().where(AuditEntry.index == 1), "entry 1: it is absent"),
    ],
)
async def test_an_entry_that_was_changed_or_taken_away_is_named(
    app: typer.Typer, db: Database, tampering: object, found: str
) -> None:
    await append(db, "a", "b", "c")
    assert "3 entries" in await said(app, "check")
    await change(db, tampering)
    with pytest.raises(ProofError, match=found):
        await read_log(db)


@pytest.mark.parametrize("left", [2, 1])
async def test_a_log_that_was_cut_or_written_anew_is_not_the_one_of_the_checkpoint(
    app: typer.Typer, db: Database, tmp_path: Path, left: int
) -> None:
    await append(db, "a", "b", "c")
    kept = tmp_path / "checkpoint"
    kept.write_text(await said(app, "checkpoint"), encoding="utf-8")
    await change(db, AuditEntry.delete().where(AuditEntry.index >= left))
    if left == 1:
        await append(db, "forged", "c", "d")
    refused = await ran(app, "check", "--since", str(kept))
    assert isinstance(refused.exception, ProofError)


async def test_a_checkpoint_that_another_signed_is_refused(app: typer.Typer, db: Database, tmp_path: Path) -> None:
    await append(db, "a")
    kept, key = tmp_path / "checkpoint", (await said(app, "key")).strip()
    kept.write_text((await said(app, "checkpoint")).replace("\n1\n", "\n0\n"), encoding="utf-8")
    refused = await ran(app, "check", "--since", str(kept), "--key", key)
    assert "has not signed" in str(refused.exception)


async def test_an_absent_file_is_named(app: typer.Typer, tmp_path: Path) -> None:
    refused = await ran(app, "check", "--proof", str(tmp_path / "absent.json"))
    assert isinstance(refused.exception, InvalidInput)
    assert "absent.json" in str(refused.exception.faults[0])


async def test_a_file_that_is_no_checkpoint_or_proof_is_named(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("dear auditor\n", encoding="utf-8")
    for option in ("--since", "--proof"):
        refused = await ran(app, "check", option, str(tmp_path / "notes.txt"))
        assert isinstance(refused.exception, ProofError)
        assert str(refused.exception).startswith("notes.txt: ")
        assert "`surveyplat audit " in str(refused.exception)


async def test_the_list_shows_every_entry(app: typer.Typer, db: Database) -> None:
    await append(db, "a:2026-Q3", "b:2026-Q3")
    table = await said(app, "list")
    assert all(text in table for text in ("a:2026-Q3", "b:2026-Q3", "2026-10-20 01:02"))


async def test_80_columns_hold_an_entry_on_one_line_and_say_which_report_it_is(app: typer.Typer, db: Database) -> None:
    def unit():  # type: ignore[no-untyped-def]
        yield from append_entry("report_published", "csi:2026-Q3:zh-Hans", {"report": "a3"}, NOW)
        yield from append_entry("exported", "csi:2026-Q3", {"subject": "rows", "format": "sav"}, NOW)
        yield from append_entry("period_corrected", "csi:2026-Q3", {"revision": 2}, NOW)
        yield from append_entry("person_erased", "ab" * 32, {"n": 1}, NOW)

    await db.write(unit)
    shown = await run_sync(lambda: CliRunner().invoke(app, ["audit", "list"], env={"COLUMNS": "80"}))
    lines = shown.stdout.splitlines()
    assert [line[54:].strip() for line in lines] == [
        "Subject",
        "csi:2026-Q3:zh-Hans a3",
        "csi:2026-Q3 rows sav",
        "csi:2026-Q3 revision 2",
        "abababababab",
    ]
    assert all(len(line) <= 80 for line in lines)
