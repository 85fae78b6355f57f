"""What a comparison of PP100 needs of the rows themselves: its split by dealer and model, and its categories' steps.

It takes one further pass over each period's snapshot, which counts problems alone.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.comparability import MODE_CODES
from surveyplat.scoring.comparison_passes import Side
from surveyplat.scoring.decomposition import Mix, decomposed
from surveyplat.scoring.documents import rounded
from surveyplat.scoring.group_passes import Grouped, Groups, counted_groups, mixes_of
from surveyplat.scoring.hidden_splits import Split
from surveyplat.scoring.hiding import rate_reach
from surveyplat.scoring.periods import PP100
from surveyplat.scoring.plan import Problem, ScoringPlan
from surveyplat.scoring.problem_bridge import common_problems, problem_bridge, total_columns
from surveyplat.scoring.records.changes import CommonProblems, Decomposition
from surveyplat.scoring.results import PeriodComparison, Pp100Cell
from surveyplat.scoring.suppression import LARGEST_RELATIVE_ERROR
from surveyplat.scoring.workers import Workers

_PER = 100.0


class RateSplit(Split):
    """The split of a rate, on which ``highest`` bounds what a vehicle may have."""

    @staticmethod
    def _small(mix: Mix) -> set[str]:
        """Groups whose rate has a large error are withheld too."""
        errors = np.sqrt(mix.mean_squares) > LARGEST_RELATIVE_ERROR * mix.means * mix.weights
        return Split._small(mix) | {mix.groups[place] for place in np.flatnonzero(mix.present & errors)}

    def _reach(self, mix: Mix, place: int) -> float:
        weight = float(mix.weights[place])
        return rate_reach(weight * float(mix.means[place]), _PER * weight, int(mix.units[place]))


def with_problem_passes(comparison: PeriodComparison, before: Side, after: Side, workers: Workers) -> PeriodComparison:
    """The comparison with the change of PP100 split, or on common problems where the catalogues are what differs.

    Raises what ``scoring.snapshot`` raises for a snapshot that is absent or damaged.
    """
    total = next(iter(comparison.pp100_total), None)
    if total is not None and total.before.value is not None and total.after.value is not None:
        return rounded(_split(comparison, before, after, workers))
    if _is_bridged(comparison) and before.plan.problems and after.plan.problems:
        return rounded(replace(comparison, pp100_common=_common(before, after, workers)))
    return comparison


def _split(comparison: PeriodComparison, before: Side, after: Side, workers: Workers) -> PeriodComparison:
    old, new = (_counted(side, side.plan.problems_by_category, workers) for side in (before, after))
    dealers = [side.pp100.dealers if side.pp100 else () for side in (before, after)]
    models = [side.pp100.models if side.pp100 else () for side in (before, after)]
    most = max(len(side.plan.problems) for side in (before, after))
    categories = list(after.plan.problems_by_category)
    alike = list(before.plan.problems_by_category) == categories
    return replace(
        comparison,
        pp100_by_dealer=_by_group(comparison, (old.dealers, new.dealers), dealers, most),
        pp100_by_model=_by_group(comparison, (old.models, new.models), models, most),
        pp100_by_category=problem_bridge(old.dealers.moments, new.dealers.moments, categories) if alike else None,
    )


def _by_group(
    comparison: PeriodComparison, groups: tuple[Groups, Groups], cells: Sequence[Sequence[Pp100Cell]], most: int
) -> Decomposition | None:
    """None where there is a single group, and where the split would tell a rate that is withheld from its ``cells``.

    No vehicle has more than ``most`` problems.
    """
    mixes = mixes_of((comparison.before, comparison.after), *groups, scale=_PER)
    if mixes is None:
        return None
    hidden = [{cell.id for cell in held if cell.pp100.suppressed} for held in cells]
    return RateSplit(decomposed(*mixes), *mixes, _PER * most).beside_published(*hidden)


def _is_bridged(comparison: PeriodComparison) -> bool:
    """Whether PP100 may be compared on what both periods asked, and nothing but that stands in the way."""
    found = next((each for each in comparison.withheld if each.measure == PP100), None)
    first = comparison.verdict, comparison.reasons
    verdict, reasons = first if found is None else (found.verdict, found.reasons)
    return verdict == "bridge" and not MODE_CODES & {reason.code for reason in reasons}


def _common(before: Side, after: Side, workers: Workers) -> CommonProblems | None:
    old, new = ([problem.id for problem in side.plan.problems] for side in (before, after))
    if not set(old) & set(new):
        return None
    counted = []
    for plan in (before.plan, after.plan):
        both = tuple(problem for problem in plan.problems if problem.id in old and problem.id in new)
        counted.append(replace(plan, problems=both).problems_by_category)
    first, second = (_counted(side, held, workers) for side, held in zip((before, after), counted, strict=True))
    with suppress(InsufficientBase):
        return common_problems(first.dealers.moments, second.dealers.moments, (old, new))
    return None


def _counted(side: Side, problems: dict[str, tuple[Problem, ...]], workers: Workers) -> Grouped:
    every = tuple(problem for inside in problems.values() for problem in inside)
    plan = ScoringPlan(side.plan.study, side.plan.definition_hash, (), problems=every, categories=tuple(problems))
    return counted_groups(plan, partial(total_columns, problems), side.source, workers)
