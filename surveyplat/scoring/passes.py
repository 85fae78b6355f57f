"""The passes over a snapshot's answers: what each of them counts in one piece.

Beside the look through the keys there is the main pass, which counts everything that needs nothing else, then one for
what raked weights and driver models leave over, and one for each index whose weights come from a driver model.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from surveyplat.scoring.answer_pass import AnswerCounts, look_at_answers, told_by
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.column_pass import ColumnCounts, PieceColumns, count_columns, count_read, margins_of, tabulated
from surveyplat.scoring.columns import derived_columns, measured_columns
from surveyplat.scoring.declared_rates import rate_columns
from surveyplat.scoring.driver_passes import DriverCounts, DriverFit, fitted_drivers
from surveyplat.scoring.drivers import replicates_for
from surveyplat.scoring.gaps import gap_columns
from surveyplat.scoring.gram import Gram, gram_of_items
from surveyplat.scoring.plan import DerivedIndexPlan, ScoringPlan
from surveyplat.scoring.problem_counts import ProblemCounts, problem_counts
from surveyplat.scoring.quality_columns import copies_across
from surveyplat.scoring.residual_pass import count_left_over
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
    answers: AnswerCounts

    def merge(self, other: "Counts") -> "Counts":
        return Counts(
            self.columns.merge(other.columns),
            self.asked + other.asked,
            tuple(own.merge(others) for own, others in zip(self.grams, other.grams, strict=True)),
            self.problems.merge(other.problems),
            self.answers.merge(other.answers),
        )


@dataclass(frozen=True)
class CountedStudy:
    """A study's snapshot after the passes over all answers: what every measure is read from.

    ``plan`` asks for no more of the quality of answers than the snapshot can tell. ``weighed`` tells the weights and
    the population; ``drivers`` has the models that could be fitted, by their ids. ``tasks`` and ``workers`` serve
    further passes.
    """

    plan: ScoringPlan
    source: SnapshotSource
    inventory: Inventory
    weighed: Weighed
    table: Tabulation
    asked: Mapping[str, int]
    grams: Mapping[str, Gram]
    answers: AnswerCounts
    drivers: Mapping[str, tuple[DriverFit, DriverCounts]]
    tasks: tuple[Task, ...]
    workers: Workers

    @property
    def quality(self) -> Tabulation:
        """The columns of the quality of answers."""
        return Tabulation(self.answers.quality, self.inventory.dealers)

    @property
    def is_simple_sample(self) -> bool:
        """No weights, one stratum, and every unit answered once."""
        units = self.table.moments.cell_units
        return self.weighed.kind == "unweighted" and len(units) == 1 and bool(units[0] == self.inventory.row_count)


def count_study(plan: ScoringPlan, source: SnapshotSource, workers: Workers) -> CountedStudy:
    """Look through the keys, weight the answers to the known events, and count all of them."""
    inventory = take_inventory(source.path, plan, workers)
    told = told_by(plan, source.path)
    weighed = weigh(inventory, source, workers)
    tasks = tasks_of(inventory, weighed.table)
    copied = copies_across(told, inventory, workers)
    counts = workers.merged("answers", partial(_count_piece, told, copied), tasks)
    grams = dict(zip(item_sets(plan), counts.grams, strict=True))
    fits = fitted_drivers(plan, grams)
    margins = margins_of(counts.columns, weighed)
    left = count_left_over(plan, partial(_main_columns, plan), margins, fits, tasks, workers)
    return CountedStudy(
        plan=told,
        source=source,
        inventory=inventory,
        weighed=weighed,
        table=Tabulation(counts.columns.moments, inventory.dealers, counts.problems, left.margins),
        asked=dict(zip((item.id for item in plan.items), counts.asked.tolist(), strict=True)),
        grams=grams,
        answers=counts.answers,
        drivers={fit.driver.id: (fit, counted) for fit, counted in zip(fits, left.drivers, strict=True)},
        tasks=tasks,
        workers=workers,
    )


def _main_columns(plan: ScoringPlan, task: Task, answers: Answers) -> PieceColumns:
    placed = task.placed(answers)
    columns = [
        *measured_columns(plan, answers, placed.weights),
        *gap_columns(plan.gaps, {item.id: item for item in plan.items}, answers),
        *rate_columns(plan.rates, task.piece),
    ]
    return PieceColumns(columns, answers.rows, placed)


def _count_piece(plan: ScoringPlan, copied: IntArray, task: Task) -> Counts:
    answers = read_piece(task.piece, plan.items, [problem.id for problem in plan.problems])
    held = _main_columns(plan, task, answers)
    return Counts(
        columns=count_columns(task, held),
        asked=np.array([np.count_nonzero(answers.asked(item.id)) for item in plan.items], dtype=np.int64),
        grams=tuple(_grams(plan, task, answers, held.placed.weights)),
        problems=problem_counts(held.columns, held.placed.weights, answers.rows),
        answers=look_at_answers(plan, copied, task, answers, held),
    )


def _grams(plan: ScoringPlan, task: Task, answers: Answers, weights: FloatArray) -> Iterator[Gram]:
    sets = item_sets(plan)
    if not sets:
        return
    seeds = read_seeds(task.piece)
    for items, replicates in sets.values():
        yield gram_of_items(items, answers, weights, seeds, replicates)


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
