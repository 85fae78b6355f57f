"""A group of vehicles against all others: the error of the ratio's logarithm by the book, and how often it errs."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.scoring.columns import problem_column
from surveyplat.scoring.contrasts import welch_df
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.intervals import t_quantile
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.records.rates import RestContrast
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.rest_comparison import against_rest, sums_of_column, sums_of_dealers
from surveyplat.scoring.tabulation import Tabulation

TOTAL, GROUP = problem_column("total"), problem_column("model", "A")


def table_of(
    problems: np.ndarray, inside: np.ndarray, dealer: np.ndarray, owner: np.ndarray, w: np.ndarray
) -> Tabulation:
    rows = Rows.in_order(dealer, owner)
    columns = [
        Column(TOTAL, problems, np.ones(len(problems))),
        Column(GROUP, problems * inside, inside.astype(float)),
    ]
    return Tabulation(moments_of(columns, w, rows), tuple(f"D{cell}" for cell in range(int(dealer.max()) + 1)))


def told(table: Tabulation) -> RestContrast:
    (found,) = against_rest(table, {"A": sums_of_column(table, "model", "A")})
    return found


def log_error(problems: np.ndarray, inside: np.ndarray, dealer: np.ndarray, owner: np.ndarray, w: np.ndarray) -> float:
    """√Σ_h m/(m-1) Σ_c (d - d̄)² of the owners' linearised values d = Σ w (y - R₁x)/(R₁W₁) - the same of the rest."""
    value = np.zeros(len(problems))
    for side, sign in ((inside, 1), (~inside, -1)):
        rate = (w * problems)[side].sum() / w[side].sum()
        value += sign * w * side * (problems - rate) / (rate * w[side].sum())
    variance = 0.0
    for cell in np.unique(dealer):
        own = dealer == cell
        sums = np.bincount(owner[own] - owner[own].min(), value[own])
        m = len(np.unique(owner[own]))
        held = sums[np.unique(owner[own]) - owner[own].min()]
        variance += m / (m - 1) * ((held - held.mean()) ** 2).sum()
    return float(np.sqrt(variance))


def published_error(found: RestContrast) -> float:
    """The published upper end's distance from the ratio, on the logarithm: t · SE."""
    assert found.ratio is not None
    assert found.ci_high is not None
    return log(found.ci_high / found.ratio)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_error_is_the_linearised_one_of_both_sides_together(weighted: bool) -> None:
    """With one vehicle an owner the rest's moments are exact, and so is what both sides share."""
    rng = np.random.default_rng(1)
    size = 240
    dealer = np.repeat([0, 1, 2, 3], 60)
    inside = rng.random(size) < 0.3 + 0.1 * dealer
    problems = rng.negative_binomial(0.8, 0.4, size) * (1.0 + dealer)
    weights = rng.uniform(0.5, 3, 4)[dealer] if weighted else np.ones(size)
    given_ = problems, inside, dealer, np.arange(size), weights
    table = table_of(*given_)
    found = told(table)
    assert found.method == "quasi_poisson"
    sides = [ratio_of(problems, side, dealer, weights) for side in (inside, ~inside)]
    freedom = welch_df([(each.std_error / each.value) ** 2 for each in sides], [each.df for each in sides])
    assert found.ratio == pytest.approx(sides[0].value / sides[1].value)
    assert published_error(found) == pytest.approx(t_quantile(freedom) * log_error(*given_))


def ratio_of(problems: np.ndarray, side: np.ndarray, dealer: np.ndarray, weights: np.ndarray) -> Ratio:
    rows = Rows.in_order(dealer, np.arange(len(dealer)))
    column = Column("side", problems * side, side.astype(float))
    return ratios_overall(moments_of([column], weights, rows)).at(0)


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_owners_with_vehicles_on_both_sides_never_make_the_error_too_small(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dealer = np.repeat([0, 1, 2], 200)
    owner = np.arange(600) // 2
    inside = rng.random(600) < 0.5
    proneness = np.repeat(rng.gamma(1.0, 1.0, 300), 2)
    problems = rng.poisson(proneness * 1.5).astype(float)
    table = table_of(problems, inside, dealer, owner, np.ones(600))
    found = told(table)
    least = t_quantile(300) * log_error(problems, inside, dealer, owner, np.ones(600))
    assert published_error(found) > least


def test_regions_are_apart_in_strata_and_share_nothing() -> None:
    """Dealers 0 and 1 against 2 and 3: the squares of both errors add up."""
    rng = np.random.default_rng(5)
    dealer = np.repeat([0, 1, 2, 3], 50)
    problems = rng.negative_binomial(0.8, 0.4, 200).astype(float)
    inside = dealer < 2
    table = table_of(problems, inside, dealer, np.arange(200), np.ones(200))
    (found,) = against_rest(table, {"north": sums_of_dealers(table, ["D0", "D1"])})
    assert found == RestContrast("north", *(getattr(told(table), name) for name in FIELDS))


FIELDS = ("ratio", "ci_low", "ci_high", "p_value", "p_adjusted", "method", "significant")


def test_groups_that_are_alike_stand_apart_no_more_often_than_promised() -> None:
    """4,000 groups of a quarter of 300 heaped vehicles, dealers that differ: 5 % by chance, and 95 % cover 1."""
    rng = np.random.default_rng(8)
    dealer = np.repeat(np.arange(10), 30)
    level = rng.uniform(0.5, 1.5, 10)[dealer]
    alarms = 0
    for _ in range(4000):
        problems = rng.poisson(level * rng.gamma(0.8, 1 / 0.8, 300) * 1.4).astype(float)
        found = told(table_of(problems, rng.random(300) < 0.25, dealer, np.arange(300), np.ones(300)))
        alarms += found.p_value <= 0.05
        assert (found.p_value <= 0.05) == (not found.ci_low < 1 < (found.ci_high or 0))
    assert 0.03 < alarms / 4000 < 0.07
