"""Commits a batch on PostgreSQL: one connection of the pool, one transaction under a lock of all writing processes."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from surveyplat.storage.context import AnyQuery, Rows, compiled
from surveyplat.storage.engine import PooledPostgresEngine
from surveyplat.storage.writer import Outcome, Unit, refusal

TAKE_WRITER_LOCK = f"SELECT pg_advisory_xact_lock({0x5375_7276_6579})"
"""Waits for the lock of this database's writers (its number is "Survey" in ASCII), held until the transaction ends.
One batch at a time: a unit that reads and then writes sees the same on both engines, no other writer in between."""

_ATTEMPTS = 5
_TRY_AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_REFUSED = (asyncpg.PostgresError, asyncpg.InterfaceError)


class PostgresCommitter:
    """A batch is one transaction, a unit one savepoint. A batch that others made impossible is run again as a whole."""

    def __init__(self, engine: PooledPostgresEngine) -> None:
        self._engine = engine
        self._held: Any = None

    async def commit(self, units: Sequence[Unit[Any]]) -> list[Outcome]:
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._commit(units)
            except _TRY_AGAIN:
                continue
        return await self._commit(units)

    async def close(self) -> None:
        if self._held is not None:
            await self._engine.started_pool.release(self._held)
            self._held = None

    async def _commit(self, units: Sequence[Unit[Any]]) -> list[Outcome]:
        connection = await self._connection()
        async with connection.transaction():
            await connection.execute(TAKE_WRITER_LOCK)
            return [await self._carry_out(connection, unit) for unit in units]

    async def _carry_out(self, connection: Any, unit: Unit[Any]) -> Outcome:
        await connection.execute("SAVEPOINT unit")
        try:
            outcome = Outcome(await self._run(connection, unit))
        except _TRY_AGAIN:
            raise
        except _REFUSED as fault:
            outcome = Outcome(error=refusal(fault))
        except Exception as error:
            outcome = Outcome(error=error)
        await connection.execute("RELEASE unit" if outcome.error is None else "ROLLBACK TO unit; RELEASE unit")
        return outcome

    async def _run(self, connection: Any, unit: Unit[Any]) -> Any:
        work = unit()
        try:
            query = next(work)
            while True:
                query = work.send(await self._rows(connection, query))
        except StopIteration as end:
            return end.value
        finally:
            work.close()

    async def _rows(self, connection: Any, query: AnyQuery) -> Rows:
        sql, values = compiled(query, self._engine)
        return [dict(row) for row in await connection.fetch(sql, *values)]

    async def _connection(self) -> Any:
        if self._held is None or self._held.is_closed():
            await self.close()
            self._held = await self._engine.started_pool.acquire()
        return self._held
