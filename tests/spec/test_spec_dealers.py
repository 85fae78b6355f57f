"""Hand-worked dealers: smoothed variances, shrunk values, what a mix lets expect, bands and categories."""

import numpy as np
import pytest

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.bottom_tenth import tenth_of
from surveyplat.scoring.expected_range import (
    Bands,
    CaseMix,
    Expectation,
    bands,
    categories,
    chances,
    count_skewness,
    score_skewness,
    standardised,
)
from surveyplat.scoring.rate_shrinkage import gamma_shape, marshall_rates
from surveyplat.scoring.shrinkage import between_variance, eblups, smoothed_variances


def test_one_spread_of_answers_serves_all_dealers() -> None:
    """Variances of one answer 4 x 4 = 16 and 1 x 9 = 9, pooled (3 x 16 + 8 x 9) / 11 = 120 / 11."""
    smoothed = smoothed_variances(np.array([2.0, 1.0, 0.0]), np.array([4.0, 9.0, 1.0]), np.array([3.0, 8.0, 0.0]))
    assert smoothed.tolist() == pytest.approx([120 / 44, 120 / 99, 120 / 11])


def test_a_spread_needs_two_customers_of_one_dealer() -> None:
    with pytest.raises(InsufficientBase, match="two customers"):
        smoothed_variances(np.zeros(3), np.ones(3), np.zeros(3))


def test_shrunk_values_lie_between_the_dealers_and_the_common_mean() -> None:
    """Weights 1/200 and 1/400: the mean is 733.33; half of -33.33 and a quarter of 66.67 remain."""
    shrunk = eblups(np.array([700.0, 800.0]), np.array([100.0, 300.0]), 100.0)
    assert shrunk.tolist() == pytest.approx([716.6667, 750.0], abs=1e-3)


# values     variances   between, so that squares / (variance + between) add up to groups - 1
# 0, 10      1, 1        50 / (1 + t) = 1      t = 49
# 0, 1       1, 1        0.5 / 1 < 1           t = 0
# -3, 0, 3   2, 2, 2     18 / (2 + t) = 2      t = 7
@pytest.mark.parametrize(
    ("values", "variance", "between"), [([0, 10], 1, 49), ([0, 1], 1, 0), ([-3, 0, 3], 2, 7), ([5, 5], 1, 0)]
)
@pytest.mark.parametrize("method", ["reml", "moments"])
def test_variance_between_dealers(values: list[float], variance: float, between: float, method: str) -> None:
    held = np.array(values, dtype=np.float64)
    found = between_variance(held, np.full(len(held), float(variance)), method)  # type: ignore[arg-type]
    assert found == pytest.approx(between, rel=1e-10)


def test_marshalls_rates() -> None:
    """m = 8 / 20, s² = 0.16, a = 0.16 - 0.4 / 10 = 0.12: three quarters of each distance remain."""
    found = marshall_rates(np.array([0.0, 8.0]), np.array([10.0, 10.0]))
    assert (found.mean, found.between_variance) == pytest.approx((0.4, 0.12))
    assert found.rates.tolist() == pytest.approx([0.1, 0.7])


def test_rates_that_differ_by_chance_only_are_one_rate() -> None:
    """s² = 0.01 is less than 0.2 / 10."""
    found = marshall_rates(np.array([1.0, 3.0]), np.array([10.0, 10.0]))
    assert found.rates.tolist() == pytest.approx([0.2, 0.2])
    assert gamma_shape(np.array([1.0, 3.0]), np.array([10.0, 10.0])) == (np.inf, pytest.approx(0.2))


#      sedan          van           expected at own mix
# D1   3 answers, 8   1 answer, 6   0.75 x 7.75 + 0.25 x 6 = 7.3125
# D2   1 answer, 7    3 answers, 6  0.25 x 7.75 + 0.75 x 6 = 6.4375
# all  7.75           6
MIX = CaseMix(np.array([[3.0, 1.0], [1.0, 3.0]]), np.array([[24.0, 6.0], [7.0, 18.0]]))


def test_a_dealer_is_held_against_the_means_of_its_own_mix() -> None:
    assert standardised(MIX, np.ones(2)).values.tolist() == pytest.approx([7.3125, 6.4375])


def test_a_dealer_is_part_of_what_it_is_held_against() -> None:
    """D1 less expected: ± 0.1875 of four cells with the variances 4/3, 4, 4 and 4/3."""
    assert standardised(MIX, np.ones(2)).variances.tolist() == pytest.approx([0.1875**2 * 32 / 3] * 2)


def test_nobody_to_be_compared_with_leaves_no_variance() -> None:
    alone = CaseMix(np.array([[5.0, 0.0], [0.0, 4.0]]), np.array([[30.0, 0.0], [0.0, 28.0]]))
    assert standardised(alone, np.ones(2)).variances.tolist() == [0, 0]


def test_every_fault_of_a_mix_is_told() -> None:
    with pytest.raises(ScoringError, match=r"do not fit.*finite"):
        standardised(CaseMix(np.full((2, 2), np.nan), np.ones((2, 3))), np.ones(2))
    with pytest.raises(ScoringError, match="no weight in any cell"):
        standardised(CaseMix(np.array([[1.0], [0.0]]), np.ones((2, 1))), np.ones(2))


def test_skewness_of_single_answers() -> None:
    """Yes or no at 0.9: (1 - 2p) / √(pq) = -8/3; a plain count of mean 4: 1/2; in the middle none."""
    assert score_skewness(np.array([0.9]), 0.09, 0.0, 1.0)[0] == pytest.approx(-8 / 3, rel=1e-3)
    assert score_skewness(np.array([5.5]), 4.0, 1.0, 10.0)[0] == 0
    assert score_skewness(np.array([800.0]), 900.0, 0.0, np.inf)[0] == 0
    assert count_skewness(np.array([4.0, 0.0]), np.array([4.0, 1.0])).tolist() == pytest.approx([0.5, 0])


def test_bands_without_skewness_are_1_96_and_3_09_errors() -> None:
    drawn = bands(Expectation(np.array([800.0]), np.array([100.0])), np.zeros(1), 0.0, 820.0)
    assert [drawn.lows[0], drawn.highs[0]] == pytest.approx([780.4004, 819.5996], abs=1e-4)
    assert [drawn.outer_lows[0], drawn.outer_highs[0]] == pytest.approx([769.0977, 820.0], abs=1e-4)


def test_bands_of_answers_piled_up_at_the_top_reach_farther_down() -> None:
    drawn = bands(Expectation(np.array([800.0]), np.array([100.0])), np.array([-0.3]), 0.0, 1000.0)
    assert 800 - drawn.lows[0] > 20.5 > 18.7 > drawn.highs[0] - 800


# value   side of the bands 790-810 and 780-820     when more is worse
@pytest.mark.parametrize(
    ("value", "category", "mirrored"),
    [
        (779.0, "much_worse", "much_better"),
        (780.0, "worse", "better"),
        (790.0, "as_expected", "as_expected"),
        (810.0, "as_expected", "as_expected"),
        (811.0, "better", "worse"),
        (821.0, "much_better", "much_worse"),
    ],
)
def test_categories(value: float, category: str, mirrored: str) -> None:
    drawn = Bands(np.array([790.0]), np.array([810.0]), np.array([780.0]), np.array([820.0]))
    assert categories(np.array([value]), drawn, higher_is_better=True) == [category]
    assert categories(np.array([value]), drawn, higher_is_better=False) == [mirrored]


@pytest.mark.parametrize("skewness", [-0.4, -0.01, 0.0, 0.3])
def test_p_values_at_the_ends_of_the_bands(skewness: float) -> None:
    expectation = Expectation(np.array([800.0]), np.array([100.0]))
    drawn = bands(expectation, np.array([skewness]), 0.0, np.inf)
    for ends, p in ((drawn.lows, 0.05), (drawn.highs, 0.05), (drawn.outer_lows, 0.002), (drawn.outer_highs, 0.002)):
        assert chances(ends, expectation, np.array([skewness]))[0] == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize(("dealers", "tenth"), [(9, 0), (10, 1), (11, 2), (20, 2), (1000, 100)])
def test_the_bottom_tenth_is_rounded_up(dealers: int, tenth: int) -> None:
    assert tenth_of(dealers) == tenth
