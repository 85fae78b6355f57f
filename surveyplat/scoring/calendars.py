"""Weeks and months as numbers: where a day belongs, and what a week or month is called."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from surveyplat.scoring.arrays import IntArray
from surveyplat.scoring.records.charts import Span

_DAYS_BEFORE_1970 = date(1970, 1, 1).toordinal() - 1
"""Days from Monday, 1 January of the year 1 on."""


@dataclass(frozen=True)
class Calendar:
    """The weeks or months from one day to another, both ends included."""

    span: Span
    first_day: date
    last_day: date

    @property
    def first(self) -> int:
        return number_of(self.first_day, self.span)

    @property
    def cells(self) -> int:
        return number_of(self.last_day, self.span) - self.first + 1

    def places(self, days: pl.Series) -> IntArray:
        """The place of each day among the cells, -1 where it is empty or outside."""
        if self.span == "week":
            numbers = (days.to_physical().cast(pl.Int64) + _DAYS_BEFORE_1970) // 7
        else:
            numbers = days.dt.year().cast(pl.Int64) * 12 + days.dt.month().cast(pl.Int64) - 1
        places = (numbers - self.first).fill_null(-1).to_numpy()
        return np.where((places >= 0) & (places < self.cells), places, -1)


def number_of(day: date, span: Span) -> int:
    """Weeks since the first Monday of our calendar, months since its first January."""
    return (day.toordinal() - 1) // 7 if span == "week" else day.year * 12 + day.month - 1


def first_day_of(month: int) -> date:
    """The first day of a month by its number."""
    return date(month // 12, month % 12 + 1, 1)


def name_of(number: int, span: Span) -> str:
    """``2026-W27`` (ISO 8601) or ``2026-07``."""
    if span == "month":
        return f"{number // 12:04}-{number % 12 + 1:02}"
    year, week, _ = date.fromordinal(number * 7 + 1).isocalendar()
    return f"{year:04}-W{week:02}"
