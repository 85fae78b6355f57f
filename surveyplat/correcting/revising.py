"""A planned correction, recorded as the next revision, or shown with its numbers and not recorded."""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from surveyplat.audit.corrections import (
    Recording,
    is_recorded,
    record_revision,
    stored_correction,
    write_revision,
)
from surveyplat.audit.freeze import Draft, FrozenPeriod, lay_manifest, verified
from surveyplat.correcting.elsewhere import frozen_elsewhere
from surveyplat.correcting.planned import Planned, Wanted
from surveyplat.correcting.planning import plan
from surveyplat.errors import NothingToCorrect
from surveyplat.pipeline import score_one
from surveyplat.scored_periods import score_frozen
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.workers import ALONE, Workers
from surveyplat.settings import Settings
from surveyplat.storage.database import Database


@dataclass(frozen=True)
class Revised:
    """The revision before and the one after; ``is_new``: it was made just now, and not by the same command before."""

    before: FrozenPeriod
    after: FrozenPeriod
    few: tuple[str, ...]
    """Dealers of whom 1 to 4 answers differ: whoever has both reports could work these answers out."""
    elsewhere: tuple[str, ...] = ()
    """Other frozen periods that hold the same responses or events, and stay as they are."""
    is_new: bool = True


@dataclass(frozen=True)
class Preview:
    """What a correction would make of the rows and of the numbers."""

    revised: Revised
    before: StudyScores
    after: StudyScores


async def correct_period(db: Database, settings: Settings, wanted: Wanted, *, now: datetime) -> Revised:
    """Record the next revision of a frozen period, or give the one that this very correction made before.

    All of the correction is recorded, or nothing. Raises ``InvalidInput`` with every fault of the file,
    ``NothingToCorrect`` when nothing would change and ``SnapshotMissing`` when the period was never frozen.
    """
    while True:
        planned = await plan(db, settings, wanted, now)
        if not planned.corrected.changes_something:
            return await _made_before(db, settings, planned)
        folder = planned.base.path.parent
        draft = write_revision(folder, planned.base, planned.corrected, planned.correction, now)
        recording = Recording(planned.correction, planned.gone, planned.changes.rights)
        stored = await db.write(record_revision(settings, planned.base, draft, recording, now))
        if stored is not None:
            lay_manifest(settings, stored)
            elsewhere = await frozen_elsewhere(db, wanted.study, wanted.period, planned.events)
            return Revised(planned.base, verified(settings, stored), planned.few, elsewhere)
        # Another correction was first: this one is worked out again on top of it.
        if not await is_recorded(db, draft):
            draft.path.unlink(missing_ok=True)


async def _made_before(db: Database, settings: Settings, planned: Planned) -> Revised:
    stored = await stored_correction(db, planned.base, planned.correction)
    if stored is None:
        manifest, revision = planned.base.manifest, planned.base.revision
        cause = f"the correction changes nothing: revision {revision} has these rows and counts already"
        raise NothingToCorrect(f"{manifest['study']} {manifest['period']}: {cause}. Nothing was recorded")
    lay_manifest(settings, stored)
    return Revised(planned.base, verified(settings, stored), (), is_new=False)


async def preview_correction(
    db: Database, settings: Settings, wanted: Wanted, *, now: datetime, workers: Workers = ALONE
) -> Preview:
    """Work a correction out with its numbers, and record nothing. Raises as ``correct_period`` does."""
    planned = await plan(db, settings, wanted, now)
    before = await score_one(db, settings, wanted.study, wanted.period, workers, stored=True)
    with tempfile.TemporaryDirectory(prefix="surveyplat-correction-") as folder:
        draft = write_revision(Path(folder), planned.base, planned.corrected, planned.correction, now)
        after = _frozen(draft)
        scores = await asyncio.to_thread(score_frozen, after, planned.newest.definition, workers)
    elsewhere = await frozen_elsewhere(db, wanted.study, wanted.period, planned.events)
    return Preview(Revised(planned.base, after, planned.few, elsewhere), before.scores, scores)


def _frozen(draft: Draft) -> FrozenPeriod:
    manifest = draft.manifest
    return FrozenPeriod(draft.path, manifest, manifest["rows_hash"], manifest["definition_hash"])
