"""Migrations on both engines: up, down and up again, with rows in the tables."""

import sys

import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.table import create_db_tables

from surveyplat.errors import DestructiveMigration, SchemaOutdated, StorageError
from surveyplat.storage.context import using
from surveyplat.storage.database import Database, open_database
from surveyplat.storage.engine import engine_of
from surveyplat.storage.migration import NOTHING, migrate_down, migrate_up, schema_state
from surveyplat.storage.piccolo_app import APP_CONFIG
from surveyplat.storage.schema import shipped_migrations
from surveyplat.storage.tables import TABLES, Customer, CustomerContact, Dealer

SHIPPED = tuple(shipped_migrations())
SQLITE_SCHEMA = """
    SELECT type, name, tbl_name, sql FROM sqlite_master
    WHERE tbl_name NOT IN ('migration', 'sqlite_sequence') ORDER BY type, name
"""
POSTGRES_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration'
    ORDER BY table_name, ordinal_position
"""
POSTGRES_INDEXES = """
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migration' ORDER BY indexdef
"""
POSTGRES_KEYS = """
    SELECT conrelid::regclass::text AS place, pg_get_constraintdef(oid) AS rule FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 'migration'::regclass ORDER BY 1, 2
"""


def add_rows():  # type: ignore[no-untyped-def]
    yield Dealer.insert(*[Dealer(code=f"D{n}", name="n", region="r", brand="b", time_zone="UTC") for n in range(3)])
    [customer] = yield Customer.insert(Customer(reference="c", language="en")).returning(Customer.id)
    yield CustomerContact.insert(CustomerContact(customer=customer["id"], wrapped_key=b"k", ciphertext=b"c"))


async def described(url: str) -> list[list[dict[str, object]]]:
    """The whole schema, as the engine itself describes it."""
    statements = [SQLITE_SCHEMA] if url.startswith("sqlite") else [POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_KEYS]
    async with open_database(url, expect_schema=False) as database:
        return [await database.read(Migration.raw(statement)) for statement in statements]


async def dealers(database: Database) -> int:
    [counted] = await database.read(Dealer.count())
    return int(counted["count"])


async def test_up_down_and_up_again_with_rows(empty_database_url: str) -> None:
    url = empty_database_url
    assert await migrate_up(url) == SHIPPED
    first = await described(url)
    async with open_database(url) as database:
        await database.write(add_rows)
        assert await dealers(database) == 3
    assert await migrate_down(url, NOTHING, accept_loss=True) == tuple(reversed(SHIPPED))
    assert (await schema_state(url)).pending == SHIPPED
    assert await migrate_up(url) == SHIPPED
    assert await described(url) == first
    async with open_database(url) as database:
        assert await dealers(database) == 0
        await database.write(add_rows)


async def test_going_up_twice_changes_nothing(database_url: str) -> None:
    assert await migrate_up(database_url) == ()
    assert (await schema_state(database_url)).current


async def test_a_down_that_would_lose_rows_is_refused_and_counts_them(database_url: str) -> None:
    async with open_database(database_url) as database:
        await database.write(add_rows)
        with pytest.raises(DestructiveMigration) as refused:
            await migrate_down(database_url, NOTHING)
        for loss in ("rows of dealer: 3", "rows of customer: 1", "rows of customer_contact: 1", "--accept-loss"):
            assert loss in str(refused.value)
        assert "vehicle" not in str(refused.value)
        assert await dealers(database) == 3
    assert (await schema_state(database_url)).current


async def test_a_down_of_empty_tables_needs_no_acceptance(database_url: str) -> None:
    assert await migrate_down(database_url, NOTHING) == tuple(reversed(SHIPPED))


async def test_the_migrated_schema_equals_the_tables(empty_database_url: str, database_url: str) -> None:
    engine = engine_of(empty_database_url)
    with using(engine):
        await create_db_tables(Migration, *TABLES)
    assert await described(empty_database_url) == await described(database_url)


async def test_piccolo_finds_no_difference_between_migrations_and_tables(database_url: str) -> None:
    path = list(sys.path)
    try:
        with using(engine_of(database_url)):
            alterations = await AutoMigrationManager().get_alter_statements(APP_CONFIG)
    finally:
        sys.path[:] = path
    assert [statement for alteration in alterations for statement in alteration.statements] == []


async def test_migrating_leaves_the_import_path_and_the_terminal_alone(
    empty_database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = list(sys.path)
    await migrate_up(empty_database_url)
    await migrate_down(empty_database_url, NOTHING)
    assert sys.path == before
    assert capsys.readouterr() == ("", "")


async def test_a_failing_migration_leaves_nothing_behind(empty_database_url: str) -> None:
    with using(engine_of(empty_database_url)):
        await Dealer.create_table()
    with pytest.raises(StorageError, match="all of it was undone"):
        await migrate_up(empty_database_url)
    async with open_database(empty_database_url, expect_schema=False) as database:
        [found] = await database.read(Customer.table_exists())
        assert not found["exists"]
        assert (await schema_state(empty_database_url)).applied == ()


async def test_a_database_of_a_newer_program_is_refused_by_name(database_url: str) -> None:
    def unit():  # type: ignore[no-untyped-def]
        yield Migration.insert(Migration(name="9999_from_the_future", app_name="surveyplat"))

    async with open_database(database_url) as database:
        await database.write(unit)
    with pytest.raises(SchemaOutdated, match="9999_from_the_future"):
        async with open_database(database_url):
            pass
    with pytest.raises(StorageError, match="no such migration"):
        await migrate_down(database_url, NOTHING, accept_loss=True)


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_an_unknown_migration_is_refused_with_the_known_ones(database_url: str, direction: str) -> None:
    go = migrate_up(database_url, "0000") if direction == "up" else migrate_down(database_url, "0000")
    with pytest.raises(StorageError, match=SHIPPED[0]):
        await go
