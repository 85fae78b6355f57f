"""A database in use: what goes in comes out the same on both engines."""

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from surveyplat.bench.postgres_cluster import Cluster
from surveyplat.errors import DatabaseUnavailable, SchemaOutdated, StorageError
from surveyplat.storage.context import AnyQuery
from surveyplat.storage.database import Database, Unit, open_database, place_of
from surveyplat.storage.tables import Customer, CustomerContact, Dealer, Event, Response, Vehicle

CHINA = timezone(timedelta(hours=8))


def dealer(code: str) -> Dealer:
    return Dealer(code=code, name="东方·车行", region="华东", brand="Aurora", time_zone="Asia/Shanghai")


def response(key: str, **columns: object) -> Response:
    moment = datetime(2026, 7, 1, 9, 30, 15, 250, tzinfo=CHINA)
    row = {
        "key": key, "invitation": None, "study": "csi", "definition_hash": "0" * 64, "source": "web",
        "language": "zh-Hans", "state": "partial", "answers": "{}", "pages": "{}", "started_at": moment,
        "updated_at": moment,
    }  # fmt: skip
    return Response(**(row | columns))


def running(*queries: AnyQuery) -> Unit[list[dict[str, object]]]:
    """A unit of work that runs the queries and gives the last one's rows."""

    def unit():  # type: ignore[no-untyped-def]
        rows: list[dict[str, object]] = []
        for query in queries:
            rows = yield query
        return rows

    return unit


async def test_values_of_every_type_come_back_equal(db: Database) -> None:
    key = uuid4()
    text = '{"comment":"师傅很好 👍 — naïve \'quoted\' \\"{}\\" ?"}'
    stored = response(
        "a", id=key, answers=text, occasion_on=date(2026, 6, 30), submitted_at=datetime(2026, 7, 1, tzinfo=CHINA)
    )
    await db.write(running(Response.insert(stored)))
    [row] = await db.read(Response.select())
    assert (row["id"], row["answers"], row["occasion_on"]) == (key, text, date(2026, 6, 30))
    assert isinstance(row["id"], UUID)
    assert row["started_at"] == datetime(2026, 7, 1, 1, 30, 15, 250, tzinfo=UTC)
    assert row["submitted_at"] == datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert {row[name].utcoffset() for name in ("started_at", "submitted_at")} == {timedelta(0)}
    assert (row["period"], row["receipt"], row["invitation"], row["revision"]) == (None, None, None, 0)


async def test_bytes_come_back_equal(db: Database) -> None:
    secret = bytes(range(256))
    [customer] = await db.write(running(Customer.insert(Customer(reference="c", language="en")).returning(Customer.id)))
    contact = CustomerContact(customer=customer["id"], wrapped_key=secret, ciphertext=b"")
    await db.write(running(CustomerContact.insert(contact)))
    [row] = await db.read(CustomerContact.select(CustomerContact.wrapped_key, CustomerContact.ciphertext))
    assert row == {"wrapped_key": secret, "ciphertext": b""}


async def test_returned_rows_have_the_same_types_as_read_ones(db: Database) -> None:
    stored = response("a", occasion_on=date(2026, 6, 30))
    insert = Response.insert(stored).returning(Response.id, Response.occasion_on, Response.started_at)
    [returned] = await db.write(running(insert))
    [read] = await db.read(Response.select(Response.id, Response.occasion_on, Response.started_at))
    assert returned == read
    assert isinstance(returned["id"], UUID)


async def test_an_aware_time_in_a_condition_means_the_same_moment_whatever_its_offset(db: Database) -> None:
    await db.write(running(Response.insert(response("a", updated_at=datetime(2026, 7, 1, 8, tzinfo=CHINA)))))
    later = datetime(2026, 7, 1, 0, 0, 1, tzinfo=UTC)
    assert await db.read(Response.select(Response.key).where(Response.updated_at < later)) == [{"key": "a"}]
    assert await db.read(Response.select(Response.key).where(Response.updated_at > later)) == []


async def test_joined_columns_keep_their_types(db: Database) -> None:
    def unit():  # type: ignore[no-untyped-def]
        [one] = yield Dealer.insert(dealer("D1")).returning(Dealer.id)
        [customer] = yield Customer.insert(Customer(reference="c", language="en")).returning(Customer.id)
        vehicle = Vehicle(vin="V", model="M", delivered_on=date(2026, 4, 1))
        [car] = yield Vehicle.insert(vehicle).returning(Vehicle.id)
        yield Event.insert(
            Event(
                reference="E",
                kind="service",
                occurred_on=date(2026, 7, 1),
                dealer=one["id"],
                customer=customer["id"],
                vehicle=car["id"],
                content_hash="h",
                taken_in_at=datetime(2026, 7, 2, tzinfo=UTC),
            )
        )

    await db.write(unit)
    assert await db.read(Event.select(Event.occurred_on, Event.dealer.name, Event.vehicle.delivered_on)) == [
        {"occurred_on": date(2026, 7, 1), "dealer.name": "东方·车行", "vehicle.delivered_on": date(2026, 4, 1)}
    ]


async def test_a_conditional_update_says_whether_it_won(db: Database) -> None:
    await db.write(running(Response.insert(response("a"))))
    claim = Response.update({Response.state: "complete"}).where(Response.state == "partial").returning(Response.key)
    assert await db.write(running(claim)) == [{"key": "a"}]
    again = Response.update({Response.state: "complete"}).where(Response.state == "partial").returning(Response.key)
    assert await db.write(running(again)) == []


async def test_a_conflicting_insert_can_be_told_to_do_nothing(db: Database) -> None:
    for expected in ([{"code": "D1"}], []):
        insert = Dealer.insert(dealer("D1")).on_conflict(Dealer.code, "DO NOTHING").returning(Dealer.code)
        assert await db.write(running(insert)) == expected


async def test_a_row_that_names_an_unknown_one_is_refused(db: Database) -> None:
    orphan = CustomerContact(customer=4711, wrapped_key=b"", ciphertext=b"")
    with pytest.raises(StorageError, match="refused the statement"):
        await db.write(running(CustomerContact.insert(orphan)))


async def test_a_query_that_cannot_run_is_refused_and_the_next_one_runs(db: Database) -> None:
    with pytest.raises(StorageError, match="refused the query"):
        await db.read(Dealer.raw("SELECT * FROM no_such_table"))
    assert await db.read(Dealer.select()) == []


async def test_reading_cannot_write(db: Database) -> None:
    with pytest.raises(StorageError, match=r"(?i)read-?only"):
        await db.read(Dealer.insert(dealer("D")))
    assert await db.read(Dealer.select()) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_readers_that_could_not_open_the_file_read_it_when_it_is_back(database_url: str, tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    file = Path(database_url.removeprefix("sqlite:///"))
    file.rename(home / file.name)
    async with open_database(f"sqlite:///{home / file.name}") as database:
        home.rename(elsewhere)
        slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT max(i) FROM n"
        reads = [database.read(Dealer.raw(slow)) for _ in range(6)]
        answers = await asyncio.gather(*reads, return_exceptions=True)
        assert {type(answer) for answer in answers} <= {list, DatabaseUnavailable}
        assert any(isinstance(answer, DatabaseUnavailable) for answer in answers)
        elsewhere.rename(home)
        assert await asyncio.gather(*[database.read(Dealer.select()) for _ in range(30)]) == [[]] * 30


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
async def test_a_reader_that_loses_its_connection_says_so_and_the_next_one_reads(db: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        await db.read(Dealer.raw("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert await db.read(Dealer.select()) == []


async def test_a_query_awaited_by_itself_says_what_to_do(db: Database) -> None:
    with pytest.raises(StorageError, match="Give it to Database"):
        await Dealer.select()


async def test_reading_sees_every_answered_write(db: Database) -> None:
    for number in range(20):
        await db.write(running(Dealer.insert(dealer(f"D{number}"))))
        assert len(await db.read(Dealer.select(Dealer.code))) == number + 1


async def test_both_engines_can_be_used_at_once(migrated_sqlite: Path, database_url: str, tmp_path: Path) -> None:
    beside = tmp_path / "beside.db"
    beside.write_bytes(migrated_sqlite.read_bytes())
    inserts = [Dealer.insert(dealer("made before it had an engine")) for _ in range(2)]
    async with open_database(database_url) as one, open_database(f"sqlite:///{beside}") as other:
        both = list(zip((one, other), inserts, strict=True))
        await asyncio.gather(*[database.write(running(insert)) for database, insert in both])
        read = [await database.read(Dealer.select(Dealer.id)) for database in (one, other)]
    assert read == [[{"id": 1}]] * 2


async def test_a_database_without_tables_names_the_command(empty_database_url: str) -> None:
    with pytest.raises(SchemaOutdated, match="surveyplat migrate"):
        async with open_database(empty_database_url):
            pass


async def test_a_missing_sqlite_file_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(SchemaOutdated, match="no database yet"):
        async with open_database(f"sqlite:///{tmp_path / 'absent.db'}"):
            pass
    assert list(tmp_path.iterdir()) == []


async def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StorageError, match=r"127\.0\.0\.1:1/surveys") as refused:
        async with open_database("postgresql://user:hidden@127.0.0.1:1/surveys"):
            pass
    assert "hidden" not in str(refused.value)


@pytest.mark.postgres
async def test_a_server_can_be_reached_through_its_socket(postgres_cluster: Cluster, migrated_postgres: str) -> None:
    socket = f"postgresql://surveyplat@/{migrated_postgres}?host={postgres_cluster.home}&port={postgres_cluster.port}"
    async with open_database(socket) as database:
        assert await database.read(Dealer.select()) == []


def test_an_address_is_shown_without_user_and_password() -> None:
    assert place_of("postgresql://user:p%40ss@db.example:5432/surveys") == "postgresql://db.example:5432/surveys"
    assert place_of("sqlite:////srv/surveys.db") == "sqlite:////srv/surveys.db"
