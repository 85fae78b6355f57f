"""What a comparison needs of the rows themselves: the split of a change, and the bridge over changed weights or items.

Either takes one further pass over each period's snapshot, which counts the first index alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from surveyplat.scoring.bridge import BothWays, Bridge, bridge_columns, bridged, on_common_items
from surveyplat.scoring.column_pass import PieceColumns, count_read, tabulated
from surveyplat.scoring.columns import index_column
from surveyplat.scoring.comparability import MODE_CODES
from surveyplat.scoring.decomposition import decomposed, mix_of
from surveyplat.scoring.documents import rounded
from surveyplat.scoring.event_cells import MODEL
from surveyplat.scoring.hidden_splits import Split
from surveyplat.scoring.moments import Column, Moments, Rows, moments_of
from surveyplat.scoring.plan import IndexPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.respondent import person_scores
from surveyplat.scoring.results import PeriodComparison
from surveyplat.scoring.row_weights import Task, tasks_of
from surveyplat.scoring.snapshot import Answers, SnapshotSource, read_piece, take_inventory
from surveyplat.scoring.suppression import LEAST_BASE
from surveyplat.scoring.weighing import DEALER, weigh
from surveyplat.scoring.workers import Workers


@dataclass(frozen=True)
class Side:
    """One period: its snapshot, and the plan of the definition that its answers were given to."""

    plan: ScoringPlan
    source: SnapshotSource
    withheld: frozenset[str] = frozenset()
    """The dealers whose index is not shown in this period."""


def with_passes(comparison: PeriodComparison, before: Side, after: Side, workers: Workers) -> PeriodComparison:
    """The comparison with its change split, or bridged where weights or items changed and nothing else did.

    Raises what ``scoring.snapshot`` raises for a snapshot that is absent or damaged.
    """
    if comparison.verdict == "comparable" and comparison.indices and comparison.indices[0].change is not None:
        old, new = (_counted_groups(side, workers) for side in (before, after))
        highest = max(side.plan.indices[0].total for side in (before, after))
        dealers = _split(comparison, old.dealers, new.dealers, highest)
        models = _split(comparison, old.models, new.models, highest)
        by_dealer = None if dealers is None else dealers.beside_published(before.withheld, after.withheld)
        by_model = None if models is None else models.alone()
        return rounded(replace(comparison, by_dealer=by_dealer, by_model=by_model))
    if comparison.verdict == "bridge" and not MODE_CODES & {reason.code for reason in comparison.reasons}:
        return rounded(replace(comparison, bridge=_bridge(before, after, workers)))
    return comparison


@dataclass(frozen=True)
class _Groups:
    """The moments of the index alone, with the groups as cells."""

    moments: Moments
    names: tuple[str, ...]
    known_shares: bool

    def among(self, names: Sequence[str]) -> Moments:
        """The same with all of ``names`` as cells, in their order; groups without an answer are empty."""
        first, count = self.moments.first_cell, self.moments.cells
        places = [names.index(name) for name in self.names[first : first + count]]
        units, sums = np.zeros(len(names)), np.zeros((len(self.moments.sums), len(names), 1))
        units[places], sums[:, places] = self.moments.cell_units, self.moments.sums
        return Moments(self.moments.columns, 0, units, sums)


@dataclass(frozen=True)
class _Grouped:
    dealers: _Groups
    models: _Groups


@dataclass(frozen=True)
class _Counts:
    dealers: Moments
    models: Moments

    def merge(self, other: "_Counts") -> "_Counts":
        return _Counts(self.dealers.merge(other.dealers), self.models.merge(other.models))


def _counted_groups(side: Side, workers: Workers) -> _Grouped:
    index = side.plan.indices[0]
    items = _scale_items(side.plan, [index])
    inventory = take_inventory(side.source.path, _alone(side.plan, items), workers)
    weighed = weigh(inventory, side.source, workers)
    tasks = tasks_of(inventory, weighed.table)
    counts = workers.merged("change by group", partial(_count_groups, index, items), tasks)
    dealers = _Groups(counts.dealers, inventory.dealers, weighed.knows_shares_of(DEALER))
    return _Grouped(dealers, _Groups(counts.models, ("", *inventory.models), weighed.knows_shares_of(MODEL)))


def _count_groups(index: IndexPlan, items: tuple[ScaleItem, ...], task: Task) -> _Counts:
    """Models are no run of rows: the piece's rows are put in their order first."""
    answers = read_piece(task.piece, items)
    weights, column = task.row_weights(answers), _index_values(index, items, answers)
    cells = answers.model_of_row + 1
    order = np.lexsort((answers.rows.unit_label, cells))
    sorted_rows = Rows.in_order(cells[order], answers.rows.unit_label[order])
    by_model = Column(column.id, column.values[order], column.base[order])
    return _Counts(moments_of([column], weights, answers.rows), moments_of([by_model], weights[order], sorted_rows))


def _index_values(index: IndexPlan, items: tuple[ScaleItem, ...], answers: Answers) -> Column:
    scores = person_scores(answers, index, {item.id: item for item in items})
    whole = next(score for factor, score in scores if factor is None)
    return Column(index_column(index.id), whole.values, whole.usable.astype(np.float64))


def _split(comparison: PeriodComparison, before: _Groups, after: _Groups, highest: float) -> Split | None:
    """None where there is a single group: nothing can be mixed otherwise."""
    names = sorted({*before.names, *after.names})
    periods = zip((comparison.before, comparison.after), (before, after), strict=True)
    mixes = [
        mix_of(side.among(names), side.moments.columns[0], names, period=period, known_shares=side.known_shares)
        for period, side in periods
    ]
    if not any(((mix.present).sum() > 1) for mix in mixes):
        return None
    return Split(decomposed(*mixes), mixes[0], mixes[1], highest)


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
