"""Small snapshots and plans that the scoring tests share."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from surveyplat.scoring.plan import DerivedIndexPlan, DriverPlan, Factor, IndexPlan, Problem, ScaleItem, ScoringPlan
from surveyplat.scoring.snapshot import SnapshotSource

NOT_ASKED, NOT_ANSWERED, DONT_KNOW = -1, -2, -3


def write_snapshot(
    path: Path,
    answers: Mapping[str, Sequence[int]],
    *,
    dealer: Sequence[str],
    customer: Sequence[str] | None = None,
    **keys: Sequence[str],
) -> Path:
    """Rows as given; a customer for each row when none are named, models A and B in turn; ``keys`` are more of them."""
    rows = len(dealer)
    frame = pl.DataFrame(
        {
            "response_id": [f"response-{row:06d}" for row in range(rows)],
            "dealer": list(dealer),
            "customer": list(customer or [f"c{row:06d}" for row in range(rows)]),
            "model": ["AB"[row % 2] for row in range(rows)],
            **{name: list(values) for name, values in keys.items()},
        }
    )
    items = [pl.Series(name, list(values), dtype=pl.Int16) for name, values in answers.items()]
    frame.with_columns(items).sort("dealer", "customer", maintain_order=True).write_parquet(path)
    return path


def source(path: Path, population: Mapping[str, int] | None = None, period: str = "2026-Q3") -> SnapshotSource:
    return SnapshotSource(path, "f" * 64, period, population)


def service_plan(**changes: object) -> ScoringPlan:
    """Two factors of two items and of one, an outcome, a recommendation, and four problems in two categories."""
    rating = tuple(ScaleItem(name, 1, 10) for name in ("kind", "clear", "clean", "overall"))
    plan = {
        "study": "service",
        "definition_hash": "d" * 64,
        "items": (*rating, ScaleItem("recommend", 0, 10)),
        "indices": (
            IndexPlan("csi", (Factor("advisor", 30.0, ("kind", "clear")), Factor("facility", 10.0, ("clean",)))),
        ),
        "problems": (
            Problem("noise", "driving", "malfunction"),
            Problem("pulls", "driving", "malfunction"),
            Problem("heavy", "driving", "design"),
            Problem("glare", "cabin", "design"),
        ),
        "categories": ("driving", "cabin"),
        "drivers": (DriverPlan("overall", "overall", ("kind", "clear", "clean")),),
        "derived_indices": (DerivedIndexPlan("derived", "overall", "minmax"),),
        "recommend": "recommend",
        "overall": "overall",
    }
    return ScoringPlan(**{**plan, **changes})  # type: ignore[arg-type]


def service_answers(rows: int, seed: int = 1) -> dict[str, list[int]]:
    """Answers that hang together, piled up at the top, with some of each kind of missing."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(size=rows)
    answers = {}
    for name in ("kind", "clear", "clean", "overall"):
        points = np.clip(np.round(8 + 1.2 * mood + rng.normal(size=rows)), 1, 10).astype(int)
        missing = rng.random(rows) < (0 if name == "overall" else 0.05)
        answers[name] = np.where(missing, rng.choice([NOT_ASKED, NOT_ANSWERED, DONT_KNOW], rows), points).tolist()
    answers["recommend"] = np.clip(np.round(8 + 2 * mood), 0, 10).astype(int).tolist()
    for name, rate in (("noise", 0.3), ("pulls", 0.2), ("heavy", 0.25), ("glare", 0.2)):
        answers[name] = (rng.random(rows) < rate).astype(int).tolist()
    return answers
