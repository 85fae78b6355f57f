"""Factor structure with every score, and measurement invariance in the verdict on two periods."""

import json
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from scoring_cast import NOT_ANSWERED, service_answers, service_plan, source, write_snapshot

from surveyplat.cli.scoring_factors import factor_remarks, factor_tables, invariance_remarks
from surveyplat.scoring import snapshot
from surveyplat.scoring.comparability import Collected
from surveyplat.scoring.covariation import covariation_of
from surveyplat.scoring.documents import (
    comparison_document,
    comparison_from_document,
    results_document,
    scores_from_document,
)
from surveyplat.scoring.index_structure import covariation_kept, item_moments
from surveyplat.scoring.period_invariance import index_invariance, telling_cfi_loss, warnings_of
from surveyplat.scoring.periods import Grounds, compare_periods
from surveyplat.scoring.plan import Factor, IndexPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.structures import IndexStructure
from surveyplat.scoring.results import PeriodComparison, StudyScores
from surveyplat.scoring.structure import factor_model, structure
from surveyplat.scoring.study import score_study

ITEMS = ("a", "b", "c", "d", "e", "f")
INDEX = IndexPlan("sat", (Factor("first", 1.0, ITEMS[:3]), Factor("second", 1.0, ITEMS[3:])))
PLAN = ScoringPlan("two", "d" * 64, tuple(ScaleItem(name, 1, 10) for name in ITEMS), (INDEX,))
MODES = Collected("2026-Q2", {"web": 400}, 0.3, 9.0)
GROUNDS = Grounds(MODES, replace(MODES, period="2026-Q3"))


def answers(rows: int, seed: int, *, mood: float = 0.0, bias: float = 0.0, own: float = 1.0) -> dict[str, list[int]]:
    """Two factors that go together, on 1-10; ``mood`` lifts all items, ``bias`` the first one alone."""
    rng = np.random.default_rng(seed)
    person = rng.normal(size=(rows, 1)) + mood
    factors = np.repeat(person + 0.8 * rng.normal(size=(rows, 2)), 3, axis=1)
    latent = 6 + factors + own * rng.normal(size=(rows, 6)) + bias * (np.arange(6) == 0)
    return {name: np.clip(np.rint(latent[:, place]), 1, 10).astype(int).tolist() for place, name in enumerate(ITEMS)}


def scored(folder: Path, period: str, held: dict[str, list[int]], plan: ScoringPlan = PLAN) -> StudyScores:
    rows = len(next(iter(held.values())))
    path = write_snapshot(folder / f"{period}.parquet", held, dealer=[f"D{row % 4}" for row in range(rows)])
    return score_study(plan, source(path, period=period))


def structure_of(scores: StudyScores) -> IndexStructure:
    (found,) = scores.structures
    return found


def test_the_declared_factors_are_fitted_to_complete_cases(tmp_path: Path) -> None:
    held = answers(600, 1)
    held["b"][:40] = [NOT_ANSWERED] * 40
    found = structure_of(scored(tmp_path, "2026-Q2", held))
    cases = np.array([held[name] for name in ITEMS], dtype=float).T[40:]
    expected = structure(factor_model(INDEX), covariation_of(ITEMS, cases))
    assert found.score is not None
    assert (found.refused, found.score.complete_cases) == ((), 560)
    assert [each.loading.value for each in found.score.loadings] == pytest.approx(
        [each.loading.value for each in expected.loadings], rel=1e-9
    )
    assert found.score.fit.cfi > 0.98


def test_the_kept_moments_are_those_of_the_answers(tmp_path: Path) -> None:
    held = answers(300, 2)
    moments = structure_of(scored(tmp_path, "2026-Q2", held)).moments
    assert moments is not None
    cases = np.array([held[name] for name in ITEMS], dtype=float).T
    assert covariation_kept(moments).covariances[0] == pytest.approx(np.cov(cases.T, bias=True))
    assert moments.means == pytest.approx(cases.mean(axis=0))


def test_pieces_merge_to_the_same_structure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = answers(500, 3)
    whole = scored(tmp_path, "2026-Q2", held)
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 64)
    assert scored(tmp_path, "2026-Q2", held).structures == whole.structures


def test_what_cannot_be_told_has_a_code(tmp_path: Path) -> None:
    few = structure_of(scored(tmp_path, "2026-Q2", answers(99, 4)))
    assert (few.score, few.moments) == (None, None)
    assert few.refused == (Reason("structure_base", {"found": 99.0, "least": 100.0}),)
    alike = structure_of(scored(tmp_path, "2026-Q3", answers(200, 4) | {"c": [7] * 200}))
    assert alike.refused == (Reason("structure_constant", {}, "c"),)
    nobody = structure_of(scored(tmp_path, "2026-Q4", answers(200, 4) | {"c": [NOT_ANSWERED] * 200}))
    assert [reason.code for reason in nobody.refused] == ["structure_base"]


def test_factors_that_no_data_identify_are_named(tmp_path: Path) -> None:
    found = structure_of(scored(tmp_path, "2026-Q2", service_answers(200), service_plan()))
    assert found.refused == (Reason("structure_few_items", {"found": 1.0, "least": 2.0}, "facility"),)


def test_a_document_gives_back_the_structure(tmp_path: Path) -> None:
    scores = scored(tmp_path, "2026-Q2", answers(300, 5))
    assert scores_from_document(json.loads(json.dumps(results_document(scores)))) == scores


def compared(folder: Path, before: dict[str, list[int]], after: dict[str, list[int]]) -> PeriodComparison:
    found = compare_periods(scored(folder, "2026-Q2", before), scored(folder, "2026-Q3", after), GROUNDS)
    assert comparison_from_document(json.loads(json.dumps(comparison_document(found)))) == found
    return found


def test_customers_who_are_more_satisfied_stay_comparable(tmp_path: Path) -> None:
    found = compared(tmp_path, answers(800, 6), answers(800, 7, mood=0.5))
    assert (found.verdict, found.warnings) == ("comparable", ())
    assert found.indices[0].significant
    (invariance,) = found.invariance
    assert invariance.found is not None
    assert invariance.found.level == "scalar"


def test_an_item_that_is_answered_another_way_is_refused_and_named(tmp_path: Path) -> None:
    found = compared(tmp_path, answers(800, 8), answers(800, 9, bias=1.5))
    assert (found.verdict, found.indices, found.dealers) == ("refuse", (), ())
    (reason,) = found.reasons
    assert (reason.code, reason.detail.split(", ")[0]) == ("means_not_comparable", "a")
    assert reason.values["cfi_loss"] > reason.values["limit"] == 0.01
    assert "a" in next(iter(invariance_remarks(found)))


def test_too_few_answers_are_not_tested_and_said_so(tmp_path: Path) -> None:
    found = compared(tmp_path, answers(80, 10), answers(90, 11, bias=1.5))
    assert found.verdict == "comparable"
    assert found.warnings == (Reason("invariance_untested_base", {"found": 80.0, "least": 100.0}),)
    assert found.invariance[0].refused == found.warnings


def kept(seed: int, rows: int, **how: float) -> IndexStructure:
    held = answers(rows, seed, **how)
    moments = item_moments(covariation_of(ITEMS, np.array([held[name] for name in ITEMS], dtype=float).T))
    return IndexStructure("sat", factor_model(INDEX).factors, None, moments)


def test_chance_alone_refuses_next_to_no_comparison_of_few_answers() -> None:
    """Items that hardly hang together lose more than 0.01 of CFI by chance in one of five such comparisons."""
    found = [index_invariance(kept(seed, 120, own=2.0), kept(seed + 900, 120, own=2.0)) for seed in range(60)]
    losses = [each.found.scalar.cfi_loss for each in found if each.found is not None]
    refused = [loss for each in found if (loss := telling_cfi_loss(each)) is not None and abs(loss) > 0.01]
    assert sum(abs(loss) > 0.01 for loss in losses) >= 5
    assert len(refused) <= 1


def test_factors_that_fit_neither_period_are_not_tested() -> None:
    index = IndexPlan("sat", (Factor("all", 1.0, ITEMS),))
    old, new = (replace(kept(seed, 900, own=0.3), factors=factor_model(index).factors) for seed in (12, 13))
    found = index_invariance(old, new)
    assert telling_cfi_loss(found) is None
    assert [reason.code for reason in warnings_of(found)] == ["invariance_untested_fit"]


def test_an_index_of_other_items_is_not_tested_and_warns_of_nothing() -> None:
    other = replace(kept(14, 300), factors=factor_model(INDEX).factors[::-1])
    found = index_invariance(kept(15, 300), other)
    assert ([reason.code for reason in found.refused], warnings_of(found)) == (["invariance_untested_items"], ())


def printed(scores: StudyScores) -> str:
    paper = StringIO()
    for table in factor_tables(scores):
        Console(width=160, file=paper).print(table)
    return paper.getvalue()


def test_score_prints_fit_loadings_and_what_was_not_checked(tmp_path: Path) -> None:
    rows: Sequence[list[str]] = [
        line.split() for line in printed(scored(tmp_path, "2026-Q2", answers(400, 16))).splitlines()
    ]
    assert any("sat" in row and "400" in row for row in rows)
    assert sum("second" in row for row in rows) == 3
    refused = scored(tmp_path, "2026-Q3", answers(50, 17))
    assert printed(refused) == ""
    assert list(factor_remarks(refused)) == [
        "Factors of sat were not checked: Too few complete answers for a factor model: 50 effective ones, 100 are "
        "needed."
    ]
