"""A period: a year, a quarter or a month, by its name."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from surveyplat.errors import InvalidPeriod

_NAME = re.compile(r"(?P<year>[12][0-9]{3})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True)
class Period:
    """A named run of whole days, both ends included."""

    name: str
    first_day: date
    last_day: date

    def previous(self) -> "Period":
        """The period of the same length that ends the day before this one starts."""
        return parse_period(_name_like(self.name, self.first_day - timedelta(days=1)))


def parse_period(name: str) -> Period:
    """Read ``2026``, ``2026-Q3`` or ``2026-07``. Raises ``InvalidPeriod`` for anything else."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise InvalidPeriod(f'"{name}" is not a period. Write a year (2026), a quarter (2026-Q3) or a month (2026-07)')
    year = int(match["year"])
    if match["month"]:
        return _run_of_months(name, year, int(match["month"]), 1)
    if match["quarter"]:
        return _run_of_months(name, year, 3 * int(match["quarter"]) - 2, 3)
    return _run_of_months(name, year, 1, 12)


def _run_of_months(name: str, year: int, month: int, count: int) -> Period:
    last = month + count - 1
    return Period(name, date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1]))


def _name_like(pattern: str, day: date) -> str:
    """The name of the period that holds ``day``, of the same length as the one called ``pattern``."""
    if "-Q" in pattern:
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    return f"{day.year:04}-{day.month:02}" if "-" in pattern else f"{day.year:04}"
