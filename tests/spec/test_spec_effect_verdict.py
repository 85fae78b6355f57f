"""When an effect is called better or worse: only where chance hardly explains it; fewer problems are better."""

import pytest

from surveyplat.scoring.records.effects import ActionEffect, EffectEstimate, StudyEffect


def judged(measure: str, value: float, p_value: float | None) -> str:
    estimate = EffectEstimate(value, 1.0, 10.0, value - 2, value + 2, p_value, "cr2", 0.0)
    told = ActionEffect("told", estimate, None, None, None, 6, 18, 6, 3, 1000.0, ())
    return StudyEffect("study", measure, ("D01",), "2026-07", ("2026-01",), ("2026-Q1",), told).verdict


@pytest.mark.parametrize(
    ("measure", "value", "p_value", "verdict"),
    [
        ("csi", 20.0, 0.01, "better"),
        ("csi", -20.0, 0.01, "worse"),
        ("csi", 20.0, 0.06, "unclear"),
        ("csi", 20.0, None, "unclear"),
        ("nps", 5.0, 0.049, "better"),
        ("pp100", -20.0, 0.01, "better"),
        ("pp100", 20.0, 0.01, "worse"),
        ("complaint_any", -3.0, 0.01, "better"),
        ("complaint_price", 3.0, 0.01, "worse"),
    ],
)
def test_the_sign_counts_as_the_measure_does(measure: str, value: float, p_value: float | None, verdict: str) -> None:
    assert judged(measure, value, p_value) == verdict


def test_without_an_effect_nothing_is_told() -> None:
    nothing = ActionEffect("cannot_be_told", None, None, None, None, 1, 2, 3, 3, 90.0, ())
    assert StudyEffect("study", "csi", ("D01",), "2026-07", (), (), nothing).verdict == "untold"
