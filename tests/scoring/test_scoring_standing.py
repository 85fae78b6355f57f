"""One estimate against a mark: by hand, and how often it is a false alarm."""

from math import log

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from surveyplat.scoring.results import Estimate
from surveyplat.scoring.standing import p_against


def estimate(value: float | None, std_error: float | None, n: int = 30) -> Estimate:
    return Estimate(value, std_error, value, value, n, float(n), float(n))


def test_the_p_value_is_students() -> None:
    answers = np.random.default_rng(2).normal(760, 90, 30)
    dealer = estimate(float(answers.mean()), float(answers.std(ddof=1) / 30**0.5))
    assert p_against(dealer, 800.0) == pytest.approx(float(ttest_1samp(answers, 800.0).pvalue), rel=1e-10)


def test_rates_are_tested_on_the_log_scale() -> None:
    """log(2) with the error 20/120 is 4.16 errors of it; halving and doubling are equally far."""
    doubled = p_against(estimate(120.0, 20.0), 60.0, as_ratio=True)
    assert doubled == pytest.approx(p_against(estimate(log(2) * 120, 20.0), 0.0) or 0)
    assert doubled == pytest.approx(p_against(estimate(60.0, 10.0), 120.0, as_ratio=True) or 0)


@pytest.mark.parametrize("shown", [estimate(None, None), estimate(700.0, 0.0)])
def test_without_a_value_or_an_error_there_is_no_test(shown: Estimate) -> None:
    assert p_against(shown, 760.0) is None


def test_a_rate_of_zero_has_no_test_as_a_ratio() -> None:
    assert p_against(estimate(0.0, 1.0), 60.0, as_ratio=True) is None
    assert p_against(estimate(60.0, 1.0), 0.0, as_ratio=True) is None


def test_few_false_alarms_at_thirty_answers() -> None:
    """At p < 0.001, with 24 dealers the level that decides, the normal distribution gives 2.6 times as many."""
    answers = np.random.default_rng(4).normal(760, 90, size=(20_000, 30))
    values, errors = answers.mean(axis=1), answers.std(axis=1, ddof=1) / 30**0.5
    p_values = [p_against(estimate(value, error), 760.0) or 0 for value, error in zip(values, errors, strict=True)]
    assert 0.0004 <= np.mean(np.array(p_values) < 0.001) <= 0.0016
