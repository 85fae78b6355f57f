"""The writer: many requests' work in one durable commit, each answered after it.

One writer a process. While a batch is being committed the next one gathers; an idle writer starts at once, so nothing
ever waits for a timer. How a batch is committed on either engine is in ``sqlite_commit`` and ``postgres_commit``.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from surveyplat.errors import WriterBusy, WriterClosed
from surveyplat.storage.context import Rows
from surveyplat.storage.refusals import failed_batch
from surveyplat.storage.statements import AnyStatement

T = TypeVar("T")
Work = Generator[AnyStatement, Rows, T]
Unit = Callable[[], Work[T]]
"""A unit of work: called inside the transaction, it yields queries and is sent their rows; it may be run again."""

BATCH_SIZE = 256
QUEUE_SIZE = 512
"""Two batches: more wait only while the database is stuck, and a process may not open many more connections."""


@dataclass(frozen=True)
class Outcome:
    """What became of one unit: its value, or the error that undid it."""

    value: Any = None
    error: Exception | None = None


class Committer(Protocol):
    """Runs the units of a batch, each in a savepoint of its own, and commits them at once."""

    async def commit(self, units: Sequence[Unit[Any]]) -> list[Outcome]:
        """One outcome a unit, in order, after the commit. Raises when the batch as a whole could not be committed."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class _Waiting:
    unit: Unit[Any]
    answer: asyncio.Future[Any]

    def resolve(self, outcome: Outcome) -> None:
        if self.answer.done():
            return  # whoever waited has gone
        if outcome.error is None:
            self.answer.set_result(outcome.value)
        else:
            self.answer.set_exception(outcome.error)


class Writer:
    """Made inside a running event loop; every method belongs to that loop."""

    def __init__(self, committer: Committer, *, queue_size: int = QUEUE_SIZE) -> None:
        self._committer = committer
        self._queue_size = queue_size
        self._queue: deque[_Waiting] = deque()
        self._arrival = asyncio.Event()
        self._closing = False
        self._loop_task = asyncio.create_task(self._commit_batches(), name="surveyplat writer")

    async def write(self, unit: Unit[T]) -> T:
        """Run ``unit`` in the next batch; gives its value after the durable commit, or raises what undid it.

        Who stops waiting gets no answer, but the unit is carried out all the same. Raises ``WriterBusy`` when the queue
        is full and ``WriterClosed`` after ``close``.
        """
        if self._closing:
            raise WriterClosed("The database is being closed: nothing was stored. Send it again after the restart")
        if len(self._queue) >= self._queue_size:
            raise WriterBusy(f"{self._queue_size} writes are waiting already: nothing was stored. Try again shortly")
        waiting = _Waiting(unit, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._arrival.set()
        return cast(T, await waiting.answer)

    async def close(self) -> None:
        """Take no more work, finish all that waits, and let go of the connection."""
        self._closing = True
        self._arrival.set()
        await asyncio.shield(self._loop_task)

    async def _commit_batches(self) -> None:
        try:
            while await self._work_arrived():
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), BATCH_SIZE))]
                for waiting, outcome in zip(batch, await self._outcomes(batch), strict=True):
                    waiting.resolve(outcome)
        finally:
            await self._committer.close()

    async def _work_arrived(self) -> bool:
        """Wait for work; false when there is none left and none may come."""
        while not self._queue and not self._closing:
            self._arrival.clear()
            await self._arrival.wait()
        return bool(self._queue)

    async def _outcomes(self, batch: list[_Waiting]) -> list[Outcome]:
        try:
            return await self._committer.commit([waiting.unit for waiting in batch])
        except Exception as fault:
            return [Outcome(error=failed_batch(fault))] * len(batch)
