"""A database in use: reads at once, writes through the writer, the same on SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from surveyplat.errors import SchemaOutdated, StorageError
from surveyplat.storage.context import Rows
from surveyplat.storage.engine import DATABASE_FAULTS, PostgresServerEngine, StorageEngine, engine_of
from surveyplat.storage.postgres_commit import PostgresCommitter
from surveyplat.storage.readers import PostgresReaders, SQLiteReaders
from surveyplat.storage.schema import demand_current, state_of
from surveyplat.storage.sqlite_commit import SQLiteCommitter
from surveyplat.storage.statements import AnyStatement
from surveyplat.storage.writer import QUEUE_SIZE, Committer, Unit, Writer

__all__ = ["Database", "Unit", "open_database"]

T = TypeVar("T")


class _Readers(Protocol):
    async def read(self, query: AnyStatement) -> Rows: ...

    async def close(self) -> None: ...


class Database:
    """Made by ``open_database`` or ``Database.open``; it belongs to the event loop that it was opened in."""

    def __init__(self, readers: _Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer

    @classmethod
    async def open(cls, url: str, *, expect_schema: bool = True, queue_size: int = QUEUE_SIZE) -> "Database":
        """Open the database at ``url``. Close it again, or use ``open_database``, which does.

        Raises ``SchemaOutdated`` when its schema is not the one that this program expects (unless ``expect_schema`` is
        false), and ``StorageError`` when it cannot be reached.
        """
        engine = engine_of(url)
        place = place_of(url)
        try:
            readers, committer = await _connect(engine, place, expect_schema=expect_schema)
        except DATABASE_FAULTS as fault:
            raise StorageError(f"{place}: cannot be opened: {fault}. Correct SURVEYPLAT_DATABASE_URL") from fault
        database = cls(readers, Writer(committer, queue_size=queue_size))
        if expect_schema:
            try:
                demand_current(await state_of(database.read), place)
            except BaseException:
                await database.close()
                raise
        return database

    async def read(self, query: AnyStatement) -> Rows:
        """The rows of ``query`` as dicts, from what is committed. It cannot change anything.

        Times are aware and in UTC. A computed column (a maximum, say) has no type on SQLite and comes as it is stored.
        """
        return await self._readers.read(query)

    async def write(self, unit: Unit[T]) -> T:
        """Run the unit of work and give its value, after the durable commit of the batch in which it ran.

        ``unit`` is a generator function without arguments: each ``yield query`` runs the query in the transaction and
        gives its rows. Whatever it raises undoes it alone and reaches the caller; a statement that the database refuses
        does the same, as a ``StorageError``. It may be run again from its start, so it must do nothing but query.
        Raises ``WriterBusy`` when too much is waiting, ``WriterClosed`` once the database is being closed.
        """
        return await self._writer.write(unit)

    async def close(self) -> None:
        """Finish every write that waits, then let go of all connections."""
        await self._writer.close()
        await self._readers.close()


@asynccontextmanager
async def open_database(url: str, *, expect_schema: bool = True) -> AsyncIterator[Database]:
    """The database at ``url``, closed at the end. Raises as ``Database.open`` does."""
    database = await Database.open(url, expect_schema=expect_schema)
    try:
        yield database
    finally:
        await database.close()


def place_of(url: str) -> str:
    """The address without user and password, to be shown."""
    parts = urlsplit(url)
    return url if not parts.netloc else f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


async def _connect(engine: StorageEngine, place: str, *, expect_schema: bool) -> tuple[_Readers, Committer]:
    if isinstance(engine, PostgresServerEngine):
        readers = PostgresReaders(engine)
        await readers.open()
        return readers, PostgresCommitter(engine)
    if expect_schema and not Path(engine.path).exists():
        raise SchemaOutdated(f"{place}: there is no database yet. Run `surveyplat migrate`, then start again")
    Path(engine.path).parent.mkdir(parents=True, exist_ok=True)
    engine.connect().close()
    return SQLiteReaders(engine), SQLiteCommitter(engine)
