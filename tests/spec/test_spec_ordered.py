"""Ordered models: a table that can be worked by hand, merging, weights, and data that no model can be fitted to."""

from functools import reduce

import numpy as np
import pytest

from surveyplat.errors import DriverModelError, InsufficientBase
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.ordered import Likelihood, Outcome, fit_ordered, fit_passes, likelihood

# dealer's answer kept its promise   satisfied   not
# yes                                 30          10
# no                                  20          40
PROMISE = np.array([[1.0], [1.0], [0.0], [0.0]])
SATISFIED = np.array([2.0, 1.0, 2.0, 1.0])
COUNTS = np.array([30.0, 10.0, 20.0, 40.0])


def test_two_points_and_two_groups_give_the_log_odds_ratio() -> None:
    """log(30 · 40 / (10 · 20)) = log 6, SE √(1/30 + 1/10 + 1/20 + 1/40); the cut is log(40/20)."""
    fit = fit_ordered(("promise", "noise"), *_with_noise())
    assert fit.points == (1.0, 2.0)
    alone = fit_ordered(("promise",), PROMISE, SATISFIED, COUNTS)
    assert alone.coefficients == pytest.approx([np.log(6)])
    assert alone.cuts == pytest.approx([np.log(2)])
    assert alone.model_errors[0] == pytest.approx((1 / 30 + 1 / 10 + 1 / 20 + 1 / 40) ** 0.5)
    assert fit.log_likelihood >= alone.log_likelihood


def _with_noise() -> tuple[FloatArray, FloatArray, FloatArray]:
    rows = np.repeat(np.arange(4), COUNTS.astype(int))
    noise = np.random.default_rng(1).normal(size=len(rows))
    return np.column_stack([PROMISE[rows, 0], noise]), SATISFIED[rows], np.ones(len(rows))


def drawn(rows: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Two attributes on 1-10, the first weighs twice as much as the second; the outcome on 1-5, piled up at the top."""
    rng = np.random.default_rng(seed)
    attributes = rng.integers(1, 11, (rows, 2)).astype(float)
    wanted = 0.6 * attributes[:, 0] + 0.3 * attributes[:, 1] + rng.logistic(size=rows)
    return attributes, np.digitize(wanted, [1.5, 2.5, 3.5, 4.5]) + 1.0


def test_planted_coefficients_are_found() -> None:
    fit = fit_ordered(("a", "b"), *drawn(20_000, 2), np.ones(20_000))
    assert (np.abs(fit.coefficients - [0.6, 0.3]) < 4 * fit.model_errors[:2]).all()
    assert (np.abs(fit.cuts - [1.5, 2.5, 3.5, 4.5]) < 4 * fit.model_errors[2:]).all()
    assert fit.robust_errors == pytest.approx(fit.model_errors, rel=0.1)


def test_pieces_merge_to_the_whole() -> None:
    attributes, outcome = drawn(600, 3)
    whole = fit_ordered(("a", "b"), attributes, outcome, np.ones(600))
    points, category = np.unique(outcome, return_inverse=True)
    means, deviations = attributes.mean(axis=0), attributes.std(axis=0)
    standard, labels = (attributes - means) / deviations, np.arange(600)

    def in_pieces(parameters: FloatArray) -> Likelihood:
        return reduce(Likelihood.merge, (_piece(parameters, part) for part in np.array_split(labels, 3)))

    def _piece(parameters: FloatArray, part: IntArray) -> Likelihood:
        return likelihood(parameters, standard[part], category[part], np.ones(len(part)), labels[part], "logit")

    known = Outcome(tuple(points.tolist()), np.bincount(category) / 600, means, deviations)
    pieced = fit_passes(in_pieces, known)
    assert pieced.coefficients == pytest.approx(whole.coefficients, rel=1e-9)
    assert pieced.robust_errors == pytest.approx(whole.robust_errors, rel=1e-9)
    assert (pieced.cases, pieced.points) == (600, whole.points)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_score_and_hessian_are_the_derivatives_of_the_likelihood(link: str) -> None:
    attributes, outcome = drawn(40, 4)
    points, category = np.unique(outcome, return_inverse=True)
    at = np.concatenate([np.linspace(-1, 1, len(points) - 1), [0.3, -0.2]])

    def there(parameters: FloatArray) -> Likelihood:
        return likelihood(parameters, attributes / 10, category, np.ones(40), np.arange(40), link)  # type: ignore[arg-type]

    here, shift = there(at), 1e-5 * np.eye(len(at))
    both = [(there(at + step), there(at - step)) for step in shift]
    slopes = [(up.log_likelihood - down.log_likelihood) / 2e-5 for up, down in both]
    bends = [(up.score - down.score) / 2e-5 for up, down in both]
    assert here.score == pytest.approx(np.array(slopes), rel=1e-5, abs=1e-6)
    assert here.hessian == pytest.approx(np.array(bends), rel=1e-5, abs=1e-5)


def test_robust_errors_ignore_the_weights_scale_and_count_customers() -> None:
    attributes, outcome = drawn(300, 5)
    weights = np.random.default_rng(6).uniform(0.5, 2, 300)
    one = fit_ordered(("a", "b"), attributes, outcome, weights)
    other = fit_ordered(("a", "b"), attributes, outcome, 1000 * weights)
    assert other.robust_errors == pytest.approx(one.robust_errors, rel=1e-6)
    assert other.model_errors == pytest.approx(one.model_errors / 1000**0.5, rel=1e-6)
    twice = np.repeat(np.arange(300), 2)
    told_twice = fit_ordered(("a", "b"), attributes[twice], outcome[twice], weights[twice], units=twice)
    assert told_twice.robust_errors == pytest.approx(one.robust_errors, rel=1e-6)


def test_rows_without_weight_and_points_that_nobody_gave_do_not_count() -> None:
    attributes, outcome = drawn(300, 7)
    weights = np.where(outcome == 3, 0.0, 1.0)
    fit = fit_ordered(("a", "b"), attributes, outcome, weights)
    assert fit.points == (1.0, 2.0, 4.0, 5.0)
    assert fit.cases == int(weights.sum())


def test_an_attribute_that_separates_the_points_is_refused() -> None:
    low_and_high = np.repeat([[1.0], [2.0]], 20, axis=0)
    with pytest.raises(DriverModelError, match="separates the outcome's points perfectly"):
        fit_ordered(("a",), low_and_high, low_and_high[:, 0], np.ones(40))


def test_constant_collinear_and_missing_attributes_are_refused() -> None:
    attributes, outcome = drawn(100, 8)
    ones = np.ones(100)
    with pytest.raises(DriverModelError, match="b: the same answer"):
        fit_ordered(("a", "b"), np.column_stack([attributes[:, 0], ones]), outcome, ones)
    with pytest.raises(DriverModelError, match="Some of a, b are collinear"):
        fit_ordered(("a", "b"), attributes[:, [0, 0]], outcome, ones)
    with pytest.raises(DriverModelError, match="not finite"):
        fit_ordered(("a", "b"), attributes * np.nan, outcome, ones)


def test_one_point_and_too_few_cases_are_refused() -> None:
    attributes, outcome = drawn(100, 9)
    with pytest.raises(InsufficientBase, match="100 cases on 1 points"):
        fit_ordered(("a", "b"), attributes, np.ones(100), np.ones(100))
    with pytest.raises(InsufficientBase, match="too few"):
        fit_ordered(("a", "b"), attributes[:4], np.array([1.0, 2, 3, 4]), np.ones(4))
    with pytest.raises(InsufficientBase, match="0 cases"):
        fit_ordered(("a", "b"), attributes, outcome, np.zeros(100))
