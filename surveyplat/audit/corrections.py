"""Corrections of a frozen period: what was frozen stays; the next revision says what it supersedes and why.

The database says who won, as with a freeze: of two corrections at once the second one finds another newest revision
than the one it started from, and is worked out again on top of that.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from surveyplat.audit.canonical import json_hash
from surveyplat.audit.columns import Column
from surveyplat.audit.corrected_rows import Corrected
from surveyplat.audit.freeze import TOLD_TO_THE_LOG, Draft, FrozenPeriod, Stored, snapshot_row, stored_query
from surveyplat.audit.log import append_entry
from surveyplat.audit.manifest import frozen_manifest
from surveyplat.audit.masking import KINDS, mask
from surveyplat.audit.proofs import AuditLog
from surveyplat.audit.revisions import CORRECTED, PUBLISHED, corrections_of
from surveyplat.audit.snapshot_file import write_snapshot
from surveyplat.errors import Fault, InvalidInput, NothingToCorrect
from surveyplat.fieldwork.cells import BadCell, text
from surveyplat.fieldwork.event_corrections import RightEvent, correct_events
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, Unit
from surveyplat.storage.tables import PeriodSnapshot, Withdrawal

_LONGEST = {"--reason": 500, "--by": 100}


@dataclass(frozen=True)
class Correction:
    """What is asked for, why and by whom: a role, never a person's name. Reason and role are printed in reports."""

    reason: str
    by: str
    asked: Mapping[str, Any]
    """The changes, or up to when late answers are taken in; JSON values and days."""

    def __post_init__(self) -> None:
        check_words(self.reason, self.by)

    @property
    def hash(self) -> str:
        """The same for the same changes with the same reason, in whatever order they were written."""
        return json_hash({"reason": self.reason, "by": self.by, "asked": self.asked})


def check_words(reason: str, by: str) -> None:
    """Raises ``InvalidInput`` for words that cannot be kept for good and printed."""
    faults = [*_word_faults("--reason", reason), *_word_faults("--by", by)]
    if faults:
        raise InvalidInput(faults)


def _word_faults(option: str, words: str) -> list[Fault]:
    """Empty, too long, or holding what identifies a person, as far as that can be decided by its form."""
    try:
        text(_LONGEST[option])(words)
    except BadCell as bad:
        return [Fault("option", option, f"it {bad.cause}", bad.fix)]
    masked = mask(words)
    found = [kind for kind in KINDS if masked.count(f"[{kind}]") > words.count(f"[{kind}]")]
    if not found:
        return []
    fix = "Say it without: the audit log and every report of the period keep these words for good"
    return [Fault("option", option, f"it holds what looks like personal data ({', '.join(found)})", fix)]


def first_published(log: AuditLog, study: str, period: str) -> int | None:
    """The revision that the first published report of a period was made from; None when there is no report yet."""
    revision = 0
    for entry in log.entries:
        if str(entry["subject"]).split(":")[:2] == [study, period]:
            if entry["kind"] == PUBLISHED:
                return revision
            if entry["kind"] == CORRECTED:
                revision = int(entry["payload"]["revision"])
    return None


def write_revision(
    folder: Path, base: FrozenPeriod, corrected: Corrected, correction: Correction, now: datetime
) -> Draft:
    """Write the next revision's rows into a folder, and make its manifest.

    Raises ``NothingToCorrect`` when the correction changes nothing, or leaves no row.
    """
    if not corrected.changes_something:
        raise NothingToCorrect(f"{_name(base)}: the correction changes nothing. Nothing was recorded")
    if not corrected.rows:
        raise NothingToCorrect(f"{_name(base)}: the correction would leave no row. Nothing was recorded")
    columns = [Column(each["name"], each["type"], each["kind"]) for each in base.manifest["columns"]]
    file = write_snapshot(folder, columns, corrected.rows)
    told = {**corrected.manifest, **_history(base, corrected, correction, now)}
    return Draft(file.path, frozen_manifest(told, file, synthetic=base.manifest["synthetic"], frozen_at=now))


def _history(base: FrozenPeriod, corrected: Corrected, correction: Correction, now: datetime) -> dict[str, Any]:
    revision = base.revision + 1
    entry = {
        "revision": revision,
        "corrected_at": now.isoformat(),
        "reason": correction.reason,
        "by": correction.by,
        "supersedes": base.rows_hash,
        "withdrawn": dict(sorted(corrected.withdrawn.items())),
        "added": corrected.added,
        "changed": corrected.changed,
        "events": corrected.events,
    }
    return {
        "revision": revision,
        "supersedes": base.rows_hash,
        "first_frozen_at": base.manifest.get("first_frozen_at", base.manifest["frozen_at"]),
        "corrections": [*corrections_of(base.manifest), entry],
    }


def _name(base: FrozenPeriod) -> str:
    return f"{base.manifest['study']} {base.manifest['period']}"


@dataclass(frozen=True)
class Recording:
    """What is stored together with a revision: its withdrawn responses (None: not known), and the right events."""

    correction: Correction
    gone: Mapping[str, tuple[str, UUID | None]]
    """Response's name in the rows -> code and response."""
    rights: Sequence[RightEvent]


def record_revision(
    settings: Settings, base: FrozenPeriod, draft: Draft, recording: Recording, now: datetime
) -> Unit[Stored | None]:
    """The unit that records a revision with all that belongs to it, and the audit log's entry, or nothing.

    It gives None when ``base`` is no longer the newest revision.
    """
    study, period = draft.manifest["study"], draft.manifest["period"]
    snapshot = snapshot_row(settings, draft, now)
    snapshot.correction_hash = recording.correction.hash
    payload = _payload(base, draft)

    def unit() -> Generator[Any, list[dict[str, Any]], Stored | None]:
        newest = yield stored_query(study, period).limit(1)
        if newest[0]["revision"] != base.revision:
            return None
        yield PeriodSnapshot.insert(snapshot)
        for withdrawal in _withdrawals(draft, recording, now):
            yield Withdrawal.insert(withdrawal).on_conflict(target=Withdrawal.key, action="DO NOTHING")
        yield from correct_events(recording.rights)
        yield from append_entry(CORRECTED, f"{study}:{period}", payload, now)
        return (yield stored_query(study, period).limit(1))[0]

    return unit


def _payload(base: FrozenPeriod, draft: Draft) -> dict[str, Any]:
    """What the log tells: both rows' hashes and both manifests', the counts, the reason; no response and no event."""
    told = {name: draft.manifest[name] for name in TOLD_TO_THE_LOG}
    return {
        **told,
        **corrections_of(draft.manifest)[-1],
        "manifest_hash": json_hash(draft.manifest),
        "supersedes_manifest": json_hash(base.manifest),
    }


def _withdrawals(draft: Draft, recording: Recording, now: datetime) -> list[Withdrawal]:
    study, rows = draft.manifest["study"], draft.manifest["rows_hash"]
    return [
        Withdrawal(
            key=f"{study}:{name}",
            study=study,
            response_id=name,
            response=response,
            code=code,
            rows_hash=rows,
            withdrawn_at=now,
        )
        for name, (code, response) in sorted(recording.gone.items())
    ]


async def stored_correction(db: Database, base: FrozenPeriod, correction: Correction) -> Stored | None:
    """The revision that this very correction made before; None when there is none."""
    same = PeriodSnapshot.correction_hash == correction.hash
    query = stored_query(base.manifest["study"], base.manifest["period"]).where(same)
    rows = await db.read(query.limit(1))
    return rows[0] if rows else None


async def is_recorded(db: Database, draft: Draft) -> bool:
    """Whether some revision of the period has the draft's rows, so that its file must stay."""
    query = stored_query(draft.manifest["study"], draft.manifest["period"])
    return bool(await db.read(query.where(PeriodSnapshot.rows_hash == draft.manifest["rows_hash"])))
