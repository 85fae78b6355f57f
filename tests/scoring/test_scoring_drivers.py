"""Drivers: weights, bootstrap intervals, merging, and agreement with the definition of LMG."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from surveyplat.scoring.drivers import driver_refusal, driver_score
from surveyplat.scoring.gram import Gram, gram_of
from surveyplat.scoring.importance import SharedOut, shared_out
from surveyplat.scoring.lmg import lmg
from surveyplat.scoring.moments import Rows
from surveyplat.scoring.plan import DriverPlan
from surveyplat.scoring.poisson import seeds_of
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.regression import Regression, fit_of, regression_of, residuals_of
from surveyplat.scoring.results import DriverScore, Estimate
from surveyplat.scoring.snapshot import Answers
from surveyplat.scoring.workers import ALONE

DRIVER = DriverPlan("d", "y", ("a", "b", "c"))
PERFORMANCE = {name: Estimate(50.0, 1.0, 48.0, 52.0, 500, 500.0, 500.0) for name in "abc"}


def answers(rows: int = 500, seed: int = 3) -> Answers:
    """The outcome hangs on a twice as much as on b, and on c not at all; a tenth of b is missing."""
    rng = np.random.default_rng(seed)
    a, b, c = (rng.integers(1, 11, rows) for _ in range(3))
    y = np.clip(np.round((2 * a + b) / 3 + rng.normal(size=rows)), 1, 10)
    codes = {"a": a, "b": np.where(rng.random(rows) < 0.1, -2, b), "c": c, "y": y}
    rows_ = Rows.in_order(np.zeros(rows, dtype=np.int64), np.arange(rows))
    return Answers({name: values.astype(np.int16) for name, values in codes.items()}, rows_, np.zeros(rows, int), ())


def gram(piece: Answers, weights: NDArray[np.float64] | None = None, start: int = 0, replicates: int = 200) -> Gram:
    count = len(piece.codes["y"])
    seeds = seeds_of(pl.Series([f"r{row}" for row in range(start, start + count)]))
    return gram_of(DRIVER, piece, np.ones(count) if weights is None else weights, seeds, replicates)


def cases(piece: Answers) -> NDArray[np.float64]:
    table = np.column_stack([piece.codes[name] for name in "abcy"]).astype(np.float64)
    return table[(table > 0).all(axis=1)]


def regression(piece: Answers, weights: NDArray[np.float64] | None = None) -> Regression:
    """Weights are those of the complete cases; incomplete ones count nothing."""
    held = cases(piece)
    held_weights = np.ones(len(held)) if weights is None else weights
    spread = np.ones(len(piece.codes["y"]))
    spread[(np.column_stack([piece.codes[name] for name in "abcy"]) > 0).all(axis=1)] = held_weights
    fit = fit_of(gram(piece, spread))
    return regression_of(fit, residuals_of(fit, held, held_weights))


def shared(piece: Answers) -> SharedOut:
    return shared_out(gram(piece).covariances, np.random.default_rng(1), ALONE)


def fitted(piece: Answers) -> DriverScore:
    found = driver_score(DRIVER, gram(piece), regression(piece), shared(piece), PERFORMANCE)
    assert isinstance(found, DriverScore)
    return found


def test_the_planted_order_of_importance_is_found_with_intervals_apart() -> None:
    score = fitted(answers())
    first, second, third = score.importances
    assert [first.item, second.item, third.item] == ["a", "b", "c"]
    assert first.share_low > second.share_high > second.share_low > third.share_high
    assert first.share_low < first.share < first.share_high
    assert sum(importance.share for importance in score.importances) == pytest.approx(1)
    assert first.coefficient == pytest.approx(2 / 3, abs=0.05)
    assert score.complete_cases == len(cases(answers()))


def test_collinearity_figures_are_those_of_the_correlation_matrix() -> None:
    held = cases(answers())
    correlations = np.corrcoef(held[:, :3].T)
    score = fitted(answers())
    assert score.largest_vif == pytest.approx(np.linalg.inv(correlations).diagonal().max())
    largest, smallest = np.linalg.eigvalsh(correlations)[[-1, 0]]
    assert score.condition_number == pytest.approx((largest / smallest) ** 0.5)


def test_weighted_gram_is_that_of_repeated_answers() -> None:
    piece = answers(60)
    weights = np.repeat([1.0, 2.0, 3.0], 20)
    held = np.column_stack([piece.codes[name] for name in "abcy"]).astype(np.float64)
    repeated = np.repeat(held, weights.astype(int), axis=0)
    repeated = repeated[(repeated > 0).all(axis=1)]
    assert gram(piece, weights).covariances[0] == pytest.approx(np.cov(repeated.T, bias=True))


def test_grams_of_parts_merge_to_the_whole_to_the_last_bit() -> None:
    whole = answers(300)
    parts = [
        Answers({name: codes[part] for name, codes in whole.codes.items()}, whole.rows.chosen(part), part, ())
        for part in (np.arange(110), np.arange(110, 300))
    ]
    together = gram(parts[0]).merge(gram(parts[1], start=110))
    assert together.complete_cases == gram(whole).complete_cases
    assert (together.sums == gram(whole).sums).all()


def test_gram_of_a_piece_without_complete_cases_is_empty() -> None:
    piece = answers(20)
    piece.codes["b"][:] = -1
    empty = gram(piece)
    assert empty.complete_cases == 0
    assert not empty.covariances.any()
    few: dict[str, float] = {"cases": 0, "attributes": 3, "least": 30}
    assert driver_refusal(DRIVER, empty) == (Reason("driver_too_few", few),)


@given(st.integers(0, 10_000), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_lmg_is_the_mean_gain_over_all_orders(seed: int, attributes: int) -> None:
    rng = np.random.default_rng(seed)
    covariance = np.cov((rng.normal(size=(30, attributes + 1)) @ rng.normal(size=(attributes + 1,) * 2)).T)
    values, r_squared = lmg(covariance[None])
    expected = np.zeros(attributes)
    orders = list(permutations(range(attributes)))
    for order in orders:
        for place, attribute in enumerate(order):
            gain = explained(covariance, order[: place + 1]) - explained(covariance, order[:place])
            expected[attribute] += gain / len(orders)
    assert values[0] == pytest.approx(expected, abs=1e-9)
    assert values.sum() == pytest.approx(r_squared[0])


def explained(covariance: NDArray[np.float64], chosen: tuple[int, ...]) -> float:
    """R² of a regression on the chosen attributes, from the normal equations."""
    if not chosen:
        return 0.0
    index = list(chosen)
    joint = covariance[index, -1]
    return float(joint @ np.linalg.solve(covariance[np.ix_(index, index)], joint) / covariance[-1, -1])


def test_a_stack_of_matrices_is_decomposed_like_each_alone() -> None:
    rng = np.random.default_rng(8)
    stack = np.stack([np.cov(rng.normal(size=(7, 40))) for _ in range(5)])
    together, _ = lmg(stack)
    alone = np.concatenate([lmg(matrix[None])[0] for matrix in stack])
    assert together == pytest.approx(alone, rel=1e-12)


def test_an_attribute_without_variance_in_a_replicate_adds_nothing() -> None:
    matrix = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.5], [0.0, 0.5, 1.0]])
    values, _ = lmg(matrix[None])
    assert values[0].tolist() == pytest.approx([0.0, 0.25])


def test_a_regression_that_disagrees_about_r_squared_is_refused() -> None:
    wrong = replace(regression(answers()), r_squared=0.5)
    refused = driver_score(DRIVER, gram(answers()), wrong, shared(answers()), PERFORMANCE)
    assert isinstance(refused, tuple)
    assert (refused[0].code, refused[0].values["regression"]) == ("driver_disagrees", 0.5)


def test_robust_errors_are_the_sandwich_and_ignore_the_weights_scale() -> None:
    held = cases(answers(200))
    weights = np.where(np.arange(len(held)) % 2 == 0, 1.0, 4.0)
    design = np.column_stack([np.ones(len(held)), held[:, :3]])
    bread = np.linalg.inv(design.T @ (weights[:, None] * design))
    residuals = held[:, 3] - design @ bread @ design.T @ (weights * held[:, 3])
    meat = design.T @ ((weights * residuals)[:, None] ** 2 * design)
    expected = np.sqrt(np.diagonal(bread @ meat @ bread) * len(held) / (len(held) - 4))[1:]
    assert regression(answers(200), weights).std_errors == pytest.approx(expected)
    assert regression(answers(200), 100 * weights).std_errors == pytest.approx(expected)


def test_the_regression_is_that_of_statsmodels() -> None:
    from statsmodels.regression.linear_model import WLS

    held = cases(answers(300))
    weights = np.where(np.arange(len(held)) % 3 == 0, 1.0, 2.5)
    design = np.column_stack([np.ones(len(held)), held[:, :3]])
    expected = WLS(held[:, 3], design, weights=weights).fit(cov_type="HC1")
    ours = regression(answers(300), weights)
    assert ours.coefficients == pytest.approx(expected.params[1:], rel=1e-9)
    assert ours.std_errors == pytest.approx(expected.bse[1:], rel=1e-9)
    assert ours.r_squared == pytest.approx(expected.rsquared, rel=1e-9)


def test_residuals_of_parts_merge_to_those_of_the_whole() -> None:
    held, fit = cases(answers(300)), fit_of(gram(answers(300)))
    weights = np.linspace(0.5, 2.0, len(held))
    parts = [residuals_of(fit, held[part], weights[part]) for part in (slice(0, 99), slice(99, None))]
    together, whole = parts[0].merge(parts[1]), residuals_of(fit, held, weights)
    assert together.cases == whole.cases
    assert together.squares == pytest.approx(whole.squares, rel=1e-12)
    assert together.meat == pytest.approx(whole.meat, rel=1e-10, abs=1e-8)
