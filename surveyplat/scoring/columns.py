"""The columns that one pass over the snapshot counts: items as they are, and everything derived from a respondent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from surveyplat.scoring.arrays import BoolArray, CodeArray, FloatArray, IntArray
from surveyplat.scoring.moments import CodedColumn, Column, Rows
from surveyplat.scoring.pareto import share_column
from surveyplat.scoring.plan import DerivedIndexPlan, Factor, IndexPlan, Problem, ScoringPlan
from surveyplat.scoring.respondent import person_scores
from surveyplat.scoring.snapshot import Answers

TOP_BOXES = 2
PROMOTER, DETRACTOR = 9, 6
KINDS = ("malfunction", "design")


def item_column(item: str) -> str:
    return f"item/{item}"


def index_column(index: str, factor: str | None = None) -> str:
    return f"index/{index}" if factor is None else f"index/{index}/{factor}"


def problem_column(group: str, name: str = "", kind: str = "") -> str:
    """``group`` is total, category, problem, model or build_month; ``kind`` malfunction, design or empty for both."""
    return f"problems/{group}/{name}/{kind}"


def problem_share_column(group: str, name: str) -> str:
    """The share of all problems that a category's or a problem's are."""
    return f"share/{group}/{name}"


PROBLEM_TOTALS = tuple(problem_column("total", "", kind) for kind in ("", *KINDS))


def counts_problems(column: str) -> bool:
    """Whether a column's values are numbers of problems."""
    return column.startswith("problems/")


NPS_COLUMN, CSAT_COLUMN = "rate/nps", "rate/csat"


def measured_columns(plan: ScoringPlan, answers: Answers, weights: FloatArray) -> Iterator[Column | CodedColumn]:
    """Every column of a plan for one piece, always in the same order."""
    for item in plan.items:
        yield CodedColumn(item_column(item.id), answers.codes[item.id])
    yield from _rate_columns(plan, answers)
    for index in plan.indices:
        yield from _index_columns(plan, index, answers)
    yield from _problem_columns(plan, answers, weights)


def derived_columns(
    plan: ScoringPlan, derived: DerivedIndexPlan, shares: dict[str, float], answers: Answers
) -> Iterator[Column]:
    """The respondent's derived index: each attribute is a factor of its own, weighted with its share."""
    factors = tuple(Factor(item, share, (item,)) for item, share in shares.items())
    index = IndexPlan(derived.id, factors, derived.total)
    scale = {item.id: item for item in plan.items}
    for factor, score in person_scores(answers, index, scale, derived.rescaling):
        if factor is None:
            yield _column(index_column(derived.id), score.values, score.usable)


def respondent_columns(plan: ScoringPlan) -> tuple[str, ...]:
    """The names of the respondents' indices, without their factors, and of the problems of each vehicle in total."""
    indices = tuple(index_column(index.id) for index in plan.indices)
    return (*indices, problem_column("total")) if plan.problems else indices


def _column(name: str, values: FloatArray | CodeArray, answered: BoolArray) -> Column:
    return Column(name, np.where(answered, values, 0.0), answered.astype(np.float64))


def _rate_columns(plan: ScoringPlan, answers: Answers) -> Iterator[Column]:
    if plan.recommend is not None:
        points = answers.codes[plan.recommend]
        net = np.where(points >= PROMOTER, 1.0, 0.0) - np.where(points <= DETRACTOR, 1.0, 0.0)
        yield _column(NPS_COLUMN, net, answers.answered(plan.recommend))
    if plan.overall is not None:
        best = next(item.maximum for item in plan.items if item.id == plan.overall)
        top = answers.codes[plan.overall] > best - TOP_BOXES
        yield _column(CSAT_COLUMN, top.astype(np.float64), answers.answered(plan.overall))


def _index_columns(plan: ScoringPlan, index: IndexPlan, answers: Answers) -> Iterator[Column]:
    scale = {item.id: item for item in plan.items}
    for factor, score in person_scores(answers, index, scale):
        yield _column(index_column(index.id, factor), score.values, score.usable)


def _problem_columns(plan: ScoringPlan, answers: Answers, weights: FloatArray) -> Iterator[Column | CodedColumn]:
    """Counts of problems: each of them, by category, in total and by model, malfunction and design apart.

    A problem on a page that was never reached is missing. A category counts for whoever was asked all of its problems,
    the total (and what is broken down from it) for whoever was asked all categories.
    """
    if not plan.problems:
        return
    for problem in plan.problems:
        yield CodedColumn(problem_column("problem", problem.id), answers.codes[problem.id])
    for category, inside in plan.problems_by_category.items():
        yield from (
            column for _, column in _by_kind(answers, inside, _all_asked(answers, inside), "category", category)
        )
    asked = _all_asked(answers, plan.problems)
    totals = dict(_by_kind(answers, plan.problems, asked, "total"))
    yield from totals.values()
    yield from columns_by_group("model", answers.models, answers.model_of_row, totals, answers.rows, weights)
    months = answers.build_months, answers.build_month_of_row
    yield from columns_by_group("build_month", *months, totals, answers.rows, weights)
    yield from _share_columns(plan, answers, totals[""], weights)


def _share_columns(plan: ScoringPlan, answers: Answers, total: Column, weights: FloatArray) -> Iterator[Column]:
    """Each category's and each problem's share of all problems, on the vehicles that have any and were asked all."""
    chosen = np.flatnonzero(total.values > 0)
    part, of_all, own = answers.rows.chosen(chosen), total.values[chosen], weights[chosen]
    ticked = {problem.id: (answers.codes[problem.id][chosen] == 1).astype(np.float64) for problem in plan.problems}
    counts = {("problem", name): ticks for name, ticks in ticked.items()}
    for category, inside in plan.problems_by_category.items():
        counts["category", category] = sum((ticked[problem.id] for problem in inside), np.zeros(len(chosen)))
    for (group, name), of_part in counts.items():
        column = share_column(problem_share_column(group, name), of_part, of_all)
        yield replace(column, part=part, weights=own, places=chosen)


def columns_by_group(
    group: str,
    names: Sequence[str],
    place_of_row: IntArray,
    totals: Mapping[str, Column],
    rows: Rows,
    weights: FloatArray,
) -> Iterator[Column]:
    """The totals of problems by kind ("" for both), counted within each of the group's names (models, build months).

    ``place_of_row`` is where in ``names`` a vehicle belongs, -1 for none of them.
    """
    for place, name in enumerate(names):
        chosen = np.flatnonzero(place_of_row == place)
        part = rows.chosen(chosen)
        for kind, total in totals.items():
            column = problem_column(group, name, kind)
            yield Column(column, total.values[chosen], total.base[chosen], part, weights[chosen], chosen)


def _by_kind(
    answers: Answers, problems: tuple[Problem, ...], asked: BoolArray, group: str, name: str = ""
) -> Iterator[tuple[str, Column]]:
    """Both kinds together (""), then each kind that is there."""
    yield "", _counted(answers, problems, asked, problem_column(group, name))
    for kind in KINDS:
        of_kind = tuple(problem for problem in problems if problem.kind == kind)
        if of_kind:
            yield kind, _counted(answers, of_kind, asked, problem_column(group, name, kind))


def _counted(answers: Answers, problems: tuple[Problem, ...], asked: BoolArray, name: str) -> Column:
    ticked = sum((answers.codes[problem.id] == 1 for problem in problems), np.zeros(len(asked)))
    return _column(name, ticked, asked)


def _all_asked(answers: Answers, problems: tuple[Problem, ...]) -> BoolArray:
    asked: BoolArray = np.logical_and.reduce([answers.answered(problem.id) for problem in problems])
    return asked
