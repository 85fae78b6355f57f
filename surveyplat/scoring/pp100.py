"""PP100: problems per 100 vehicles, in total, by category, problem, model, build month, region and dealer."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.columns import problem_column, problem_share_column
from surveyplat.scoring.pareto import pareto
from surveyplat.scoring.plan import Problem, ScoringPlan
from surveyplat.scoring.rate_comparison import pearson_dispersion
from surveyplat.scoring.records.rates import ParetoPart, RestContrast
from surveyplat.scoring.records.ratio import Interval, Ratio
from surveyplat.scoring.rest_comparison import against_rest, sums_of_column, sums_of_dealers
from surveyplat.scoring.results import Estimate, Pp100Cell, Pp100Score
from surveyplat.scoring.snapshot import Inventory
from surveyplat.scoring.sparse_rates import interval_method, problem_interval
from surveyplat.scoring.suppression import LARGEST_RELATIVE_ERROR, published
from surveyplat.scoring.tabulation import Tabulation


def pp100_score(table: Tabulation, plan: ScoringPlan, inventory: Inventory) -> Pp100Score | None:
    """PP100 = 100 · Σ w · problems / Σ w over the vehicles that were asked; None for a study without problems.

    Every problem of a vehicle counts. The base of a problem or category are those who were asked it; the total, and
    what is broken down from it, needs all categories asked. Malfunction and design stand apart. Intervals are
    symmetric on the log scale, or a negative binomial's where few problems are heaped on few vehicles; without any
    problem they run from 0 to the exact Poisson limit, and the standard error is 0 (``sparse_rates``). Rates of
    dealers, models, build months and regions are withheld when their standard error is above 30 % of them.
    """
    if not plan.problems:
        return None
    total = _cell(table, "total", "total", "", most_error=None)
    categories, problems = list(plan.problems_by_category), [problem.id for problem in plan.problems]
    models = pp100_by_group(table, "model", inventory.models)
    months = pp100_by_group(table, "build_month", inventory.build_months)
    regions = tuple(pp100_of_dealers(table, region, inventory.dealers_in(region)) for region in inventory.regions)
    return Pp100Score(
        total=total,
        categories=tuple(_cell(table, name, "category", name, most_error=None) for name in categories),
        problems=tuple(_problem_cell(table, problem) for problem in plan.problems),
        models=models,
        dealers=tuple(pp100_of_dealers(table, dealer, [dealer]) for dealer in table.known_dealers),
        build_months=months,
        regions=regions,
        pareto_categories=_pareto(table, total, "category", categories),
        pareto_problems=_pareto(table, total, "problem", problems),
        models_against_rest=_groups_against_rest(table, "model", models),
        build_months_against_rest=_groups_against_rest(table, "build_month", months),
        regions_against_rest=_regions_against_rest(table, inventory, regions),
    )


def pp100_by_group(table: Tabulation, group: str, names: Sequence[str]) -> tuple[Pp100Cell, ...]:
    """PP100 of each of a group's names (models, build months) that ``columns_by_group`` counted, withheld as above."""
    return tuple(_cell(table, name, group, name) for name in names)


def pp100_of_dealers(table: Tabulation, name: str, dealers: Sequence[str]) -> Pp100Cell:
    """PP100 of some dealers together, withheld as above."""
    return _cell(table.among(dealers), name, "total", "")


def category_rate(table: Tabulation, category: str) -> Estimate:
    """PP100 of a category among all vehicles of the tabulation; its error withholds nothing."""
    return _published(table, problem_column("category", category), None)


def _cell(
    table: Tabulation, id_: str, group: str, name: str, *, most_error: float | None = LARGEST_RELATIVE_ERROR
) -> Pp100Cell:
    """Of all vehicles of the tabulation; the count is shown where the rate is: either would tell the other."""

    def kind(which: str) -> Estimate | None:
        column = problem_column(group, name, which)
        return _published(table, column, most_error) if column in table else None

    column = problem_column(group, name)
    shown, counted = _published(table, column, most_error), table.overall(column)
    if shown.suppressed:
        return Pp100Cell(id_, shown, kind("malfunction"), kind("design"), None)
    told = pearson_dispersion(table.moments, column)
    method = interval_method(counted, told)
    return Pp100Cell(id_, shown, kind("malfunction"), kind("design"), round(counted.count), told, method)


def _problem_cell(table: Tabulation, problem: Problem) -> Pp100Cell:
    """A single problem is of one kind only; the other kind is None."""
    cell = _cell(table, problem.id, "problem", problem.id, most_error=None)
    malfunction, design = (cell.pp100, None) if problem.kind == "malfunction" else (None, cell.pp100)
    return replace(cell, malfunction=malfunction, design=design)


def _published(table: Tabulation, column: str, most_error: float | None) -> Estimate:
    per_hundred = table.overall(column).scaled(100)
    return published(per_hundred, partial(_interval, table, column), largest_relative_error=most_error)


def _interval(table: Tabulation, column: str, per_hundred: Ratio) -> Interval:
    dispersion = pearson_dispersion(table.moments, column)
    low, high = problem_interval(per_hundred.scaled(1 / 100), dispersion, table.vehicles_by_problems(column))
    return 100 * low, 100 * high


def _pareto(table: Tabulation, total: Pp100Cell, group: str, names: Sequence[str]) -> tuple[ParetoPart, ...]:
    if total.pp100.suppressed:
        return ()
    try:
        return pareto({name: table.overall(problem_share_column(group, name)) for name in names})
    except InsufficientBase:
        return ()


def _groups_against_rest(table: Tabulation, group: str, cells: Sequence[Pp100Cell]) -> tuple[RestContrast, ...]:
    return against_rest(table, {name: sums_of_column(table, group, name) for name in _shown(cells)})


def _regions_against_rest(
    table: Tabulation, inventory: Inventory, cells: Sequence[Pp100Cell]
) -> tuple[RestContrast, ...]:
    sums: dict[str, FloatArray] = {
        region: sums_of_dealers(table, inventory.dealers_in(region)) for region in _shown(cells)
    }
    return against_rest(table, sums)


def _shown(cells: Sequence[Pp100Cell]) -> list[str]:
    return [cell.id for cell in cells if not cell.pp100.suppressed]
