"""What ``surveyplat score`` prints about problems."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from scoring_cast import service_plan, source, write_snapshot

from surveyplat.cli.scoring_changes import comparison_tables
from surveyplat.cli.scoring_pp100 import pp100_change_tables, pp100_remarks, pp100_tables
from surveyplat.scoring.comparability import Collected
from surveyplat.scoring.comparison_passes import Side
from surveyplat.scoring.periods import Grounds, compare_periods
from surveyplat.scoring.problem_passes import with_problem_passes
from surveyplat.scoring.results import PeriodComparison, StudyScores
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import ALONE

PLAN = service_plan(items=(), indices=(), drivers=(), derived_indices=(), recommend=None, overall=None)
SAME = Collected("2026-Q2", {"web": 200}, 0.3, 9.0)


def period(folder: Path, name: str, seed: int, rates: tuple[float, ...]) -> Side:
    rng, rows = np.random.default_rng(seed), 1200
    ticks = {
        problem.id: (rng.random(rows) < rate).astype(int).tolist()
        for problem, rate in zip(PLAN.problems, rates, strict=True)
    }
    dealer = [f"D{row % 12:02d}" for row in range(rows)]
    path = write_snapshot(
        folder / f"{name}.parquet",
        ticks,
        dealer=dealer,
        region=["north" if name < "D06" else "south" for name in dealer],
        build_month=[f"2026-{1 + row % 3:02d}" for row in range(rows)],
    )
    return Side(PLAN, source(path, period=name))


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Side, Side]:
    return (
        period(tmp_path, "2026-Q2", 1, (0.3, 0.2, 0.2, 0.0)),
        period(tmp_path, "2026-Q3", 2, (0.6, 0.2, 0.2, 0.05)),
    )


def scored(side: Side) -> StudyScores:
    return score_study(side.plan, side.source)


def compared(sides: tuple[Side, Side]) -> PeriodComparison:
    scores = [scored(side) for side in sides]
    found = compare_periods(*scores, Grounds(SAME, replace(SAME, period="2026-Q3")))
    return with_problem_passes(found, *sides, ALONE)


def printed(*tables: object) -> list[list[str]]:
    paper = StringIO()
    for table in tables:
        Console(width=240, file=paper).print(table)
    return [line.replace("│", " ").split() for line in paper.getvalue().splitlines()]


def test_rates_are_printed_by_build_month_region_and_dealer_with_their_ratio_to_the_rest(
    sides: tuple[Side, Side],
) -> None:
    scores = scored(sides[1])
    pp100 = scores.pp100
    assert pp100 is not None
    rows = printed(*pp100_tables(scores))
    for cell, against in zip(pp100.build_months, pp100.build_months_against_rest, strict=True):
        row = next(row for row in rows if row and row[0] == cell.id)
        assert {f"{cell.pp100.value:.1f}", f"{against.ratio:.2f}", f"{against.p_adjusted:.4f}"} <= set(row)
    assert {"north", "south", "D00", "D11"} <= {row[0] for row in rows if row}
    share = pp100.pareto_categories[0]
    assert any(share.id in row and f"{share.share:.1%}" in row and f"{share.cumulative:.1%}" in row for row in rows)


def test_the_dispersion_and_the_alarms_by_chance_are_told(sides: tuple[Side, Side]) -> None:
    scores = scored(sides[0])
    assert scores.pp100 is not None
    first, second = pp100_remarks(scores)
    assert f"{scores.pp100.total.dispersion:.2f} times" in first
    assert second == "Of 12 dealers' PP100 compared, 0.3 would be worse than expected by chance alone"


def test_a_study_without_problems_prints_nothing_of_them(tmp_path: Path, sides: tuple[Side, Side]) -> None:
    scores = replace(scored(sides[0]), pp100=None, rate_league=None)
    assert [*pp100_tables(scores), *pp100_remarks(scores)] == []


def test_changes_name_their_method_and_a_rise_from_none(sides: tuple[Side, Side]) -> None:
    found = compared(sides)
    rows = printed(*comparison_tables(found), *pp100_change_tables(found))
    cabin = next(row for row in rows if row and row[0] == "cabin" and "none" in row)
    assert cabin[:6] == ["cabin", "0.0", f"{found.pp100_categories[1].after.value:.1f}", "from", "none", "above"]
    assert cabin[-2:] == ["exact", "yes"]
    assert found.pp100_by_category is not None
    step = found.pp100_by_category.categories[0]
    assert any(row[:1] == ["driving"] and f"{step.change.value:+.1f}" in row for row in rows)
    assert any(row[:1] == ["all"] and f"{found.pp100_by_category.change.value:+.1f}" in row for row in rows)
