"""Two periods: changes with their uncertainty, families of tests, and refusals."""

import json
from dataclasses import replace
from math import exp, log
from pathlib import Path

import pytest
from scipy.special import betaincinv
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.scoring.comparability import Collected, DefinitionStanding, Verdict
from surveyplat.scoring.documents import comparison_document, comparison_from_document
from surveyplat.scoring.intervals import t_quantile
from surveyplat.scoring.periods import Grounds
from surveyplat.scoring.periods import compare_periods as compare_on
from surveyplat.scoring.rate_changes import rate_change
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import (
    Change,
    Estimate,
    IndexScore,
    MeasureVerdict,
    PeriodComparison,
    Pp100Cell,
    StudyScores,
)
from surveyplat.scoring.study import score_study

COLLECTED = Collected("2026-Q2", {"web": 240}, 0.3, 9.0)
SAME = Grounds(COLLECTED, replace(COLLECTED, period="2026-Q3"))
DEALERS = ["D01"] * 120 + ["D02"] * 100 + ["D03"] * 20


def scored(folder: Path, seed: int, period: str, **changed: list[int]) -> StudyScores:
    path = write_snapshot(folder / f"{period}.parquet", service_answers(240, seed) | changed, dealer=DEALERS)
    return score_study(service_plan(), source(path, period=period))


@pytest.fixture
def before(tmp_path: Path) -> StudyScores:
    return scored(tmp_path, 1, "2026-Q2")


@pytest.fixture
def after(tmp_path: Path) -> StudyScores:
    return scored(tmp_path, 2, "2026-Q3", noise=[1] * 160 + [0] * 80)


def compare_periods(before: StudyScores, after: StudyScores, **definitions: DefinitionStanding) -> PeriodComparison:
    return compare_on(before, after, replace(SAME, definitions=definitions))


def estimate(value: float, std_error: float, base: int = 400) -> Estimate:
    reach = t_quantile(base - 1) * std_error
    return Estimate(value, std_error, value - reach, value + reach, base, float(base), float(base))


def with_indices(scores: StudyScores, *estimates: Estimate) -> StudyScores:
    return replace(
        scores, indices=tuple(IndexScore(f"i{place}", 1000.0, held, ()) for place, held in enumerate(estimates))
    )


def test_a_difference_has_the_standard_error_of_both_periods(before: StudyScores, after: StudyScores) -> None:
    (change,) = compare_periods(with_indices(before, estimate(700, 3)), with_indices(after, estimate(715, 4))).indices
    assert change.change == 15
    assert change.ci_low == pytest.approx(15 - 1.9659 * 5, abs=0.01)
    assert change.p_value == pytest.approx(0.0028, abs=0.0003)
    assert change.significant


def test_p_values_are_adjusted_within_their_family(before: StudyScores, after: StudyScores) -> None:
    old = [estimate(700, 3) for _ in range(3)]
    new = [estimate(709, 3), estimate(701, 3), estimate(700, 3)]
    changes = compare_periods(with_indices(before, *old), with_indices(after, *new)).indices
    first = changes[0]
    assert first.p_value is not None
    assert first.p_adjusted == pytest.approx(3 * first.p_value)
    assert first.p_value < 0.05 < (first.p_adjusted or 0)
    assert not first.significant


def test_pp100_is_compared_as_a_ratio(before: StudyScores, after: StudyScores) -> None:
    driving = compare_periods(before, after).pp100_categories[0]
    old, new = (next(cell.pp100 for cell in scores.pp100.categories) for scores in (before, after) if scores.pp100)
    assert driving.id == "driving"
    assert old.value is not None
    assert new.value is not None
    assert driving.change == pytest.approx(new.value / old.value)
    reach = log((driving.ci_high or 0) / (driving.change or 1))
    assert driving.ci_low == pytest.approx((driving.change or 0) * exp(-reach))
    assert driving.significant


def test_what_is_withheld_on_either_side_has_no_change(before: StudyScores, after: StudyScores) -> None:
    changes = {change.id: change for change in compare_periods(before, after).dealers}
    assert changes["D01"].change is not None
    assert (changes["D03"].change, changes["D03"].p_adjusted, changes["D03"].significant) == (None, None, False)


def test_a_rate_that_falls_to_zero_is_told_by_its_upper_end(tmp_path: Path, before: StudyScores) -> None:
    calm = scored(tmp_path, 2, "2026-Q3", glare=[0] * 240)
    cabin: Change = compare_periods(before, calm).pp100_categories[1]
    assert (cabin.id, cabin.after.value, cabin.change, cabin.ci_low) == ("cabin", 0, 0, 0)
    assert cabin.method == "exact_without_events"
    assert 0 < (cabin.ci_high or 0) < 0.2
    assert cabin.significant


def test_a_rate_that_was_zero_has_no_ratio_and_a_p_value(tmp_path: Path, before: StudyScores) -> None:
    calm = scored(tmp_path, 2, "2026-Q2", glare=[0] * 240)
    cabin: Change = compare_periods(calm, replace(before, period="2026-Q3")).pp100_categories[1]
    assert (cabin.change, cabin.ci_high, cabin.method) == (None, None, "exact_without_events")
    assert (cabin.ci_low or 0) > 5
    assert cabin.significant


def test_no_problem_in_either_period_tells_nothing(tmp_path: Path) -> None:
    calm = [scored(tmp_path, seed, "2026-Q3", glare=[0] * 240) for seed in (1, 2)]
    cabin: Change = compare_periods(*calm).pp100_categories[1]
    assert (cabin.change, cabin.p_value, cabin.significant) == (None, None, False)


def test_the_method_of_a_ratio_follows_weights_and_dispersion(before: StudyScores, after: StudyScores) -> None:
    """The same published rates: exact when no vehicle weighs more and their counts vary as Poisson counts do."""
    base = 240
    shown = replace(estimate(60.0, 5.0, base=base), unweighted_base=base, weighted_base=base, effective_base=base)
    cell = Pp100Cell("total", shown, None, None, 144, 1.02)
    more = replace(cell, pp100=replace(shown, value=75.0), problems=180)
    assert rate_change(cell, more).method == "exact_conditional"
    assert rate_change(cell, replace(more, dispersion=1.3)).method == "quasi_poisson"
    weighted = replace(more, pp100=replace(more.pp100, effective_base=200.0))
    told = rate_change(cell, weighted)
    assert told.method == "quasi_poisson"
    assert told.change == pytest.approx(1.25)
    exact = rate_change(cell, more)
    assert (exact.ci_low, exact.ci_high) == pytest.approx(_poisson_limits(180, 144), rel=1e-9)


def _poisson_limits(one: int, other: int) -> tuple[float, float]:
    low, high = betaincinv(one, other + 1, 0.025), betaincinv(one + 1, other, 0.975)
    return low / (1 - low), high / (1 - high)


def test_sides_without_any_spread_give_a_change_that_is_not_tested(before: StudyScores, after: StudyScores) -> None:
    (change,) = compare_periods(with_indices(before, estimate(900, 0)), with_indices(after, estimate(1000, 0))).indices
    assert (change.change, change.ci_low, change.p_value, change.significant) == (100, None, None, False)


def test_a_change_has_the_freedom_of_its_customers(before: StudyScores, after: StudyScores) -> None:
    """300 answers of an effective base of 25 on one side, exactly known on the other: t with 24 degrees of freedom."""
    few = replace(estimate(800, 10, base=25), unweighted_base=300)
    (change,) = compare_periods(with_indices(before, few), with_indices(after, estimate(810, 0))).indices
    assert (change.ci_high or 0) - 10 == pytest.approx(10 * 2.0638985616)


def test_the_same_period_twice_shows_no_change(before: StudyScores) -> None:
    same = compare_periods(before, before)
    for change in (*same.indices, *same.factors, same.dealers[0]):
        assert (change.change, change.p_adjusted, change.significant) == (0, 1, False)
    assert [change.change for change in same.pp100_total] == [1]


CHANGED = Reason("wording", {}, "kind", {"languages": "en"})
MOVED = Reason("order", {}, "clean")


def test_another_questionnaire_of_which_nothing_is_known_is_refused(before: StudyScores, after: StudyScores) -> None:
    refused = compare_periods(before, replace(after, definition_hash="e" * 64))
    assert (refused.verdict, refused.reasons) == ("refuse", (Reason("definition_refuse"),))
    assert refused.indices == refused.factors == refused.dealers == refused.pp100_total == ()


def test_definitions_that_stay_comparable_give_changes_with_their_warnings(
    before: StudyScores, after: StudyScores
) -> None:
    other = replace(after, definition_hash="e" * 64)
    standing = DefinitionStanding("comparable", (), (MOVED,))
    found = compare_periods(before, other, csi=standing, pp100=standing)
    assert (found.verdict, found.warnings, found.withheld) == ("comparable", (MOVED,), ())
    assert (found.indices, found.pp100_total) == (
        compare_periods(before, after).indices,
        compare_periods(before, after).pp100_total,
    )


@pytest.mark.parametrize("verdict", ["bridge", "refuse"])
def test_no_change_is_told_unless_the_first_measure_is_comparable(
    before: StudyScores, after: StudyScores, verdict: Verdict
) -> None:
    found = compare_periods(before, after, csi=DefinitionStanding(verdict, (CHANGED,), (MOVED,)))
    assert (found.verdict, found.reasons, found.warnings) == (verdict, (CHANGED,), (MOVED,))
    assert found.indices == found.factors == found.dealers == found.pp100_total == found.pp100_categories == ()


def test_a_further_measure_that_is_not_comparable_is_left_out_and_named(
    before: StudyScores, after: StudyScores
) -> None:
    found = compare_periods(before, after, pp100=DefinitionStanding("refuse", (CHANGED,)))
    assert (found.verdict, len(found.indices), found.pp100_total, found.pp100_categories) == ("comparable", 1, (), ())
    assert found.withheld == (MeasureVerdict("pp100", "refuse", (CHANGED,), ()),)


def test_how_answers_came_in_is_judged_with_the_definitions(before: StudyScores, after: StudyScores) -> None:
    moved = replace(SAME.after, modes={"phone": 240}, response_rate=0.4)
    found = compare_on(before, after, replace(SAME, after=moved))
    assert [reason.code for reason in found.reasons] == ["mode_changed"]
    assert [warning.code for warning in found.warnings] == ["response_rate"]


def test_another_study_or_weighting_is_refused(before: StudyScores, after: StudyScores) -> None:
    other = replace(after, study="sales", weighting="post_stratified_by_dealer")
    first, second = compare_periods(before, other).reasons
    assert first == Reason("studies_differ", {}, "", {"before": "service", "after": "sales"})
    assert second == Reason("weighting", {}, "", {"before": "unweighted", "after": "post_stratified_by_dealer"})


def test_document_gives_back_the_same_comparison(before: StudyScores, after: StudyScores) -> None:
    comparison = compare_periods(before, after, pp100=DefinitionStanding("refuse", (CHANGED,), (MOVED,)))
    text = json.dumps(comparison_document(comparison), allow_nan=False)
    assert comparison_from_document(json.loads(text)) == comparison
