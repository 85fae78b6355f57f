"""Diagnostics of a driver model beside statsmodels, merged from pieces, and what they warn of."""

from functools import reduce

import numpy as np
import pytest

from surveyplat.errors import DriverModelError, InsufficientBase
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.diagnostics import (
    Collinearity,
    collinearity,
    collinearity_warnings,
    importance_warnings,
    influence_warnings,
    linearity_warnings,
    ordered_warnings,
)
from surveyplat.scoring.influence import Influence, influence_of
from surveyplat.scoring.least_squares import LeastSquares, gram_of_cases, solved
from surveyplat.scoring.linearity import bent_gram, linearity
from surveyplat.scoring.ordered import fit_ordered
from surveyplat.scoring.records.drivers import Linearity
from surveyplat.scoring.regression import Regression

ROWS = 240


def drawn(bend: float = 0.0, seed: int = 1) -> FloatArray:
    """Two attributes on 1-10 and an outcome; ``bend`` punishes answers under 6."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 11, (ROWS, 2)).astype(float)
    straight = 0.5 * x[:, 0] + 0.2 * x[:, 1] + rng.normal(size=ROWS)
    return np.column_stack([x, straight - bend * np.maximum(6 - x[:, 0], 0)])


def fitted(cases: FloatArray, weights: FloatArray | None = None) -> LeastSquares:
    return solved(("a", "b"), gram_of_cases(cases, np.ones(len(cases)) if weights is None else weights))


def influence(cases: FloatArray, weights: FloatArray) -> Influence:
    return influence_of(fitted(cases, weights), cases, weights, np.arange(len(cases)))


def test_distances_and_leverages_are_statsmodels() -> None:
    from statsmodels.regression.linear_model import OLS

    cases, weights = drawn(), np.random.default_rng(2).uniform(0.5, 2, ROWS)
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(ROWS), cases[:, :-1]])
    other = OLS(root * cases[:, -1], root[:, None] * design).fit().get_influence()
    distances = other.cooks_distance[0]
    found = influence(cases, weights)
    assert [case.row for case in found.strongest] == np.argsort(-distances)[:10].tolist()
    assert [case.cooks_distance for case in found.strongest] == pytest.approx(np.sort(distances)[::-1][:10])
    assert found.largest_leverage == pytest.approx(other.hat_matrix_diag.max())
    assert found.above_threshold == np.count_nonzero(distances > 4 / ROWS)


def test_influence_of_pieces_merges_to_the_whole_whatever_the_weights_scale() -> None:
    cases, weights = drawn(), np.random.default_rng(2).uniform(0.5, 2, ROWS)
    fit = fitted(cases, 7 * weights)
    parts = np.array_split(np.arange(ROWS), 3)
    pieces = [influence_of(fit, cases[part], 7 * weights[part], part) for part in parts]
    together, whole = reduce(Influence.merge, pieces), influence(cases, weights)
    assert [case.row for case in together.strongest] == [case.row for case in whole.strongest]
    assert together.above_threshold == whole.above_threshold
    assert together.largest_leverage == pytest.approx(whole.largest_leverage)


def test_one_answer_far_off_is_warned_of() -> None:
    cases = drawn()
    assert not list(influence_warnings(influence(cases, np.ones(ROWS))))
    cases[17] = (10, 1, -400)
    (warning,) = influence_warnings(influence(cases, np.ones(ROWS)))
    assert (warning.code, warning.remedy) == ("influential", "refit_without")
    assert influence(cases, np.ones(ROWS)).strongest[0].row == 17


def test_a_case_that_a_coefficient_hangs_on_alone_is_decisive() -> None:
    cases = drawn()
    cases[:, 1] = 0
    cases[5, 1] = 1
    found = influence(cases, np.ones(ROWS))
    assert (found.decisive, found.largest_leverage) == (1, pytest.approx(1))
    (warning,) = influence_warnings(found)
    assert warning.value == 1


def reset(cases: FloatArray, weights: FloatArray | None = None) -> Linearity:
    held = np.ones(len(cases)) if weights is None else weights
    fit = fitted(cases, held)
    return linearity(fit, bent_gram(fit, cases, held))


def test_reset_is_statsmodels() -> None:
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.diagnostic import linear_reset

    cases = drawn(bend=0.2)
    other = linear_reset(OLS(cases[:, -1], np.column_stack([np.ones(ROWS), cases[:, :-1]])).fit(), power=3, use_f=True)
    found = reset(cases)
    assert found.f == pytest.approx(float(other.fvalue), rel=1e-8)
    assert found.p_value == pytest.approx(float(other.pvalue), rel=1e-6)
    assert found.df == other.df_denom


def test_only_a_bend_that_matters_is_warned_of() -> None:
    assert not list(linearity_warnings(reset(drawn())))
    (warning,) = linearity_warnings(reset(drawn(bend=2.0)))
    assert (warning.code, warning.remedy) == ("bent", "use_penalty_reward")
    assert not list(linearity_warnings(Linearity(50.0, 100_000, 1e-20, 0.0005)))


def test_reset_ignores_the_weights_scale_and_merges() -> None:
    cases, weights = drawn(bend=0.5), np.random.default_rng(3).uniform(0.5, 2, ROWS)
    one, other = reset(cases, weights), reset(cases, 50 * weights)
    assert other.f == pytest.approx(one.f, rel=1e-7)
    fit = fitted(cases, weights)
    parts = [bent_gram(fit, cases[part], weights[part]) for part in (slice(0, 100), slice(100, ROWS))]
    assert linearity(fit, parts[0].merge(parts[1])).f == pytest.approx(one.f)


def test_an_exact_fit_and_a_two_valued_attribute_have_no_bend() -> None:
    cases = drawn()
    exact = np.column_stack([cases[:, :2], cases[:, :2].sum(axis=1)])
    assert (reset(exact).f, reset(exact).p_value) == (None, None)
    two_valued = np.column_stack([cases[:, 0] > 5, cases[:, -1]]).astype(float)
    fit = solved(("a",), gram_of_cases(two_valued, np.ones(ROWS)))
    found = linearity(fit, bent_gram(fit, two_valued, np.ones(ROWS)))
    assert found.gain == pytest.approx(0, abs=1e-9)
    with pytest.raises(InsufficientBase, match="leave nothing over"):
        reset(cases[:5])


def test_variance_inflation_by_hand() -> None:
    """Two attributes with r = 0.96: VIF = 1 / (1 - 0.9216); condition number √(1.96 / 0.04) = 7."""
    found = collinearity(("a", "b"), np.array([[1, 0.96], [0.96, 1]]))
    assert found.vifs == pytest.approx((1 / 0.0784, 1 / 0.0784))
    assert found.condition_number == pytest.approx(7)
    (warning,) = collinearity_warnings(found)
    assert (warning.attributes, warning.remedy) == (("a", "b"), "report_together")
    assert not list(collinearity_warnings(collinearity(("a", "b"), np.eye(2))))


def test_many_attributes_close_together_are_warned_of_as_a_whole() -> None:
    (warning,) = collinearity_warnings(Collinearity(("a", "b", "c"), (9.0, 9.0, 9.0), 31.0))
    assert (warning.attributes, warning.limit) == ((), 30)


def test_exactly_collinear_and_constant_attributes_are_refused() -> None:
    with pytest.raises(DriverModelError, match="Some of a, b are collinear"):
        collinearity(("a", "b"), np.ones((2, 2)))
    with pytest.raises(DriverModelError, match="b: the same answer"):
        collinearity(("a", "b"), np.diag([1.0, 0.0]))


def test_an_ordered_model_that_points_the_other_way_is_warned_of() -> None:
    cases = drawn()
    ordered = fit_ordered(("a", "b"), cases[:, :2], np.clip(np.round(cases[:, 2]), 1, 6), np.ones(ROWS))
    alike = Regression(np.array([0.5, 0.2]), np.array([0.05, 0.05]), 0.5)
    assert not list(ordered_warnings(("a", "b"), alike, ordered))
    against = Regression(np.array([0.5, -0.2]), np.array([0.05, 0.05]), 0.5)
    (warning,) = ordered_warnings(("a", "b"), against, ordered)
    assert (warning.attributes, warning.remedy) == (("b",), "show_both")


def test_shares_that_two_methods_put_apart_are_not_ranked() -> None:
    (warning, other) = importance_warnings(("a", "b", "c"), np.array([0.6, 0.2, 0.2]), np.array([0.5, 0.2, 0.3]))
    assert (warning.attributes, other.attributes) == (("a",), ("c",))
    assert warning.value == pytest.approx(0.1)
