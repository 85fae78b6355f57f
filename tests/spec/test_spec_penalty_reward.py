"""Penalty-reward contrasts worked by hand, planted factors found, and answers that no contrast can be told from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.errors import DriverModelError, InsufficientBase
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.least_squares import Scatter, gram_of_cases, robust_covariance, scatter_of, solved
from surveyplat.scoring.penalty_reward import factor_kind, penalty_reward

# answer to the item   outcomes (ten times each)   mean
# 5  (low)             2 and 4                     3
# 8  (the middle)      7 and 9                     8
# 10 (high)            9 and 9                     9
ONE_ITEM = np.repeat([[5.0, 2], [5, 4], [8, 7], [8, 9], [10, 9], [10, 9]], 10, axis=0)


def test_penalty_and_reward_are_distances_from_the_middle() -> None:
    score = penalty_reward(("ease",), "overall", ONE_ITEM, np.ones(60))
    (ease,) = score.attributes
    assert ease.penalty is not None
    assert ease.reward is not None
    assert ease.asymmetry is not None
    assert score.constant == pytest.approx(8)
    assert (ease.penalty.value, ease.reward.value, ease.asymmetry.value) == pytest.approx((-5, 1, -4))
    assert (ease.low_answers, ease.high_answers, score.complete_cases) == (20, 20, 60)
    assert ease.kind == "dissatisfier"


def test_robust_errors_by_hand() -> None:
    """Var of a mean is Σe² / 20² in the low and the middle group, 0 in the high one, times 60 / (60 - 3)."""
    (ease,) = penalty_reward(("ease",), "overall", ONE_ITEM, np.ones(60)).attributes
    assert ease.penalty is not None
    assert ease.reward is not None
    assert ease.penalty.std_error == pytest.approx((2 / 20 * 60 / 57) ** 0.5)
    assert ease.reward.std_error == pytest.approx((1 / 20 * 60 / 57) ** 0.5)


@pytest.mark.parametrize(
    ("penalty", "reward", "asymmetry", "kind"),
    [
        ((-3, 0.5), (0.2, 0.5), (-2.8, 0.7), "dissatisfier"),
        ((-0.2, 0.5), (3, 0.5), (2.8, 0.7), "satisfier"),
        ((-3, 0.5), (3, 0.5), (0, 0.7), "neutral"),
        ((-1.2, 0.5), (0.7, 0.5), (-0.5, 0.7), "neutral"),
        ((-0.1, 0.5), (0.1, 0.5), (0, 0.7), "neutral"),
        ((-3, 0.5), (3, 0), (0, 0.5), None),
    ],
)
def test_the_kind_needs_one_side_and_the_difference_of_both(
    penalty: tuple[float, float], reward: tuple[float, float], asymmetry: tuple[float, float], kind: str | None
) -> None:
    """The fourth: the penalty alone is significant, which is no difference from the reward."""
    assert factor_kind(*(contrast(value, error, 200) for value, error in (penalty, reward, asymmetry))) == kind


def planted(rows: int, seed: int) -> FloatArray:
    """keys: hurts when low, never delights; gift: the other way round; price: both alike."""
    rng = np.random.default_rng(seed)
    keys, gift, price = rng.integers(4, 11, (3, rows)).astype(float)
    outcome = 7 - 2 * (keys <= 6) + 2 * (gift >= 9) - 1.0 * (price <= 6) + 1.0 * (price >= 9)
    return np.column_stack([keys, gift, price, outcome + rng.normal(size=rows)])


def test_planted_factors_are_found() -> None:
    score = penalty_reward(("keys", "gift", "price"), "overall", planted(800, 1), np.ones(800))
    assert [attribute.kind for attribute in score.attributes] == ["dissatisfier", "satisfier", "neutral"]


def test_an_attribute_that_nobody_rates_low_has_a_reward_only() -> None:
    cases = planted(400, 2)
    cases[:, 1] = np.maximum(cases[:, 1], 7)
    cases[:9, 1] = 5
    gift = penalty_reward(("keys", "gift", "price"), "overall", cases, np.ones(400)).attributes[1]
    assert (gift.penalty, gift.asymmetry, gift.kind, gift.low_answers) == (None, None, None, 9)
    assert gift.reward is not None
    assert gift.reward.value == pytest.approx(2, abs=0.6)


@given(st.integers(0, 1000), st.floats(0.01, 100))
@settings(max_examples=15, deadline=None)
def test_neither_the_weights_scale_nor_the_order_of_rows_matters(seed: int, scale: float) -> None:
    cases = planted(200, seed)
    weights = np.random.default_rng(seed).uniform(0.5, 2, 200)
    order = np.random.default_rng(seed + 1).permutation(200)
    items = ("keys", "gift", "price")
    one = penalty_reward(items, "o", cases, weights).attributes[0].penalty
    other = penalty_reward(items, "o", cases[order], scale * weights[order]).attributes[0].penalty
    assert one is not None
    assert other is not None
    assert (other.value, other.std_error) == pytest.approx((one.value, one.std_error), rel=1e-8)


def test_customers_with_several_answers_count_once() -> None:
    cases = planted(300, 3)
    twice = np.repeat(np.arange(300), 2)
    once = penalty_reward(("keys",), "o", cases[:, [0, 3]], np.ones(300)).attributes[0].penalty
    told = penalty_reward(("keys",), "o", cases[twice][:, [0, 3]], np.ones(600), units=twice).attributes[0].penalty
    assert once is not None
    assert told is not None
    assert told.std_error == pytest.approx(once.std_error, rel=0.01)


def test_pieces_of_the_robust_pass_merge_to_the_whole() -> None:
    cases, weights = planted(90, 4), np.ones(90)
    fit = solved(("keys", "gift", "price"), gram_of_cases(cases, weights))
    pieces = [scatter_of(fit, cases[part], weights[part]) for part in (slice(0, 40), slice(40, 90))]
    whole = robust_covariance(fit, scatter_of(fit, cases, weights))
    assert robust_covariance(fit, pieces[0].merge(pieces[1])) == pytest.approx(whole)


def test_what_cannot_be_contrasted_is_refused() -> None:
    cases = planted(200, 5)
    with pytest.raises(DriverModelError, match="overlap: set the marks apart"):
        penalty_reward(("keys",), "o", cases[:, [0, 3]], np.ones(200), low=9, high=9)
    with pytest.raises(DriverModelError, match="Fewer than 10 low and high answers"):
        penalty_reward(("keys",), "o", np.full((200, 2), 8.0), np.ones(200))
    with pytest.raises(DriverModelError, match="the outcome: the same answer"):
        penalty_reward(("keys",), "o", np.column_stack([cases[:, 0], np.full(200, 8.0)]), np.ones(200))
    with pytest.raises(DriverModelError, match="collinear"):
        penalty_reward(("keys", "again"), "o", cases[:, [0, 0, 3]], np.ones(200))
    alone = cases[:, [0, 3]]
    with pytest.raises(InsufficientBase, match="one customer's"):
        robust_covariance(solved(("keys",), gram_of_cases(alone, np.ones(200))), Scatter(1, np.eye(1)))
    with pytest.raises(InsufficientBase, match="2 complete cases for 1 attributes"):
        solved(("keys",), gram_of_cases(alone[:2], np.ones(2)))


def test_an_attribute_that_hurts_as_much_as_it_delights_is_rarely_called_otherwise() -> None:
    """One in twenty is promised: 4,000 samples of three such attributes, answers piled up at the top."""
    kinds = []
    for seed in range(4000):
        rng = np.random.default_rng(seed)
        answers = np.clip(np.round(8.2 + 1.6 * rng.normal(size=(300, 3))), 1, 10)
        outcome = 8 + 0.8 * (answers >= 9).sum(axis=1) - 0.8 * (answers <= 6).sum(axis=1) + 1.2 * rng.normal(size=300)
        score = penalty_reward("abc", "overall", np.column_stack([answers, outcome]), np.ones(300))
        kinds += [attribute.kind for attribute in score.attributes]
    assert 0.93 < kinds.count("neutral") / len(kinds) < 0.97
