"""Do dealers' intervals hold the truth 95 % of the time, and are false alarms as rare as promised?

Leagues of 40 dealers, in all at least 4,000 intervals each; about a third to two thirds of answers at the very top.
"""

from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from numpy.typing import NDArray
from scoring_dealers import names, piled_up, ratios_of, true_means

from surveyplat.scoring.design import Ratios, ratios_by_cell
from surveyplat.scoring.expected_range import CaseMix
from surveyplat.scoring.league import league
from surveyplat.scoring.league_numbers import PP100, Measure
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.records.league import League

DEALERS, LEAGUES = 40, 100
SCALE = Measure("score", 1.0, 10.0)


def covered(found: League, truth: NDArray[np.float64]) -> tuple[list[bool], list[bool]]:
    """Of each dealer that is shown: whether its raw and whether its shrunk interval holds the truth."""
    raw, shrunk = [], []
    for row, value in zip(found.dealers, truth.tolist(), strict=True):
        if row.shrunk is not None and row.raw.ci_low is not None and row.raw.ci_high is not None:
            raw.append(row.raw.ci_low <= value <= row.raw.ci_high)
            shrunk.append(row.shrunk.ci_low <= value <= row.shrunk.ci_high)
    return raw, shrunk


@pytest.mark.parametrize("level", [8.8, 9.6])
@pytest.mark.parametrize("n", [30, 100, 300])
def test_intervals_of_scores_piled_up_at_the_top(n: int, level: float) -> None:
    rng = np.random.default_rng(n)
    raw, shrunk = [], []
    for _ in range(LEAGUES):
        levels = level + 0.35 * rng.standard_normal(DEALERS)
        found = covered(league(names(DEALERS), ratios_of(piled_up(rng, levels, n)), SCALE, rng), true_means(levels))
        raw += found[0]
        shrunk += found[1]
    assert len(raw) == DEALERS * LEAGUES
    assert 0.93 <= np.mean(raw) <= 0.97
    assert 0.93 <= np.mean(shrunk) <= 0.97


@pytest.mark.parametrize("n", [30, 100, 300])
def test_intervals_of_pp100_of_vehicles_that_differ(n: int) -> None:
    rng = np.random.default_rng(n)
    raw, shrunk = [], []
    for _ in range(LEAGUES + 30):
        rates = rng.gamma(16, 1.4 / 16, DEALERS)
        problems = rng.poisson(rates[:, None] * rng.gamma(1.5, 1 / 1.5, (DEALERS, n))).astype(float)
        found = covered(league(names(DEALERS), ratios_of(problems), PP100, rng), 100 * rates)
        raw += found[0]
        shrunk += found[1]
    assert len(raw) >= 4_000
    assert 0.93 <= np.mean(raw) <= 0.97
    assert 0.93 <= np.mean(shrunk) <= 0.97


def alarms(found: Counter[str], *categories: str) -> float:
    return sum(found[category] for category in categories) / found.total()


@pytest.mark.parametrize("n", [30, 100, 300])
@pytest.mark.parametrize("measure", [SCALE, PP100])
def test_dealers_as_expected_are_seldom_called_worse(measure: Measure, n: int) -> None:
    """Promised: 2.5 % on each side of the inner band, 0.1 % of the outer one; the first is known to 0.2 points."""
    rng = np.random.default_rng(n + 1)
    found: Counter[str] = Counter()
    for _ in range(LEAGUES):
        answers = piled_up(rng, np.full(DEALERS, 9.2), n)
        if measure.kind == "rate":
            answers = rng.poisson(1.4 * rng.gamma(1.5, 1 / 1.5, (DEALERS, n))).astype(float)
        rows = league(names(DEALERS), ratios_of(answers), measure, rng).dealers
        found.update(row.expected.category for row in rows if row.expected)
    assert 0.017 <= alarms(found, "worse", "much_worse") <= 0.032
    assert alarms(found, "much_worse") <= 0.003
    assert alarms(found, "better", "much_better") <= 0.032


def test_probabilities_of_the_bottom_tenth_come_true() -> None:
    """Of the dealers that are given a chance between 30 and 60 % about that share is there."""
    rng = np.random.default_rng(9)
    told, came = [], []
    for _ in range(LEAGUES):
        levels = 9 + 0.35 * rng.standard_normal(DEALERS)
        rows = league(names(DEALERS), ratios_of(piled_up(rng, levels, 100)), SCALE, rng).dealers
        told += [row.bottom_tenth.probability for row in rows if row.bottom_tenth]
        came += np.isin(np.arange(DEALERS), np.argsort(levels)[:4]).tolist()
    chances, truth = np.array(told), np.array(came)
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.6)):
        chosen = (chances >= low) & (chances < high)
        assert abs(chances[chosen].mean() - truth[chosen].mean()) < 0.05


def returning(rng: np.random.Generator, levels: NDArray[np.float64]) -> Ratios:
    """60 customers a dealer, every second of whom answers twice and much alike; weights of 1 and 3."""
    dealers = len(levels)
    customer = np.repeat(np.arange(60), np.tile([1, 2], 30))
    unit = (np.arange(dealers)[:, None] * 60 + customer).ravel()
    moods = np.repeat(levels, 90) + 1.6 * rng.standard_normal(dealers * 60)[unit]
    answers = np.clip(np.rint(moods + 0.8 * rng.standard_normal(len(unit))), 1, 10)
    weights = np.tile([1.0, 1, 3], len(unit) // 3)
    rows = Rows.in_order(np.repeat(np.arange(dealers), 90), unit)
    found = ratios_by_cell(moments_of([Column("index", answers, np.ones(len(unit)))], weights, rows))
    return Ratios(**{field.name: getattr(found, field.name)[:, 0] for field in fields(found)})


def test_intervals_of_weighted_answers_of_returning_customers() -> None:
    """The moods' deviation is that of ``piled_up``, √(1.6² + 0.8²) = 1.79."""
    rng = np.random.default_rng(11)
    raw, shrunk = [], []
    for _ in range(LEAGUES):
        levels = 9 + 0.35 * rng.standard_normal(DEALERS)
        found = covered(league(names(DEALERS), returning(rng, levels), SCALE, rng), true_means(levels))
        raw += found[0]
        shrunk += found[1]
    assert 0.93 <= np.mean(raw) <= 0.97
    assert 0.93 <= np.mean(shrunk) <= 0.97


def test_dealers_that_sell_other_models_are_seldom_called_worse() -> None:
    """Drivers of B are in a worse mood by one point; dealers sell between 10 and 90 % of them."""
    rng = np.random.default_rng(12)
    adjusted, plain = Counter[str](), Counter[str]()
    share = np.linspace(0.1, 0.9, DEALERS)
    sells_b = np.arange(100) < np.rint(100 * share)[:, None]
    for _ in range(LEAGUES):
        answers = np.where(sells_b, *(piled_up(rng, np.full(DEALERS, level), 100) for level in (8.5, 9.5)))
        totals = [(answers * chosen).sum(axis=1) for chosen in (sells_b, ~sells_b)]
        mix = CaseMix(np.stack([sells_b.sum(1), (~sells_b).sum(1)], 1).astype(float), np.stack(totals, 1))
        for found, given in ((adjusted, mix), (plain, None)):
            rows = league(names(DEALERS), ratios_of(answers), SCALE, rng, given).dealers
            found.update(row.expected.category for row in rows if row.expected)
    assert alarms(adjusted, "worse", "much_worse") <= 0.03
    assert alarms(plain, "worse", "much_worse") > 0.08
