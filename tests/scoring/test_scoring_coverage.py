"""Do 95 % intervals cover the planted truth about 95 % of the time?

4,000 samples each, so that a share of 95 % is known to 0.7 points; 93 to 97 % is asked.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyplat.scoring.design import Ratio, ratios_overall
from surveyplat.scoring.intervals import Interval, mean_interval, rate_interval, share_interval
from surveyplat.scoring.moments import Column, Rows, moments_of

SAMPLES = 4_000


def coverage(
    truth: float,
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    rows: Rows,
    interval: Callable[[Ratio], Interval],
) -> float:
    """The share of samples (the rows of ``values``) whose interval holds the truth."""
    base = np.ones(values.shape[1])
    moments = moments_of((Column(str(place), sample, base) for place, sample in enumerate(values)), weights, rows)
    ratios = ratios_overall(moments)
    ends = [interval(ratios.at(place)) for place in range(len(values))]
    return float(np.mean([low <= truth <= high for low, high in ends]))


def one_dealer(n: int) -> Rows:
    return Rows.in_order(np.zeros(n, dtype=np.int64), np.arange(n))


@pytest.mark.parametrize("n", [30, 100, 300])
def test_means_of_scales_piled_up_at_the_top(n: int) -> None:
    shares = np.array([0.01, 0.01, 0.01, 0.02, 0.03, 0.06, 0.11, 0.2, 0.25, 0.3])
    values = np.random.default_rng(n).choice(np.arange(1.0, 11.0), size=(SAMPLES, n), p=shares)
    truth = float(shares @ np.arange(1, 11))
    covered = coverage(truth, values, np.ones(n), one_dealer(n), partial(mean_interval, lowest=1, highest=10))
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("n", [60, 300])
def test_pp100_of_vehicles_that_differ(n: int) -> None:
    rng = np.random.default_rng(n)
    values = rng.poisson(rng.gamma(1.5, 0.8, size=(SAMPLES, n))).astype(float)
    assert 0.93 <= coverage(1.2, values, np.ones(n), one_dealer(n), rate_interval) <= 0.97


def test_post_stratified_means_of_dealers_that_differ_with_returning_customers() -> None:
    """Four dealers with unequal weights; every second customer answers twice, much alike."""
    rng = np.random.default_rng(5)
    dealer = np.repeat([0, 1, 2, 3], 60)
    customer = np.arange(240) // 3 * 2 + (np.arange(240) % 3 == 2)
    levels, weights = np.array([700.0, 760, 820, 780]), np.array([1.0, 2, 4, 8])
    personal = rng.normal(0, 80, size=(SAMPLES, 160))[:, customer]
    values = levels[dealer] + personal + rng.normal(0, 40, size=(SAMPLES, 240))
    truth = float(levels @ weights / weights.sum())
    rows = Rows.in_order(dealer, customer)
    covered = coverage(truth, values, weights[dealer], rows, partial(mean_interval, lowest=0, highest=2000))
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("share", [0.8, 0.97])
def test_top_box_shares_near_the_end_are_covered_at_least_as_often(share: float) -> None:
    """Korn-Graubard is conservative by construction: never below, and above near the ends."""
    values = (np.random.default_rng(6).random((SAMPLES, 80)) < share).astype(float)
    covered = coverage(share, values, np.ones(80), one_dealer(80), share_interval)
    assert 0.94 <= covered <= 0.995


@pytest.mark.parametrize("at_the_top", [0.6, 0.7])
@pytest.mark.parametrize("n", [30, 100, 300])
def test_means_of_scales_with_most_answers_at_the_very_top(n: int, at_the_top: float) -> None:
    """Where value ± t · SE covers 87 to 91 % at 30 answers."""
    below = np.array([0.02, 0.01, 0.02, 0.02, 0.05, 0.08, 0.15, 0.25, 0.4])
    shares = np.append(below * (1 - at_the_top), at_the_top)
    values = np.random.default_rng(n).choice(np.arange(1.0, 11.0), size=(SAMPLES, n), p=shares)
    truth = float(shares @ np.arange(1, 11))
    covered = coverage(truth, values, np.ones(n), one_dealer(n), partial(mean_interval, lowest=1, highest=10))
    assert 0.93 <= covered <= 0.97
