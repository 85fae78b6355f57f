"""The migration to the references of erased persons, with rows: going down loses them only when that is accepted."""

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest

from surveyplat.errors import DestructiveMigration
from surveyplat.storage.database import open_database
from surveyplat.storage.migration import migrate_down, migrate_up, schema_state
from surveyplat.storage.tables import Customer, ErasedReference

pytestmark = pytest.mark.anyio

BEFORE, AFTER = "0002_events_without_vehicles", "0003_erased_references"
NOW = datetime(2026, 9, 20, 1, 0, tzinfo=UTC)


def customer() -> Generator[Any, Any, None]:
    yield Customer.insert(Customer(id=1, reference="C1", language="en"))


def tombstone() -> Generator[Any, Any, None]:
    yield ErasedReference.insert(ErasedReference(key="k", alias="erased-1", erased_at=NOW))


@pytest.fixture
async def url(empty_database_url: str) -> str:
    """A database of the older schema, with a customer in it."""
    await migrate_up(empty_database_url, BEFORE)
    async with open_database(empty_database_url, expect_schema=False) as db:
        await db.write(customer)
    return empty_database_url


async def test_up_down_and_up_again_keep_every_row(url: str) -> None:
    for _ in range(2):
        assert await migrate_up(url, AFTER) == (AFTER,)
        async with open_database(url, expect_schema=False) as db:
            assert await db.read(ErasedReference.select()) == []
            assert len(await db.read(Customer.select())) == 1
        assert await migrate_down(url, BEFORE) == (AFTER,)


async def test_a_down_that_would_forget_who_was_erased_is_refused_and_counts_them(url: str) -> None:
    await migrate_up(url, AFTER)
    async with open_database(url, expect_schema=False) as db:
        await db.write(tombstone)
        with pytest.raises(DestructiveMigration, match=r"rows of erased_reference: 1.*--accept-loss"):
            await migrate_down(url, BEFORE)
        [kept] = await db.read(ErasedReference.select())
        assert (kept["key"], kept["alias"], kept["erased_at"]) == ("k", "erased-1", NOW)
    await migrate_down(url, BEFORE, accept_loss=True)
    assert (await schema_state(url)).applied[-1] == BEFORE
    await migrate_up(url, AFTER)
    async with open_database(url, expect_schema=False) as db:
        assert await db.read(ErasedReference.select()) == []
