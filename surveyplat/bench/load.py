"""A closed loop of clients: each sends its next piece of work as soon as the last one was answered."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

import numpy as np

Job = TypeVar("Job")


@dataclass(frozen=True)
class Load:
    """What was answered: how many pieces of work a second, and how long one waited, in milliseconds.

    ``processor_ms`` is what one piece took of the server's processors; None when nobody measured it.
    """

    answered: int
    seconds: float
    p50_ms: float
    p99_ms: float
    processor_ms: float | None = None

    @property
    def rate(self) -> float:
        return self.answered / self.seconds


async def closed_loop(
    work: Callable[[Job], Awaitable[object]], jobs: Iterator[Job], *, clients: int, seconds: float
) -> Load:
    """Let ``clients`` work at once for ``seconds``, or until there are no more jobs; each does one job at least.

    Raises ``ValueError`` when there is no job at all.
    """
    waits: list[float] = []
    begun = perf_counter()

    async def client() -> None:
        for job in jobs:
            sent = perf_counter()
            await work(job)
            answered = perf_counter()
            waits.append(answered - sent)
            if answered - begun >= seconds:
                return

    async with asyncio.TaskGroup() as tasks:
        for _ in range(clients):
            tasks.create_task(client())
    return load_of(waits, perf_counter() - begun)


def load_of(waits: Sequence[float], seconds: float) -> Load:
    """The figures of the ``waits``, in seconds each. Raises ``ValueError`` when there are none."""
    if not waits:
        raise ValueError("no work was done, so nothing was measured")
    p50, p99 = np.percentile(np.array(waits) * 1000, [50, 99])
    return Load(len(waits), seconds, float(p50), float(p99))
