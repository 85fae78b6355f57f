"""Reading, by connections that stay open: on SQLite at once or in a few threads, on PostgreSQL by whichever is free."""

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
from surveyplat.storage.engine import DATABASE_FAULTS, PostgresServerEngine, WalSQLiteEngine
from surveyplat.storage.refusals import refused_query
from surveyplat.storage.statements import AnyStatement, Statement, compiled

_READER_THREADS = 3
_READER_CONNECTIONS = 8
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
    thread and back costs more than the query. A statement that is compiled once is a look-up, and needs no thread.
    """

    def __init__(self, engine: WalSQLiteEngine) -> None:
        self._engine = engine
        self._own = threading.local()
        self._here: sqlite3.Connection | None = None
        self._connections: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(_READER_THREADS, "surveyplat-reader")
        self._waiting: deque[_Asked] = deque()
        self._at_work: set[asyncio.Task[None]] = set()

    async def read(self, query: AnyStatement) -> Rows:
        sql, values = compiled(query, self._engine)
        if isinstance(query, Statement):
            try:
                return self._look_up(sql, values)
            except sqlite3.Error:
                pass  # a thread can wait for a lock, the event loop cannot; and it says what is wrong
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

    def _look_up(self, sql: str, values: list[Any]) -> Rows:
        if self._here is None:
            self._here = self._engine.connect(read_only=True)
            self._connections.append(self._here)
            self._here.execute("PRAGMA busy_timeout=0")
        return cast(Rows, self._here.execute(sql, values).fetchall())

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
    """A few connections that stay open and can change nothing; who finds none free waits, first come, first served.

    asyncpg's own pool spends more on lending a connection than a look-up takes.
    """

    def __init__(self, engine: PostgresServerEngine) -> None:
        self._engine = engine
        self._turns = asyncio.Semaphore(_READER_CONNECTIONS)
        self._free: list[Any] = []

    async def read(self, query: AnyStatement) -> Rows:
        sql, values = compiled(query, self._engine)
        try:
            async with self._turns:
                return await self._fetch(sql, values)
        except DATABASE_FAULTS as fault:
            error = refused_query(fault)
            raise error from error.__cause__

    async def open(self) -> None:
        """Open the first connection. Raises what asyncpg does when the server cannot be reached."""
        self._free.append(await self._engine.connect_reader())

    async def close(self) -> None:
        """Let go of the connections; nobody may be reading."""
        for connection in self._free:
            await connection.close()

    async def _fetch(self, sql: str, values: list[Any]) -> Rows:
        connection = await self._connection()
        try:
            rows = [dict(row) for row in await connection.fetch(sql, *values)]
        except asyncio.CancelledError:
            connection.terminate()  # it may still be busy with what nobody waits for
            raise
        finally:
            if not connection.is_closed():
                self._free.append(connection)
        return rows

    async def _connection(self) -> Any:
        """One that is free; those that the server has closed meanwhile are forgotten."""
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
        return await self._engine.connect_reader()
