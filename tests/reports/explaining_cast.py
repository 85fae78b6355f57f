"""A small study in two periods, frozen as Parquet and scored, whose numbers the tests of explanations recompute."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from surveyplat.reports.explaining.evidence import gather_evidence
from surveyplat.reports.explaining.explanation import explain
from surveyplat.reports.explaining.steps import Explanation, Formula, Step
from surveyplat.reports.explaining.subject import Wanted, subject_of
from surveyplat.reports.explaining.voice import Published
from surveyplat.scoring.comparability import Collected
from surveyplat.scoring.event_cells import EventCells
from surveyplat.scoring.periods import Grounds, compare_periods
from surveyplat.scoring.plan import Factor, IndexPlan, Problem, RatePlan, ScaleItem, ScoringPlan
from surveyplat.scoring.results import PeriodComparison, StudyScores
from surveyplat.scoring.snapshot import SnapshotSource
from surveyplat.scoring.study import score_study

RATINGS = ("kind", "clear", "clean", "overall")
ANSWERS_OF = {"D01": 150, "D02": 60, "D03": 12, "D04": 90}
ELIGIBLE = {"D01": 400, "D02": 241, "D03": 30, "D04": 90, "D05": 7}
UNUSABLE, INCOMPLETE = 9, 12

PLAN = ScoringPlan(
    study="service",
    definition_hash="d" * 64,
    items=(*(ScaleItem(name, 1, 10) for name in RATINGS), ScaleItem("recommend", 0, 10)),
    indices=(
        IndexPlan(
            "csi",
            (Factor("advisor", 2.0, ("kind", "clear")), Factor("facility", 1.0, ("clean",))),
            weights_source="a survey",
        ),
    ),
    problems=(
        Problem("noise", "driving", "malfunction"),
        Problem("heavy", "driving", "design"),
        Problem("glare", "cabin", "design"),
    ),
    categories=("driving", "cabin"),
    recommend="recommend",
    overall="overall",
    rates=(RatePlan("solved", ("overall",), (8, 9, 10)),),
)
LABELS = {
    "csi": "Service index",
    "advisor": "Advisor",
    "facility": "Facility",
    "driving": "Driving",
    "solved": "Solved",
}


@dataclass(frozen=True)
class Lived:
    """The later period's rows and scores, with the comparison."""

    path: Path
    rows: pl.DataFrame
    source: SnapshotSource
    scores: StudyScores
    comparison: PeriodComparison


def rows_of(seed: int, mood: float) -> pl.DataFrame:
    """Answers that hang together, with some missing; every tenth customer answers twice."""
    rng = np.random.default_rng(seed)
    dealer = np.repeat(list(ANSWERS_OF), list(ANSWERS_OF.values()))
    size = len(dealer)
    customer = [f"c{row - (row % 10 == 1):05d}" for row in range(size)]
    level = rng.normal(mood, 1.2, size)
    held: dict[str, Any] = {
        name: np.clip(np.round(level + rng.normal(0, 1, size)), 1, 10).astype(int) for name in RATINGS
    }
    held["kind"][rng.random(size) < 0.05] = -3
    for name in ("kind", "clear"):
        held[name][20 : 20 + UNUSABLE] = -2
    held["clean"][60 : 60 + INCOMPLETE] = -1
    held["recommend"] = np.clip(np.round(level), 0, 10).astype(int)
    for name, rate in (("noise", 0.3), ("heavy", 0.2), ("glare", 0.15)):
        held[name] = (rng.random(size) < rate).astype(int)
    keys = {"response_id": [f"r{row}" for row in range(size)], "dealer": dealer, "customer": customer}
    answers = [pl.Series(name, values, dtype=pl.Int16) for name, values in held.items()]
    frame = pl.DataFrame({**keys, "model": ["AB"[row % 2] for row in range(size)]}).with_columns(answers)
    return frame.sort("dealer", "customer", maintain_order=True)


def live(
    folder: Path,
    population: Mapping[str, int] | None = ELIGIBLE,
    altered: Callable[[pl.DataFrame], pl.DataFrame] = lambda rows: rows,
    cells: EventCells | None = None,
) -> Lived:
    """Both periods, their rows ``altered`` first."""
    sides = []
    for period, seed, mood in (("2026-Q2", 1, 6.6), ("2026-Q3", 2, 7.6)):
        path = folder / f"{period}.parquet"
        rows = altered(rows_of(seed, mood))
        rows.write_parquet(path)
        source = SnapshotSource(path, seed * "f" * 32, period, population, cells)
        sides.append((path, rows, source, score_study(PLAN, source)))
    collected = [Collected(side[2].period, {}, None, None) for side in sides]
    return Lived(*sides[1], compare_periods(sides[0][3], sides[1][3], Grounds(*collected)))


def manifest_of(lived: Lived) -> dict[str, Any]:
    rows = lived.rows.height
    return {
        "first_day": "2026-07-01",
        "last_day": "2026-09-30",
        "cut_off": "2026-10-25T12:00:00+00:00",
        "events": 800,
        "population_events": sum(ELIGIBLE.values()),
        "invited": 760,
        "responses": rows + 48,
        "exclusions": [{"reason": "partial", "count": 41}, {"reason": "after_cut_off", "count": 7}],
        "row_count": rows,
        "file_hash": "e" * 64,
        "definition_version": "3",
        "frozen_at": "2026-10-27T01:00:00+00:00",
        "software": {"surveyplat": "0.1.0"},
        "synthetic": True,
    }


def explained(lived: Lived, language: str = "en", *, compared: bool = True, **wanted: str) -> Explanation:
    subject = subject_of(lived.scores, Wanted(**wanted))
    published = Published(
        lived.scores,
        lived.comparison if compared else None,
        PLAN,
        manifest_of(lived),
        lived.path,
        LABELS,
        {"D01": "North"},
    )
    return explain(language, published, subject, gather_evidence(PLAN, lived.source, subject))


def step(explanation: Explanation, name: str) -> Step:
    return next(each for each in explanation.steps if each.id == name)


def formulas(explanation: Explanation, name: str) -> list[str]:
    return [part.text for part in step(explanation, name).parts if isinstance(part, Formula)]
