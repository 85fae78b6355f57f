"""The second pass over the answers: what raked weights and fitted driver models leave over of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from surveyplat.scoring.column_pass import Margins, PieceColumns, count_residuals
from surveyplat.scoring.driver_passes import DriverCounts, DriverFit, count_driver, items_of
from surveyplat.scoring.moments import Moments
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.row_weights import Task
from surveyplat.scoring.snapshot import Answers, read_piece
from surveyplat.scoring.workers import Workers

ColumnsOf = Callable[[Task, Answers], PieceColumns]
"""The columns that were counted, of one piece; workers must be able to unpickle it."""


@dataclass(frozen=True)
class LeftOver:
    """``margins`` is None without raking; ``drivers`` has one of each fitted driver model, in their order."""

    margins: Moments | None = None
    drivers: tuple[DriverCounts, ...] = ()

    def merge(self, other: "LeftOver") -> "LeftOver":
        both = None if self.margins is None or other.margins is None else self.margins.merge(other.margins)
        drivers = zip(self.drivers, other.drivers, strict=True)
        return LeftOver(both, tuple(own.merge(others) for own, others in drivers))


def count_left_over(
    plan: ScoringPlan,
    columns_of: ColumnsOf,
    margins: Margins | None,
    fits: tuple[DriverFit, ...],
    tasks: Sequence[Task],
    workers: Workers,
) -> LeftOver:
    """One pass for everything that needs the first one's results; none where there is nothing to count."""
    if margins is None and not fits:
        return LeftOver()
    parted = [(task, None if margins is None else margins.of_piece(task)) for task in tasks]
    return workers.merged("residuals", partial(_count_piece, plan, columns_of, fits), parted)


def _count_piece(
    plan: ScoringPlan, columns_of: ColumnsOf, fits: tuple[DriverFit, ...], parted: tuple[Task, Margins | None]
) -> LeftOver:
    task, margins = parted
    if margins is None:
        needed = {item.id for fit in fits for item in items_of(plan, fit.driver)}
        answers = read_piece(task.piece, [item for item in plan.items if item.id in needed])
        left, weights = None, task.row_weights(answers)
    else:
        answers = read_piece(task.piece, plan.items, [problem.id for problem in plan.problems])
        held = columns_of(task, answers)
        left, weights = count_residuals(task, margins, held), held.placed.weights
    drivers = (count_driver(items_of(plan, fit.driver), fit, task, answers, weights) for fit in fits)
    return LeftOver(left, tuple(drivers))
