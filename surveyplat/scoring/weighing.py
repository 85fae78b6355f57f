"""The weights of a study's responses: raked to the known events of dealer, model and month, or less than that.

Every response starts with the weight 1. Dealers with at least as many events as responses are raked together: by
dealer, by model and by month of the occasion, to the events of these very dealers. The responses of a dealer with more
responses than known events (or with none known: answers collected elsewhere name no dealer) stand for themselves with
the weight 1, outside of the raking. Where events are known by dealer only, where there is one model and one month, and
where raking fails, each dealer's responses are weighted to its events alone; the ``Weighting`` says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from surveyplat.errors import RakingDiverged, WeightingError
from surveyplat.scoring.arrays import BoolArray, IntArray, summed_at
from surveyplat.scoring.event_cells import EventCells
from surveyplat.scoring.margins import Margin, MarginGroups
from surveyplat.scoring.raking import Raking, TrimmingBounds, WeightCells, rake
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.coverage import DEALER, MODEL, MONTH
from surveyplat.scoring.response_cells import ResponseCells, count_responses
from surveyplat.scoring.row_weights import WeightTable
from surveyplat.scoring.snapshot import Inventory, SnapshotSource
from surveyplat.scoring.weighting import MarginCategory, WeightedMargin, Weighting, WeightingKind
from surveyplat.scoring.weights import covering_population, kish_design_effect, post_stratified
from surveyplat.scoring.workers import Workers

MOST_TIMES_THE_MEAN = 5.0
"""No raked response weighs more than this many times the mean one, as far as the known events allow it."""


@dataclass(frozen=True)
class RakedSample:
    """What the calibration residuals need: the cells that were raked, and the margins' group of dealers and slots."""

    cells: WeightCells
    raking: Raking
    dealer_groups: IntArray
    """The group of each dealer in the first margin, -1 for those not raked."""
    slot_groups: tuple[IntArray, ...]
    """For each further margin the group of each slot, -1 where no response stands."""


@dataclass(frozen=True)
class Weighed:
    """The weights of a snapshot. ``population`` is None when it covers no dealer's answers."""

    kind: WeightingKind
    table: WeightTable
    population: Mapping[str, int] | None
    summary: Weighting
    raked: RakedSample | None = None

    def knows_shares_of(self, variable: str) -> bool:
        """Whether the weights of the variable's categories add up to known events, of nearly all in case of dealers."""
        if variable == DEALER:
            return self.population is not None
        held = {margin.name: margin for margin in self.summary.margins}
        return variable in held and not held[variable].joined and not self.summary.apart


def weigh(inventory: Inventory, source: SnapshotSource, workers: Workers) -> Weighed:
    """Weight the responses as the module says, with one further pass over the keys where there is something to rake.

    Trimming: no raked weight exceeds five times the mean one; where a margin itself needs more, none is trimmed.
    Source: Deming and Stephan (1940), see ``raking``; Potter, ASA Proceedings (1990), for the bound.
    """
    population = covering_population(inventory, source.population)
    plain = _by_dealer(inventory, population, ())
    if population is None:
        return plain
    if source.event_cells is None:
        return _by_dealer(inventory, population, (Reason("events_by_dealer_only"),))
    sample = _sample(inventory, source.event_cells, count_responses(inventory, workers))
    if len(sample.margins) < 2:
        return plain
    try:
        raking, reasons = _raked(sample)
    except RakingDiverged as error:
        return _by_dealer(inventory, population, (Reason("raking_diverged", detail=str(error)),))
    except WeightingError as error:
        return _by_dealer(inventory, population, (Reason("raking_contradicted", detail=str(error)),))
    return _weighed(inventory, population, sample, raking, reasons)


def _by_dealer(inventory: Inventory, population: Mapping[str, int] | None, reasons: tuple[Reason, ...]) -> Weighed:
    weights = post_stratified(inventory, population)
    rows = np.array(inventory.dealer_rows, dtype=np.float64)
    table = WeightTable(weights[:, None], np.zeros(len(weights), dtype=np.bool_))
    apart = 0 if population is None else _apart(inventory, population)
    summary = Weighting((), 0, 1.0, 0, apart, kish_design_effect(weights, rows), reasons)
    return Weighed("unweighted" if population is None else "post_stratified_by_dealer", table, population, summary)


def _apart(inventory: Inventory, population: Mapping[str, int]) -> int:
    rows_of = zip(inventory.dealers, inventory.dealer_rows, strict=True)
    return sum(rows for dealer, rows in rows_of if population.get(dealer, 0) < rows)


@dataclass(frozen=True)
class _Sample:
    """The cells of the dealers that are raked. ``held`` are their places among all, ``positions`` in the margins."""

    counted: ResponseCells
    standing: tuple[str, ...]
    held: BoolArray
    margins: tuple[Margin, ...]
    cells: WeightCells


def _sample(inventory: Inventory, events: EventCells, counted: ResponseCells) -> _Sample:
    rows_of = zip(inventory.dealers, inventory.dealer_rows, strict=True)
    standing = tuple(dealer for dealer, rows in rows_of if events.of_dealer(dealer) >= rows)
    held = counted.positions(DEALER, standing) >= 0
    margins = tuple(_margins(standing, events, counted, held))
    positions = [counted.positions(margin.name, margin.categories)[held] for margin in margins]
    stacked = np.column_stack(positions) if positions else np.zeros((int(held.sum()), 0), dtype=np.int64)
    start = np.ones(len(stacked))
    return _Sample(counted, standing, held, margins, WeightCells(stacked, start, counted.responses[held]))


def _margins(standing: Sequence[str], events: EventCells, counted: ResponseCells, held: BoolArray) -> list[Margin]:
    """Dealers, then whatever else has several categories; one that only responses name has no events."""
    if not standing:
        return []
    dealers = Margin(DEALER, tuple(standing), np.array([events.of_dealer(dealer) for dealer in standing], dtype=float))
    further = []
    for known in (events.model_margin(standing), events.month_margin(standing)):
        named = set(counted.counts[known.name].filter(held).to_list()) - {""}
        if len(known.categories) > 1 or named - set(known.categories):
            further.append(known.with_categories(named))
    return [dealers, *further]


def _raked(sample: _Sample) -> tuple[Raking, tuple[Reason, ...]]:
    """Trimmed where a weight is too large; untrimmed, with the reason, where the margins forbid that."""
    raking = rake(sample.cells, sample.margins)
    if raking.largest_multiple <= MOST_TIMES_THE_MEAN:
        return raking, ()
    try:
        return rake(sample.cells, sample.margins, TrimmingBounds(0.0, MOST_TIMES_THE_MEAN)), ()
    except WeightingError as error:
        return raking, (Reason("trimming_refused", {"multiple": MOST_TIMES_THE_MEAN}, str(error)),)


def _weighed(
    inventory: Inventory,
    population: Mapping[str, int],
    sample: _Sample,
    raking: Raking,
    reasons: tuple[Reason, ...],
) -> Weighed:
    table = _table(inventory, population, sample, raking)
    kept = sample.counted.responses
    every = np.where(sample.held, 0.0, 1.0)
    every[sample.held] = raking.weights
    summary = Weighting(
        margins=tuple(_told(groups, sample.cells) for groups in raking.margins),
        sweeps=raking.sweeps,
        largest_multiple=raking.largest_multiple,
        trimmed=int(raking.responses[raking.trimmed].sum()),
        apart=int(kept[~sample.held].sum()),
        design_effect=kish_design_effect(every, kept),
        reasons=reasons,
    )
    return Weighed("raked", table, population, summary, _raked_sample(inventory, sample, raking, table))


def _table(inventory: Inventory, population: Mapping[str, int], sample: _Sample, raking: Raking) -> WeightTable:
    categories = {margin.name: margin.categories for margin in sample.margins}
    by_dealer = post_stratified(inventory, population)
    empty = WeightTable(
        by_dealer[:, None],
        np.isin(np.array(inventory.dealers), np.array(sample.standing)),
        categories.get(MODEL, ()),
        categories.get(MONTH, ()),
    )
    values = np.repeat(by_dealer[:, None], empty.slots, axis=1)
    dealer = sample.counted.positions(DEALER, inventory.dealers)[sample.held]
    model, month = (sample.counted.positions(key, categories.get(key, ()))[sample.held] for key in (MODEL, MONTH))
    values[dealer, empty.slot(model, month)] = raking.weights
    return replace(empty, values=values)


def _raked_sample(inventory: Inventory, sample: _Sample, raking: Raking, table: WeightTable) -> RakedSample:
    by_category = [_groups_of_categories(sample, groups, place) for place, groups in enumerate(raking.margins)]
    slot = np.arange(table.slots)
    position = {MODEL: slot // (len(table.months) + 1) - 1, MONTH: slot % (len(table.months) + 1) - 1}
    dealer = {name: place for place, name in enumerate(sample.standing)}
    places = np.array([dealer.get(name, -1) for name in inventory.dealers])
    return RakedSample(
        sample.cells,
        raking,
        np.where(places >= 0, by_category[0][places], -1),
        tuple(
            groups[position[margin.name]] for margin, groups in zip(sample.margins[1:], by_category[1:], strict=True)
        ),
    )


def _groups_of_categories(sample: _Sample, groups: MarginGroups, place: int) -> IntArray:
    """The group of each category, and last of those not known; -1 where there is no response."""
    found = np.full(len(sample.margins[place].categories) + 1, -1)
    found[sample.cells.positions[:, place]] = groups.group_of_cell
    return found


def _told(groups: MarginGroups, cells: WeightCells) -> WeightedMargin:
    responses = summed_at(groups.group_of_cell, cells.responses, len(groups.totals))
    listed = zip(groups.names, groups.totals.tolist(), responses.tolist(), strict=True)
    categories = (MarginCategory(names, events, int(count)) for names, events, count in listed)
    return WeightedMargin(
        groups.name, () if groups.name == DEALER else tuple(categories), groups.joined, groups.not_covered
    )
