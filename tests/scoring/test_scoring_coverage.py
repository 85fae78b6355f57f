"""Do 95 % intervals of one period's numbers cover the planted truth about 95 % of the time?

4,000 samples each, so that a share of 95 % is known to 0.7 points; 93 to 97 % is asked.
"""

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from raked_rows import residuals_of_rows
from scoring_dealers import Floats, ratios_of, true_means
from scoring_samples import (
    BELOW_THE_TOP,
    POINTS,
    SAMPLES,
    SIZES,
    answers_of,
    coverage,
    problems_of,
    with_top,
)

from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.intervals import mean_interval, percent_interval, rate_interval
from surveyplat.scoring.margins import Margin
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.raking import rake, weight_cells
from surveyplat.scoring.records.ratio import Interval
from surveyplat.scoring.sparse_rates import negative_binomial_interval, problem_interval

on_ten_points = partial(mean_interval, lowest=1, highest=10)


@pytest.mark.parametrize("n", SIZES)
def test_means_of_scales_piled_up_at_the_top(n: int) -> None:
    shares = np.array([0.01, 0.01, 0.01, 0.02, 0.03, 0.06, 0.11, 0.2, 0.25, 0.3])
    values = answers_of(np.random.default_rng(n), shares, n)
    assert 0.93 <= coverage(values, float(shares @ POINTS), on_ten_points) <= 0.97


@pytest.mark.parametrize("rest", BELOW_THE_TOP)
@pytest.mark.parametrize("at_the_top", [0.6, 0.7, 0.8, 0.85, 0.9])
@pytest.mark.parametrize("n", SIZES)
def test_means_of_scales_with_most_answers_at_the_very_top(n: int, at_the_top: float, rest: str) -> None:
    """Where value ± t · SE covers 84 to 93 % at 30 answers.

    With three answers of thirty below the top an interval can only jump: 97.8 % is what the grid of samples allows.
    """
    shares = with_top(at_the_top, rest)
    covered = coverage(answers_of(np.random.default_rng(n), shares, n), float(shares @ POINTS), on_ten_points)
    assert 0.93 <= covered <= (0.985 if n * (1 - at_the_top) < 4 else 0.975)


@pytest.mark.parametrize("levels", [(8.5, 9.5), (9.5, 9.8), (9.0, 8.0)])
@pytest.mark.parametrize("n", SIZES)
def test_gaps_between_what_one_customer_expected_and_perceived(n: int, levels: tuple[float, float]) -> None:
    """Half of each answer's variance is the customer's own mood, which the gap does not hold."""
    rng = np.random.default_rng(n)
    mood = rng.standard_normal((SAMPLES, n))
    spread = 1.8 / 2**0.5
    expected, perceived = (
        np.clip(np.rint(level + spread * (mood + rng.standard_normal(mood.shape))), 1, 10) for level in levels
    )
    truth = float(np.diff(true_means(np.array(levels)))[0])
    assert 0.93 <= coverage(perceived - expected, truth, partial(mean_interval, lowest=-9, highest=9)) <= 0.97


@pytest.mark.parametrize("shares", [(0.25, 0.25, 0.5), (0.1, 0.2, 0.7), (0.05, 0.1, 0.85)])
@pytest.mark.parametrize("n", SIZES)
def test_net_promoter_scores(n: int, shares: tuple[float, float, float]) -> None:
    """Detractors, passives, promoters. Of thirty people four or five are no promoters: the interval jumps."""
    values = np.random.default_rng(n).choice([-100.0, 0, 100], size=(SAMPLES, n), p=shares)
    covered = coverage(values, 100 * (shares[2] - shares[0]), partial(mean_interval, lowest=-100, highest=100))
    assert 0.93 <= covered <= (0.98 if n * (1 - shares[2]) < 5 else 0.97)


@pytest.mark.parametrize("n", SIZES)
def test_top_box_shares_of_simple_samples(n: int) -> None:
    """Wilson's interval of shares drawn from 60 to 97 %: a single share's coverage jumps between 93 and 97.5 %."""
    rng = np.random.default_rng(n)
    share = rng.uniform(0.6, 0.97, (SAMPLES, 1))
    values = 100.0 * (rng.random((SAMPLES, n)) < share)
    assert 0.93 <= coverage(values, 100 * share[:, 0], partial(percent_interval, simple_sample=True)) <= 0.97


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9, 0.97])
@pytest.mark.parametrize("n", SIZES)
def test_top_box_shares_of_designed_samples_are_covered_at_least_as_often(n: int, share: float) -> None:
    """Korn-Graubard is conservative by construction: never below, and above near the ends of the scale."""
    values = 100.0 * (np.random.default_rng(n).random((SAMPLES, n)) < share)
    covered = coverage(values, 100 * share, partial(percent_interval, simple_sample=False))
    assert 0.94 <= covered <= (0.97 if n * (1 - share) > 30 else 0.995)


@pytest.mark.parametrize(("rate", "heaping"), [(1.2, np.inf), (1.2, 1.5), (0.3, np.inf), (0.3, 0.5)])
@pytest.mark.parametrize("n", SIZES)
def test_pp100_by_the_linearised_error(n: int, rate: float, heaping: float) -> None:
    values = problems_of(np.random.default_rng(n), rate, heaping, n)
    assert 0.93 <= coverage(values, rate, rate_interval) <= 0.97


@pytest.mark.parametrize(("rate", "heaping"), [(0.3, 0.5), (1.2, 0.3)])
@pytest.mark.parametrize("n", SIZES)
def test_pp100_of_problems_heaped_on_few_vehicles(n: int, rate: float, heaping: float) -> None:
    """Up to five times Poisson's variance, where the linearised error alone covers 92 % of 30 vehicles."""
    problems = problems_of(np.random.default_rng(n), rate, heaping, n)
    rates, means = ratios_of(problems), problems.mean(axis=1)
    dispersions = np.divide(problems.var(axis=1, ddof=1), means, out=np.ones(SAMPLES), where=means > 0)
    ends = [
        problem_interval(rates.at(place), dispersion, np.bincount(sample).astype(float))
        for place, (sample, dispersion) in enumerate(zip(problems, dispersions.tolist(), strict=True))
    ]
    assert 0.93 <= held_by(ends, rate) <= 0.97


@pytest.mark.parametrize(("n", "rate"), [(100, 0.05), (300, 0.02), (300, 0.05), (100, 0.3)])
@pytest.mark.parametrize("heaping", [np.inf, 0.3], ids=["poisson", "heaped"])
def test_pp100_of_rare_problems(n: int, rate: float, heaping: float) -> None:
    """5 to 30 problems in all; heaped ones vary (1 + rate / 0.3) times as much as Poisson's."""
    values = problems_of(np.random.default_rng(n), rate, heaping, n)
    assert 0.93 <= coverage(values, rate, rate_interval) <= 0.975


@pytest.mark.parametrize(
    ("n", "rate", "heaping"), [(30, 0.3, 0.3), (30, 0.8, 0.15), (100, 0.05, 0.3), (100, 0.3, 0.15)]
)
def test_negative_binomial_profile_of_problems_heaped_on_few_vehicles(n: int, rate: float, heaping: float) -> None:
    """Where the log-scale interval falls to 90 %; a few vehicles carry most of the problems."""
    problems = problems_of(np.random.default_rng(n), rate, heaping, n)
    counted = [np.bincount(sample, minlength=int(problems.max()) + 1) for sample in problems]
    histograms, times = np.unique(counted, axis=0, return_counts=True)
    ends = [negative_binomial_interval(histogram.astype(float)) for histogram in histograms]
    assert 0.93 <= held_by(np.repeat(ends, times, axis=0), rate) <= 0.975


def held_by(ends: list[Interval] | Floats, truth: float) -> float:
    """The share of intervals that hold the truth."""
    low, high = np.array(ends).T
    return float(np.mean((low <= truth) & (truth <= high)))


@pytest.mark.parametrize("n", [32, 100, 300])
def test_post_stratified_means_of_dealers_that_differ_with_returning_customers(n: int) -> None:
    """Four dealers with unequal weights, n customers in all, of whom every second answers twice, much alike."""
    rng = np.random.default_rng(5)
    customer = np.repeat(np.arange(n), np.arange(n) % 2 + 1)
    dealer = customer * 4 // n
    levels, weights = np.array([700.0, 760, 820, 780]), np.array([1.0, 2, 4, 8])
    personal = rng.normal(0, 80, size=(SAMPLES, n))[:, customer]
    values = levels[dealer] + personal + rng.normal(0, 40, size=(SAMPLES, len(customer)))
    own = weights[dealer] / np.bincount(dealer)[dealer]
    ones, rows = np.ones(len(customer)), Rows.in_order(dealer, customer)
    columns = [Column(str(place), sample, ones) for place, sample in enumerate(values)]
    ratios = ratios_overall(moments_of(columns, own, rows))
    ends = [mean_interval(ratios.at(place), -np.inf, np.inf) for place in range(SAMPLES)]
    assert 0.93 <= held_by(ends, float(levels @ weights / weights.sum())) <= 0.97


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
    positions = np.column_stack([dealer, model])
    ends = [raked_interval(rng, expected, positions, chance, margins) for _ in range(SAMPLES)]
    assert 0.93 <= held_by(ends, float(expected.mean())) <= 0.97


def raked_interval(
    rng: np.random.Generator,
    expected: Floats,
    positions: NDArray[np.int64],
    chance: Floats,
    margins: list[Margin],
) -> Interval:
    answering = rng.random(len(chance)) < chance
    size = int(answering.sum())
    cells, cell = weight_cells(positions[answering], np.ones(size))
    raking = rake(cells, margins)
    columns = [Column("y", expected[answering] + rng.normal(0, 1, size), np.ones(size))]
    rows = Rows.in_order(np.zeros(size, dtype=np.int64), np.arange(size))
    moments = moments_of(columns, raking.weights[cell], rows)
    residuals = residuals_of_rows(columns, ratios_overall(moments).value, cells, raking, cell, rows)
    mean = ratios_overall(moments, residuals=residuals).at(0)
    return mean_interval(mean, -np.inf, np.inf)
