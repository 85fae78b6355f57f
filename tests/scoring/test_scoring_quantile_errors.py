"""Woodruff's intervals beside what a bootstrap of customers shows, where no derivative reaches."""

import numpy as np
import polars as pl
import pytest

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.distributions import INDEX_STEPS, index_bins, index_distributions, index_name
from surveyplat.scoring.histograms import histograms_of
from surveyplat.scoring.intervals import t_quantile
from surveyplat.scoring.moments import Rows
from surveyplat.scoring.plan import IndexPlan, ScoringPlan
from surveyplat.scoring.poisson import seeds_of
from surveyplat.scoring.quantiles import quantile_gap
from surveyplat.scoring.records.drivers import Replicated
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.records.spread import Quantile
from surveyplat.scoring.replicates import bootstrap_sums, bootstrapped

INDEX = IndexPlan("csi", ())
PLAN = ScoringPlan("service", "", (), (INDEX,))
ROWS, REPLICATES = 800, 400


def sample(seed: int) -> tuple[FloatArray, FloatArray]:
    """Indices piled up towards the top, and weights."""
    rng = np.random.default_rng(seed)
    return np.rint(1000 * rng.beta(6, 2, ROWS)), rng.choice([1.0, 2.0, 4.0], ROWS)


def at(sums: FloatArray, probability: float) -> FloatArray:
    reached = np.cumsum(sums, axis=1) / sums.sum(axis=1, keepdims=True)
    return np.asarray((reached >= probability).argmax(axis=1), dtype=np.float64)


def drawn(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Σw at each thousandth, in the sample and in each replicate."""
    table = np.zeros((ROWS, INDEX_STEPS + 1))
    table[np.arange(ROWS), values.astype(int)] = weights
    return bootstrap_sums(table, seeds_of(pl.Series([f"c{row}" for row in range(ROWS)])), REPLICATES)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_quartiles_and_their_distance_vary_as_a_bootstrap_says(seed: int) -> None:
    values, weights = sample(seed)
    rows = Rows.in_order(np.zeros(ROWS, dtype=np.int64), np.arange(ROWS))
    bins = index_bins(INDEX, values, np.ones(ROWS))
    (found,) = index_distributions(PLAN, histograms_of({index_name("csi"): bins}, [INDEX_STEPS + 1], weights, rows))
    sums = drawn(values, weights)
    for quartile in found.quartiles:
        shown: Replicated = bootstrapped(sums, ROWS, lambda held, p=quartile.probability: at(held, p))
        assert shown.value == quartile.value
        std_error = (quartile.ci_high - quartile.ci_low) / (2 * t_quantile(ROWS - 1))
        assert std_error == pytest.approx(shown.std_error, rel=0.3)
    shown = bootstrapped(sums, ROWS, lambda held: at(held, 0.75) - at(held, 0.25))
    assert found.quartile_range is not None
    assert found.quartile_range.value == shown.value
    assert found.quartile_range.std_error == pytest.approx(shown.std_error, rel=0.3)


def test_quartiles_without_a_width_have_no_distance_with_an_error() -> None:
    values = np.repeat([500.0, 900.0], ROWS // 2)
    rows = Rows.in_order(np.zeros(ROWS, dtype=np.int64), np.arange(ROWS))
    bins = index_bins(INDEX, values, np.ones(ROWS))
    held = histograms_of({index_name("csi"): bins}, [INDEX_STEPS + 1], np.ones(ROWS), rows)
    (found,) = index_distributions(PLAN, held)
    assert [quartile.value for quartile in found.quartiles] == [500, 500, 900]
    assert found.quartile_range is None


def test_the_distance_of_two_quartiles_by_hand() -> None:
    """Limits of 2 t and 3 t points about the quartiles: SE 2 and 3; V₁₂ tells that F₁ and F₂ correlate by a third."""
    t = t_quantile(99)
    lower, upper = Quantile(0.25, 100, 100 - 2 * t, 100 + 2 * t), Quantile(0.75, 200, 200 - 3 * t, 200 + 3 * t)
    errors = 0.02, 0.02, (2 * 0.02**2 * (1 - 1 / 3)) ** 0.5
    shares = tuple(Ratio(0.5, error, 99.0, 100, 100.0, 100.0, 50.0, False) for error in errors)
    gap = quantile_gap(lower, upper, shares)
    assert gap is not None
    assert (gap.value, gap.std_error) == (100, pytest.approx((4 + 9 - 2 * 2 * 3 / 3) ** 0.5))
