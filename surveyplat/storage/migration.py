"""Migrations up and down: Piccolo's own, each call one transaction, with every other writer kept out meanwhile."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stdout
from pathlib import Path

import aiosqlite
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration

from surveyplat.errors import DestructiveMigration, StorageError
from surveyplat.storage.context import AnyQuery, Rows, using
from surveyplat.storage.database import open_database, place_of
from surveyplat.storage.engine import DATABASE_FAULTS, StorageEngine, WalSQLiteEngine, engine_of, lock_path
from surveyplat.storage.piccolo_app import APP_NAME
from surveyplat.storage.postgres_commit import TAKE_WRITER_LOCK
from surveyplat.storage.rebuild import BROKEN_REFERENCES, WITHOUT_FOREIGN_KEYS
from surveyplat.storage.schema import (
    Read,
    SchemaState,
    applied_migrations,
    shipped_migrations,
    state_of,
)
from surveyplat.storage.schema_change import Loss, SchemaChange, manager_of
from surveyplat.storage.sqlite_commit import file_lock

NOTHING = "nothing"
"""What ``migrate_down`` goes down to when not even the first migration is to stay."""


async def schema_state(url: str) -> SchemaState:
    """Which migrations the database at ``url`` has had, and which it lacks."""
    async with open_database(url, expect_schema=False) as database:
        return await state_of(database.read)


async def migrate_up(url: str, to: str | None = None) -> tuple[str, ...]:
    """Apply what is pending, up to and including ``to``; gives the ids applied. All of it happens, or nothing does."""
    shipped = shipped_migrations()
    _demand_known([to] if to else [], shipped)
    async with _migrating(url) as read:
        done = await applied_migrations(read)
        pending = tuple(name for name in shipped if name not in done and (to is None or name <= to))
        await Migration.create_table(if_not_exists=True)
        for name in pending:
            await (await manager_of(name)).run()
            await Migration.insert(Migration(name=name, app_name=APP_NAME))
    return pending


async def migrate_down(url: str, to: str, *, accept_loss: bool = False) -> tuple[str, ...]:
    """Take back, the newest first, what came after ``to`` (an id, or ``nothing``); gives the ids taken back.

    Raises ``DestructiveMigration`` when rows or values would be lost, with their counts, unless ``accept_loss``.
    All of it happens, or nothing does.
    """
    shipped = shipped_migrations()
    _demand_known([to], (NOTHING, *shipped))
    async with _migrating(url) as read:
        back = [name for name in reversed(await applied_migrations(read)) if to == NOTHING or name > to]
        _demand_known(back, shipped)
        managers = [await manager_of(name) for name in back]
        if not accept_loss:
            await _refuse_losses(managers, read)
        for name, manager in zip(back, managers, strict=True):
            await manager.run(backwards=True)
            await Migration.delete().where((Migration.name == name) & (Migration.app_name == APP_NAME))
    return tuple(back)


def _demand_known(names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise StorageError(f"{name}: this program has no such migration. It has {', '.join(known)}")


async def _refuse_losses(managers: Iterable[MigrationManager], read: Read) -> None:
    losses = [loss for manager in managers for loss in await _losses(manager, read)]
    if losses:
        raise DestructiveMigration(
            f"Going down would lose {'; '.join(losses)}. Make a backup, then repeat it with --accept-loss"
        )


async def _losses(manager: MigrationManager, read: Read) -> list[str]:
    """What taking ``manager`` back would lose: the rows of its tables, and what it says or its columns hold."""
    losses = [Loss(f"rows of {table.tablename}", _amount(table.tablename)) for table in manager.add_tables]
    losses += manager.losses if isinstance(manager, SchemaChange) else _losses_of_columns(manager)
    counted = [(loss.what, (await read(Migration.raw(loss.count)))[0]["amount"]) for loss in losses]
    return [f"{what}: {amount}" for what, amount in counted if amount]


def _losses_of_columns(manager: MigrationManager) -> list[Loss]:
    """The values of the columns that ``manager`` added to older tables."""
    made = {table.class_name for table in manager.add_tables}
    return [
        Loss(
            f"values of {added.column._meta.name} in {added.tablename}",
            _amount(added.tablename, f'"{added.column._meta.db_column_name}"'),
        )
        for added in manager.add_columns.add_columns
        if added.table_class_name not in made
    ]


def _amount(table: str, counted: str = "*") -> str:
    return f'SELECT COUNT({counted}) AS "amount" FROM "{table}"'


@asynccontextmanager
async def _migrating(url: str) -> AsyncIterator[Read]:
    """One transaction in which every table is that of ``url``; gives the way to read in it."""
    engine = _migrating_engine(url)

    async def read(query: AnyQuery) -> Rows:
        return engine.transform_response_to_dicts(await engine.run_querystring(query.querystrings[0]))

    try:
        async with _writers_kept_out(engine):
            with using(engine), _as_it_was():
                yield read
                if isinstance(engine, WalSQLiteEngine):
                    await _demand_whole_references(read)
    except DATABASE_FAULTS as fault:
        raise StorageError(f"{place_of(url)}: the migration failed, and all of it was undone: {fault}") from fault


class _RebuildingEngine(WalSQLiteEngine):
    """SQLite with foreign keys off, so that a table can be rebuilt."""

    async def get_connection(self) -> aiosqlite.Connection:
        connection = await super().get_connection()
        await connection.execute(WITHOUT_FOREIGN_KEYS)
        return connection


def _migrating_engine(url: str) -> StorageEngine:
    engine = engine_of(url)
    return _RebuildingEngine(Path(engine.path)) if isinstance(engine, WalSQLiteEngine) else engine


async def _demand_whole_references(read: Read) -> None:
    broken = await read(Migration.raw(BROKEN_REFERENCES))
    if broken:
        named = ", ".join(f"{row['table']} to {row['parent']}" for row in broken)
        raise StorageError(
            f"The migration was undone, because rows would refer to missing ones ({named}). "
            "Restore those rows from a backup or delete them, then migrate again"
        )


@asynccontextmanager
async def _writers_kept_out(engine: StorageEngine) -> AsyncIterator[None]:
    if isinstance(engine, WalSQLiteEngine):
        Path(engine.path).parent.mkdir(parents=True, exist_ok=True)
        lock = file_lock(lock_path(engine))
        await asyncio.to_thread(lock.__enter__)
        try:
            async with engine.transaction():
                yield
        finally:
            lock.__exit__(None, None, None)
    else:
        async with engine.transaction():
            await engine.run_ddl(TAKE_WRITER_LOCK)
            yield


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Piccolo reports on standard output and puts the migrations' folder on the import path: undo both."""
    path = list(sys.path)
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        sys.path[:] = path
