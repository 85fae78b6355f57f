"""Do 95 % intervals cover the planted truth about 95 % of the time?

4,000 samples each, so that a share of 95 % is known to 0.7 points; 93 to 97 % is asked.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from raked_rows import residuals_of_rows

from surveyplat.scoring.design import Ratio, ratios_overall
from surveyplat.scoring.intervals import Interval, mean_interval, rate_interval, share_interval
from surveyplat.scoring.margins import Margin
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.raking import rake, weight_cells
from surveyplat.scoring.rate_comparison import RateSample, compare_rates, pearson_dispersion
from surveyplat.scoring.sparse_rates import negative_binomial_interval

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


BELOW_THE_TOP = {
    "near": np.array([0.02, 0.01, 0.02, 0.02, 0.05, 0.08, 0.15, 0.25, 0.4]),
    "anywhere": np.ones(9) / 9,
    "far": np.array([0.5, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.03, 0.02]),
}


@pytest.mark.parametrize("rest", BELOW_THE_TOP)
@pytest.mark.parametrize("at_the_top", [0.6, 0.7, 0.8, 0.85, 0.9])
@pytest.mark.parametrize("n", [30, 100, 300])
def test_means_of_scales_with_most_answers_at_the_very_top(n: int, at_the_top: float, rest: str) -> None:
    """Where value ± t · SE covers 84 to 93 % at 30 answers.

    With three answers of thirty below the top an interval can only jump: 97.8 % is what the grid of samples allows.
    """
    shares = np.append(BELOW_THE_TOP[rest] * (1 - at_the_top), at_the_top)
    values = np.random.default_rng(n).choice(np.arange(1.0, 11.0), size=(SAMPLES, n), p=shares)
    truth = float(shares @ np.arange(1, 11))
    covered = coverage(truth, values, np.ones(n), one_dealer(n), partial(mean_interval, lowest=1, highest=10))
    assert 0.93 <= covered <= (0.985 if n * (1 - at_the_top) < 4 else 0.975)


@pytest.mark.parametrize(("n", "rate"), [(100, 0.05), (300, 0.02), (300, 0.05), (100, 0.3)])
@pytest.mark.parametrize("heaping", [np.inf, 0.3], ids=["poisson", "heaped"])
def test_pp100_of_rare_problems(n: int, rate: float, heaping: float) -> None:
    """5 to 30 problems in all; heaped ones vary (1 + rate / 0.3) times as much as Poisson's."""
    values = problems_of_vehicles(n, rate, heaping, SAMPLES)
    assert 0.93 <= coverage(rate, values, np.ones(n), one_dealer(n), rate_interval) <= 0.975


@pytest.mark.parametrize(
    ("n", "rate", "heaping"), [(30, 0.3, 0.3), (30, 0.8, 0.15), (100, 0.05, 0.3), (100, 0.3, 0.15)]
)
def test_negative_binomial_profile_of_problems_heaped_on_few_vehicles(n: int, rate: float, heaping: float) -> None:
    """Where the log-scale interval falls to 90 %; a few vehicles carry most of the problems."""
    values = problems_of_vehicles(n, rate, heaping, SAMPLES).astype(np.int64)
    histograms = Counter(tuple(np.bincount(sample).tolist()) for sample in values)
    covered = 0
    for histogram, times in histograms.items():
        low, high = negative_binomial_interval(np.array(histogram, dtype=float))
        covered += times * (low <= rate <= high)
    assert 0.93 <= covered / SAMPLES <= 0.975


@pytest.mark.parametrize(
    ("n", "rate", "heaping"), [(100, 0.3, np.inf), (100, 0.8, 1.5), (300, 0.1, 0.5), (100, 0.03, np.inf)]
)
def test_equal_rates_are_told_apart_in_one_sample_of_twenty_at_most(n: int, rate: float, heaping: float) -> None:
    values = problems_of_vehicles(n, rate, heaping, 2 * SAMPLES)
    moments = moments_of(
        [Column(str(place), sample, np.ones(n)) for place, sample in enumerate(values)], np.ones(n), one_dealer(n)
    )
    rates = ratios_overall(moments)
    samples = [
        RateSample(rates.at(place), pearson_dispersion(moments, name), simple=True)
        for place, name in enumerate(moments.columns)
    ]
    pairs = [pair for pair in zip(samples[::2], samples[1::2], strict=True) if any(side.rate.value for side in pair)]
    false_alarms = np.mean([compare_rates(*pair).p_value <= 0.05 for pair in pairs])
    assert 0.01 <= false_alarms <= 0.065


def problems_of_vehicles(n: int, rate: float, heaping: float, samples: int) -> NDArray[np.float64]:
    """Counts of problems; with a finite ``heaping`` each vehicle's own rate is a gamma variable of that shape."""
    rng = np.random.default_rng(n)
    own = rate if np.isinf(heaping) else rng.gamma(heaping, rate / heaping, size=(samples, n))
    return rng.poisson(own, size=(samples, n)).astype(float)


def test_raked_means_of_dealers_and_models_that_answer_unequally() -> None:
    """Dealers and models differ in how often and how well they answer; about 200 of 2,000 customers do."""
    rng = np.random.default_rng(8)
    dealer, model = rng.integers(0, 4, 2000), rng.integers(0, 3, 2000)
    margins = [
        Margin("dealer", tuple("ABCD"), np.bincount(dealer).astype(float)),
        Margin("model", tuple("XYZ"), np.bincount(model).astype(float)),
    ]
    expected = np.array([5.0, 6, 7, 8])[dealer] + np.array([0.0, 1, -1])[model]
    chance = np.array([0.05, 0.1, 0.1, 0.15])[dealer] * np.array([1.0, 1.5, 0.8])[model]
    covered = [
        low <= expected.mean() <= high
        for low, high in (
            raked_interval(rng, expected, np.column_stack([dealer, model]), chance, margins) for _ in range(SAMPLES)
        )
    ]
    assert 0.93 <= np.mean(covered) <= 0.97


def raked_interval(
    rng: np.random.Generator,
    expected: NDArray[np.float64],
    positions: NDArray[np.int64],
    chance: NDArray[np.float64],
    margins: list[Margin],
) -> Interval:
    answering = rng.random(len(chance)) < chance
    size = int(answering.sum())
    cells, cell = weight_cells(positions[answering], np.ones(size))
    raking = rake(cells, margins)
    columns = [Column("y", expected[answering] + rng.normal(0, 1, size), np.ones(size))]
    rows = one_dealer(size)
    moments = moments_of(columns, raking.weights[cell], rows)
    residuals = residuals_of_rows(columns, ratios_overall(moments).value, cells, raking, cell, rows)
    mean = ratios_overall(moments, residuals=residuals).at(0)
    return mean_interval(mean, -np.inf, np.inf)
