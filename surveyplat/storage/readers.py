"""Reading: on SQLite a few threads with a connection each that stays open, on PostgreSQL the pool."""

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

from surveyplat.storage.context import Rows
from surveyplat.storage.engine import DATABASE_FAULTS, PooledPostgresEngine, WalSQLiteEngine
from surveyplat.storage.refusals import refused_query
from surveyplat.storage.statements import AnyStatement, compiled

_READER_THREADS = 3


class SQLiteReaders:
    """Every thread keeps its own read-only connection."""

    def __init__(self, engine: WalSQLiteEngine) -> None:
        self._engine = engine
        self._own = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(_READER_THREADS, "surveyplat-reader")

    async def read(self, query: AnyStatement) -> Rows:
        sql, values = compiled(query, self._engine)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._fetch, sql, values)
        except DATABASE_FAULTS as fault:
            error = refused_query(fault)
            raise error from error.__cause__

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._connections:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        """This thread's own. One that could not be opened is tried again by the next query."""
        opened: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if opened is None:
            opened = self._own.connection = self._engine.connect(read_only=True)
            self._connections.append(opened)
        return opened

    def _fetch(self, sql: str, values: list[object]) -> Rows:
        rows: Rows = self._connection().execute(sql, values).fetchall()
        return rows


class PostgresReaders:
    """Every query takes a connection from the pool; closing them closes the pool."""

    def __init__(self, engine: PooledPostgresEngine) -> None:
        self._engine = engine

    async def read(self, query: AnyStatement) -> Rows:
        sql, values = compiled(query, self._engine)
        try:
            return [dict(row) for row in await self._engine.started_pool.fetch(sql, *values)]
        except DATABASE_FAULTS as fault:
            error = refused_query(fault)
            raise error from error.__cause__

    async def close(self) -> None:
        await self._engine.close_connection_pool()
