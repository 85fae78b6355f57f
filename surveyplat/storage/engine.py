"""The two engines and their addresses: how a connection is opened, and with which guarantees."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiosqlite
import asyncpg
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory

if TYPE_CHECKING:
    from piccolo.table import Table

_SQLITE_PREFIX = "sqlite:///"
LOCK_WAIT_MILLISECONDS = 30_000
_PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
_SERVER_SETTINGS = {"application_name": "surveyplat", "synchronous_commit": "on"}

DATABASE_FAULTS = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What either engine raises when the database refuses, or cannot be reached."""


class WalSQLiteEngine(SQLiteEngine):
    """SQLite with a write-ahead log, durable commits, foreign keys, and transactions that lock at once."""

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path), timeout=LOCK_WAIT_MILLISECONDS / 1000)

    def connect(self, *, read_only: bool = False) -> sqlite3.Connection:
        """A plain connection with the same settings, for a thread of its own; rows are dicts.

        It may be closed from another thread than the one that works with it.
        """
        connection: sqlite3.Connection = sqlite3.connect(**self.connection_kwargs, check_same_thread=False)
        connection.row_factory = dict_factory
        for pragma in (*_PRAGMAS, *(["PRAGMA query_only=ON"] if read_only else [])):
            connection.execute(pragma)
        return connection

    async def get_connection(self) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(**self.connection_kwargs)
        connection.row_factory = dict_factory  # type: ignore[assignment]
        for pragma in _PRAGMAS:
            await connection.execute(pragma)
        return connection

    async def _run_in_new_connection(
        self,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",
        table: "type[Table] | None" = None,
    ) -> Any:
        connection = await self.get_connection()
        try:
            return await self._run_in_existing_connection(connection, query, args, query_type, table)
        finally:
            await connection.close()

    def transaction(
        self, transaction_type: TransactionType = TransactionType.immediate, allow_nested: bool = True
    ) -> SQLiteTransaction:
        return super().transaction(transaction_type, allow_nested)


class PostgresServerEngine(PostgresEngine):
    """PostgreSQL. asyncpg reads the address, so that a socket's folder may be given as ``?host=``."""

    def __init__(self, url: str) -> None:
        super().__init__(config={"dsn": url, "server_settings": _SERVER_SETTINGS})

    async def check_version(self) -> None:
        """Say nothing: Piccolo would open a connection of its own, in the constructor, to ask for the version."""

    async def connect_reader(self) -> Any:
        """A connection that can change nothing."""
        settings = _SERVER_SETTINGS | {"default_transaction_read_only": "on"}
        return await asyncpg.connect(**(self.config | {"server_settings": settings}))


StorageEngine = WalSQLiteEngine | PostgresServerEngine


def engine_of(url: str) -> StorageEngine:
    """The engine of ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://user:password@host:port/name``."""
    if url.startswith(_SQLITE_PREFIX):
        return WalSQLiteEngine(Path(url.removeprefix(_SQLITE_PREFIX)))
    return PostgresServerEngine(url)


def lock_path(engine: WalSQLiteEngine) -> Path:
    """The file that every writing process locks around its transactions."""
    return Path(f"{engine.path}.lock")
