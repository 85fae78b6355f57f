"""What a correction makes of the newest revision: worked out from its rows, nothing recorded yet.

Rows are those of the revision, changed as the file asks; late answers alone are gathered anew.
"""

import asyncio
from datetime import datetime

import polars as pl

from surveyplat.audit.corrections import check_words
from surveyplat.audit.freeze import load_snapshot
from surveyplat.correcting.late_answers import with_late_answers
from surveyplat.correcting.listed_changes import with_listed_changes
from surveyplat.correcting.planned import Newest, Planned, Wanted
from surveyplat.forms.stored import stored_definition
from surveyplat.settings import Settings
from surveyplat.storage.database import Database


async def plan(db: Database, settings: Settings, wanted: Wanted, now: datetime) -> Planned:
    """Work a correction out on top of the newest revision.

    Raises ``InvalidInput`` with every fault of the file or the words, ``SnapshotMissing`` when the period was never
    frozen and ``FieldworkOpen`` for a cut-off that has not passed.
    """
    base = await load_snapshot(db, settings, wanted.study, wanted.period)
    check_words(wanted.reason, wanted.by)
    definition = await stored_definition(db, base.definition_hash)
    rows = await asyncio.to_thread(lambda: tuple(pl.read_parquet(base.path).iter_rows()))
    newest = Newest(base, definition, rows)
    if wanted.changes is None:
        return await with_late_answers(db, settings, wanted, newest, now)
    return await with_listed_changes(db, settings, wanted, wanted.changes, newest, now)
