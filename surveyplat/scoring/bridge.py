"""A bridge over changed weights or items: both periods' index under both sets of weights, on the items in common."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import sqrt

from surveyplat.errors import NotComparable
from surveyplat.scoring.contrasts import contrast, welch_df
from surveyplat.scoring.moments import Column
from surveyplat.scoring.plan import Factor, IndexPlan, ScaleItem
from surveyplat.scoring.records.changes import BothWays, Bridge
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.respondent import PersonScore, person_scores
from surveyplat.scoring.snapshot import Answers


def on_common_items(old: IndexPlan, new: IndexPlan) -> tuple[IndexPlan, IndexPlan]:
    """Both indices with the items that both have; factors left without an item go, others keep their weight.

    Raises ``NotComparable`` when there is no item in common.
    """
    common = _items(old) & _items(new)
    if not common:
        raise NotComparable(f"The indices {old.id} and {new.id} have no item in common: nothing bridges them")
    return _restricted(old, common), _restricted(new, common)


def bridge_columns(
    old: IndexPlan, new: IndexPlan, answers: Answers, items: Mapping[str, ScaleItem]
) -> Iterator[tuple[str, Column]]:
    """For the pass over a snapshot: the columns "old", "new" and "gap" of ``BothWays``, by these names."""
    first, second = (_index(answers, plan, items) for plan in (old, new))
    usable = first.usable & second.usable
    base = usable.astype(float)
    for name, values in (("old", first.values), ("new", second.values), ("gap", second.values - first.values)):
        yield name, Column(f"bridge/{old.id}/{name}", values * base, base)


def bridged(before: BothWays, after: BothWays) -> Bridge:
    """The change under either set of weights, and what of the published one the weights made; 95 % intervals.

    The periods' samples are independent, t with Welch's degrees of freedom; within a period the two indices are of the
    same people: Var((old + new) / 2) = (Var(old) + Var(new)) / 2 - Var(gap) / 4.
    Raises ``NotComparable`` when a period has no respondent with both. Source: Fisher, The Making of Index Numbers
    (1922), the mean of both weightings; Kitagawa, JASA 50 (1955).
    """
    if not before.gap.unweighted_base or not after.gap.unweighted_base:
        raise NotComparable("No respondent of one of the periods has an index under both weights: nothing bridges them")
    variance = [_variance_of_mean(side) for side in (before, after)]
    gaps = [side.gap.std_error**2 / 4 for side in (before, after)]
    dfs = before.gap.df, after.gap.df
    mean_change = (after.old.value + after.new.value - before.old.value - before.new.value) / 2
    return Bridge(
        before,
        after,
        published=_difference(before.old, after.new),
        under_old=_difference(before.old, after.old),
        under_new=_difference(before.new, after.new),
        performance=contrast(mean_change, sqrt(sum(variance)), welch_df(variance, dfs)),
        weights=contrast((before.gap.value + after.gap.value) / 2, sqrt(sum(gaps)), welch_df(gaps, dfs)),
    )


def _difference(before: Ratio, after: Ratio) -> Contrast:
    variances = before.std_error**2, after.std_error**2
    return contrast(after.value - before.value, sqrt(sum(variances)), welch_df(variances, (before.df, after.df)))


def _variance_of_mean(side: BothWays) -> float:
    return max(0.0, (side.old.std_error**2 + side.new.std_error**2) / 2 - side.gap.std_error**2 / 4)


def _index(answers: Answers, plan: IndexPlan, items: Mapping[str, ScaleItem]) -> PersonScore:
    return next(score for factor, score in person_scores(answers, plan, items) if factor is None)


def _items(plan: IndexPlan) -> set[str]:
    return {item for factor in plan.factors for item in factor.items}


def _restricted(plan: IndexPlan, common: set[str]) -> IndexPlan:
    kept = (Factor(factor.id, factor.weight, _within(factor, common)) for factor in plan.factors)
    return replace(plan, factors=tuple(factor for factor in kept if factor.items))


def _within(factor: Factor, common: set[str]) -> tuple[str, ...]:
    return tuple(item for item in factor.items if item in common)
