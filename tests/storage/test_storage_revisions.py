"""The migration to revisions of frozen periods, with rows: a freeze stays as it was, revisions never go silently."""

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest

from surveyplat.errors import DestructiveMigration, StorageError
from surveyplat.storage.database import Database, open_database
from surveyplat.storage.migration import migrate_down, migrate_up, schema_state
from surveyplat.storage.tables import PeriodSnapshot, Withdrawal

pytestmark = pytest.mark.anyio

BEFORE, AFTER = "0003_erased_references", "0004_revisions"
NOW = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
FREEZE = """
    INSERT INTO period_snapshot (key, study, period, rows_hash, definition_hash, row_count, file_name, manifest,
        frozen_at)
    VALUES ({}, 'csi', '2026-Q3', 'aa', 'dd', 3, 'f', {}, {})
"""


def frozen() -> Generator[Any, Any, None]:
    yield PeriodSnapshot.raw(FREEZE, "csi:2026-Q3", "{}", NOW)


def corrected() -> Generator[Any, Any, None]:
    yield PeriodSnapshot.insert(
        PeriodSnapshot(
            key="csi:2026-Q3:r1",
            study="csi",
            period="2026-Q3",
            rows_hash="bb",
            definition_hash="dd",
            row_count=2,
            file_name="g",
            manifest="{}",
            frozen_at=NOW,
            revision=1,
            supersedes="aa",
            correction_hash="cc",
        )
    )
    yield Withdrawal.insert(
        Withdrawal(key="csi:r", study="csi", response_id="r", code="test", rows_hash="bb", withdrawn_at=NOW)
    )


async def contents(db: Database) -> list[Any]:
    """The snapshots as the older schema knows them."""
    statement = "SELECT id, key, rows_hash, row_count, file_name, manifest FROM period_snapshot ORDER BY id"
    return await db.read(PeriodSnapshot.raw(statement))


@pytest.fixture
async def url(empty_database_url: str) -> str:
    """A database of the older schema with a frozen period in it."""
    await migrate_up(empty_database_url, BEFORE)
    async with open_database(empty_database_url, expect_schema=False) as db:
        await db.write(frozen)
    return empty_database_url


async def test_a_freeze_of_the_older_schema_becomes_revision_0_and_survives_down_and_up(url: str) -> None:
    async with open_database(url, expect_schema=False) as db:
        before = await contents(db)
    for _ in range(2):
        assert await migrate_up(url, AFTER) == (AFTER,)
        async with open_database(url, expect_schema=False) as db:
            assert await contents(db) == before
            columns = (PeriodSnapshot.revision, PeriodSnapshot.supersedes, PeriodSnapshot.correction_hash)
            assert await db.read(PeriodSnapshot.select(*columns)) == [
                {"revision": 0, "supersedes": "", "correction_hash": ""}
            ]
        assert await migrate_down(url, BEFORE) == (AFTER,)
        async with open_database(url, expect_schema=False) as db:
            assert await contents(db) == before


async def test_one_key_is_taken_once(url: str) -> None:
    await migrate_up(url)
    async with open_database(url) as db:
        await db.write(corrected)
        with pytest.raises(StorageError):
            await db.write(corrected)


async def test_a_down_that_would_lose_a_correction_is_refused_and_an_accepted_one_leaves_the_freeze(url: str) -> None:
    async with open_database(url, expect_schema=False) as db:
        before = await contents(db)
    await migrate_up(url)
    async with open_database(url) as db:
        await db.write(corrected)
    with pytest.raises(DestructiveMigration) as refused:
        await migrate_down(url, BEFORE)
    for loss in ("rows of withdrawal: 1", "revisions of corrected periods: 1", "--accept-loss"):
        assert loss in str(refused.value)
    assert (await schema_state(url)).current
    await migrate_down(url, BEFORE, accept_loss=True)
    async with open_database(url, expect_schema=False) as db:
        assert await contents(db) == before
