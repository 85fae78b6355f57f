"""Importance by other roads: sampled Shapley values beside exact ones, and Johnson's relative weights."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.errors import DriverModelError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.importance import shared_out
from surveyplat.scoring.johnson import relative_weights
from surveyplat.scoring.lmg import lmg
from surveyplat.scoring.shapley import sampled_shapley
from surveyplat.scoring.workers import ALONE, Workers


def covariances(attributes: int, stack: int = 1, seed: int = 1, rows: int = 400) -> FloatArray:
    """Attributes that share one mood; the first matters most, the last not at all."""
    rng = np.random.default_rng(seed)
    held = []
    for _ in range(stack):
        x = rng.normal(size=(rows, 1)) + rng.normal(size=(rows, attributes))
        y = x @ np.linspace(1, 0, attributes) + 2 * rng.normal(size=rows)
        held.append(np.cov(np.column_stack([x, y]).T))
    return np.stack(held)


def test_sampled_values_lie_within_their_monte_carlo_error_of_the_exact_ones() -> None:
    held = covariances(10)
    exact, r_squared = lmg(held)
    sampled = sampled_shapley(held, np.random.default_rng(2))
    distances = (sampled.values - exact[0]) / sampled.monte_carlo_errors
    assert np.abs(distances).max() < 4
    assert 0.3 < np.sqrt((distances**2).mean()) < 2
    assert sampled.r_squared == pytest.approx(r_squared[0], rel=1e-12)
    assert sampled.values.sum() == pytest.approx(sampled.r_squared, rel=1e-12)


def test_twice_the_precision_takes_four_times_the_orders() -> None:
    held = covariances(8)
    few, many = (sampled_shapley(held, np.random.default_rng(3), orders=count) for count in (2000, 8000))
    assert many.monte_carlo_errors == pytest.approx(few.monte_carlo_errors / 2, rel=0.15)
    assert (few.orders, many.orders) == (2000, 8000)


def test_thirty_attributes_are_ordered_with_intervals() -> None:
    sampled = sampled_shapley(covariances(30, stack=61, rows=4000), np.random.default_rng(4), orders=2000)
    first, last = sampled.shares[0], sampled.shares[-1]
    assert first.ci_low is not None
    assert last.ci_high is not None
    assert first.ci_low > last.ci_high
    assert sum(share.value for share in sampled.shares) == pytest.approx(1)


def test_the_same_draw_gives_the_same_numbers() -> None:
    one, other = (sampled_shapley(covariances(6), np.random.default_rng(5), orders=100) for _ in range(2))
    assert (one.values == other.values).all()


def test_a_replicate_that_cannot_be_decomposed_is_left_out() -> None:
    held = covariances(4, stack=62)
    held[3, 0], held[3, :, 0] = 0, 0
    held[5] = 1
    assert sampled_shapley(held, np.random.default_rng(6), orders=50).shares[0].std_error is not None


def flat(attributes: int) -> FloatArray:
    held = covariances(attributes)
    held[0, 1], held[0, :, 1] = 0, 0
    return held


def collinear(attributes: int) -> FloatArray:
    x = np.random.default_rng(7).normal(size=(50, attributes))
    return np.cov(np.column_stack([x, x[:, 0], x.sum(axis=1)]).T)[None]


@pytest.mark.parametrize("faulty", [flat, collinear])
def test_attributes_without_spread_and_collinear_ones_are_refused(faulty: Callable[[int], FloatArray]) -> None:
    with pytest.raises(DriverModelError, match="collinear"):
        sampled_shapley(faulty(4), np.random.default_rng(8))
    with pytest.raises(DriverModelError, match=r"spread|collinear"):
        relative_weights(faulty(4))


def test_an_outcome_that_nothing_explains_has_no_importance() -> None:
    with pytest.raises(DriverModelError, match="explain nothing"):
        sampled_shapley(np.eye(5)[None], np.random.default_rng(9))


@given(st.integers(0, 10_000), st.integers(2, 7))
@settings(max_examples=25)
def test_relative_weights_add_up_to_r_squared_and_stay_near_lmg(seed: int, attributes: int) -> None:
    held = covariances(attributes, seed=seed)
    exact, r_squared = lmg(held)
    weights = relative_weights(held)
    assert (weights >= 0).all()
    assert weights.sum(axis=1) == pytest.approx(r_squared)
    assert np.abs(weights - exact).max() < 0.1 * r_squared[0]


def test_uncorrelated_attributes_have_their_squared_correlations_as_weights() -> None:
    held = np.eye(4)
    held[:3, 3] = held[3, :3] = (0.5, 0.3, 0.1)
    assert relative_weights(held) == pytest.approx([0.25, 0.09, 0.01])
    assert relative_weights(100 * held) == pytest.approx([0.25, 0.09, 0.01])


@pytest.mark.parametrize("attributes", [6, 22])
def test_workers_share_the_replicates_out_and_give_the_same_numbers(attributes: int) -> None:
    held = covariances(attributes, stack=70)
    alone = shared_out(held, np.random.default_rng(3), ALONE)
    with ThreadPoolExecutor(3) as executor:
        together = shared_out(held, np.random.default_rng(3), Workers(executor))
    assert alone.method == ("lmg" if attributes == 6 else "shapley_permutation")
    assert (together.stack == alone.stack).all()
    assert (together.values == alone.values).all()
    assert alone.replicates == 69
    assert alone.stack.sum(axis=1) == pytest.approx(1)


def test_a_replicate_in_which_the_outcome_does_not_vary_is_left_out() -> None:
    held = covariances(3, stack=4)
    held[2, -1], held[2, :, -1] = 0, 0
    found = shared_out(held, np.random.default_rng(1), ALONE)
    assert found.usable.tolist() == [True, False, True]
    assert found.replicates == 2


def test_the_sampled_interval_holds_both_customers_and_orders() -> None:
    """With replicates all like the sample, only the draw of orders is left: its own error, whatever few orders say."""
    sampled = sampled_shapley(covariances(12).repeat(401, axis=0), np.random.default_rng(2), orders=400)
    for share, error in zip(sampled.shares, sampled.monte_carlo_errors, strict=True):
        assert share.std_error == pytest.approx(error / sampled.r_squared, rel=0.2)


@given(st.integers(0, 1000), st.floats(0.01, 100))
@settings(max_examples=15)
def test_shares_ignore_the_scale_of_answers_and_follow_the_attributes_order(seed: int, scale: float) -> None:
    held = covariances(5, seed=seed)
    order = np.append(np.random.default_rng(seed).permutation(5), 5)
    turned = held[:, order][:, :, order] * scale
    one, other = (shared_out(matrix, np.random.default_rng(1), ALONE) for matrix in (held, turned))
    assert other.stack[0] == pytest.approx(one.stack[0, order[:-1]], rel=1e-9)
    assert other.r_squared == pytest.approx(one.r_squared, rel=1e-9)
    assert ((one.stack >= -1e-12) & (one.stack <= 1)).all()
