"""Commits a batch on PostgreSQL: one connection of its own, one transaction under a lock of all writing processes."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from surveyplat.storage.context import Rows
from surveyplat.storage.engine import DATABASE_FAULTS, PostgresServerEngine
from surveyplat.storage.refusals import refused_statement
from surveyplat.storage.statements import AnyStatement, compiled
from surveyplat.storage.writer import Outcome, Unit

TAKE_WRITER_LOCK = f"SELECT pg_advisory_xact_lock({0x5375_7276_6579})"
"""Waits for the lock of this database's writers (its number is "Survey" in ASCII), held until the transaction ends.
One batch at a time: a unit that reads and then writes sees the same on both engines, no other writer in between."""

_BEGIN = f"BEGIN; {TAKE_WRITER_LOCK}; SAVEPOINT unit"
_KEEP = "RELEASE unit; SAVEPOINT unit"
_UNDO = "ROLLBACK TO unit"

_ATTEMPTS = 5
_OVERTAKEN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


class PostgresCommitter:
    """A batch is one transaction; when a unit of it fails, it is run again with a savepoint for each.

    A batch that others made impossible is run again as a whole. The connection is not one of the readers', who can so
    never keep the writer waiting; a lost one is simply replaced.
    """

    def __init__(self, engine: PostgresServerEngine) -> None:
        self._engine = engine
        self._held: Any = None

    async def commit(self, units: Sequence[Unit[Any]], attempts: int = _ATTEMPTS) -> list[Outcome]:
        connection = await self._connection()
        try:
            await connection.execute(_BEGIN)
            outcomes = await self._carry_out_all(connection, units)
        except DATABASE_FAULTS as fault:
            if not await _undone_by_others(connection, fault) or attempts == 1:
                raise
            return await self.commit(units, attempts - 1)
        await connection.execute("COMMIT")
        return outcomes

    async def close(self) -> None:
        if self._held is not None:
            await self._held.close()
            self._held = None

    async def _carry_out_all(self, connection: Any, units: Sequence[Unit[Any]]) -> list[Outcome]:
        """Nearly always no unit fails, and then none needs a savepoint, which costs as much as a statement."""
        try:
            return [Outcome(await self._run(connection, unit)) for unit in units]
        except _OVERTAKEN:
            raise
        except Exception:
            await connection.execute(_UNDO)
            return [await self._carry_out(connection, unit) for unit in units]

    async def _carry_out(self, connection: Any, unit: Unit[Any]) -> Outcome:
        try:
            outcome = Outcome(await self._run(connection, unit))
        except _OVERTAKEN:
            raise
        except DATABASE_FAULTS as fault:
            outcome = Outcome(error=refused_statement(fault))
        except Exception as error:
            outcome = Outcome(error=error)
        await connection.execute(_KEEP if outcome.error is None else _UNDO)
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

    async def _rows(self, connection: Any, query: AnyStatement) -> Rows:
        sql, values = compiled(query, self._engine)
        return [dict(row) for row in await connection.fetch(sql, *values)]

    async def _connection(self) -> Any:
        if self._held is None or self._held.is_closed():
            self._held = await self._engine.get_new_connection()
        return self._held


async def _undone_by_others(connection: Any, fault: Exception) -> bool:
    """Roll back what is left; true when the batch may be run again: before its commit, and by no fault of its own."""
    try:
        await connection.execute("ROLLBACK")
    except DATABASE_FAULTS:
        connection.terminate()
        return True
    return isinstance(fault, _OVERTAKEN)
