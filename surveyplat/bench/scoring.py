"""How fast answers become numbers: the moments from arrays, a whole score from a snapshot's file, exact LMG.

The moments stand beside the least that any method must do in numpy: one weighted ``bincount`` pass over the same
answers; and beside svy where it is installed. Whole scores run in a process of their own, whose memory is told.
"""

import resource
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np

from surveyplat.bench.made_up import Sample, made_up, written_snapshot
from surveyplat.bench.svy_peer import svy_means
from surveyplat.errors import ScoringError
from surveyplat.executors import executor_for
from surveyplat.forms.loading import load_study
from surveyplat.forms.versions import content_hash
from surveyplat.measurement import scoring_plan
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.columns import measured_columns
from surveyplat.scoring.design import Ratios, ratios_by_cell, ratios_overall
from surveyplat.scoring.lmg import lmg
from surveyplat.scoring.moments import Moments, Rows, moments_of
from surveyplat.scoring.plan import ScaleItem, ScoringPlan
from surveyplat.scoring.snapshot import PIECE_ROWS, Answers, SnapshotSource
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import merged

Result = TypeVar("Result")

LMG_ATTRIBUTES = (18, 20)
LMG_REPLICATES = 200
TENFOLD = 10
PEER_RESPONSES, PEER_DEALERS = 100_000, 100
"""At most: with 1,000,000 responses of 1,000 dealers svy takes more than 7 GB of memory."""
_SEED = 20260920
_REPEATS = 3
_SCORES = 2
"""The first score of a process also loads libraries."""
_MEBIBYTE = 1024
"""ru_maxrss counts kibibytes."""


@dataclass(frozen=True)
class WholeScore:
    """The fastest run: its seconds, and those of all processors. The most memory held in MiB, the workers' included."""

    responses: int
    seconds: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class ScoringFigures:
    """Seconds, each of the fastest of a few runs. ``items`` are those of the moments."""

    responses: int
    dealers: int
    items: int
    workers: int
    moments: float
    bincount: float
    one_item: float
    """The moments of one item of ``PEER_RESPONSES`` at most, to stand beside svy's."""
    svy_one_item: float | None
    snapshot: WholeScore
    tenfold: WholeScore | None
    lmg: dict[int, float]
    """Number of attributes -> seconds."""
    lmg_with_replicates: float
    """Of 18 attributes with the 200 replicates that give their intervals."""


def measure_scoring(
    *, responses: int, dealers: int, items: int, workers: int = 1, tenfold: bool = False
) -> ScoringFigures:
    """Measure everything on made-up answers of ``responses`` people at ``dealers`` dealers.

    ``items`` counts in the moments; the snapshot is one of the shipped csi, scored by ``workers`` processes, and
    another with ten times the responses when ``tenfold``. Raises ``ScoringError`` when there are fewer responses than
    dealers.
    """
    if responses < dealers:
        raise ScoringError(f"{responses} responses cannot be spread over {dealers} dealers: ask for more responses")
    sample = made_up(responses, dealers, items)
    one = made_up(min(responses, PEER_RESPONSES), min(dealers, PEER_DEALERS), 1)
    svy = svy_means(one)
    return ScoringFigures(
        responses,
        dealers,
        items,
        workers,
        moments=_best(partial(means_and_errors, sample)),
        bincount=_best(partial(bincount_pass, sample)),
        one_item=_best(partial(means_and_errors, one)),
        svy_one_item=None if svy is None else _best(svy, 1),
        snapshot=_whole_score(responses, dealers, workers),
        tenfold=_whole_score(TENFOLD * responses, dealers, workers, repeats=1) if tenfold else None,
        lmg={attributes: _best(partial(lmg, _covariances(attributes))) for attributes in LMG_ATTRIBUTES},
        lmg_with_replicates=_best(partial(lmg, _covariances(LMG_ATTRIBUTES[0]).repeat(1 + LMG_REPLICATES, axis=0)), 1),
    )


def means_and_errors(sample: Sample) -> tuple[Ratios, Ratios]:
    """Every item's mean with its standard error: over everyone, and for each dealer."""
    moments = merged(_piece(sample, start) for start in range(0, len(sample.dealer), PIECE_ROWS))
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


def _whole_score(responses: int, dealers: int, workers: int, repeats: int = _SCORES) -> WholeScore:
    """A snapshot's file is written and scored, each by a process of its own."""
    csi = load_study("csi")
    plan = scoring_plan(csi, content_hash(csi))
    with tempfile.TemporaryDirectory(prefix="surveyplat-bench-") as folder:
        source = _alone(partial(written_snapshot, Path(folder), plan, responses, dealers))
        return _alone(partial(_scored, plan, source, responses, workers, repeats))


def _alone(work: Callable[[], Result]) -> Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work).result()


def _scored(plan: ScoringPlan, source: SnapshotSource, responses: int, workers: int, repeats: int) -> WholeScore:
    """Memory is this process's and, for each worker, that of the largest."""
    runs = []
    for _ in range(repeats):
        begun, used = perf_counter(), _processor_seconds()
        with executor_for(workers) as executor:
            score_study(plan, source, executor=executor)
            seconds = perf_counter() - begun
        runs.append((seconds, _processor_seconds() - used))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return WholeScore(responses, *min(runs), memory=(own + (workers * largest if workers > 1 else 0)) / _MEBIBYTE)


def _processor_seconds() -> float:
    """Of this process and of its workers that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


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
