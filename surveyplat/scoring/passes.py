"""The passes over a snapshot's answers: what each of them counts in one piece.

Beside the look through the keys there is the main pass, which counts everything that needs nothing else, then one for
the residuals of the driver models and one for each index whose weights come from a driver model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.columns import derived_columns, measured_columns
from surveyplat.scoring.declared_rates import rate_columns
from surveyplat.scoring.drivers import replicates_for
from surveyplat.scoring.gaps import gap_columns
from surveyplat.scoring.gram import Gram, complete_rows, gram_of_items
from surveyplat.scoring.moments import Moments, moments_of
from surveyplat.scoring.plan import DerivedIndexPlan, DriverPlan, ScoringPlan
from surveyplat.scoring.problem_counts import ProblemCounts, problem_counts
from surveyplat.scoring.regression import Fit, Residuals, residuals_of
from surveyplat.scoring.snapshot import (
    Answers,
    Inventory,
    Piece,
    SnapshotSource,
    read_piece,
    read_seeds,
    take_inventory,
)
from surveyplat.scoring.structure import factor_model, model_faults
from surveyplat.scoring.tabulation import Tabulation
from surveyplat.scoring.weights import covering_population, post_stratified
from surveyplat.scoring.workers import Workers

LATENT_REPLICATES = 200


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
    """One a set of items that are counted together (``item_sets``), in their order."""
    problems: ProblemCounts

    def merge(self, other: "Counts") -> "Counts":
        return Counts(
            self.moments.merge(other.moments),
            self.asked + other.asked,
            tuple(own.merge(others) for own, others in zip(self.grams, other.grams, strict=True)),
            self.problems.merge(other.problems),
        )


@dataclass(frozen=True)
class CountedStudy:
    """A study's snapshot after the main pass: what every measure is read from.

    ``population`` is None when it covers no dealer's answers; ``pieces`` and ``workers`` serve further passes.
    """

    plan: ScoringPlan
    source: SnapshotSource
    inventory: Inventory
    population: Mapping[str, int] | None
    table: Tabulation
    asked: Mapping[str, int]
    grams: Mapping[str, Gram]
    tasks: tuple[Task, ...]
    workers: Workers

    @property
    def is_simple_sample(self) -> bool:
        """No weights, one stratum, and every unit answered once."""
        units = self.table.moments.cell_units
        return self.population is None and len(units) == 1 and bool(units[0] == self.inventory.row_count)


def count_study(plan: ScoringPlan, source: SnapshotSource, workers: Workers) -> CountedStudy:
    """Look through the keys, weight every dealer's answers to its eligible events, and count all of them."""
    inventory = take_inventory(source.path, plan, workers)
    population = covering_population(inventory, source.population)
    tasks = tasks_of(inventory, post_stratified(inventory, population))
    counts = workers.merged("answers", partial(_count_piece, plan), tasks)
    return CountedStudy(
        plan=plan,
        source=source,
        inventory=inventory,
        population=population,
        table=Tabulation(counts.moments, inventory.dealers, counts.problems),
        asked=dict(zip((item.id for item in plan.items), counts.asked.tolist(), strict=True)),
        grams=dict(zip(item_sets(plan), counts.grams, strict=True)),
        tasks=tasks,
        workers=workers,
    )


def tasks_of(inventory: Inventory, weights: FloatArray) -> tuple[Task, ...]:
    """The pieces in order, each with the weights of the dealers that it can touch."""
    lasts = [piece.first_cell for piece in inventory.pieces[1:]] + [len(inventory.dealers) - 1]
    return tuple(
        Task(piece, weights[piece.first_cell : last + 1]) for piece, last in zip(inventory.pieces, lasts, strict=True)
    )


def _count_piece(plan: ScoringPlan, task: Task) -> Counts:
    answers = read_piece(task.piece, plan.items, [problem.id for problem in plan.problems])
    weights = task.row_weights(answers)
    columns = [
        *measured_columns(plan, answers, weights),
        *gap_columns(plan.gaps, {item.id: item for item in plan.items}, answers),
        *rate_columns(plan.rates, task.piece),
    ]
    moments = moments_of(columns, weights, answers.rows)
    problems = problem_counts(columns, weights, answers.rows)
    asked = np.array([np.count_nonzero(answers.asked(item.id)) for item in plan.items], dtype=np.int64)
    sets = item_sets(plan)
    if not sets:
        return Counts(moments, asked, (), problems)
    seeds = read_seeds(task.piece)
    grams = (gram_of_items(items, answers, weights, seeds, replicates) for items, replicates in sets.values())
    return Counts(moments, asked, tuple(grams), problems)


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


def count_residuals(study: CountedStudy, driver: DriverPlan, fit: Fit) -> Residuals:
    """The further pass of a fitted driver model, for its robust errors."""
    return study.workers.merged("residuals", partial(_count_residuals, study.plan, driver, fit), study.tasks)


def _count_residuals(plan: ScoringPlan, driver: DriverPlan, fit: Fit, task: Task) -> Residuals:
    answers = read_piece(task.piece, [item for item in plan.items if item.id in (*driver.attributes, driver.target)])
    rows, cases = complete_rows(driver, answers)
    return residuals_of(fit, cases, task.row_weights(answers)[rows])


def count_derived(study: CountedStudy, derived: DerivedIndexPlan, shares: dict[str, float]) -> Moments:
    """The further pass of a derived index, whose weights are known only after the drivers."""
    return study.workers.merged("derived index", partial(_count_derived, study.plan, derived, shares), study.tasks)


def _count_derived(plan: ScoringPlan, derived: DerivedIndexPlan, shares: dict[str, float], task: Task) -> Moments:
    answers = read_piece(task.piece, [item for item in plan.items if item.id in shares])
    return moments_of(derived_columns(plan, derived, shares, answers), task.row_weights(answers), answers.rows)
