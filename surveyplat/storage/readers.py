"""Reading: on SQLite a few threads with a connection each that stays open, on PostgreSQL the pool."""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from typing import Any, cast

from surveyplat.storage.context import Rows
from surveyplat.storage.engine import DATABASE_FAULTS, PooledPostgresEngine, WalSQLiteEngine
from surveyplat.storage.refusals import refused_query
from surveyplat.storage.statements import AnyStatement, compiled

_READER_THREADS = 3
_MOST_AT_ONCE = 32


@dataclass(frozen=True)
class _Asked:
    sql: str
    values: list[Any]
    rows: asyncio.Future[Rows]

    def answer(self, found: Rows | Exception) -> None:
        if self.rows.done():
            return  # whoever asked has gone
        if isinstance(found, Exception):
            self.rows.set_exception(found)
        else:
            self.rows.set_result(found)


class SQLiteReaders:
    """Every thread keeps its own read-only connection.

    What is asked while all threads are busy is fetched together by the next free one: for a small query the way to a
    thread and back costs more than the query.
    """

    def __init__(self, engine: WalSQLiteEngine) -> None:
        self._engine = engine
        self._own = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(_READER_THREADS, "surveyplat-reader")
        self._waiting: deque[_Asked] = deque()
        self._at_work: set[asyncio.Task[None]] = set()

    async def read(self, query: AnyStatement) -> Rows:
        sql, values = compiled(query, self._engine)
        asked = _Asked(sql, values, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if len(self._at_work) < _READER_THREADS:
            self._at_work.add(asyncio.create_task(self._work(), name="surveyplat reader"))
        try:
            return await asked.rows
        except DATABASE_FAULTS as fault:
            error = refused_query(fault)
            raise error from error.__cause__

    async def close(self) -> None:
        """Finish what was asked, then let go of the connections."""
        while self._at_work:
            await asyncio.wait(self._at_work)
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        """This thread's own. One that could not be opened is tried again by the next query."""
        opened: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if opened is None:
            opened = self._own.connection = self._engine.connect(read_only=True)
            self._connections.append(opened)
        return opened

    async def _work(self) -> None:
        """Let one thread fetch its share of what waits, until nothing does; then the next query starts another."""
        while self._waiting:
            share = ceil(len(self._waiting) / _READER_THREADS)
            batch = [self._waiting.popleft() for _ in range(min(share, _MOST_AT_ONCE))]
            fetched = await asyncio.get_running_loop().run_in_executor(self._threads, self._fetch, batch)
            for asked, found in zip(batch, fetched, strict=True):
                asked.answer(found)
        self._at_work.remove(cast(asyncio.Task[None], asyncio.current_task()))

    def _fetch(self, batch: Sequence[_Asked]) -> list[Rows | Exception]:
        fetched: list[Rows | Exception] = []
        for asked in batch:
            try:
                fetched.append(self._connection().execute(asked.sql, asked.values).fetchall())
            except Exception as fault:
                fetched.append(fault)
        return fetched


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
