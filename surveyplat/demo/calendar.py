"""The demonstration's calendar: two quarters lived through in fortnights, each closed when its fieldwork is over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from surveyplat.simulation.group import QUARTERS, Quarter

_FORTNIGHT = timedelta(days=14)
_WEEK = timedelta(days=7)
_UNTIL_CLOSED = timedelta(days=27)
"""From a quarter's last day until no link of it is alive any more: 3 days' delay and 21 days' life, and some."""
_MORNING = time(1, 0, tzinfo=UTC)
"""Nine o'clock in the morning in China."""


@dataclass(frozen=True)
class Stop:
    """A moment at which work is done: events and answers come in, or the quarter ``closing`` is reported."""

    now: datetime
    closing: str | None = None


def stops() -> tuple[Stop, ...]:
    """Every stop of the demonstration in the order of time."""
    return tuple(sorted((stop for quarter in QUARTERS for stop in _of(quarter)), key=lambda stop: stop.now))


def end() -> datetime:
    """The demonstration's today: the day on which its last quarter is reported."""
    return stops()[-1].now


def _of(quarter: Quarter) -> Iterator[Stop]:
    day, last = quarter.first + _WEEK, quarter.last + _WEEK
    while day < last:
        yield Stop(_at(day))
        day += _FORTNIGHT
    yield Stop(_at(last))
    yield Stop(_at(quarter.last + _UNTIL_CLOSED), closing=quarter.name)


def _at(day: date) -> datetime:
    return datetime.combine(day, _MORNING)
