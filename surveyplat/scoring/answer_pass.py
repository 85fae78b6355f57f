"""What the main pass tells of answers one by one: how they are spread, and whether they were thought about."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from surveyplat.scoring.arrays import IntArray
from surveyplat.scoring.column_pass import PieceColumns
from surveyplat.scoring.columns import index_column, respondent_columns
from surveyplat.scoring.distributions import INDEX_STEPS, KINDS, index_bins, index_name, point_bins
from surveyplat.scoring.histograms import Histograms, histograms_of
from surveyplat.scoring.moments import Column, Moments, moments_of
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.quality_columns import quality_columns
from surveyplat.scoring.row_weights import Task
from surveyplat.scoring.snapshot import Answers


@dataclass(frozen=True)
class AnswerCounts:
    """``missing`` has an integer for each item and kind of missing (``distributions.KINDS``).

    ``quality`` has the columns of the quality of answers that the plan asks for.
    """

    histograms: Histograms
    missing: IntArray
    quality: Moments

    def merge(self, other: "AnswerCounts") -> "AnswerCounts":
        return AnswerCounts(
            self.histograms.merge(other.histograms),
            self.missing + other.missing,
            self.quality.merge(other.quality),
        )


def look_at_answers(
    plan: ScoringPlan, copied: IntArray, task: Task, answers: Answers, held: PieceColumns
) -> AnswerCounts:
    """Count one piece, whose columns are ``held``; ``copied`` are the snapshot's rows that ``copies_across`` found.

    Standard errors are those of strata, customers and weights; what raked weights save of them is left in.
    """
    measured = {column.id: column for column in held.columns if isinstance(column, Column)}
    respondents = [measured[name] for name in respondent_columns(plan)]
    placed, rows = held.placed, held.rows
    bins = {item.id: point_bins(item, answers.codes[item.id]) for item in plan.items}
    for index in plan.indices:
        column = measured[index_column(index.id)]
        bins[index_name(index.id)] = index_bins(index, column.values, column.base)
    sizes = [item.maximum - item.minimum + 1 for item in plan.items] + [INDEX_STEPS + 1] * len(plan.indices)
    missing = [[np.count_nonzero(answers.codes[item.id] == kind) for kind in KINDS] for item in plan.items]
    quality = [*respondents, *quality_columns(plan, task.piece, answers, copied, respondents)]
    return AnswerCounts(
        histograms_of(bins, sizes, placed.weights, rows),
        np.array(missing, dtype=np.int64).reshape(-1, len(KINDS)),
        moments_of(quality, placed.weights, rows, placed.groups),
    )


def told_by(plan: ScoringPlan, path: Path) -> ScoringPlan:
    """The plan with what this snapshot can tell of the quality of its answers."""
    if plan.quality is None:
        return plan
    return replace(plan, quality=plan.quality.told_by(pl.read_parquet_schema(path)))
