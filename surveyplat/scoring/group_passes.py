"""The further pass of a change that is to be split: columns counted with dealers as cells, and with models as cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from surveyplat.scoring.decomposition import Mix, mix_of
from surveyplat.scoring.moments import Column, Moments, Rows, moments_of
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.records.coverage import DEALER, MODEL
from surveyplat.scoring.row_weights import Task, tasks_of
from surveyplat.scoring.snapshot import Answers, SnapshotSource, read_piece, take_inventory
from surveyplat.scoring.weighing import weigh
from surveyplat.scoring.workers import Workers

ColumnsOf = Callable[[Answers], Sequence[Column]]
"""Makes the columns of a piece, the same ones of each; workers must be able to unpickle it."""


@dataclass(frozen=True)
class Groups:
    """The columns' moments with the groups as cells; the first column is the one that is split."""

    moments: Moments
    names: tuple[str, ...]
    known_shares: bool

    def among(self, names: Sequence[str]) -> Moments:
        """The same with all of ``names`` as cells, in their order; groups without an answer are empty."""
        first, count = self.moments.first_cell, self.moments.cells
        places = [names.index(name) for name in self.names[first : first + count]]
        units, sums = np.zeros(len(names)), np.zeros((len(self.moments.sums), len(names), len(self.moments.columns)))
        units[places], sums[:, places] = self.moments.cell_units, self.moments.sums
        return Moments(self.moments.columns, 0, units, sums)


@dataclass(frozen=True)
class Grouped:
    dealers: Groups
    models: Groups


@dataclass(frozen=True)
class _Counts:
    dealers: Moments
    models: Moments

    def merge(self, other: "_Counts") -> "_Counts":
        return _Counts(self.dealers.merge(other.dealers), self.models.merge(other.models))


def counted_groups(plan: ScoringPlan, columns_of: ColumnsOf, source: SnapshotSource, workers: Workers) -> Grouped:
    """One pass over the items and problems of ``plan``. Raises what ``take_inventory`` and ``read_piece`` raise."""
    inventory = take_inventory(source.path, plan, workers)
    weighed = weigh(inventory, source, workers)
    tasks = tasks_of(inventory, weighed.table)
    counts = workers.merged("change by group", partial(_count, plan, columns_of), tasks)
    dealers = Groups(counts.dealers, inventory.dealers, weighed.knows_shares_of(DEALER))
    return Grouped(dealers, Groups(counts.models, ("", *inventory.models), weighed.knows_shares_of(MODEL)))


def mixes_of(periods: tuple[str, str], before: Groups, after: Groups, *, scale: float = 1.0) -> tuple[Mix, Mix] | None:
    """Both periods' mix of the groups; None where there is a single group: nothing can be mixed otherwise."""
    names = sorted({*before.names, *after.names})
    old, new = (
        mix_of(
            side.among(names),
            side.moments.columns[0],
            names,
            period=period,
            known_shares=side.known_shares,
            scale=scale,
        )
        for period, side in zip(periods, (before, after), strict=True)
    )
    return (old, new) if max(old.present.sum(), new.present.sum()) > 1 else None


def _count(plan: ScoringPlan, columns_of: ColumnsOf, task: Task) -> _Counts:
    """Models are no run of rows: the piece's rows are put in their order first."""
    answers = read_piece(task.piece, plan.items, [problem.id for problem in plan.problems])
    weights, columns = task.row_weights(answers), columns_of(answers)
    cells = answers.model_of_row + 1
    order = np.lexsort((answers.rows.unit_label, cells))
    sorted_rows = Rows.in_order(cells[order], answers.rows.unit_label[order])
    by_model = [Column(column.id, column.values[order], column.base[order]) for column in columns]
    return _Counts(moments_of(columns, weights, answers.rows), moments_of(by_model, weights[order], sorted_rows))
