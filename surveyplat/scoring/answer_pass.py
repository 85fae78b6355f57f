"""The pass that looks at answers one by one: how they are spread, and whether they were thought about."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from surveyplat.scoring.arrays import IntArray
from surveyplat.scoring.columns import index_column, respondent_columns
from surveyplat.scoring.distributions import INDEX_STEPS, KINDS, index_bins, index_name, point_bins
from surveyplat.scoring.histograms import Histograms, histograms_of
from surveyplat.scoring.moments import Moments, moments_of
from surveyplat.scoring.passes import CountedStudy
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.quality_columns import copies_across, quality_columns
from surveyplat.scoring.row_weights import Task
from surveyplat.scoring.snapshot import read_piece
from surveyplat.scoring.tabulation import Tabulation


@dataclass(frozen=True)
class AnswerCounts:
    """``missing`` has an integer for each item and kind of missing (``distributions.KINDS``)."""

    histograms: Histograms
    missing: IntArray
    quality: Moments

    def merge(self, other: "AnswerCounts") -> "AnswerCounts":
        return AnswerCounts(
            self.histograms.merge(other.histograms),
            self.missing + other.missing,
            self.quality.merge(other.quality),
        )


@dataclass(frozen=True)
class LookedAt:
    """What the pass found; ``table`` has the columns of the quality of answers that ``plan`` asks for."""

    plan: ScoringPlan
    histograms: Histograms
    missing: IntArray
    table: Tabulation


def look_at_answers(study: CountedStudy) -> LookedAt:
    """One further pass. A small one goes before it where the answers of a dealer stand in several pieces.

    Standard errors are those of strata, customers and weights; what raked weights save of them is left in.
    """
    plan = _told_by(study.plan, study.source.path)
    copied = copies_across(plan, study.inventory, study.workers)
    counts = study.workers.merged("spread and quality", partial(_look_at_piece, plan, copied), study.tasks)
    return LookedAt(plan, counts.histograms, counts.missing, Tabulation(counts.quality, study.inventory.dealers))


def _told_by(plan: ScoringPlan, path: Path) -> ScoringPlan:
    """The plan with what this snapshot can tell of the quality of its answers."""
    if plan.quality is None:
        return plan
    return replace(plan, quality=plan.quality.told_by(pl.read_parquet_schema(path)))


def _look_at_piece(plan: ScoringPlan, copied: IntArray, task: Task) -> AnswerCounts:
    answers = read_piece(task.piece, plan.items, [problem.id for problem in plan.problems])
    weights, rows = task.row_weights(answers), answers.rows
    measured = {column.id: column for column in respondent_columns(plan, answers)}
    bins = {item.id: point_bins(item, answers.codes[item.id]) for item in plan.items}
    for index in plan.indices:
        column = measured[index_column(index.id)]
        bins[index_name(index.id)] = index_bins(index, column.values, column.base)
    sizes = [item.maximum - item.minimum + 1 for item in plan.items] + [INDEX_STEPS + 1] * len(plan.indices)
    missing = [[np.count_nonzero(answers.codes[item.id] == kind) for kind in KINDS] for item in plan.items]
    quality = [*measured.values(), *quality_columns(plan, task.piece, answers, copied, measured.values())]
    return AnswerCounts(
        histograms_of(bins, sizes, weights, rows),
        np.array(missing, dtype=np.int64).reshape(-1, len(KINDS)),
        moments_of(quality, weights, rows),
    )
