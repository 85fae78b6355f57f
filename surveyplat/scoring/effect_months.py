"""The months that an action's effect is looked for in, from periods' counts."""

from collections.abc import Container, Iterable

from surveyplat.scoring.calendars import name_of
from surveyplat.scoring.design import ratios_by_cell
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.timed_measures import TimedCounts, TimedMeasure


def months_in(counts: TimedCounts, measure: TimedMeasure, wanted: Container[int]) -> dict[str, dict[str, Ratio]]:
    """A measure by month (its name) and dealer, of those months of a period that are wanted by their numbers."""
    months: dict[str, dict[str, Ratio]] = {}
    for cell in range(counts.calendar.cells):
        number = counts.calendar.first + cell
        if number in wanted:
            cells = ratios_by_cell(counts.in_cell(measure.column, cell))
            held = (cells.at(place, 0).scaled(measure.factor) for place in range(len(counts.dealers)))
            months[name_of(number, "month")] = dict(zip(counts.dealers, held, strict=True))
    return months


def effect_seed(rows_hashes: Iterable[str]) -> list[int]:
    """By what chance an effect is judged: follows from the snapshots that its months are from, in their order."""
    return [int(rows_hash[:16], 16) for rows_hash in rows_hashes]
