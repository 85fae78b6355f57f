"""What the frozen rows show of one number beyond what is published: sums, customers, a dealer's items, scale points."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from surveyplat.reports.explaining.subject import Subject
from surveyplat.scoring.arrays import summed_at
from surveyplat.scoring.columns import item_column
from surveyplat.scoring.passes import CountedStudy, count_study
from surveyplat.scoring.plan import IndexPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.respondent import person_scores
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.snapshot import SnapshotSource, read_piece
from surveyplat.scoring.workers import ALONE


@dataclass(frozen=True)
class ScalePoint:
    """How many gave this answer, and the sum of their weights."""

    point: int
    answers: int
    weight: float


@dataclass(frozen=True)
class RowWeights:
    """What the answers weigh of which the number is made: all rows', or those of one dealer."""

    lightest: float
    heaviest: float
    total: float
    total_of_all: float


@dataclass(frozen=True)
class Leftovers:
    """Where a respondent's index and his factors part."""

    incomplete: int
    """Respondents with a usable index who left out a whole factor."""
    unusable: int
    """Respondents who answered some item of the index and too few for a usable one."""


@dataclass(frozen=True)
class Evidence:
    """One number as it was counted. ``ratio`` is in the column's own unit: problems per vehicle, shares of 0-1."""

    ratio: Ratio
    customers: int
    strata: int
    squares: float
    """Σ(u - ū)² of the linearised values u of the units, within their strata; of the residuals where calibrated."""
    units: int
    """Customers of the strata, whether they answered this or not."""
    one_stratum: bool
    """Nothing but one dealer's customers was counted."""
    simple_sample: bool
    items: Mapping[str, Ratio]
    """For an index: its items' means on their own scale, of the same dealer or of all."""
    leftovers: Leftovers | None
    points: tuple[ScalePoint, ...]
    """For an item or a rate: its answers, from the lowest point."""
    weights: RowWeights
    calibrated: bool
    """The error is that of what dealer, model and month leave unexplained (raked weights)."""


def gather_evidence(plan: ScoringPlan, source: SnapshotSource, subject: Subject) -> Evidence:
    """Count the number's column once more, as scoring does, and keep what scoring does not publish.

    Reads the snapshot's rows. Raises what ``scoring.passes.count_study`` raises.
    """
    study = count_study(replace(plan, drivers=(), derived_indices=(), models=(), gaps=(), quality=None), source, ALONE)
    index = next((index for index in plan.indices if subject.kind == "index" and index.id == subject.id), None)
    moments, cells = study.table.moments, _cells(study, subject)
    column = moments.columns.index(subject.column)
    answering = moments["units"][cells, column]
    return Evidence(
        ratio=_ratio(study, subject, subject.column),
        customers=int(answering.sum()),
        strata=int((answering > 0).sum()),
        squares=_squares(study, subject, column),
        units=int(moments.cell_units[cells].sum()),
        one_stratum=len(moments.cell_units[cells]) == 1,
        simple_sample=study.is_simple_sample,
        items={item: _ratio(study, subject, item_column(item)) for item in _items_of(index)},
        leftovers=None if index is None else _leftovers(study, index, subject),
        points=_points(study, _answered_item(plan, subject)),
        weights=_row_weights(study, subject),
        calibrated=subject.dealer is None and study.table.residuals is not None,
    )


def _cells(study: CountedStudy, subject: Subject) -> slice:
    if subject.dealer is None:
        return slice(None)
    cell = study.table.dealers.index(subject.dealer)
    return slice(cell, cell + 1)


def _ratio(study: CountedStudy, subject: Subject, column: str) -> Ratio:
    if subject.dealer is None:
        return study.table.overall(column)
    return study.table.of_dealer(subject.dealer, column)


def _squares(study: CountedStudy, subject: Subject, column: int) -> float:
    """Σ_h Σ_c (u - ū_h)² with u = (A - R·B) / Σw; see ``scoring.design``."""
    moments, cells = study.table.moments, _cells(study, subject)
    total, ratio = moments["w"][cells, column].sum(), moments["wy"][cells, column].sum()
    if not total:
        return 0.0
    residuals = study.table.residuals if subject.dealer is None else None
    counted = moments if residuals is None else residuals
    held = {name: counted[name][cells, column] for name in ("w", "wy", "aa", "ab", "bb")}
    ratio = ratio / total
    squares = held["aa"] - 2 * ratio * held["ab"] + ratio**2 * held["bb"]
    centres = (held["wy"] - ratio * held["w"]) ** 2 / np.maximum(moments.cell_units[cells], 1)
    return max(0.0, float((squares - centres).sum() / total**2))


def _row_weights(study: CountedStudy, subject: Subject) -> RowWeights:
    wanted = range(len(study.table.dealers))[_cells(study, subject)]
    held = [(read_piece(task.piece, ()), task) for task in study.tasks]
    weights = np.concatenate([task.row_weights(answers) for answers, task in held])
    own = weights[np.isin(np.concatenate([answers.rows.cell_of_row for answers, _ in held]), wanted)]
    return RowWeights(float(own.min()), float(own.max()), float(own.sum()), float(weights.sum()))


def _items_of(index: IndexPlan | None) -> tuple[str, ...]:
    return () if index is None else tuple(dict.fromkeys(item for factor in index.factors for item in factor.items))


def _leftovers(study: CountedStudy, index: IndexPlan, subject: Subject) -> Leftovers:
    scale = {item.id: item for item in study.plan.items}
    items = [scale[item] for item in _items_of(index)]
    wanted = range(len(study.table.dealers))[_cells(study, subject)]
    incomplete = unusable = 0
    for task in study.tasks:
        answers = read_piece(task.piece, items)
        *factors, (_, whole) = person_scores(answers, index, scale)
        counted = np.isin(answers.rows.cell_of_row, wanted)
        complete = np.logical_and.reduce([score.usable for _, score in factors])
        some = np.logical_or.reduce([score.usable for _, score in factors])
        incomplete += int((counted & whole.usable & ~complete).sum())
        unusable += int((counted & some & ~whole.usable).sum())
    return Leftovers(incomplete, unusable)


def _answered_item(plan: ScoringPlan, subject: Subject) -> ScaleItem | None:
    """The item whose answers make the number: itself, or the one that a rate is taken from."""
    rated = {"nps": plan.recommend, "csat": plan.overall}.get(subject.id) if subject.kind == "rate" else None
    name = subject.id if subject.kind == "item" else rated
    return next((item for item in plan.items if item.id == name), None)


def _points(study: CountedStudy, item: ScaleItem | None) -> tuple[ScalePoint, ...]:
    if item is None:
        return ()
    size = item.maximum + 1
    answers, weights = np.zeros(size, dtype=np.int64), np.zeros(size)
    for task in study.tasks:
        read = read_piece(task.piece, [item])
        answered = read.answered(item.id)
        codes = read.codes[item.id][answered].astype(np.int64)
        answers += np.bincount(codes, minlength=size)
        weights += summed_at(codes, task.row_weights(read)[answered], size)
    return tuple(
        ScalePoint(point, int(answers[point]), float(weights[point])) for point in range(item.minimum, item.maximum + 1)
    )


def weights_of(scores: StudyScores) -> dict[str, float]:
    """What an answer of each dealer weighs that is not raked: eligible events by answers, 1 where fewer are known."""
    known = scores.weighting != "unweighted"
    return {
        each.dealer: max(each.eligible or 0, each.responses) / each.responses if known else 1.0
        for each in scores.coverage
        if each.responses
    }
