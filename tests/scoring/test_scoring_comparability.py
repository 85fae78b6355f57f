"""The verdict on comparing two periods: definitions and data together."""

from dataclasses import replace

import pytest

from surveyplat.errors import ScoringError
from surveyplat.scoring.comparability import Collected, Comparability, DefinitionStanding, Verdict, comparability
from surveyplat.scoring.reasons import Reason

SAME = DefinitionStanding("comparable")
BEFORE = Collected("2026-Q2", {"web": 400, "phone": 100}, 0.30, 9.0)
AFTER = replace(BEFORE, period="2026-Q3")


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]


def test_the_same_survey_of_the_same_people_is_comparable() -> None:
    assert comparability(BEFORE, AFTER, SAME) == Comparability("2026-Q2", "2026-Q3", "comparable")


@pytest.mark.parametrize(
    ("changed", "warned"),
    [
        ({"response_rate": 0.35}, ["response_rate"]),
        ({"response_rate": 0.25}, ["response_rate"]),
        ({"response_rate": 0.349}, []),
        ({"days_to_answer": 23.0}, ["timing_days"]),
        ({"days_to_answer": 22.9}, []),
        (
            {"response_rate": None, "days_to_answer": None, "modes": {}},
            ["response_rate_unknown", "timing_unknown", "mode_unknown"],
        ),
    ],
)
def test_response_rate_and_timing_warn_from_their_limit_on(changed: dict[str, object], warned: list[str]) -> None:
    found = comparability(BEFORE, replace(AFTER, **changed), SAME)  # type: ignore[arg-type]
    assert (found.verdict, codes(found.warnings)) == ("comparable", warned)


def test_a_warning_carries_its_figures() -> None:
    (warning,) = comparability(BEFORE, replace(AFTER, response_rate=0.42), SAME).warnings
    assert warning == Reason("response_rate", {"before": 0.30, "after": 0.42, "limit": 0.05})


@pytest.mark.parametrize(
    ("old", "new", "verdict", "reasons"),
    [
        ({"web": 400}, {"phone": 400}, "refuse", ["mode_changed"]),
        ({"web": 400}, {"phone": 400, "web": 29}, "refuse", ["mode_changed"]),
        ({"web": 400}, {"phone": 400, "web": 30}, "bridge", ["mode_without_overlap", "mode_share"]),
        ({"web": 400, "phone": 100}, {"web": 375, "phone": 125}, "bridge", ["mode_share", "mode_share"]),
        ({"web": 400, "phone": 100}, {"web": 380, "phone": 120}, "comparable", []),
        ({"web": 20}, {"web": 25}, "comparable", []),
        ({"web": 500, "phone": 0}, {"web": 500}, "comparable", []),
    ],
)
def test_modes(old: dict[str, int], new: dict[str, int], verdict: Verdict, reasons: list[str]) -> None:
    found = comparability(replace(BEFORE, modes=old), replace(AFTER, modes=new), SAME)
    assert (found.verdict, codes(found.reasons)) == (verdict, reasons)


def test_the_worst_verdict_holds_and_all_reasons_are_told() -> None:
    weights = DefinitionStanding("bridge", (Reason("weights"),), (Reason("order", {}, "kind"),))
    found = comparability(
        replace(BEFORE, modes={"web": 300}), replace(AFTER, modes={"phone": 300}), weights, cfi_loss=0.02
    )
    assert found.verdict == "refuse"
    assert codes(found.reasons) == ["mode_changed", "means_not_comparable", "weights"]
    assert found.reasons[0].detail == "web > phone"
    assert found.warnings == (Reason("order", {}, "kind"),)


@pytest.mark.parametrize("verdict", ["refuse", "bridge"])
def test_a_definition_without_a_reason_still_decides(verdict: Verdict) -> None:
    assert comparability(BEFORE, AFTER, DefinitionStanding(verdict)).verdict == verdict


@pytest.mark.parametrize(("loss", "verdict"), [(0.01, "comparable"), (0.011, "refuse"), (-0.011, "refuse")])
def test_intercepts_that_differ_refuse_means(loss: float, verdict: Verdict) -> None:
    assert comparability(BEFORE, AFTER, SAME, cfi_loss=loss).verdict == verdict


def test_every_fault_of_a_period_is_named() -> None:
    broken = Collected("2026-Q3", {"web": -1}, 30.0, float("nan"))
    with pytest.raises(ScoringError, match=r"2026-Q3 .* web has -1 answers; .*30\.0 is not within.*; nan days"):
        comparability(BEFORE, broken, SAME)
