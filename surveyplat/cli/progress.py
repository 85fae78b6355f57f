"""How far long work has come, on standard error; and the way to stop it between two pieces."""

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from threading import Event

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class PassBars:
    """One bar a pass; called from whichever thread works."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._held: dict[str, TaskID] = {}
        self._stopped = Event()

    def __call__(self, name: str, done: int, pieces: int) -> None:
        """Move the pass's bar. Raises ``CancelledError`` in the work once it was stopped."""
        if self._stopped.is_set():
            raise CancelledError
        if name not in self._held:
            self._held[name] = self._bars.add_task(name, total=pieces)
        self._bars.update(self._held[name], completed=done, total=pieces)

    def stop(self) -> None:
        """Let the work end at its next piece."""
        self._stopped.set()


@contextmanager
def pass_bars(title: str) -> Iterator[PassBars]:
    """Bars that are gone when the work is done; nothing is shown where standard error is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn(f"{title}: {{task.description}}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        yield PassBars(bars)
