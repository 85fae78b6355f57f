"""A study's headline measures by dealer and week or month: one further mergeable pass over a snapshot."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.calendars import Calendar
from surveyplat.scoring.columns import CSAT_COLUMN, NPS_COLUMN, index_column, measured_columns, problem_column
from surveyplat.scoring.comparison_passes import Side
from surveyplat.scoring.declared_rates import rate_columns
from surveyplat.scoring.moments import STATISTICS, Column, Moments, Rows, moments_of
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.records.charts import Kind
from surveyplat.scoring.row_weights import Task, tasks_of
from surveyplat.scoring.snapshot import read_columns, read_piece, take_inventory
from surveyplat.scoring.weighing import weigh
from surveyplat.scoring.workers import Workers


@dataclass(frozen=True)
class TimedMeasure:
    """A measure that can be followed: ``column`` times ``factor`` is what is published, between its ends."""

    id: str
    column: str
    kind: Kind
    factor: float
    lowest: float
    highest: float


def timed_measures(plan: ScoringPlan) -> tuple[TimedMeasure, ...]:
    """Indices on their points, NPS, CSAT and declared rates (complaints, top boxes) in percent, PP100."""
    return tuple(_measures(plan))


def _measures(plan: ScoringPlan) -> Iterator[TimedMeasure]:
    for index in plan.indices:
        yield TimedMeasure(index.id, index_column(index.id), "mean", 1.0, 0.0, index.total)
    if plan.recommend is not None:
        yield TimedMeasure("nps", NPS_COLUMN, "mean", 100.0, -100.0, 100.0)
    if plan.overall is not None:
        yield TimedMeasure("csat", CSAT_COLUMN, "share", 100.0, 0.0, 100.0)
    for rate in plan.rates:
        yield TimedMeasure(rate.id, f"rate/{rate.id}", "share", 100.0, 0.0, 100.0)
    if plan.problems:
        yield TimedMeasure("pp100", problem_column("total"), "rate", 100.0, 0.0, np.inf)


@dataclass(frozen=True)
class TimedCounts:
    """One snapshot's moments by dealer and by week or month.

    ``sums`` has the shape (len(STATISTICS), dealers, cells, columns), ``units`` (dealers, cells): customers. Responses
    without a day of their occasion are in none of them.
    """

    calendar: Calendar
    dealers: tuple[str, ...]
    columns: tuple[str, ...]
    sums: FloatArray
    units: FloatArray

    def in_time(self, column: str, dealer: str | None = None) -> Moments:
        """One column with weeks or months as cells (by their numbers), of everybody or of one dealer.

        Customers of two dealers are two units. A dealer that is not there has no answers.
        """
        place = self.columns.index(column)
        chosen = np.array([dealer is None or name == dealer for name in self.dealers])
        sums = self.sums[..., place][:, chosen].sum(axis=1)
        return Moments((column,), self.calendar.first, self.units[chosen].sum(axis=0), sums[..., None])

    def in_cell(self, column: str, cell: int) -> Moments:
        """One column in one week or month (by its place), with dealers as cells."""
        place = self.columns.index(column)
        return Moments((column,), 0, self.units[:, cell], self.sums[:, :, cell, place, None])


def count_in_time(side: Side, calendar: Calendar, workers: Workers) -> TimedCounts:
    """Count every measure that can be followed, with the weights that the period's scores have.

    Raises what ``scoring.snapshot`` raises for a snapshot that is absent or damaged.
    """
    plan = _followed(side.plan)
    inventory = take_inventory(side.source.path, plan, workers)
    tasks = tasks_of(inventory, weigh(inventory, side.source, workers).table)
    moments = workers.merged(calendar.span, partial(_count, plan, calendar), tasks)
    shape = len(inventory.dealers), calendar.cells
    units, sums = np.zeros(shape), np.zeros((len(STATISTICS), *shape, len(moments.columns)))
    held = slice(moments.first_cell, moments.first_cell + moments.cells)
    units.reshape(-1)[held] = moments.cell_units
    sums.reshape(len(STATISTICS), -1, len(moments.columns))[:, held] = moments.sums
    return TimedCounts(calendar, inventory.dealers, moments.columns, sums, units)


def _followed(plan: ScoringPlan) -> ScoringPlan:
    """The plan with nothing but what the measures read."""
    wanted = {item for index in plan.indices for factor in index.factors for item in factor.items}
    items = tuple(item for item in plan.items if item.id in wanted | {plan.recommend, plan.overall})
    return replace(plan, items=items, drivers=(), derived_indices=(), gaps=(), models=())


def _count(plan: ScoringPlan, calendar: Calendar, task: Task) -> Moments:
    """Weeks are no run of rows: the piece's rows are put in their order first."""
    answers = read_piece(task.piece, plan.items, [problem.id for problem in plan.problems])
    weights = task.row_weights(answers)
    places = calendar.places(read_columns(task.piece, ["occasion_on"])["occasion_on"])
    cells = answers.rows.cell_of_row * calendar.cells + places
    order = np.lexsort((answers.rows.unit_label, cells))
    order = order[places[order] >= 0]
    wanted = [measure.column for measure in timed_measures(plan)]
    counted = chain(measured_columns(plan, answers, weights), rate_columns(plan.rates, task.piece))
    columns = _chosen(counted, wanted, order)
    if not len(order):
        first = int(answers.rows.cells[0]) * calendar.cells
        return Moments(tuple(wanted), first, np.zeros(0), np.zeros((len(STATISTICS), 0, len(wanted))))
    rows = Rows.in_order(cells[order], answers.rows.unit_label[order])
    return moments_of(columns, weights[order], rows)


def _chosen(columns: Iterable[object], wanted: Sequence[str], order: IntArray) -> list[Column]:
    """The wanted columns in their order, with their rows in the order given."""
    held = {column.id: column for column in columns if isinstance(column, Column) and column.id in wanted}
    return [Column(name, held[name].values[order], held[name].base[order]) for name in wanted]
