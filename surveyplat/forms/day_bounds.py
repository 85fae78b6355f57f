"""Between which days an answer of a date item must be: days of the calendar, today, or days that an event tells."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo

from surveyplat.forms.evaluation import Facts
from surveyplat.forms.items import Bound, DateItem

_FIRST_ZONE = timezone(timedelta(hours=14))
_LAST_ZONE = timezone(timedelta(hours=-12))


@dataclass(frozen=True)
class DayBounds:
    """What is known for telling a bound. A bound that cannot be told bounds nothing.

    ``facts``: of the respondent, without the answers of the page that is read. Today is any day that it is ``now``
    somewhere on Earth: where the respondent is, nobody knows.
    """

    now: datetime | None = None
    facts: Facts | None = None

    def of(self, item: DateItem) -> tuple[date | None, date | None]:
        """The first and the last day that the item takes."""
        return self._day(item.earliest, _LAST_ZONE), self._day(item.latest, _FIRST_ZONE)

    def _day(self, bound: Bound | None, zone: tzinfo) -> date | None:
        if bound == "today":
            return self.now.astimezone(zone).date() if self.now else None
        if bound is None or isinstance(bound, str):
            return date.fromisoformat(bound) if bound else None
        told = self.facts.value(bound) if self.facts else None
        try:
            return date.fromisoformat(told) if isinstance(told, str) else None
        except ValueError:
            return None


CALENDAR_ONLY = DayBounds()
"""Neither today nor an event is known: as for answers collected elsewhere."""
