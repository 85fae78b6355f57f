"""Do 95 % intervals of changes between two periods cover the truth, and is chance seldom called a change?

4,000 pairs of samples each; 93 to 97 % is asked, and that equal periods differ in one of twenty at most.
"""

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from scoring_dealers import Floats, ratios_of
from scoring_samples import POINTS, SAMPLES, SIZES, answers_of, problems_of, with_top

from surveyplat.scoring.contrasts import difference
from surveyplat.scoring.decomposition import Mix, decomposed, mix_of
from surveyplat.scoring.families import benjamini_hochberg
from surveyplat.scoring.intervals import mean_interval, percent_interval
from surveyplat.scoring.moments import Column, Moments, Rows, moments_of
from surveyplat.scoring.rate_comparison import RateComparison, RateSample, compare_rates
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.results import Estimate
from surveyplat.scoring.suppression import published

ALPHA = 0.05


def holds(told: Contrast | RateComparison, truth: float) -> bool:
    return told.ci_low is not None and told.ci_high is not None and told.ci_low <= truth <= told.ci_high


def alarms(told: list[Contrast] | list[RateComparison]) -> float:
    """The share that is called a change."""
    return float(np.mean([found.p_value is not None and found.p_value <= ALPHA for found in told]))


def estimates(rng: np.random.Generator, shares: Floats, n: int, samples: int = SAMPLES) -> list[Estimate]:
    ratios = ratios_of(answers_of(rng, shares, n, samples))
    points = partial(mean_interval, lowest=1.0, highest=10.0)
    return [published(ratios.at(place), points) for place in range(samples)]


@pytest.mark.parametrize(("before", "after"), [(30, 30), (30, 100), (30, 300), (300, 30), (100, 100), (300, 300)])
@pytest.mark.parametrize("tops", [(0.5, 0.7), (0.7, 0.7)])
def test_changes_of_scales_piled_up_at_the_top(before: int, after: int, tops: tuple[float, float]) -> None:
    """Where the difference ± t · SE covers 91 % with 30 answers against 300."""
    rng = np.random.default_rng(before + after)
    old, new = (estimates(rng, with_top(top), n) for n, top in zip((before, after), tops, strict=True))
    truth = float(POINTS @ (with_top(tops[1]) - with_top(tops[0])))
    told = [difference(*pair) for pair in zip(old, new, strict=True)]
    assert 0.93 <= np.mean([holds(change, truth) for change in told]) <= 0.97
    if truth == 0:
        assert alarms(told) <= 0.07


@pytest.mark.parametrize("shares", [(0.8, 0.8), (0.7, 0.85)])
@pytest.mark.parametrize("n", SIZES)
def test_changes_of_top_box_shares(n: int, shares: tuple[float, float]) -> None:
    rng = np.random.default_rng(n)
    sides = [ratios_of(100.0 * (rng.random((SAMPLES, n)) < share)) for share in shares]
    wilson = partial(percent_interval, simple_sample=True)
    pairs = [[published(side.at(place), wilson) for side in sides] for place in range(SAMPLES)]
    told = [difference(*pair) for pair in pairs]
    assert 0.93 <= np.mean([holds(change, 100 * (shares[1] - shares[0])) for change in told]) <= 0.97
    if shares[0] == shares[1]:
        assert alarms(told) <= 0.07


def compared(rng: np.random.Generator, rates: tuple[float, float], heaping: float, n: int) -> list[RateComparison]:
    """Those pairs in which there is a problem at all: without any there is nothing to compare."""
    sides = [rate_samples(problems_of(rng, rate, heaping, n)) for rate in rates]
    return [compare_rates(*pair) for pair in zip(*sides, strict=True) if any(side.rate.value for side in pair)]


def rate_samples(problems: NDArray[np.int64]) -> list[RateSample]:
    ratios, means = ratios_of(problems), problems.mean(axis=1)
    dispersions = np.divide(problems.var(axis=1, ddof=1), means, out=np.ones(SAMPLES), where=means > 0)
    return [
        RateSample(ratios.at(place), dispersion if means[place] else None, simple=True)
        for place, dispersion in enumerate(dispersions.tolist())
    ]


@pytest.mark.parametrize("heaping", [np.inf, 1.5], ids=["poisson", "heaped"])
@pytest.mark.parametrize("n", SIZES)
def test_ratios_of_pp100(n: int, heaping: float) -> None:
    """90 problems per 100 vehicles after 120."""
    told = compared(np.random.default_rng(n), (0.9, 1.2), heaping, n)
    assert 0.93 <= np.mean([holds(change, 0.75) for change in told]) <= 0.97


@pytest.mark.parametrize(
    ("n", "rate", "heaping"),
    [(30, 1.2, 1.5), (100, 0.3, np.inf), (100, 0.8, 1.5), (300, 0.1, 0.5), (100, 0.03, np.inf), (300, 1.2, 1.5)],
)
def test_equal_rates_are_told_apart_in_one_sample_of_twenty_at_most(n: int, rate: float, heaping: float) -> None:
    """Six problems in all hardly ever tell anything: one of a hundred."""
    assert 0.005 <= alarms(compared(np.random.default_rng(n), (rate, rate), heaping, n)) <= 0.065


MODELS = ("sedan", "van", "coupe")


def drawn_mixes(rng: np.random.Generator, n: int, shares: Floats, levels: Floats, spread: Floats) -> list[Mix]:
    """Samples of all models; every second customer weighs three times as much, whatever the model."""
    model = np.sort(rng.choice(3, size=(SAMPLES, n), p=shares), axis=1)
    values = rng.normal(levels[model], spread[model]).ravel()
    cells = (3 * np.arange(SAMPLES)[:, None] + model).ravel()
    weights = np.tile(np.where(np.arange(n) % 2, 1.0, 3.0), SAMPLES)
    rows = Rows.in_order(cells, np.arange(len(cells)))
    held = moments_of([Column("index", values, np.ones(len(values)))], weights, rows)
    units, sums = np.zeros(3 * SAMPLES), np.zeros((len(held.sums), 3 * SAMPLES, 1))
    here = slice(held.first_cell, held.first_cell + held.cells)
    units[here], sums[:, here] = held.cell_units, held.sums
    parts = [slice(start, start + 3) for start in range(0, 3 * SAMPLES, 3)]
    apart = [Moments(held.columns, 0, units[part], sums[:, part]) for part in parts]
    return [mix_of(one, "index", MODELS, period="a", known_shares=False) for one in apart]


@pytest.mark.parametrize("n", SIZES)
def test_performance_and_mix_of_a_change(n: int) -> None:
    """Shares and levels of three models both move; each part's truth by its formula on the populations."""
    rng = np.random.default_rng(n)
    spread = np.array([60.0, 90.0, 120.0])
    c1, c2 = np.array([0.5, 0.3, 0.2]), np.array([0.3, 0.3, 0.4])
    r1, r2 = np.array([700.0, 760, 820]), np.array([720.0, 750, 850])
    truths = [c2 @ r2 - c1 @ r1, (r2 - r1) @ (c1 + c2) / 2, (c2 - c1) @ (r1 + r2) / 2]
    pairs = zip(drawn_mixes(rng, n, c1, r1, spread), drawn_mixes(rng, n, c2, r2, spread), strict=True)
    covered = np.zeros(3)
    for pair in pairs:
        split = decomposed(*pair)
        parts = (split.change, split.performance, split.mix)
        covered += [holds(part, float(truth)) for part, truth in zip(parts, truths, strict=True)]
    covered /= SAMPLES
    assert ((covered >= 0.93) & (covered <= 0.97)).all(), covered


@pytest.mark.parametrize(("n", "dealers"), [(30, 8), (100, 8), (300, 3)])
def test_a_family_of_dealers_that_did_not_change_is_seldom_said_to_hold_a_change(n: int, dealers: int) -> None:
    """The families' p values are those of real differences of answers piled up at the top."""
    rng = np.random.default_rng(n)
    old, new = (estimates(rng, with_top(0.7), n, SAMPLES * dealers) for _ in range(2))
    p_values = np.array([difference(*pair).p_value or 1.0 for pair in zip(old, new, strict=True)])
    families = p_values.reshape(SAMPLES, dealers).tolist()
    assert np.mean([min(benjamini_hochberg(family)) <= ALPHA for family in families]) <= 0.065
