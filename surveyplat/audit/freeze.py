"""Freezing a period: its rows become one immutable file, known by their hash, recorded once and for good.

The database says who won: whichever freeze records its snapshot first, every other one, now or later, gets that one.
A correction (``corrections``) records a further revision beside it; whoever asks for the period gets the newest.
"""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from surveyplat.audit.canonical import canonical_json, json_hash
from surveyplat.audit.closing import closing_time
from surveyplat.audit.columns import snapshot_columns
from surveyplat.audit.gathering import Selection, gather, leading_definition
from surveyplat.audit.log import append_entry
from surveyplat.audit.manifest import count_fieldwork, frozen_manifest, make_manifest
from surveyplat.audit.periods import Period
from surveyplat.audit.snapshot_file import SnapshotFile, verify_snapshot, write_snapshot
from surveyplat.durable import write_durably
from surveyplat.errors import NothingToFreeze, SnapshotMissing
from surveyplat.fieldwork.population import EventCell
from surveyplat.forms.language import Definition
from surveyplat.forms.stored import stored_definition
from surveyplat.forms.versions import content_hash
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, Unit
from surveyplat.storage.tables import PeriodSnapshot

_READ_ONLY = 0o444
TOLD_TO_THE_LOG = ("study", "period", "rows_hash", "definition_hash", "row_count", "cut_off")
Stored = Mapping[str, Any]
"""A recorded snapshot: rows_hash, definition_hash, file_name, manifest, revision and correction_hash."""


@dataclass(frozen=True)
class FrozenPeriod:
    """A frozen period whose file was just verified: where the rows are, and all that is known about them."""

    path: Path
    manifest: dict[str, Any]
    rows_hash: str
    definition_hash: str

    @property
    def revision(self) -> int:
        """0 as it was frozen; each correction makes the next one."""
        return int(self.manifest.get("revision", 0))

    @property
    def name(self) -> str:
        """What results of these rows are kept under: a correction may leave the rows and change the population."""
        return f"{self.rows_hash}-r{self.revision}" if self.revision else self.rows_hash


@dataclass(frozen=True)
class Draft:
    """A snapshot that is written and not recorded yet."""

    path: Path
    manifest: dict[str, Any]


async def freeze(
    db: Database,
    settings: Settings,
    definition: Definition,
    period: Period,
    *,
    population: Mapping[EventCell, int] | None = None,
    cut_off: datetime | None = None,
    now: datetime,
) -> FrozenPeriod:
    """Freeze the study's ``period``, or give its newest snapshot when it is frozen, after verifying the file.

    ``definition`` is the study's current one; the rows are those of the definition that most responses answered.
    ``population`` has the eligible events by dealer, model and month, None when they are not known. ``cut_off`` ends
    fieldwork before its declared end; an instant with an offset.

    Raises ``FieldworkOpen`` while answers may still arrive, ``NothingToFreeze`` without a usable response,
    ``SnapshotMissing`` and ``SnapshotAltered`` when a recorded file is gone or was changed.
    """
    stored = await newest_snapshot(db, definition.study, period)
    if stored is None:
        selection = Selection(definition.study, period, closing_time(definition, period, cut_off, now))
        draft = await _write_draft(db, settings, definition, selection, population, now)
        stored = await db.write(_record(settings, draft, now))
        _drop_unless_recorded(draft, stored)
    lay_manifest(settings, stored)
    return verified(settings, stored)


async def load_snapshot(
    db: Database, settings: Settings, study: str, period: Period, *, revision: int | None = None
) -> FrozenPeriod:
    """A recorded snapshot of a period, the newest by default, verified.

    Raises ``SnapshotMissing`` and ``SnapshotAltered``.
    """
    if revision is None:
        stored = await newest_snapshot(db, study, period)
    else:
        found = await db.read(stored_query(study, period.name).where(PeriodSnapshot.revision == revision))
        stored = found[0] if found else None
    if stored is None:
        if revision is not None:
            fix = f"`surveyplat frozen {study}` lists those that there are"
            raise SnapshotMissing(f"{study} {period.name}: there is no revision {revision} of it. {fix}")
        fix = f"Run `surveyplat freeze {study} {period.name}` first; `surveyplat frozen` lists those that are"
        raise SnapshotMissing(f"{study} {period.name}: the period was never frozen. {fix}")
    return verified(settings, stored)


async def frozen_periods(db: Database, study: str) -> tuple[str, ...]:
    """The names of a study's frozen periods."""
    frozen = (PeriodSnapshot.study == study) & (PeriodSnapshot.revision == 0)
    rows = await db.read(PeriodSnapshot.select(PeriodSnapshot.period).where(frozen))
    return tuple(sorted(row["period"] for row in rows))


async def every_revision(db: Database, study: str | None) -> list[dict[str, Any]]:
    """Every revision of every frozen period, or of a study's: study, period, revision, frozen_at and manifest."""
    query = PeriodSnapshot.select(
        PeriodSnapshot.study,
        PeriodSnapshot.period,
        PeriodSnapshot.revision,
        PeriodSnapshot.frozen_at,
        PeriodSnapshot.manifest,
    )
    for column in (PeriodSnapshot.study, PeriodSnapshot.period, PeriodSnapshot.revision):
        query = query.order_by(column)
    rows = await db.read(query if study is None else query.where(PeriodSnapshot.study == study))
    return [{**row, "manifest": json.loads(row["manifest"])} for row in rows]


async def _write_draft(
    db: Database,
    settings: Settings,
    definition: Definition,
    selection: Selection,
    population: Mapping[EventCell, int] | None,
    now: datetime,
) -> Draft:
    answered = await leading_definition(db, selection, content_hash(definition))
    if answered is None:
        raise await _unanswered(db, definition, selection)
    definition = await _definition(db, definition, answered)
    columns = snapshot_columns(definition)
    gathered = await gather(db, settings.keys, selection, answered, columns)
    if not gathered.rows:
        raise _nothing(selection, f"none of its {gathered.responses} responses holds an answer")
    fieldwork = await count_fieldwork(db, definition, selection)
    manifest = make_manifest(definition, answered, selection, columns, gathered, fieldwork, population)
    folder = settings.data_dir / "snapshots" / selection.study / selection.period.name
    file = write_snapshot(folder, columns, gathered.rows)
    return Draft(file.path, frozen_manifest(manifest, file, synthetic=settings.synthetic, frozen_at=now))


async def _unanswered(db: Database, definition: Definition, selection: Selection) -> NothingToFreeze:
    """That nobody was asked is another fault than that nobody answered."""
    fieldwork, none = await count_fieldwork(db, definition, selection), "no response was submitted by the cut-off"
    invited, opened = sum(fieldwork.invitations.values()), sum(fieldwork.opened.values())
    if not invited:
        return _nothing(selection, f"nobody was invited, and {none}")
    counts = f"of {invited:,} invited {opened:,} began"
    fix = "Check that the links reached the customers; without an answer there is nothing to score or to report"
    return NothingToFreeze(f"{selection.study} {selection.period.name}: {counts}, and {none}. {fix}")


def _nothing(selection: Selection, cause: str) -> NothingToFreeze:
    fix = "Check the study and the period; `surveyplat import-responses` and the survey pages bring answers in"
    return NothingToFreeze(f"{selection.study} {selection.period.name}: {cause}. {fix}")


async def _definition(db: Database, given: Definition, answered: str) -> Definition:
    if answered == content_hash(given):
        return given
    return await stored_definition(db, answered)


def stored_query(study: str, period: str) -> Any:
    """Every revision of a period, the newest first."""
    columns = (
        PeriodSnapshot.rows_hash,
        PeriodSnapshot.definition_hash,
        PeriodSnapshot.file_name,
        PeriodSnapshot.manifest,
        PeriodSnapshot.revision,
        PeriodSnapshot.correction_hash,
    )
    of_period = (PeriodSnapshot.study == study) & (PeriodSnapshot.period == period)
    return PeriodSnapshot.select(*columns).where(of_period).order_by(PeriodSnapshot.revision, ascending=False)


async def newest_snapshot(db: Database, study: str, period: Period) -> Stored | None:
    """The newest revision as it is recorded; None for a period that was never frozen."""
    rows = await db.read(stored_query(study, period.name).limit(1))
    return rows[0] if rows else None


def _record(settings: Settings, draft: Draft, now: datetime) -> Unit[Stored]:
    """The unit that records a draft, and the fact in the audit log, unless another was first; gives what is stored."""
    snapshot = snapshot_row(settings, draft, now)
    told = {name: draft.manifest[name] for name in TOLD_TO_THE_LOG}
    payload = {**told, "manifest_hash": json_hash(draft.manifest)}

    def unit() -> Generator[Any, list[dict[str, Any]], Stored]:
        rows = yield stored_query(told["study"], told["period"])
        if rows:
            return rows[0]
        yield PeriodSnapshot.insert(snapshot)
        yield from append_entry("period_frozen", snapshot.key, payload, now)
        return (yield stored_query(told["study"], told["period"]))[0]

    return unit


def snapshot_row(settings: Settings, draft: Draft, now: datetime) -> PeriodSnapshot:
    """The row that records a draft, under a key that only one revision can have."""
    manifest, revision = draft.manifest, draft.manifest.get("revision", 0)
    key = f"{manifest['study']}:{manifest['period']}"
    return PeriodSnapshot(
        key=f"{key}:r{revision}" if revision else key,
        study=manifest["study"],
        period=manifest["period"],
        rows_hash=manifest["rows_hash"],
        definition_hash=manifest["definition_hash"],
        row_count=manifest["row_count"],
        file_name=draft.path.relative_to(settings.data_dir).as_posix(),
        manifest=canonical_json(manifest),
        frozen_at=now,
        revision=revision,
        supersedes=manifest.get("supersedes", ""),
    )


def _drop_unless_recorded(draft: Draft, stored: Stored) -> None:
    """The file of a freeze that came second with other rows belongs to no snapshot."""
    if draft.path.stem != stored["rows_hash"]:
        draft.path.unlink(missing_ok=True)


def manifest_name(revision: int) -> str:
    """What a revision's manifest is called beside its rows."""
    return f"manifest-r{revision}.json" if revision else "manifest.json"


def lay_manifest(settings: Settings, stored: Stored) -> None:
    """Put the recorded manifest beside the file; the recorded one is the one that counts."""
    path = (settings.data_dir / stored["file_name"]).with_name(manifest_name(stored["revision"]))
    content = f"{stored['manifest']}\n".encode()
    if path.parent.exists() and not (path.exists() and path.read_bytes() == content):
        write_durably(path, content, mode=_READ_ONLY)


def verified(settings: Settings, stored: Stored) -> FrozenPeriod:
    """The recorded snapshot after verifying its file. Raises ``SnapshotMissing`` and ``SnapshotAltered``."""
    manifest = json.loads(stored["manifest"])
    file = SnapshotFile(settings.data_dir / stored["file_name"], stored["rows_hash"], manifest["file_hash"])
    verify_snapshot(file)
    return FrozenPeriod(file.path, manifest, file.rows_hash, stored["definition_hash"])
