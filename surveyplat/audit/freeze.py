"""Freezing a period: its rows become one immutable file, known by their hash, recorded once and for good.

The database says who won: whichever freeze records its snapshot first, every other one, now or later, gets that one.
"""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from surveyplat.audit.canonical import canonical_json
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

_MANIFEST = "manifest.json"
_READ_ONLY = 0o444
_TOLD_TO_THE_LOG = ("study", "period", "rows_hash", "definition_hash", "row_count", "cut_off")
_Stored = Mapping[str, Any]


@dataclass(frozen=True)
class FrozenPeriod:
    """A frozen period whose file was just verified: where the rows are, and all that is known about them."""

    path: Path
    manifest: dict[str, Any]
    rows_hash: str
    definition_hash: str


@dataclass(frozen=True)
class _Draft:
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
    """Freeze the study's ``period``, or give the snapshot that it was frozen as, after verifying its file.

    ``definition`` is the study's current one; the rows are those of the definition that most responses answered.
    ``population`` has the eligible events by dealer, model and month, None when they are not known. ``cut_off`` ends
    fieldwork before its declared end; an instant with an offset.

    Raises ``FieldworkOpen`` while answers may still arrive, ``NothingToFreeze`` without a usable response,
    ``SnapshotMissing`` and ``SnapshotAltered`` when a recorded file is gone or was changed.
    """
    stored = await _find(db, definition.study, period)
    if stored is None:
        selection = Selection(definition.study, period, closing_time(definition, period, cut_off, now))
        draft = await _write_draft(db, settings, definition, selection, population, now)
        stored = await db.write(_record(settings, draft, now))
        _drop_unless_recorded(draft, stored)
    _lay_manifest(settings, stored)
    return _verified(settings, stored)


async def load_snapshot(db: Database, settings: Settings, study: str, period: Period) -> FrozenPeriod:
    """The recorded snapshot of a period, verified. Raises ``SnapshotMissing`` and ``SnapshotAltered``."""
    stored = await _find(db, study, period)
    if stored is None:
        fix = f"Run `surveyplat freeze {study} {period.name}` first"
        raise SnapshotMissing(f"{study} {period.name}: the period was never frozen. {fix}")
    return _verified(settings, stored)


async def frozen_periods(db: Database, study: str) -> tuple[str, ...]:
    """The names of a study's frozen periods."""
    rows = await db.read(PeriodSnapshot.select(PeriodSnapshot.period).where(PeriodSnapshot.study == study))
    return tuple(sorted(row["period"] for row in rows))


async def _write_draft(
    db: Database,
    settings: Settings,
    definition: Definition,
    selection: Selection,
    population: Mapping[EventCell, int] | None,
    now: datetime,
) -> _Draft:
    answered = await leading_definition(db, selection, content_hash(definition))
    if answered is None:
        raise _nothing(selection, "no response was submitted by the cut-off")
    definition = await _definition(db, definition, answered)
    columns = snapshot_columns(definition)
    gathered = await gather(db, settings.keys, selection, answered, columns)
    if not gathered.rows:
        raise _nothing(selection, f"none of its {gathered.responses} responses holds an answer")
    fieldwork = await count_fieldwork(db, definition, selection)
    manifest = make_manifest(definition, answered, selection, columns, gathered, fieldwork, population)
    folder = settings.data_dir / "snapshots" / selection.study / selection.period.name
    file = write_snapshot(folder, columns, gathered.rows)
    return _Draft(file.path, frozen_manifest(manifest, file, synthetic=settings.synthetic, frozen_at=now))


def _nothing(selection: Selection, cause: str) -> NothingToFreeze:
    fix = "Check the study and the period; `surveyplat import-responses` and the survey pages bring answers in"
    return NothingToFreeze(f"{selection.study} {selection.period.name}: {cause}. {fix}")


async def _definition(db: Database, given: Definition, answered: str) -> Definition:
    if answered == content_hash(given):
        return given
    return await stored_definition(db, answered)


def _key(study: str, period: str) -> str:
    return f"{study}:{period}"


def _stored_query(study: str, period: str) -> Any:
    columns = (
        PeriodSnapshot.rows_hash,
        PeriodSnapshot.definition_hash,
        PeriodSnapshot.file_name,
        PeriodSnapshot.manifest,
    )
    return PeriodSnapshot.select(*columns).where(PeriodSnapshot.key == _key(study, period))


async def _find(db: Database, study: str, period: Period) -> _Stored | None:
    rows = await db.read(_stored_query(study, period.name))
    return rows[0] if rows else None


def _record(settings: Settings, draft: _Draft, now: datetime) -> Unit[_Stored]:
    """The unit that records a draft, and the fact in the audit log, unless another was first; gives what is stored."""
    snapshot = _snapshot_row(settings, draft, now)
    told = {name: draft.manifest[name] for name in _TOLD_TO_THE_LOG}
    payload = {**told, "manifest_hash": sha256(snapshot.manifest.encode()).hexdigest()}

    def unit() -> Generator[Any, list[dict[str, Any]], _Stored]:
        rows = yield _stored_query(told["study"], told["period"])
        if rows:
            return rows[0]
        yield PeriodSnapshot.insert(snapshot)
        yield from append_entry("period_frozen", snapshot.key, payload, now)
        return (yield _stored_query(told["study"], told["period"]))[0]

    return unit


def _snapshot_row(settings: Settings, draft: _Draft, now: datetime) -> PeriodSnapshot:
    manifest = draft.manifest
    return PeriodSnapshot(
        key=_key(manifest["study"], manifest["period"]),
        study=manifest["study"],
        period=manifest["period"],
        rows_hash=manifest["rows_hash"],
        definition_hash=manifest["definition_hash"],
        row_count=manifest["row_count"],
        file_name=draft.path.relative_to(settings.data_dir).as_posix(),
        manifest=canonical_json(manifest),
        frozen_at=now,
    )


def _drop_unless_recorded(draft: _Draft, stored: _Stored) -> None:
    """The file of a freeze that came second with other rows belongs to no snapshot."""
    if draft.path.stem != stored["rows_hash"]:
        draft.path.unlink(missing_ok=True)


def _lay_manifest(settings: Settings, stored: _Stored) -> None:
    """Put the recorded manifest beside the file; the recorded one is the one that counts."""
    path = (settings.data_dir / stored["file_name"]).with_name(_MANIFEST)
    content = f"{stored['manifest']}\n".encode()
    if path.parent.exists() and not (path.exists() and path.read_bytes() == content):
        write_durably(path, content, mode=_READ_ONLY)


def _verified(settings: Settings, stored: _Stored) -> FrozenPeriod:
    manifest = json.loads(stored["manifest"])
    file = SnapshotFile(settings.data_dir / stored["file_name"], stored["rows_hash"], manifest["file_hash"])
    verify_snapshot(file)
    return FrozenPeriod(file.path, manifest, file.rows_hash, stored["definition_hash"])
