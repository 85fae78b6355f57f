"""Made-up answers for scoring's benchmark: as arrays, and as a snapshot's file that is never held whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from surveyplat.missing import Missing
from surveyplat.scoring.arrays import CodeArray, FloatArray, IntArray
from surveyplat.scoring.event_cells import EventCells
from surveyplat.scoring.plan import ScaleItem, ScoringPlan
from surveyplat.scoring.snapshot import PIECE_ROWS, SnapshotSource

_SEED = 20260920
_MISSING_SHARE = 0.05
_PART_ROWS = 16 * PIECE_ROWS
_MODELS = ("Aurora", "Borealis")
_MONTHS = ("2026-07", "2026-08", "2026-09")
_EVENTS_A_RESPONSE = np.array([[2, 3, 4], [3, 4, 5]])
"""By model and month: who answers less readily stands for more."""
_ID_DIGITS = 32


@dataclass(frozen=True)
class Sample:
    """Made-up answers on a 1-10 scale, rows in order of dealers.

    ``codes`` has the shape (items, responses) and holds ``Missing`` codes too; ``weights`` one number a response.
    """

    dealer: IntArray
    codes: CodeArray
    weights: FloatArray


def made_up(responses: int, dealers: int, items: int) -> Sample:
    """Answers that hang together through a mood of each person; every dealer has one response at least."""
    rng = np.random.default_rng(_SEED)
    dealer = _dealers(rng, responses, dealers)
    codes = _codes(rng, responses, [ScaleItem("", 1, 10)] * items)
    return Sample(dealer, codes, rng.uniform(0.5, 2.0, size=dealers)[dealer])


def _dealers(rng: np.random.Generator, responses: int, dealers: int) -> IntArray:
    return np.sort(np.concatenate([np.arange(dealers), rng.integers(dealers, size=responses - dealers)]))


def _codes(rng: np.random.Generator, responses: int, items: list[ScaleItem]) -> CodeArray:
    mood = rng.normal(size=responses)
    codes = np.empty((len(items), responses), dtype=np.int16)
    for place, item in enumerate(items):
        points = np.rint(item.maximum - 2 + 1.2 * mood + rng.normal(size=responses))
        missing = rng.random(responses) < _MISSING_SHARE
        codes[place] = np.where(missing, int(Missing.NOT_ANSWERED), np.clip(points, item.minimum, item.maximum))
    return codes


def written_snapshot(folder: Path, plan: ScoringPlan, responses: int, dealers: int) -> SnapshotSource:
    """A snapshot in the plan's columns, with a population of two to five events a response, by model and month.

    Ids are random, as real ones are, but that customers come in order.
    """
    rng = np.random.default_rng(_SEED)
    dealer = _dealers(rng, responses, dealers)
    names = [f"D{number:06d}" for number in range(dealers)]
    cell = rng.integers(_EVENTS_A_RESPONSE.size, size=responses)
    parts = [folder / f"part-{place:04d}.parquet" for place in range(-(-responses // _PART_ROWS))]
    for path, frame in zip(parts, _frames(rng, plan, dealer, cell, names), strict=True):
        frame.write_parquet(path, row_group_size=PIECE_ROWS)
    path = folder / f"snapshot-{responses}.parquet"
    pl.scan_parquet(parts).sink_parquet(path, row_group_size=PIECE_ROWS)
    for part in parts:
        part.unlink()
    return SnapshotSource(path, "0" * 64, "2026-Q3", *_population(names, dealer, cell))


def _population(names: list[str], dealer: IntArray, cell: IntArray) -> tuple[dict[str, int], EventCells]:
    answers = np.bincount(dealer * _EVENTS_A_RESPONSE.size + cell, minlength=len(names) * _EVENTS_A_RESPONSE.size)
    events = (answers.reshape(len(names), *_EVENTS_A_RESPONSE.shape) * _EVENTS_A_RESPONSE).tolist()
    cells = {
        name: {model: tuple(months) for model, months in zip(_MODELS, own, strict=True)}
        for name, own in zip(names, events, strict=True)
    }
    return {name: sum(map(sum, own)) for name, own in zip(names, events, strict=True)}, EventCells(_MONTHS, cells)


def _frames(
    rng: np.random.Generator, plan: ScoringPlan, dealer: IntArray, cell: IntArray, names: list[str]
) -> Iterator[pl.DataFrame]:
    for start in range(0, len(dealer), _PART_ROWS):
        own = dealer[start : start + _PART_ROWS]
        model, month = np.divmod(cell[start : start + _PART_ROWS], len(_MONTHS))
        keys = {
            "response_id": _ids(rng, len(own)),
            "dealer": pl.Series(names).gather(own),
            "customer": [f"{start + row:08x}{id_[8:]}" for row, id_ in enumerate(_ids(rng, len(own)))],
            "model": pl.Series(_MODELS).gather(model),
            "language": ["en"] * len(own),
            "occasion_on": pl.Series([date.fromisoformat(f"{month}-15") for month in _MONTHS]).gather(month),
        }
        pages = plan.quality.pages if plan.quality else ()
        seconds = {page.column: rng.integers(5, 90, size=len(own), dtype=np.int32) for page in pages}
        codes = _codes(rng, len(own), list(plan.items))
        answers = {item.id: column for item, column in zip(plan.items, codes, strict=True)}
        problems = {problem.id: (rng.random(len(own)) < _MISSING_SHARE).astype(np.int16) for problem in plan.problems}
        yield pl.DataFrame({**keys, **answers, **problems, **seconds})


def _ids(rng: np.random.Generator, count: int) -> list[str]:
    digits = rng.bytes(count * _ID_DIGITS // 2).hex()
    return [digits[start : start + _ID_DIGITS] for start in range(0, len(digits), _ID_DIGITS)]
