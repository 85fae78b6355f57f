"""An auditor with checkpoints months apart and published reports, and a log that was changed by hand in between."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result
from verification.forging import published, study_bundle

from surveyplat.audit.checkpoint import Checkpoint
from surveyplat.audit.log import append_entry, leaf_hash
from surveyplat.audit.notes import Signer
from surveyplat.audit.proofs import AuditLog, read_log
from surveyplat.cli import audit_log
from surveyplat.errors import ProofError, ReportError
from surveyplat.reports.foundations import document_of, foundations
from surveyplat.reports.seal import taken_apart
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import AuditEntry

pytestmark = pytest.mark.anyio

MONTHS = [datetime(2026, month, 1, tzinfo=UTC) for month in (4, 7, 10)]
SEED = bytes.fromhex("33" * 32)
SIGNER = Signer("survey.example", SEED)


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEYPLAT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SURVEYPLAT_SEAL_KEY", SEED.hex())
    monkeypatch.setenv("SURVEYPLAT_BASE_URL", "https://survey.example")
    app = typer.Typer()
    audit_log.register(app)
    return app


async def append(db: Database, kind: str, subject: str, payload: dict[str, Any], when: datetime) -> None:
    def unit():  # type: ignore[no-untyped-def]
        return (yield from append_entry(kind, subject, payload, when))

    await db.write(unit)


async def month_of(db: Database, when: datetime, count: int = 3) -> str:
    """A month's entries, and the checkpoint that the auditor keeps after it."""
    for number in range(count):
        await append(db, "tested", f"{when:%Y-%m}:{number}", {"n": number}, when)
    return (await read_log(db)).checkpoint(SIGNER)


async def by_hand(db: Database, *queries: object) -> None:
    def unit():  # type: ignore[no-untyped-def]
        for query in queries:
            found = yield query
            assert found is not None

    await db.write(unit)


async def forged(db: Database, index: int, **changes: Any) -> None:
    """An entry changed by somebody who knows how its hash is made, and makes it anew."""
    rows = await db.read(AuditEntry.select().where(AuditEntry.index == index))
    row = {**rows[0], **changes}
    payload = json.loads(row["payload"])
    hashed = leaf_hash(index, row["recorded_at"], row["kind"], row["subject"], payload)
    await by_hand(
        db,
        AuditEntry.update(
            {
                AuditEntry.kind: row["kind"],
                AuditEntry.subject: row["subject"],
                AuditEntry.payload: row["payload"],
                AuditEntry.leaf_hash: hashed,
            }
        ).where(AuditEntry.index == index),
    )


async def ran(app: typer.Typer, *arguments: str) -> Result:
    from anyio.to_thread import run_sync

    return await run_sync(lambda: CliRunner().invoke(app, ["audit", *arguments], env={"COLUMNS": "200"}))


def laid(folder: Path, **files: str | bytes) -> dict[str, str]:
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return {name: str(folder / name) for name in files}


async def test_checkpoints_months_apart_are_one_log(app: typer.Typer, db: Database, tmp_path: Path) -> None:
    spring, summer, autumn = [await month_of(db, when) for when in MONTHS]
    files = laid(tmp_path, spring=spring, summer=summer, autumn=autumn)
    key = str(SIGNER.public)
    kept = [part for name in files.values() for part in ("--since", name)]
    told = (await ran(app, "check", *kept, "--key", key)).stdout
    for size in (3, 6, 9):
        assert f"It begins with the {size} entries of the checkpoint" in told
    proof = laid(tmp_path, proof=(await ran(app, "prove", "--since", files["spring"])).stdout)["proof"]
    away = await ran(app, "check", "--proof", proof, "--since", files["spring"], "--key", key)
    assert away.stdout == "The log of survey.example only grew, from 3 to 9 entries\n"
    other = await ran(app, "check", "--proof", proof, "--since", files["summer"], "--key", key)
    assert isinstance(other.exception, ProofError)


async def test_the_first_entry_that_was_changed_by_hand_is_named(db: Database) -> None:
    """Whoever edits the database without making the hashes anew."""
    for when in MONTHS:
        await month_of(db, when)
    await by_hand(
        db,
        AuditEntry.update({AuditEntry.subject: "other"}).where(AuditEntry.index == 7),
        AuditEntry.update({AuditEntry.subject: "other"}).where(AuditEntry.index == 4),
    )
    with pytest.raises(ProofError, match=r"entry 4 \(tested other\): it is not what was recorded"):
        await read_log(db)


async def test_two_entries_that_changed_places_are_named_by_the_first(db: Database) -> None:
    for when in MONTHS:
        await month_of(db, when)
    await by_hand(
        db,
        AuditEntry.update({AuditEntry.index: 99}).where(AuditEntry.index == 2),
        AuditEntry.update({AuditEntry.index: 2}).where(AuditEntry.index == 5),
        AuditEntry.update({AuditEntry.index: 5}).where(AuditEntry.index == 99),
    )
    with pytest.raises(ProofError, match=r"entry 2 \(tested 2026-07:2\): it is not what was recorded"):
        await read_log(db)


async def test_an_entry_that_was_taken_out_of_the_middle_is_named(db: Database) -> None:
    for when in MONTHS:
        await month_of(db, when)
    await by_hand(db, AuditEntry.delete().where(AuditEntry.index == 4))
    with pytest.raises(ProofError, match="entry 4: it is absent from the log; the next one is 5"):
        await read_log(db)


async def test_a_log_that_was_cut_off_is_told_by_how_much(app: typer.Typer, db: Database, tmp_path: Path) -> None:
    spring, summer, autumn = [await month_of(db, when) for when in MONTHS]
    files = laid(tmp_path, spring=spring, summer=summer, autumn=autumn)
    await by_hand(db, AuditEntry.delete().where(AuditEntry.index >= 7))
    assert (await ran(app, "check", "--since", files["summer"])).exit_code == 0
    refused = await ran(app, "check", "--since", files["autumn"])
    assert str(refused.exception) == (
        "the log has 7 entries, and the earlier checkpoint is of 9: entries 7 to 8 were taken away"
    )
    unproved = await ran(app, "prove", "--since", files["autumn"])
    assert "size 9: the log has 7 entries" in str(unproved.exception)


@pytest.mark.parametrize(
    ("index", "sizes", "told"),
    [
        (4, (3, 6, 9), "one of the entries 3 to 5 is not what it was at the checkpoint of 6 entries"),
        (4, (9,), "one of the entries 0 to 8 is not what it was at the checkpoint of 9 entries"),
        (4, (4, 5, 9), "entry 4 is not what it was at the checkpoint of 5 entries"),
        (0, (3, 6, 9), "one of the entries 0 to 2 is not what it was at the checkpoint of 3 entries"),
        (8, (3, 6, 9), "one of the entries 6 to 8 is not what it was at the checkpoint of 9 entries"),
    ],
)
async def test_a_forgery_with_hashes_made_anew_is_narrowed_down_by_every_checkpoint(
    db: Database, index: int, sizes: tuple[int, ...], told: str
) -> None:
    """The log by itself is sound: only what somebody kept shows that it is another one."""
    for when in MONTHS:
        await month_of(db, when)
    kept = [checkpoint_in(await read_log(db), size) for size in sizes]
    await forged(db, index, subject="other")
    log = await read_log(db)
    with pytest.raises(ProofError, match=told):
        log.check_kept("survey.example", kept)


async def test_a_published_report_names_the_entry_that_was_forged(
    app: typer.Typer, db: Database, tmp_path: Path
) -> None:
    """Its seal holds the entry of the freeze as it was when the report came out."""
    await month_of(db, MONTHS[0])
    bundle = study_bundle(key_name="")
    [frozen] = foundations(document_of(bundle))
    payload = {"manifest_hash": frozen.manifest_hash, "rows_hash": frozen.rows_hash}
    await append(db, "period_frozen", frozen.subject, payload, MONTHS[1])
    report = published(bundle, await read_log(db), SIGNER)
    await month_of(db, MONTHS[2])
    file = laid(tmp_path, report=report)["report"]
    sound = await ran(app, "check", "--report", file, "--key", str(SIGNER.public))
    assert "It holds the 1 entries that report proves" in sound.stdout
    await forged(db, 3, payload=json.dumps({**payload, "rows_hash": "00" * 32}))
    refused = await ran(app, "check", "--report", file, "--key", str(SIGNER.public))
    assert str(refused.exception).startswith(f"entry 3: the log holds period_frozen {frozen.subject} of 2026-07-01")
    await by_hand(db, AuditEntry.delete().where(AuditEntry.index >= 3))
    cut = await ran(app, "check", "--report", file)
    assert str(cut.exception) == (
        f"entry 3: the log ends before it; report proves that it was period_frozen {frozen.subject}"
    )


async def test_an_entry_before_the_reports_own_is_told_by_its_checkpoint(
    app: typer.Typer, db: Database, tmp_path: Path
) -> None:
    await month_of(db, MONTHS[0])
    bundle = study_bundle(key_name="")
    [frozen] = foundations(document_of(bundle))
    payload = {"manifest_hash": frozen.manifest_hash, "rows_hash": frozen.rows_hash}
    await append(db, "period_frozen", frozen.subject, payload, MONTHS[1])
    file = laid(tmp_path, report=published(bundle, await read_log(db), SIGNER))["report"]
    await forged(db, 1, subject="other")
    refused = await ran(app, "check", "--report", file)
    assert str(refused.exception) == "one of the entries 0 to 3 is not what it was at the checkpoint of 4 entries"


async def test_only_a_sealed_report_by_the_given_key_is_a_witness(
    app: typer.Typer, db: Database, tmp_path: Path
) -> None:
    await month_of(db, MONTHS[0])
    report = published(study_bundle(key_name=""), signer=SIGNER)
    apart = taken_apart(report)
    assert apart is not None
    files = laid(tmp_path, bare=apart.made, report=report, text=b"none")
    unsealed = await ran(app, "check", "--report", files["bare"])
    assert str(unsealed.exception).startswith("bare: the report is not sealed")
    other = await ran(
        app, "check", "--report", files["report"], "--key", str(Signer("survey.example", bytes(32)).public)
    )
    assert "has not signed" in str(other.exception)
    assert isinstance((await ran(app, "check", "--report", files["text"])).exception, ReportError)


def checkpoint_in(log: AuditLog, size: int) -> Checkpoint:
    recorded = log.recorded(size)
    return Checkpoint("survey.example", size, bytes.fromhex(recorded["root"]))
