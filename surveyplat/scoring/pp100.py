"""PP100: problems per 100 vehicles, in total, by category, problem, model and dealer."""

from collections.abc import Callable, Sequence
from functools import partial

from surveyplat.scoring.columns import problem_column
from surveyplat.scoring.design import Ratio
from surveyplat.scoring.intervals import rate_interval
from surveyplat.scoring.plan import Problem, ScoringPlan
from surveyplat.scoring.results import Estimate, Pp100Cell, Pp100Score
from surveyplat.scoring.suppression import LARGEST_RELATIVE_ERROR, published
from surveyplat.scoring.tabulation import Tabulation

LookUp = Callable[[str], Ratio]
Publish = Callable[[Ratio], Estimate]


def pp100_score(table: Tabulation, plan: ScoringPlan, models: tuple[str, ...]) -> Pp100Score | None:
    """PP100 = 100 · Σ w · problems / Σ w over the vehicles that were asked; None for a study without problems.

    Every problem of a vehicle counts. The base of a problem or category are those who were asked it; the total, and
    what is broken down from it, needs all categories asked. Malfunction and design stand apart. Intervals are
    symmetric on the log scale; without any problem they run from 0 to the exact Poisson limit, and the standard error
    is 0. Rates of models and dealers are withheld when their standard error is above 30 % of them.
    """
    if not plan.problems:
        return None
    categories = [category for category in plan.categories if problem_column("category", category) in table]
    return Pp100Score(
        total=_cell("total", "total", "", table, table.overall, _shown),
        categories=tuple(_cell(name, "category", name, table, table.overall, _shown) for name in categories),
        problems=tuple(_problem_cell(table, problem) for problem in plan.problems),
        models=pp100_by_group(table, "model", models),
        dealers=tuple(
            _cell(dealer, "total", "", table, partial(table.of_dealer, dealer), _reliable)
            for dealer in table.known_dealers
        ),
    )


def pp100_by_group(table: Tabulation, group: str, names: Sequence[str]) -> tuple[Pp100Cell, ...]:
    """PP100 of each of a group's names (models, build months) that ``columns_by_group`` counted, withheld as above."""
    return tuple(_cell(name, group, name, table, table.overall, _reliable) for name in names)


def _cell(id_: str, group: str, name: str, table: Tabulation, look_up: LookUp, publish: Publish) -> Pp100Cell:
    def kind(which: str) -> Estimate | None:
        column = problem_column(group, name, which)
        return publish(look_up(column)) if column in table else None

    both = look_up(problem_column(group, name))
    return _with_count(id_, publish(both), kind("malfunction"), kind("design"), both)


def _problem_cell(table: Tabulation, problem: Problem) -> Pp100Cell:
    """A single problem is of one kind only; the other kind is None."""
    ratio = table.overall(problem_column("problem", problem.id))
    shown = _shown(ratio)
    malfunction, design = (shown, None) if problem.kind == "malfunction" else (None, shown)
    return _with_count(problem.id, shown, malfunction, design, ratio)


def _with_count(
    id_: str, shown: Estimate, malfunction: Estimate | None, design: Estimate | None, counted: Ratio
) -> Pp100Cell:
    """The count is shown where the rate is: with the base beside it, either would tell the other."""
    return Pp100Cell(id_, shown, malfunction, design, None if shown.suppressed else round(counted.count))


def _shown(per_vehicle: Ratio) -> Estimate:
    return published(per_vehicle.scaled(100), _interval)


def _reliable(per_vehicle: Ratio) -> Estimate:
    return published(per_vehicle.scaled(100), _interval, largest_relative_error=LARGEST_RELATIVE_ERROR)


def _interval(per_hundred: Ratio) -> tuple[float, float]:
    low, high = rate_interval(per_hundred.scaled(1 / 100))
    return 100 * low, 100 * high
