"""One study in one period: a snapshot and a plan in, every score out."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial

from surveyplat.errors import DriverModelError
from surveyplat.scoring.columns import index_column
from surveyplat.scoring.documents import rounded
from surveyplat.scoring.drivers import check_driver, driver_score
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.indices import dealer_scores, index_score, item_on_100_points, item_score, rate_scores
from surveyplat.scoring.intervals import mean_interval
from surveyplat.scoring.passes import Task, count, count_derived, driver_cases, tasks_of
from surveyplat.scoring.plan import DriverPlan, ScoringPlan
from surveyplat.scoring.plan_checks import check_plan
from surveyplat.scoring.pp100 import pp100_score
from surveyplat.scoring.regression import fit_regression
from surveyplat.scoring.results import DerivedIndexScore, DriverScore, StudyScores
from surveyplat.scoring.snapshot import Inventory, SnapshotSource, take_inventory
from surveyplat.scoring.suppression import published
from surveyplat.scoring.tabulation import Tabulation
from surveyplat.scoring.weights import coverage, covering_population, post_stratified


def score_study(plan: ScoringPlan, source: SnapshotSource, *, executor: Executor | None = None) -> StudyScores:
    """Every measure of the plan, rounded to 12 significant digits; the same numbers whatever the ``executor``.

    Answers are weighted to the eligible events of their dealer when the population is known. Raises
    ``SnapshotMissing``, ``InsufficientBase`` for a snapshot without rows, and ``ScoringError`` for a plan or snapshot
    that contradicts itself. Bases that are too small and driver models that cannot be fitted are part of
    the result.
    """
    check_plan(plan)
    inventory = take_inventory(source.path, plan)
    population = covering_population(inventory, source.population)
    tasks = tasks_of(inventory, post_stratified(inventory, population))
    counts = count(plan, tasks, executor)
    table = Tabulation(counts.moments, inventory.dealers)
    drivers, refused = _drivers(plan, table, counts.grams, tasks)
    asked = dict(zip((item.id for item in plan.items), counts.asked.tolist(), strict=True))
    return rounded(
        StudyScores(
            study=plan.study,
            period=source.period,
            snapshot_hash=source.rows_hash,
            definition_hash=plan.definition_hash,
            unweighted_base=inventory.row_count,
            weighting="unweighted" if population is None else "post_stratified_by_dealer",
            coverage=coverage(inventory, population),
            indices=tuple(index_score(table, index) for index in plan.indices),
            dealers=tuple(score for index in plan.indices[:1] for score in dealer_scores(table, index)),
            items=tuple(item_score(table, item, asked[item.id]) for item in plan.items),
            rates=rate_scores(table, plan, simple_sample=population is None and _is_simple(inventory, table)),
            pp100=pp100_score(table, plan, inventory.models),
            drivers=tuple(drivers.values()),
            drivers_refused=refused,
            derived_indices=tuple(_derived_scores(plan, drivers, inventory.dealers, tasks, executor)),
        )
    )


def _drivers(
    plan: ScoringPlan, table: Tabulation, grams: Sequence[Gram], tasks: Sequence[Task]
) -> tuple[dict[str, DriverScore], dict[str, str]]:
    """The fitted driver models, and the reason of each that could not be fitted."""
    fitted, refused = {}, {}
    for driver, gram in zip(plan.drivers, grams, strict=True):
        try:
            fitted[driver.id] = _driver(plan, driver, gram, table, tasks)
        except DriverModelError as error:
            refused[driver.id] = str(error)
    return fitted, refused


def _driver(plan: ScoringPlan, driver: DriverPlan, gram: Gram, table: Tabulation, tasks: Sequence[Task]) -> DriverScore:
    check_driver(driver, gram)
    performance = {item.id: item_on_100_points(table, item) for item in plan.items if item.id in driver.attributes}
    return driver_score(driver, gram, fit_regression(*driver_cases(plan, driver, tasks)), performance)


def _derived_scores(
    plan: ScoringPlan,
    drivers: Mapping[str, DriverScore],
    dealers: tuple[str, ...],
    tasks: Sequence[Task],
    executor: Executor | None,
) -> Iterator[DerivedIndexScore]:
    """Indices weighted by the importance of their driver's attributes, for the drivers that could be fitted."""
    for derived in plan.derived_indices:
        if derived.driver not in drivers:
            continue
        weights = {importance.item: importance.share for importance in drivers[derived.driver].importances}
        table = Tabulation(count_derived(plan, derived, weights, tasks, executor), dealers)
        points = partial(mean_interval, lowest=0.0, highest=derived.total)
        score = published(table.overall(index_column(derived.id)), points)
        yield DerivedIndexScore(derived.id, derived.driver, derived.rescaling, derived.total, weights, score)


def _is_simple(inventory: Inventory, table: Tabulation) -> bool:
    """One stratum, and every unit answered once."""
    units = table.moments.cell_units
    return len(units) == 1 and bool(units[0] == inventory.row_count)
