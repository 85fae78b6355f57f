"""Lack of fit at an attribute's scale points: a table by hand, statsmodels' F test, merging, weights, and edges."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.diagnostics import lack_of_fit_warnings
from surveyplat.scoring.lack_of_fit import PointSums, lack_of_fit, point_sums
from surveyplat.scoring.least_squares import gram_of_cases, solved
from surveyplat.scoring.records.drivers import LackOfFit

ROWS = 400


def drawn(bend: float = 0.0, seed: int = 1) -> FloatArray:
    """Two attributes on 1-5 and an outcome; ``bend`` punishes the lowest point of the first."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 6, (ROWS, 2)).astype(float)
    return np.column_stack([x, 0.5 * x[:, 0] + 0.2 * x[:, 1] - bend * (x[:, 0] == 1) + rng.normal(size=ROWS)])


def found(cases: FloatArray, weights: FloatArray | None = None) -> list[LackOfFit]:
    held = np.ones(len(cases)) if weights is None else weights
    fitted = solved(tuple("ab")[: cases.shape[1] - 1], gram_of_cases(cases, held))
    return list(lack_of_fit(fitted, point_sums(cases, held, 1, 5)))


def test_three_points_by_hand() -> None:
    """Means 2, 5, 5 of 40 answers each, half of them 1 above and half 1 below.

    The line 4 + 1.5 (x - 2) misses the points by -0.5, 1, -0.5. Of the total sum of squares, 120 from within the points
    and 240 between them, the points explain 240, the line 1.5² · 80 = 180: gain 60 / 360, F = 60 / (120 / 117) = 58.5.
    """
    x = np.repeat([1.0, 2.0, 3.0], 40)
    y = np.repeat([2.0, 5.0, 5.0], 40) + np.tile([-1.0, 1.0], 60)
    (only,) = found(np.column_stack([x, y]))
    assert (only.item, only.df) == ("a", 1)
    assert only.gain == pytest.approx(60 / 360)
    assert only.f == pytest.approx(58.5)
    assert [(each.point, each.answers) for each in only.points] == [(1, 40), (2, 40), (3, 40)]
    assert [each.deviation for each in only.points] == pytest.approx([-0.5, 1.0, -0.5])


def test_the_f_test_is_statsmodels_comparison_of_both_models() -> None:
    """anova_lm(OLS(y ~ a + b), OLS(y ~ C(a) + b)) and the same for b"""
    from statsmodels.regression.linear_model import OLS

    cases = drawn(bend=0.5)
    ones, (a, b, y) = np.ones(ROWS), cases.T
    straight = OLS(y, np.column_stack([ones, a, b])).fit()
    for own, points, other in zip(found(cases), (a, b), (b, a), strict=True):
        dummies = (points[:, None] == np.arange(2, 6)).astype(float)
        full = OLS(y, np.column_stack([ones, dummies, other])).fit()
        f, p_value, df = full.compare_f_test(straight)
        assert (own.f, own.p_value, own.df) == (pytest.approx(f, rel=1e-8), pytest.approx(p_value, rel=1e-6), df)
        assert own.gain == pytest.approx(full.rsquared - straight.rsquared, rel=1e-8)


def test_only_the_attribute_that_bends_is_warned_of() -> None:
    assert not list(lack_of_fit_warnings(found(drawn())))
    (warning,) = lack_of_fit_warnings(found(drawn(bend=2.0)))
    assert (warning.code, warning.attributes, warning.remedy) == ("bent", ("a",), "use_penalty_reward")


@given(st.integers(0, 1000), st.floats(0.01, 1000))
@settings(max_examples=15)
def test_parts_in_any_order_and_weights_of_any_scale_give_the_same(seed: int, scale: float) -> None:
    cases, rng = drawn(seed=seed), np.random.default_rng(seed)
    weights = rng.uniform(0.5, 2, ROWS)
    parts = np.array_split(rng.permutation(ROWS), 3)
    fitted = solved(("a", "b"), gram_of_cases(cases, scale * weights))
    counted = [point_sums(cases[part], scale * weights[part], 1, 5) for part in parts]
    together = list(lack_of_fit(fitted, reduce(PointSums.merge, counted)))
    assert [each.f for each in together] == pytest.approx([each.f for each in found(cases, weights)], rel=1e-7)
    assert all(0 <= each.gain <= 1 for each in together)


def test_two_points_have_no_bend_and_points_of_few_answers_are_not_shown() -> None:
    cases = drawn()
    two = np.column_stack([np.where(cases[:, 0] > 3, 5.0, 1.0), cases[:, 1:]])
    two[:20, 1] = 5.0
    two[20:, 1] = np.minimum(two[20:, 1], 4)
    straight, other = found(two)
    assert (straight.f, straight.p_value, straight.gain) == (None, None, 0.0)
    assert [each.point for each in other.points] == [1, 2, 3, 4]


def test_an_exact_fit_leaves_nothing_to_test() -> None:
    cases = drawn()
    exact = np.column_stack([cases[:, :2], cases[:, :2].sum(axis=1)])
    assert [each.f for each in found(exact)] == [None, None]
