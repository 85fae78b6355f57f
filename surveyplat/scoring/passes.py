"""The passes over a snapshot's answers: what each of them counts in one piece.

Beside the look through the keys there is the main pass, which counts everything that needs nothing else, then one for
the residuals of the driver models and one for each index whose weights come from a driver model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from surveyplat.scoring.arrays import IntArray
from surveyplat.scoring.column_pass import ColumnCounts, PieceColumns, count_columns, count_read, tabulated
from surveyplat.scoring.columns import derived_columns, measured_columns
from surveyplat.scoring.declared_rates import rate_columns
from surveyplat.scoring.drivers import replicates_for
from surveyplat.scoring.gaps import gap_columns
from surveyplat.scoring.gram import Gram, gram_of_items
from surveyplat.scoring.plan import DerivedIndexPlan, ScoringPlan
from surveyplat.scoring.problem_counts import ProblemCounts, problem_counts
from surveyplat.scoring.row_weights import Task, tasks_of
from surveyplat.scoring.snapshot import (
    Answers,
    Inventory,
    SnapshotSource,
    read_piece,
    read_seeds,
    take_inventory,
)
from surveyplat.scoring.structure import factor_model, model_faults
from surveyplat.scoring.tabulation import Tabulation
from surveyplat.scoring.weighing import Weighed, weigh
from surveyplat.scoring.workers import Workers

LATENT_REPLICATES = 200


@dataclass(frozen=True)
class Counts:
    """What the main pass counts. ``asked`` has one integer an item: respondents who reached it."""

    columns: ColumnCounts
    asked: IntArray
    grams: tuple[Gram, ...]
    """One a set of items that are counted together (``item_sets``), in their order."""
    problems: ProblemCounts

    def merge(self, other: "Counts") -> "Counts":
        return Counts(
            self.columns.merge(other.columns),
            self.asked + other.asked,
            tuple(own.merge(others) for own, others in zip(self.grams, other.grams, strict=True)),
            self.problems.merge(other.problems),
        )


@dataclass(frozen=True)
class CountedStudy:
    """A study's snapshot after the main pass: what every measure is read from.

    ``weighed`` tells the weights and the population; ``tasks`` and ``workers`` serve further passes.
    """

    plan: ScoringPlan
    source: SnapshotSource
    inventory: Inventory
    weighed: Weighed
    table: Tabulation
    asked: Mapping[str, int]
    grams: Mapping[str, Gram]
    tasks: tuple[Task, ...]
    workers: Workers

    @property
    def is_simple_sample(self) -> bool:
        """No weights, one stratum, and every unit answered once."""
        units = self.table.moments.cell_units
        return self.weighed.kind == "unweighted" and len(units) == 1 and bool(units[0] == self.inventory.row_count)


def count_study(plan: ScoringPlan, source: SnapshotSource, workers: Workers) -> CountedStudy:
    """Look through the keys, weight the answers to the known events, and count all of them."""
    inventory = take_inventory(source.path, plan, workers)
    weighed = weigh(inventory, source, workers)
    tasks = tasks_of(inventory, weighed.table)
    counts = workers.merged("answers", partial(_count_piece, plan), tasks)
    read = partial(_read_columns, plan)
    table = tabulated(read, counts.columns, weighed, tasks, inventory.dealers, workers)
    return CountedStudy(
        plan=plan,
        source=source,
        inventory=inventory,
        weighed=weighed,
        table=replace(table, problem_counts=counts.problems),
        asked=dict(zip((item.id for item in plan.items), counts.asked.tolist(), strict=True)),
        grams=dict(zip(item_sets(plan), counts.grams, strict=True)),
        tasks=tasks,
        workers=workers,
    )


def _read_columns(plan: ScoringPlan, task: Task) -> PieceColumns:
    answers = read_piece(task.piece, plan.items, [problem.id for problem in plan.problems])
    return _main_columns(plan, task, answers)


def _main_columns(plan: ScoringPlan, task: Task, answers: Answers) -> PieceColumns:
    placed = task.placed(answers)
    columns = [
        *measured_columns(plan, answers, placed.weights),
        *gap_columns(plan.gaps, {item.id: item for item in plan.items}, answers),
        *rate_columns(plan.rates, task.piece),
    ]
    return PieceColumns(columns, answers.rows, placed)


def _count_piece(plan: ScoringPlan, task: Task) -> Counts:
    answers = read_piece(task.piece, plan.items, [problem.id for problem in plan.problems])
    held = _main_columns(plan, task, answers)
    weights, counts = held.placed.weights, count_columns(task, held)
    problems = problem_counts(held.columns, weights, answers.rows)
    asked = np.array([np.count_nonzero(answers.asked(item.id)) for item in plan.items], dtype=np.int64)
    sets = item_sets(plan)
    if not sets:
        return Counts(counts, asked, (), problems)
    seeds = read_seeds(task.piece)
    grams = (gram_of_items(items, answers, weights, seeds, replicates) for items, replicates in sets.values())
    return Counts(counts, asked, tuple(grams), problems)


def item_sets(plan: ScoringPlan) -> dict[str, tuple[tuple[str, ...], int]]:
    """What is counted together, by name: the items, and how many bootstrap replicates of them."""
    sets = {driver.id: ((*driver.attributes, driver.target), replicates_for(driver)) for driver in plan.drivers}
    sets |= {model_set(latent.model.id): (latent.model.items, LATENT_REPLICATES) for latent in plan.models}
    factors = ((index, factor) for index in plan.indices for factor in index.factors if len(factor.items) > 1)
    sets |= {factor_set(index.id, factor.id): (factor.items, 0) for index, factor in factors}
    models = (factor_model(index) for index in plan.indices)
    return sets | {structure_set(model.id): (model.items, 0) for model in models if not any(model_faults(model))}


def model_set(model: str) -> str:
    """The name under which a path model's items are counted."""
    return f"model/{model}"


def factor_set(index: str, factor: str) -> str:
    """The name under which a factor's items are counted."""
    return f"factor/{index}/{factor}"


def structure_set(index: str) -> str:
    """The name under which all items of an index are counted, where its factors can be checked."""
    return f"structure/{index}"


def count_derived(study: CountedStudy, derived: DerivedIndexPlan, shares: dict[str, float]) -> Tabulation:
    """The further pass of a derived index, whose weights are known only after the drivers."""
    read = partial(_read_derived, study.plan, derived, shares)
    counts = study.workers.merged("derived index", partial(count_read, read), study.tasks)
    return tabulated(read, counts, study.weighed, study.tasks, study.inventory.dealers, study.workers)


def _read_derived(plan: ScoringPlan, derived: DerivedIndexPlan, shares: dict[str, float], task: Task) -> PieceColumns:
    answers = read_piece(task.piece, [item for item in plan.items if item.id in shares])
    return PieceColumns([*derived_columns(plan, derived, shares, answers)], answers.rows, task.placed(answers))
