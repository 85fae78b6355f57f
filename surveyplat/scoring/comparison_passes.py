"""What a comparison needs of the rows themselves: the split of a change, and the bridge over changed weights or items.

Either takes one further pass over each period's snapshot, which counts the first index alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from surveyplat.scoring.bridge import bridge_columns, bridged, on_common_items
from surveyplat.scoring.column_pass import PieceColumns, count_read, tabulated
from surveyplat.scoring.columns import index_column
from surveyplat.scoring.comparability import MODE_CODES
from surveyplat.scoring.decomposition import decomposed
from surveyplat.scoring.documents import rounded
from surveyplat.scoring.group_passes import Grouped, Groups, counted_groups, mixes_of
from surveyplat.scoring.hidden_splits import Split
from surveyplat.scoring.moments import Column
from surveyplat.scoring.plan import IndexPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.records.changes import BothWays, Bridge
from surveyplat.scoring.respondent import person_scores
from surveyplat.scoring.results import PeriodComparison, Pp100Score
from surveyplat.scoring.row_weights import Task, tasks_of
from surveyplat.scoring.snapshot import Answers, SnapshotSource, read_piece, take_inventory
from surveyplat.scoring.suppression import LEAST_BASE
from surveyplat.scoring.weighing import weigh
from surveyplat.scoring.workers import Workers


@dataclass(frozen=True)
class Side:
    """One period: its snapshot, and the plan of the definition that its answers were given to."""

    plan: ScoringPlan
    source: SnapshotSource
    withheld: frozenset[str] = frozenset()
    """The dealers whose index is not shown in this period."""
    pp100: Pp100Score | None = None
    """The PP100 that are published of this period, without those that are withheld."""


def with_passes(comparison: PeriodComparison, before: Side, after: Side, workers: Workers) -> PeriodComparison:
    """The comparison with its change split, or bridged where weights or items changed and nothing else did.

    Raises what ``scoring.snapshot`` raises for a snapshot that is absent or damaged.
    """
    if comparison.verdict == "comparable" and comparison.indices and comparison.indices[0].change is not None:
        old, new = (_grouped(side, workers) for side in (before, after))
        highest = max(side.plan.indices[0].total for side in (before, after))
        dealers = _split(comparison, old.dealers, new.dealers, highest)
        models = _split(comparison, old.models, new.models, highest)
        by_dealer = None if dealers is None else dealers.beside_published(before.withheld, after.withheld)
        by_model = None if models is None else models.alone()
        return rounded(replace(comparison, by_dealer=by_dealer, by_model=by_model))
    if comparison.verdict == "bridge" and not MODE_CODES & {reason.code for reason in comparison.reasons}:
        return rounded(replace(comparison, bridge=_bridge(before, after, workers)))
    return comparison


def _grouped(side: Side, workers: Workers) -> Grouped:
    index = side.plan.indices[0]
    items = _scale_items(side.plan, [index])
    return counted_groups(_alone(side.plan, items), partial(_index_column, index, items), side.source, workers)


def _index_column(index: IndexPlan, items: tuple[ScaleItem, ...], answers: Answers) -> tuple[Column]:
    scores = person_scores(answers, index, {item.id: item for item in items})
    whole = next(score for factor, score in scores if factor is None)
    return (Column(index_column(index.id), whole.values, whole.usable.astype(np.float64)),)


def _split(comparison: PeriodComparison, before: Groups, after: Groups, highest: float) -> Split | None:
    mixes = mixes_of((comparison.before, comparison.after), before, after)
    return None if mixes is None else Split(decomposed(*mixes), *mixes, highest)


def _bridge(before: Side, after: Side, workers: Workers) -> Bridge | None:
    """None without an index, or where fewer than 30 respondents of a period have it under both weights."""
    pair = _both_plans(before.plan, after.plan)
    if pair is None:
        return None
    sides = [_both_ways(side, pair, workers) for side in (before, after)]
    if any(side.gap.unweighted_base < LEAST_BASE for side in sides):
        return None
    return bridged(*sides)


def _both_plans(before: ScoringPlan, after: ScoringPlan) -> tuple[IndexPlan, IndexPlan] | None:
    """The first index as both definitions compute it, on the items in common and on the new one's points."""
    if not after.indices:
        return None
    new = after.indices[0]
    old = next((index for index in before.indices if index.id == new.id), None)
    return None if old is None else on_common_items(replace(old, total=new.total), new)


def _both_ways(side: Side, pair: tuple[IndexPlan, IndexPlan], workers: Workers) -> BothWays:
    items = _scale_items(side.plan, pair)
    inventory = take_inventory(side.source.path, _alone(side.plan, items), workers)
    weighed = weigh(inventory, side.source, workers)
    tasks, read = tasks_of(inventory, weighed.table), partial(_read_bridge, pair, items)
    counts = workers.merged("bridge", partial(count_read, read), tasks)
    table = tabulated(read, counts, weighed, tasks, inventory.dealers, workers)
    return BothWays(*(table.overall(column) for column in counts.moments.columns))


def _read_bridge(pair: tuple[IndexPlan, IndexPlan], items: tuple[ScaleItem, ...], task: Task) -> PieceColumns:
    answers = read_piece(task.piece, items)
    columns = dict(bridge_columns(*pair, answers, {item.id: item for item in items}))
    return PieceColumns([columns[way] for way in ("old", "new", "gap")], answers.rows, task.placed(answers))


def _scale_items(plan: ScoringPlan, indices: Sequence[IndexPlan]) -> tuple[ScaleItem, ...]:
    wanted = {item for index in indices for factor in index.factors for item in factor.items}
    return tuple(item for item in plan.items if item.id in wanted)


def _alone(plan: ScoringPlan, items: tuple[ScaleItem, ...]) -> ScoringPlan:
    """A plan that reads these items and nothing else."""
    return ScoringPlan(plan.study, plan.definition_hash, items)
