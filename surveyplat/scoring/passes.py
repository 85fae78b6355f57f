"""The passes over a snapshot: each maps over its pieces, anywhere, and merges in the pieces' order."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial, reduce
from typing import TypeVar

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.columns import derived_columns, measured_columns
from surveyplat.scoring.drivers import replicates_for
from surveyplat.scoring.gram import Gram, complete_rows, gram_of
from surveyplat.scoring.moments import Moments, merged, moments_of
from surveyplat.scoring.plan import DerivedIndexPlan, DriverPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.snapshot import Answers, Inventory, Piece, read_piece, read_seeds

Result = TypeVar("Result")


@dataclass(frozen=True)
class Task:
    """One piece with the weights of its dealers, from its first on."""

    piece: Piece
    weights: FloatArray

    def row_weights(self, answers: Answers) -> FloatArray:
        weights: FloatArray = self.weights[answers.rows.cell_of_row - self.piece.first_cell]
        return weights


@dataclass(frozen=True)
class Counts:
    """What the main pass counts. ``asked`` has one integer an item: respondents who reached it."""

    moments: Moments
    asked: IntArray
    grams: tuple[Gram, ...]
    """One a driver model, in the plan's order."""


def tasks_of(inventory: Inventory, weights: FloatArray) -> tuple[Task, ...]:
    """The pieces in order, each with the weights of the dealers that it can touch."""
    lasts = [piece.first_cell for piece in inventory.pieces[1:]] + [len(inventory.dealers) - 1]
    return tuple(
        Task(piece, weights[piece.first_cell : last + 1]) for piece, last in zip(inventory.pieces, lasts, strict=True)
    )


def count(plan: ScoringPlan, tasks: Sequence[Task], executor: Executor | None) -> Counts:
    """The main pass: moments of every column, who was asked what, and the Gram matrices of the drivers."""
    counted = list(_mapped(executor, partial(_count_piece, plan), tasks))
    return Counts(
        merged([piece.moments for piece in counted]),
        np.sum([piece.asked for piece in counted], axis=0),
        tuple(reduce(Gram.merge, grams) for grams in zip(*(piece.grams for piece in counted), strict=True)),
    )


def _count_piece(plan: ScoringPlan, task: Task) -> Counts:
    answers = read_piece(task.piece, plan.items, [problem.id for problem in plan.problems])
    weights = task.row_weights(answers)
    moments = moments_of(measured_columns(plan, answers, weights), weights, answers.rows)
    asked = np.array([np.count_nonzero(answers.asked(item.id)) for item in plan.items], dtype=np.int64)
    if not plan.drivers:
        return Counts(moments, asked, ())
    seeds = read_seeds(task.piece)
    grams = (gram_of(driver, answers, weights, seeds, replicates_for(driver)) for driver in plan.drivers)
    return Counts(moments, asked, tuple(grams))


def count_derived(
    plan: ScoringPlan,
    derived: DerivedIndexPlan,
    shares: dict[str, float],
    tasks: Sequence[Task],
    executor: Executor | None,
) -> Moments:
    """The further pass for a derived index, whose weights are known only after the drivers."""
    return merged(list(_mapped(executor, partial(_count_derived, plan, derived, shares), tasks)))


def _count_derived(plan: ScoringPlan, derived: DerivedIndexPlan, shares: dict[str, float], task: Task) -> Moments:
    answers = read_piece(task.piece, [item for item in plan.items if item.id in shares])
    return moments_of(derived_columns(plan, derived, shares, answers), task.row_weights(answers), answers.rows)


def driver_cases(plan: ScoringPlan, driver: DriverPlan, tasks: Sequence[Task]) -> tuple[FloatArray, FloatArray]:
    """Complete cases of a driver model, shape (cases, p + 1) with the outcome last, and their weights."""
    items = [item for item in plan.items if item.id in (*driver.attributes, driver.target)]
    parts = [_complete(driver, items, task) for task in tasks]
    return np.concatenate([cases for cases, _ in parts]), np.concatenate([weights for _, weights in parts])


def _complete(driver: DriverPlan, items: Sequence[ScaleItem], task: Task) -> tuple[FloatArray, FloatArray]:
    answers = read_piece(task.piece, items)
    rows, cases = complete_rows(driver, answers)
    return cases, task.row_weights(answers)[rows]


def _mapped(executor: Executor | None, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterable[Result]:
    return map(function, tasks) if executor is None else executor.map(function, tasks)
