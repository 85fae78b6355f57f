"""The audit log: entries follow each other without a gap, and each leaf can be recomputed from what is stored."""

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from surveyplat.audit.canonical import rows_hash
from surveyplat.audit.log import append_entry, leaf_hash
from surveyplat.storage.database import Database, Unit, open_database
from surveyplat.storage.tables import AuditEntry

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 10, 20, 1, 2, 3, 4, tzinfo=UTC)


def appending(subject: str) -> Unit[int]:
    def unit():  # type: ignore[no-untyped-def]
        return (yield from append_entry("tested", subject, {"b": 1, "a": "满意"}, NOW))

    return unit


async def test_entries_of_two_processes_at_once_follow_each_other_without_a_gap(
    db: Database, database_url: str
) -> None:
    async with open_database(database_url) as other:
        writes = [writer.write(appending(f"s{number}")) for number in range(8) for writer in (db, other)]
        indexes = await asyncio.gather(*writes)
    assert sorted(indexes) == list(range(16))


async def test_a_leaf_is_recomputed_from_the_stored_entry(db: Database) -> None:
    await db.write(appending("subject"))
    row = (await db.read(AuditEntry.select()))[0]
    payload = json.loads(row["payload"])
    assert row["leaf_hash"] == leaf_hash(row["index"], row["recorded_at"], row["kind"], row["subject"], payload)
    assert row["leaf_hash"] != leaf_hash(row["index"], row["recorded_at"], row["kind"], "another", payload)


def test_the_leaf_hash_is_of_a_zero_byte_and_the_canonical_entry() -> None:
    entry = (
        '{"index":0,"kind":"k","payload":{"a":"满意","b":1},'
        '"recorded_at":"2026-10-20T01:02:03.000004+00:00","subject":"s"}'
    )
    here = NOW.astimezone(timezone(timedelta(hours=8)))
    assert leaf_hash(0, here, "k", "s", {"b": 1, "a": "满意"}) == sha256(b"\x00" + entry.encode()).hexdigest()


def test_the_rows_hash_is_of_lines_of_json_with_the_header_first() -> None:
    lines = '[["id","String"],["day","Date"],["q","Int16"]]\n["甲","2026-07-01",10]\n["b",null,-1]\n'
    header = [("id", "String"), ("day", "Date"), ("q", "Int16")]
    rows = [("甲", NOW.date().replace(month=7, day=1), 10), ("b", None, -1)]
    assert rows_hash(header, rows) == sha256(lines.encode()).hexdigest()
