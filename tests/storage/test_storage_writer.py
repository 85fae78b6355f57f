"""The writer: many at once, each on its own; nothing acknowledged is ever lost."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

import asyncpg
import cast
import pytest

from surveyplat.errors import DatabaseUnavailable, StorageError, UnknownLink, WriterBusy, WriterClosed
from surveyplat.storage.database import Database, Unit, open_database
from surveyplat.storage.sqlite_commit import file_lock
from surveyplat.storage.tables import CustomerContact, Dealer


def dealer(code: str, name: str = "n") -> Dealer:
    return Dealer(code=code, name=name, region="r", brand="b", time_zone="UTC")


def adding(code: str) -> Unit[str]:
    def unit():  # type: ignore[no-untyped-def]
        [row] = yield Dealer.insert(dealer(code)).returning(Dealer.code)
        return row["code"]

    return unit


def renaming(*codes: str) -> Unit[None]:
    def unit():  # type: ignore[no-untyped-def]
        for code in codes:
            yield Dealer.update({Dealer.name: "renamed"}).where(Dealer.code == code)

    return unit


async def codes(database: Database) -> list[str]:
    return sorted(row["code"] for row in await database.read(Dealer.select(Dealer.code)))


async def test_300_at_once_are_all_stored_once_and_each_gets_its_own_answer(db: Database) -> None:
    wanted = [f"D{number:03}" for number in range(300)]
    assert await asyncio.gather(*[db.write(adding(code)) for code in wanted]) == wanted
    assert await codes(db) == wanted


async def test_a_unit_decides_by_what_it_reads_in_the_transaction(db: Database) -> None:
    def once():  # type: ignore[no-untyped-def]
        if (yield Dealer.select(Dealer.code).where(Dealer.code == "D")):
            return "exists"
        yield Dealer.insert(dealer("D"))
        return "stored"

    assert Counter(await asyncio.gather(*[db.write(once) for _ in range(100)])) == {"stored": 1, "exists": 99}


async def test_a_unit_without_a_query_gives_its_value(db: Database) -> None:
    def unit():  # type: ignore[no-untyped-def]
        return "nothing to do"
        yield

    assert await db.write(unit) == "nothing to do"


async def test_bad_units_fail_alone_and_leave_nothing(db: Database) -> None:
    def own_error():  # type: ignore[no-untyped-def]
        yield Dealer.insert(dealer("own error"))
        raise UnknownLink("no such link")

    def defect():  # type: ignore[no-untyped-def]
        yield Dealer.insert(dealer("defect"))
        raise ZeroDivisionError

    def refused():  # type: ignore[no-untyped-def]
        yield Dealer.insert(dealer("refused"))
        yield Dealer.insert(dealer("good 0"))

    def impossible_value():  # type: ignore[no-untyped-def]
        yield Dealer.insert(dealer("impossible"))
        yield Dealer.update({Dealer.name: object()}).where(Dealer.code == "impossible")

    bad = [own_error, defect, refused, impossible_value]
    units = [unit for number in range(20) for unit in (adding(f"good {number}"), *bad)]
    answers = await asyncio.gather(*[db.write(unit) for unit in units], return_exceptions=True)
    assert Counter(type(answer) for answer in answers) == {
        str: 20, UnknownLink: 20, ZeroDivisionError: 20, StorageError: 40
    }  # fmt: skip
    assert await codes(db) == sorted(f"good {number}" for number in range(20))


async def test_a_refused_statement_tells_the_database_s_reason_without_the_values(db: Database) -> None:
    await db.write(adding("D4711"))
    with pytest.raises(StorageError, match=r"(?i)unique constraint") as refused:
        await db.write(adding("D4711"))
    shown = [str(error) for error in (refused.value, refused.value.__cause__, refused.value.__context__)]
    assert not any("D4711" in text for text in shown)


async def test_a_full_queue_refuses_at_once_and_keeps_what_it_took(database_url: str) -> None:
    database = await Database.open(database_url, queue_size=3)
    writes = [database.write(adding(f"D{number}")) for number in range(10)]
    answers = await asyncio.gather(*writes, return_exceptions=True)
    assert answers[:3] == ["D0", "D1", "D2"]
    assert {type(answer) for answer in answers[3:]} == {WriterBusy}
    assert await codes(database) == ["D0", "D1", "D2"]
    assert await database.write(adding("D3")) == "D3"
    await database.close()


async def test_who_stops_waiting_harms_nobody_and_is_still_stored(db: Database) -> None:
    writes = [asyncio.create_task(db.write(adding(f"D{number}"))) for number in range(10)]
    await asyncio.sleep(0)
    for write in writes[::2]:
        write.cancel()
    answers = await asyncio.gather(*writes, return_exceptions=True)
    assert answers[1::2] == ["D1", "D3", "D5", "D7", "D9"]
    assert {type(answer) for answer in answers[::2]} == {asyncio.CancelledError}
    await db.write(adding("last"))
    assert await codes(db) == [*(f"D{number}" for number in range(10)), "last"]


async def test_closing_finishes_what_waits_and_then_takes_nothing(database_url: str) -> None:
    database = await Database.open(database_url)
    writes = [asyncio.create_task(database.write(adding(f"D{number:03}"))) for number in range(300)]
    await asyncio.sleep(0)
    await database.close()
    assert [write.result() for write in writes] == [f"D{number:03}" for number in range(300)]
    with pytest.raises(WriterClosed):
        await database.write(adding("too late"))
    async with open_database(database_url) as again:
        assert len(await codes(again)) == 300


async def test_two_writers_in_one_process_take_turns(database_url: str) -> None:
    async with open_database(database_url) as one, open_database(database_url) as other:
        both = (one, other)
        await asyncio.gather(*[both[number % 2].write(adding(f"D{number:03}")) for number in range(100)])
        assert await codes(one) == await codes(other) == [f"D{number:03}" for number in range(100)]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("held", ["our lock", "the database's own lock"])
async def test_a_lock_that_somebody_holds_is_waited_for_while_everything_else_goes_on(
    db: Database, database_url: str, held: str
) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))
    await db.write(adding("D1"))
    with ExitStack() as holding, closing(sqlite3.connect(path, isolation_level=None)) as other:
        if held == "our lock":
            holding.enter_context(file_lock(Path(f"{path}.lock")))
        else:
            other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(db.write(adding("D2")))
        async with asyncio.timeout(10):
            for _ in range(20):
                assert await codes(db) == ["D1"]
        assert not write.done()
        if other.in_transaction:
            other.execute("COMMIT")
    assert await write == "D2"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_commit_that_fails_is_told_to_every_unit_of_its_batch(db: Database) -> None:
    def fails_at_commit():  # type: ignore[no-untyped-def]
        yield Dealer.raw("PRAGMA defer_foreign_keys = ON")
        yield CustomerContact.insert(CustomerContact(customer=4711, wrapped_key=b"", ciphertext=b""))

    units = [adding("D1"), fails_at_commit, adding("D2")]
    answers = await asyncio.gather(*[db.write(unit) for unit in units], return_exceptions=True)
    assert [type(answer) for answer in answers] == [StorageError] * 3
    assert await codes(db) == []
    assert await db.write(adding("D1")) == "D1"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_full_disk_undoes_the_batch_says_so_and_the_next_one_is_stored(db: Database) -> None:
    def limited(pages: int) -> Unit[None]:
        def unit():  # type: ignore[no-untyped-def]
            yield Dealer.raw(f"PRAGMA max_page_count = {pages}")

        return unit

    def swollen():  # type: ignore[no-untyped-def]
        yield Dealer.insert(dealer("huge", "x" * 1_000_000))

    await db.write(limited(1))
    answers = await asyncio.gather(db.write(adding("D1")), db.write(swollen), return_exceptions=True)
    assert type(answers[1]) is DatabaseUnavailable
    assert "full" in str(answers[1])
    assert await codes(db) == ([] if isinstance(answers[0], Exception) else ["D1"])
    await db.write(limited(100_000))
    assert await db.write(adding("D2")) == "D2"


async def test_a_database_that_takes_no_writes_is_told_from_a_wrong_statement(db: Database, engine_name: str) -> None:
    await db.write(cast.taking_no_writes(engine_name))
    with pytest.raises(DatabaseUnavailable, match=r"(?i)read-?only"):
        await db.write(adding("D1"))
    assert await codes(db) == []


POSTGRES = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


@POSTGRES
async def test_a_lost_connection_is_replaced_before_anyone_notices(db: Database) -> None:
    await db.write(adding("D1"))
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    await db.read(Dealer.raw(f"{others} AND datname = current_database()"))
    assert await asyncio.gather(*[db.write(adding(code)) for code in ("D2", "D3")]) == ["D2", "D3"]
    assert await codes(db) == ["D1", "D2", "D3"]


@POSTGRES
async def test_a_batch_that_always_loses_its_connection_fails_and_the_next_one_is_stored(db: Database) -> None:
    def suicidal():  # type: ignore[no-untyped-def]
        yield Dealer.raw("SELECT pg_terminate_backend(pg_backend_pid())")

    answers = await asyncio.gather(db.write(adding("D1")), db.write(suicidal), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseUnavailable] * 2
    assert await db.write(adding("D2")) == "D2"
    assert await codes(db) == ["D2"]


@POSTGRES
async def test_a_batch_caught_in_a_deadlock_is_run_again(db: Database, database_url: str) -> None:
    await asyncio.gather(*[db.write(adding(code)) for code in ("A", "B")])
    rival = await asyncpg.connect(database_url, server_settings={"deadlock_timeout": "60s"})
    try:
        async with rival.transaction():
            await rival.execute("UPDATE dealer SET region = 'rival' WHERE code = 'B'")
            write = asyncio.create_task(db.write(renaming("A", "B")))
            while not await rival.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.01)
            await rival.execute("UPDATE dealer SET region = 'rival' WHERE code = 'A'")
        await write
    finally:
        await rival.close()
    rows = await db.read(Dealer.select(Dealer.name, Dealer.region))
    assert rows == [{"name": "renamed", "region": "rival"}] * 2
