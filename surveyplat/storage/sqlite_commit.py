"""Commits a batch on SQLite: one transaction under the lock of all writing processes."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from surveyplat.storage.context import Rows
from surveyplat.storage.engine import LOCK_WAIT_MILLISECONDS, WalSQLiteEngine, lock_path
from surveyplat.storage.refusals import refused_statement
from surveyplat.storage.statements import AnyStatement, compiled
from surveyplat.storage.writer import Outcome, Unit


@contextmanager
def file_lock(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the exclusive lock on ``path``, however long it takes to get; the system frees it if this process dies.

    SQLite's own lock is polled, so that with several writing processes one of them can starve for seconds. Raises
    ``BlockingIOError`` when another holds it and we are not to ``wait``.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


class SQLiteCommitter:
    """One connection. A batch is one transaction; when a unit of it fails, it is run again with a savepoint for each.

    What waits for a lock or for the disk does so in a thread of its own. The statements run where the event loop runs:
    each takes some microseconds, and two threads that hand Python's lock to and fro for each take many times that.
    A batch for which nothing must be waited begins there too: the event loop comes back to what waits for a thread only
    when it has gone through all requests that are ready.
    """

    def __init__(self, engine: WalSQLiteEngine) -> None:
        self._engine = engine
        self._lock = lock_path(engine)
        self._held = ExitStack()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="surveyplat-writer")
        self._opened: sqlite3.Connection | None = None
        self._giving_up: Future[None] | None = None

    async def commit(self, units: Sequence[Unit[Any]]) -> list[Outcome]:
        try:
            if not self._begin_at_once():
                await self._apart(self._begin)
            outcomes = self._carry_out_all(units)
            await self._apart(self._commit)
        except BaseException:
            self._giving_up = self._thread.submit(self._give_up)  # after whatever the thread may still be doing
            raise
        return outcomes

    async def close(self) -> None:
        await self._apart(self._disconnect)
        self._thread.shutdown()

    async def _apart(self, step: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, step)

    def _begin_at_once(self) -> bool:
        """Whether the batch could be begun without waiting for a lock, or for a batch that is being given up."""
        if self._opened is None or (self._giving_up is not None and not self._giving_up.done()):
            return False
        try:
            self._held.enter_context(file_lock(self._lock, wait=False))
            self._opened.execute("PRAGMA busy_timeout=0")
            self._opened.execute("BEGIN IMMEDIATE")
        except (BlockingIOError, sqlite3.Error):
            self._held.close()
            return False
        finally:
            self._opened.execute(f"PRAGMA busy_timeout={LOCK_WAIT_MILLISECONDS}")
        return True

    def _begin(self) -> None:
        connection = self._connection()
        self._held.enter_context(file_lock(self._lock))
        connection.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        self._connection().execute("COMMIT")
        self._held.close()

    def _give_up(self) -> None:
        with self._held:
            if self._opened is not None and self._opened.in_transaction:
                self._opened.execute("ROLLBACK")

    def _carry_out_all(self, units: Sequence[Unit[Any]]) -> list[Outcome]:
        """Nearly always no unit fails, and then none needs a savepoint."""
        connection = self._connection()
        connection.execute("SAVEPOINT batch")
        try:
            return [Outcome(self._run(unit)) for unit in units]
        except Exception:
            if not connection.in_transaction:
                raise  # a full or failing disk has undone the whole batch
            connection.execute("ROLLBACK TO batch")
            return [self._carry_out(unit) for unit in units]

    def _carry_out(self, unit: Unit[Any]) -> Outcome:
        connection = self._connection()
        connection.execute("SAVEPOINT unit")
        try:
            outcome = Outcome(self._run(unit))
        except sqlite3.Error as fault:
            if not connection.in_transaction:
                raise  # a full or failing disk has undone the whole batch
            outcome = Outcome(error=refused_statement(fault))
        except Exception as error:
            outcome = Outcome(error=error)
        if outcome.error is not None:
            connection.execute("ROLLBACK TO unit")
        connection.execute("RELEASE unit")
        return outcome

    def _run(self, unit: Unit[Any]) -> Any:
        work = unit()
        try:
            query = next(work)
            while True:
                query = work.send(self._rows(query))
        except StopIteration as end:
            return end.value
        finally:
            work.close()

    def _rows(self, query: AnyStatement) -> Rows:
        sql, values = compiled(query, self._engine)
        return self._connection().execute(sql, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = self._engine.connect()
        return self._opened

    def _disconnect(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None
