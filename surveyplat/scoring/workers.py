"""Who does the work: a pass maps a function over the pieces of a snapshot, anywhere, and merges what it gives.

Results are merged in a fixed tree by the pieces' order (neighbours, then neighbours of neighbours), so that sums of
floats are the same to the last bit whoever counted which piece, and in whatever order they came back.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, Self, TypeVar

from surveyplat.errors import ScoringError

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 128
"""Pieces that are given out before the first of them is back: what bounds the memory of results not yet merged."""


class Mergeable(Protocol):
    def merge(self, other: Self) -> Self: ...


Merged = TypeVar("Merged", bound=Mergeable)
Progress = Callable[[str, int, int], None]
"""Told after each piece: the pass's name, pieces done, pieces in all."""


def silent(name: str, done: int, pieces: int) -> None: ...


@dataclass(frozen=True)
class Workers:
    """Any ``concurrent.futures.Executor``: processes, Dask's ``Client.get_executor()``; None works here and now.

    Its workers read the snapshot's file themselves, under the same path.
    """

    executor: Executor | None = None
    progress: Progress = silent

    def over(self, name: str, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """The function's result for each task, in the tasks' order.

        Raises ``ScoringError`` when a worker process is lost and its executor cannot replace it.
        """
        self.progress(name, 0, len(tasks))
        for done, result in enumerate(self._results(function, tasks), start=1):
            self.progress(name, done, len(tasks))
            yield result

    def merged(self, name: str, function: Callable[[Task], Merged], tasks: Sequence[Task]) -> Merged:
        """One pass: the function's results for all tasks, merged as they come."""
        return merged(self.over(name, function, tasks))

    def _results(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        if self.executor is None:
            yield from map(function, tasks)
            return
        given: deque[Future[Result]] = deque()
        waiting = iter(tasks)
        try:
            given.extend(self.executor.submit(function, task) for task in islice(waiting, _AHEAD))
            while given:
                result = given[0].result()
                given.popleft()
                given.extend(self.executor.submit(function, task) for task in islice(waiting, 1))
                yield result
        except BrokenExecutor as error:
            fix = "Nothing was changed: run it again, with fewer workers when memory ran out"
            raise ScoringError(f"A worker process ended before its piece was counted. {fix}") from error
        finally:
            for future in given:
                future.cancel()


ALONE = Workers()


def merged(results: Iterable[Merged]) -> Merged:
    """All results together, two neighbours at a time; holds as many as the tree is high.

    Raises ``ScoringError`` when there are none.
    """
    held: list[tuple[int, Merged]] = []
    for result in results:
        height, whole = 0, result
        while held and held[-1][0] == height:
            whole, height = held.pop()[1].merge(whole), height + 1
        held.append((height, whole))
    if not held:
        raise ScoringError("There is nothing to merge: the snapshot has no rows")
    _, whole = held.pop()
    while held:
        whole = held.pop()[1].merge(whole)
    return whole
