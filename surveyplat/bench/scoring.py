"""How fast answers become numbers: the moments from arrays, a whole score from a snapshot's file, exact LMG.

The moments stand beside the least that any method must do in numpy: one weighted ``bincount`` pass over the same
answers.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl

from surveyplat.errors import ScoringError
from surveyplat.forms.loading import load_study
from surveyplat.forms.versions import content_hash
from surveyplat.measurement import scoring_plan
from surveyplat.missing import Missing
from surveyplat.scoring.arrays import CodeArray, FloatArray, IntArray
from surveyplat.scoring.columns import measured_columns
from surveyplat.scoring.design import Ratios, ratios_by_cell, ratios_overall
from surveyplat.scoring.lmg import lmg
from surveyplat.scoring.moments import Moments, Rows, moments_of
from surveyplat.scoring.plan import ScaleItem, ScoringPlan
from surveyplat.scoring.snapshot import PIECE_ROWS, Answers, SnapshotSource
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import merged

LMG_ATTRIBUTES = (18, 20)
_SEED = 20260920
_REPEATS = 3
_SCORES = 2
"""The first score of a process also loads statsmodels."""
_MISSING_SHARE = 0.05


@dataclass(frozen=True)
class ScoringFigures:
    """Seconds, each of the fastest of a few runs. ``items`` are those of the moments."""

    responses: int
    dealers: int
    items: int
    moments: float
    bincount: float
    snapshot: float
    lmg: dict[int, float]
    """Number of attributes -> seconds."""


@dataclass(frozen=True)
class Sample:
    """Made-up answers on a 1-10 scale, rows in order of dealers.

    ``codes`` has the shape (items, responses) and holds ``Missing`` codes too; ``weights`` one number a response.
    """

    dealer: IntArray
    codes: CodeArray
    weights: FloatArray


def measure_scoring(*, responses: int, dealers: int, items: int) -> ScoringFigures:
    """Measure everything on made-up answers of ``responses`` people at ``dealers`` dealers.

    ``items`` counts in the moments; the snapshot is one of the shipped csi. Raises ``ScoringError`` when there are
    fewer responses than dealers.
    """
    if responses < dealers:
        raise ScoringError(f"{responses} responses cannot be spread over {dealers} dealers: ask for more responses")
    sample = made_up(responses, dealers, items)
    return ScoringFigures(
        responses,
        dealers,
        items,
        moments=_best(partial(means_and_errors, sample)),
        bincount=_best(partial(bincount_pass, sample)),
        snapshot=_snapshot_seconds(responses, dealers),
        lmg={attributes: _best(partial(lmg, _covariances(attributes))) for attributes in LMG_ATTRIBUTES},
    )


def made_up(responses: int, dealers: int, items: int) -> Sample:
    """Answers that hang together through a mood of each person; every dealer has one response at least."""
    rng = np.random.default_rng(_SEED)
    dealer = np.sort(np.concatenate([np.arange(dealers), rng.integers(dealers, size=responses - dealers)]))
    mood = rng.normal(size=responses)
    codes = np.empty((items, responses), dtype=np.int16)
    for item in range(items):
        points = np.clip(np.rint(8 + 1.2 * mood + rng.normal(size=responses)), 1, 10)
        codes[item] = np.where(rng.random(responses) < _MISSING_SHARE, int(Missing.NOT_ANSWERED), points)
    return Sample(dealer, codes, rng.uniform(0.5, 2.0, size=dealers)[dealer])


def means_and_errors(sample: Sample) -> tuple[Ratios, Ratios]:
    """Every item's mean with its standard error: over everyone, and for each dealer."""
    moments = merged([_piece(sample, start) for start in range(0, len(sample.dealer), PIECE_ROWS)])
    return ratios_overall(moments), ratios_by_cell(moments)


def _piece(sample: Sample, start: int) -> Moments:
    """The moments of one piece, as scoring cuts them from a snapshot."""
    rows = slice(start, start + PIECE_ROWS)
    plan = ScoringPlan("benchmark", "", tuple(ScaleItem(f"item_{item}", 1, 10) for item in range(len(sample.codes))))
    dealer, weights = sample.dealer[rows], sample.weights[rows]
    codes = {item.id: column[rows] for item, column in zip(plan.items, sample.codes, strict=True)}
    everyone = np.arange(len(dealer))
    answers = Answers(codes, Rows.in_order(dealer, everyone), np.full(len(dealer), -1), ())
    return moments_of(measured_columns(plan, answers, weights), weights, answers.rows)


def bincount_pass(sample: Sample) -> FloatArray:
    """The floor: each item's codes summed by dealer, shape (items, dealers), missing ones and all."""
    return np.stack([np.bincount(sample.dealer, weights=codes) for codes in sample.codes])


def _snapshot_seconds(responses: int, dealers: int) -> float:
    csi = load_study("csi")
    plan = scoring_plan(csi, content_hash(csi))
    sample = made_up(responses, dealers, len(plan.items))
    with tempfile.TemporaryDirectory(prefix="surveyplat-bench-") as folder:
        source = _written(Path(folder) / "snapshot.parquet", plan, sample)
        return _best(partial(score_study, plan, source), _SCORES)


def _written(path: Path, plan: ScoringPlan, sample: Sample) -> SnapshotSource:
    """A snapshot of the sample in the plan's columns, with a population of three events a response."""
    rows = np.arange(len(sample.dealer))
    names = [f"D{dealer:06d}" for dealer in range(int(sample.dealer[-1]) + 1)]
    frame = pl.DataFrame(
        {
            "response_id": [f"{row:032x}" for row in rows],
            "dealer": [names[dealer] for dealer in sample.dealer],
            "customer": [f"{row:032x}" for row in rows],
            "model": ["Aurora" if row % 2 else "Borealis" for row in rows],
            "occasion_on": [date(2026, 9, 15)] * len(rows),
            **{item.id: codes for item, codes in zip(plan.items, sample.codes, strict=True)},
        }
    )
    frame.write_parquet(path, row_group_size=PIECE_ROWS)
    population = {name: 3 * int(count) for name, count in zip(names, np.bincount(sample.dealer), strict=True)}
    return SnapshotSource(path, "0" * 64, "2026-Q3", population)


def _covariances(attributes: int) -> FloatArray:
    rng = np.random.default_rng(_SEED)
    cases = rng.normal(size=(4 * attributes, attributes + 1)) + rng.normal(size=(4 * attributes, 1))
    return np.cov(cases, rowvar=False)[None]


def _best(work: Callable[[], object], repeats: int = _REPEATS) -> float:
    """Seconds of the fastest run, which other programs disturbed least."""
    return min(_seconds(work) for _ in range(repeats))


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
