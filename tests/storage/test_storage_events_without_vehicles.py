"""The migration to events without vehicles, with rows: going up loses nothing, going down nothing silently."""

import sqlite3
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from surveyplat.errors import DestructiveMigration, StorageError
from surveyplat.storage.context import using
from surveyplat.storage.database import Database, open_database
from surveyplat.storage.engine import engine_of
from surveyplat.storage.migration import migrate_down, migrate_up, schema_state
from surveyplat.storage.rebuild import rebuild
from surveyplat.storage.tables import Customer, Dealer, Event, Invitation, QuotaCount, Response, Vehicle

pytestmark = pytest.mark.anyio

BEFORE, AFTER = "0001_first_tables", "0002_events_without_vehicles"
NOW = datetime(2026, 9, 20, 1, 0, tzinfo=UTC)
RESPONSE = """
    INSERT INTO response (id, key, invitation, study, definition_hash, source, language, state, answers, pages,
        revision, started_at, updated_at)
    VALUES ({}, {}, {}, 'csi', 'h', 'web', 'en', {}, {}, {}, 1, {}, {})
"""


def number(last: int) -> UUID:
    return UUID(int=last)


def happened(reference: str, vehicle: int | None, event_id: int) -> Event:
    return Event(
        id=event_id,
        reference=reference,
        kind="service" if vehicle else "employee",
        occurred_on=date(2026, 9, 15),
        dealer=1,
        customer=1,
        vehicle=vehicle,
        content_hash="c",
        taken_in_at=NOW,
    )


def asked(event_id: int) -> Invitation:
    return Invitation(
        id=number(event_id),
        key=f"csi:{event_id}",
        event=event_id,
        study="csi",
        definition_hash="h",
        nonce=b"n",
        token_hash=str(event_id),
        language="en",
        occasion_on=date(2026, 9, 15),
        send_after=NOW,
        expires_at=NOW,
        created_at=NOW,
    )


def answered(event_id: int, state: str) -> Any:
    key = f"invitation:{number(event_id)}"
    return Response.raw(RESPONSE, number(event_id), key, number(event_id), state, "{}", "{}", NOW, NOW)


def visits() -> Generator[Any, Any, None]:
    """Event 1 was answered, event 5 is being answered."""
    yield Dealer.insert(Dealer(id=1, code="D1", name="n", region="r", brand="b", time_zone="UTC"))
    yield Customer.insert(Customer(id=1, reference="c", language="en"))
    yield Vehicle.insert(Vehicle(id=1, vin="LSVAA4187E2000001", model="Aurora"))
    for event_id, state in ((1, "complete"), (5, "partial")):
        yield Event.insert(happened(f"E{event_id}", 1, event_id))
        yield Invitation.insert(asked(event_id))
        yield answered(event_id, state)


def staff() -> Generator[Any, Any, None]:
    """Event 7 has no vehicle, and was answered."""
    yield Event.insert(happened("E7", None, 7))
    yield Invitation.insert(asked(7))
    yield answered(7, "complete")


async def contents(db: Database) -> list[Any]:
    """The rows of the tables that changed and of those that refer to them, as the older schema knows them."""
    statements = ("* FROM event", "* FROM invitation", "id, key, invitation, state, answers FROM response")
    return [await db.read(Event.raw(f"SELECT {statement} ORDER BY id")) for statement in statements]


@pytest.fixture
async def url(empty_database_url: str) -> str:
    """A database of the older schema, with visits in it."""
    await migrate_up(empty_database_url, BEFORE)
    async with open_database(empty_database_url, expect_schema=False) as db:
        await db.write(visits)
    return empty_database_url


async def test_up_down_and_up_again_keep_every_row_and_everything_that_refers_to_it(url: str) -> None:
    async with open_database(url, expect_schema=False) as db:
        before = await contents(db)
    for _ in range(2):
        assert await migrate_up(url, AFTER) == (AFTER,)
        async with open_database(url, expect_schema=False) as db:
            assert await contents(db) == before
            outcomes = await db.read(Response.select(Response.state, Response.outcome).order_by(Response.key))
        assert outcomes == [{"state": "complete", "outcome": "complete"}, {"state": "partial", "outcome": None}]
        assert await migrate_down(url, BEFORE) == (AFTER,)
        async with open_database(url, expect_schema=False) as db:
            assert await contents(db) == before


async def test_only_the_newer_schema_takes_an_event_without_a_vehicle(url: str) -> None:
    async with open_database(url, expect_schema=False) as db:
        with pytest.raises(StorageError):
            await db.write(staff)
    await migrate_up(url)
    async with open_database(url) as db:
        await db.write(staff)
        assert len(await db.read(Event.select(Event.id).where(Event.vehicle.is_null()))) == 1
    await migrate_down(url, BEFORE, accept_loss=True)
    async with open_database(url, expect_schema=False) as db:
        with pytest.raises(StorageError):
            await db.write(staff)


async def test_a_reference_to_a_missing_vehicle_is_still_refused(url: str) -> None:
    await migrate_up(url)
    async with open_database(url) as db:
        with pytest.raises(StorageError):
            await db.write(lambda: (yield Event.insert(happened("E9", 99, 9))))


async def test_a_down_that_would_lose_something_is_refused_and_names_it(url: str) -> None:
    def screened_out() -> Generator[Any, Any, None]:
        yield Response.update({Response.outcome: "screened_out"}).where(Response.id == number(1))
        yield QuotaCount.insert(QuotaCount(key="csi:h:q", filled=3))

    await migrate_up(url)
    async with open_database(url) as db:
        await db.write(staff)
        await db.write(screened_out)
    with pytest.raises(DestructiveMigration) as refused:
        await migrate_down(url, BEFORE)
    for loss in (
        "rows of quota_count: 1",
        "events without a vehicle: 1",
        "invitations to speak about them: 1",
        "responses about them: 1",
        "outcomes of responses other than complete: 1",
        "--accept-loss",
    ):
        assert loss in str(refused.value)
    assert (await schema_state(url)).current


async def test_an_accepted_loss_takes_what_the_older_schema_cannot_hold_and_nothing_else(url: str) -> None:
    async with open_database(url, expect_schema=False) as db:
        before = await contents(db)
    await migrate_up(url)
    async with open_database(url) as db:
        await db.write(staff)
    await migrate_down(url, BEFORE, accept_loss=True)
    async with open_database(url, expect_schema=False) as db:
        assert await contents(db) == before


async def test_a_table_is_not_rebuilt_while_foreign_keys_are_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    await migrate_up(url)
    with using(engine_of(url)), pytest.raises(StorageError, match="event: foreign keys are on"):
        await rebuild(Event)


async def test_rows_that_refer_to_missing_ones_stop_the_migration_and_are_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    await migrate_up(url, BEFORE)
    async with open_database(url, expect_schema=False) as db:
        await db.write(visits)
    with closing(sqlite3.connect(tmp_path / "one.db")) as elsewhere, elsewhere:
        elsewhere.execute("DELETE FROM vehicle")
    with pytest.raises(StorageError, match="event to vehicle"):
        await migrate_up(url)
    assert (await schema_state(url)).applied == (BEFORE,)
