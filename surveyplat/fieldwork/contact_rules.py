"""Who may be asked and when: pure rules over days, time zones and what was asked before.

One invitation of a study is open for a customer at a time. An invitation counts as open until it expires, answered or
not, so that whether a visit is asked about never depends on whether an earlier one was answered. An inspector is asked
about every inspection: each needs its own checklist.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from surveyplat.event_kinds import EventKind

_ASKED_EVERY_TIME: frozenset[EventKind] = frozenset({"inspection"})


class Timing(Protocol):
    """The fieldwork section of a definition."""

    @property
    def trigger(self) -> EventKind: ...
    @property
    def delay_days(self) -> int: ...
    @property
    def expires_days(self) -> int: ...
    @property
    def occasion(self) -> Literal["event", "due"]: ...


class Study(Protocol):
    """What fieldwork needs to know of a definition."""

    @property
    def study(self) -> str: ...
    @property
    def title(self) -> Mapping[str, str]: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def minutes(self) -> int: ...
    @property
    def fieldwork(self) -> Timing: ...


@dataclass(frozen=True, slots=True)
class Window:
    """From when on an event may be asked about, and from when on no longer."""

    opens_at: datetime
    closes_at: datetime

    def overlaps(self, other: "Window") -> bool:
        return self.opens_at < other.closes_at and other.opens_at < self.closes_at


def due_day(occurred_on: date, timing: Timing) -> date:
    """The first day on which an event is asked about."""
    return occurred_on + timedelta(days=timing.delay_days)


def occasion_day(occurred_on: date, timing: Timing) -> date:
    """The day that decides the period of the answers: the event's own, or the due one."""
    return due_day(occurred_on, timing) if timing.occasion == "due" else occurred_on


def event_days(first: date, last: date, timing: Timing) -> tuple[date, date]:
    """The days of the events whose occasion falls from ``first`` to ``last``, both included."""
    shift = timedelta(days=timing.delay_days if timing.occasion == "due" else 0)
    return first - shift, last - shift


def contact_window(occurred_on: date, time_zone: str, timing: Timing) -> Window:
    """From the first minute of the due day, at the dealer, for ``expires_days`` days of the calendar."""
    due = due_day(occurred_on, timing)
    zone = ZoneInfo(time_zone)
    opens, closes = (datetime.combine(day, time(), zone) for day in (due, due + timedelta(days=timing.expires_days)))
    return Window(opens, closes)


def is_free(window: Window, taken: Iterable[Window], timing: Timing) -> bool:
    """Whether a customer with the windows ``taken`` may get one more invitation."""
    return timing.trigger in _ASKED_EVERY_TIME or not any(window.overlaps(other) for other in taken)


def survey_language(tag: str, languages: Sequence[str]) -> str:
    """The definition's language for a customer's tag: the same, else one of the same primary language, else the first.

    ``zh-CN`` gives ``zh-Hans`` and ``en-GB`` gives ``en`` where those are what the definition has.
    """
    if tag in languages:
        return tag
    primary = tag.partition("-")[0]
    return next((language for language in languages if language.partition("-")[0] == primary), languages[0])
