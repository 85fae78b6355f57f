"""Hand-worked replicate variances."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.poisson import seeds_of
from surveyplat.scoring.replicates import bootstrap_sums, bootstrapped, jackknife


def ratio(sums: FloatArray) -> FloatArray:
    """Σwy / Σw."""
    return sums[:, 0] / sums[:, 1]


def test_jackknife_of_a_mean_of_three() -> None:
    """1, 2, 6: mean 3; without each 4, 3.5, 1.5; 2/3 · (1 + .25 + 2.25) = 7/3, which is s² / n."""
    found = jackknife(np.array([[1.0, 1], [2, 1], [6, 1]]), np.zeros(3, dtype=np.int64), ratio)
    assert (found.value, found.df, found.replicates) == (3, 2, 3)
    assert found.std_error == pytest.approx((7 / 3) ** 0.5)


def test_jackknife_of_a_product_of_means_needs_no_derivative() -> None:
    """x 1, 3 and y 2, 4: 2 · 3 = 6; without the first 12, without the second 2; 1/2 · (36 + 16) = 26."""
    sums = np.array([[1.0, 2, 1], [3, 4, 1]])
    found = jackknife(sums, np.zeros(2, dtype=np.int64), lambda held: held[:, 0] * held[:, 1] / held[:, 2] ** 2)
    assert found.value == 6
    assert found.std_error == pytest.approx(26**0.5)


def test_jackknife_leaves_out_within_strata() -> None:
    """Two strata of 2: 1, 3 and 10, 30, mean 11; (2 / 4)² · 2 / 2 + (2 / 4)² · 200 / 2."""
    sums = np.array([[1.0, 1], [3, 1], [10, 1], [30, 1]])
    found = jackknife(sums, np.array([7, 7, 9, 9]), ratio)
    assert found.std_error == pytest.approx((0.25 + 25) ** 0.5)
    assert found.df == 2


def test_stratum_of_one_unit_is_named() -> None:
    with pytest.raises(InsufficientBase, match="less than two units: 9"):
        jackknife(np.ones((3, 2)), np.array([7, 7, 9]), ratio)
    with pytest.raises(InsufficientBase, match="all"):
        jackknife(np.ones((0, 2)), np.zeros(0, dtype=np.int64), ratio)


def test_measure_that_is_not_finite_is_refused() -> None:
    with (
        pytest.raises(ScoringError, match="no finite value"),
        np.errstate(invalid="ignore", divide="ignore"),
    ):
        jackknife(np.array([[1.0, 0], [2, 0]]), np.zeros(2, dtype=np.int64), ratio)


def seeds(rows: int) -> np.ndarray:
    return seeds_of(pl.Series([f"c{row}" for row in range(rows)]))


def test_bootstrap_of_a_mean_is_near_its_linearised_error() -> None:
    values = np.random.default_rng(1).normal(5, 2, size=400)
    found = bootstrapped(bootstrap_sums(np.column_stack([values, np.ones(400)]), seeds(400), 2000), 400, ratio)
    assert found.value == pytest.approx(values.mean())
    assert found.std_error == pytest.approx(values.std() / 20, rel=0.06)
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert found.ci_high - found.ci_low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)


@given(st.integers(0, 300))
def test_bootstrap_sums_of_two_pieces_are_those_of_the_whole(cut: int) -> None:
    columns = np.column_stack([np.arange(300.0), np.ones(300)])
    whole = bootstrap_sums(columns, seeds(300), 20)
    parts = bootstrap_sums(columns[:cut], seeds(300)[:cut], 20) + bootstrap_sums(columns[cut:], seeds(300)[cut:], 20)
    assert np.array_equal(whole, parts)


def test_bootstrap_of_nobody_or_of_few_replicates_is_refused() -> None:
    with pytest.raises(InsufficientBase, match="1 customers"):
        bootstrapped(np.ones((200, 2)), 1, ratio)
    with pytest.raises(ScoringError, match="9 replicates"):
        bootstrapped(np.ones((10, 2)), 50, ratio)
