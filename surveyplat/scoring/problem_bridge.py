"""What a change of PP100 is made of: its categories, and what two catalogues of problems have in common."""

from collections.abc import Sequence
from math import hypot

import numpy as np

from surveyplat.scoring.columns import problem_column
from surveyplat.scoring.contrasts import contrast, welch_df
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.intervals import rate_interval
from surveyplat.scoring.moments import Column, Moments
from surveyplat.scoring.plan import Problem
from surveyplat.scoring.rate_comparison import RateSample, compare_rates, pearson_dispersion
from surveyplat.scoring.records.changes import CategoryStep, CommonProblems, ProblemBridge
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.snapshot import Answers
from surveyplat.scoring.suppression import published

_PER = 100.0


def total_columns(problems: dict[str, tuple[Problem, ...]], answers: Answers) -> tuple[Column, ...]:
    """Problems of a vehicle that was asked all of them: in total, then by category; the base is that of the total."""
    every = [problem for inside in problems.values() for problem in inside]
    asked = np.logical_and.reduce([answers.answered(problem.id) for problem in every]).astype(np.float64)

    def counted(name: str, inside: Sequence[Problem]) -> Column:
        ticks = sum((answers.codes[problem.id] == 1 for problem in inside), np.zeros(len(asked)))
        return Column(name, ticks * asked, asked)

    by_category = (counted(problem_column("category", name), inside) for name, inside in problems.items())
    return counted(problem_column("total"), every), *by_category


def problem_bridge(before: Moments, after: Moments, categories: Sequence[str]) -> ProblemBridge:
    """The steps from one period's total to the other's, from moments of ``total_columns``; 95 % intervals.

    Every category's rate is taken on the base of the total, so that they add up. The periods' samples count as
    independent; within a period no step is independent of another one, and each interval stands for itself.
    """
    old, new = (ratios_overall(moments) for moments in (before, after))
    whole, *steps = ((old.at(place).scaled(_PER), new.at(place).scaled(_PER)) for place in range(len(categories) + 1))
    rows = zip(categories, steps, strict=True)
    return ProblemBridge(
        _difference(*whole), tuple(CategoryStep(name, a.value, b.value, _difference(a, b)) for name, (a, b) in rows)
    )


def common_problems(
    before: Moments, after: Moments, names: tuple[Sequence[str], Sequence[str]]
) -> CommonProblems | None:
    """The first column of both moments compared; None where either rate may not be shown.

    ``names`` are the problems of either catalogue. Raises ``InsufficientBase`` when nothing can be told.
    """
    old, new = names
    sides = [_sample(moments) for moments in (before, after)]
    shown = [_shown(side.rate) for side in sides]
    if any(estimate.suppressed for estimate in shown):
        return None
    told = compare_rates(sides[1], sides[0])
    return CommonProblems(
        problems=len(set(old) & set(new)),
        only_before=tuple(name for name in old if name not in new),
        only_after=tuple(name for name in new if name not in old),
        before=shown[0],
        after=shown[1],
        ratio=told.ratio,
        ci_low=told.ci_low,
        ci_high=told.ci_high,
        p_value=told.p_value,
        method=told.method,
    )


def _sample(moments: Moments) -> RateSample:
    return RateSample.of(ratios_overall(moments).at(0), pearson_dispersion(moments, moments.columns[0]))


def _shown(rate: Ratio) -> Estimate:
    def ends(per_hundred: Ratio) -> tuple[float, float]:
        low, high = rate_interval(per_hundred.scaled(1 / _PER))
        return _PER * low, _PER * high

    return published(rate.scaled(_PER), ends)


def _difference(before: Ratio, after: Ratio) -> Contrast:
    variances = before.std_error**2, after.std_error**2
    freedom = welch_df(variances, (before.df, after.df))
    return contrast(after.value - before.value, hypot(before.std_error, after.std_error), freedom)
