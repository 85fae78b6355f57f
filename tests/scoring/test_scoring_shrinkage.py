"""Shrunk means and rates: what they hold beside closed forms, at their limits, and whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.rate_shrinkage import gamma_shape, marshall_rates, shrunken_rates
from surveyplat.scoring.shrinkage import balanced_effects, between_variance, restricted_log_likelihood, shrunken

Floats = NDArray[np.float64]


def many(groups: int, between: float, seed: int = 1) -> tuple[Floats, Floats]:
    """Values about 800 and their sampling variances, 25 to 400."""
    rng = np.random.default_rng(seed)
    variances = rng.uniform(25, 400, groups)
    return 800 + rng.normal(size=groups) * np.sqrt(between + variances), variances


def closed_form(values: Floats, variances: Floats, between: float) -> tuple[Floats, Floats]:
    """Morris, JASA 78 (1983): shrunk values, and mean squared errors with the uncertainty of both parameters."""
    groups, total = len(values), variances + between
    weights = 1 / total / (1 / total).sum()
    mean = float(weights @ values)
    pull = (groups - 3) / (groups - 1) * variances / total
    unsure = 2 / (groups - 3) * pull**2 * (float(weights @ variances) + between) / total
    mse = variances * (1 - (1 - weights) * pull) + unsure * (values - mean) ** 2
    return values + pull * (mean - values), mse


def test_morriss_closed_form_approximates_the_intervals() -> None:
    values, variances = many(60, 200.0)
    found = shrunken(values, variances)
    shrunk, mse = closed_form(values, variances, found.between_variance)
    assert found.values == pytest.approx(shrunk, abs=0.15 * np.sqrt(mse.mean()))
    assert found.std_errors == pytest.approx(np.sqrt(mse), rel=0.06)


def test_intervals_are_wider_than_if_the_variance_between_were_known() -> None:
    values, variances = many(8, 100.0)
    found = shrunken(values, variances)
    known = variances * found.between_variance / (variances + found.between_variance)
    assert (found.std_errors**2 > known).all()


@pytest.mark.parametrize("seed", range(6))
def test_reml_has_the_largest_restricted_likelihood(seed: int) -> None:
    values, variances = many(12, 60.0, seed)
    best = between_variance(values, variances)
    places = np.append(np.geomspace(1e-3, 1e5, 4_000), 0.0)[:, None]
    logs = restricted_log_likelihood(values, variances, places)
    assert restricted_log_likelihood(values, variances, np.array([[best]]))[0] >= logs.max() - 1e-9


def test_groups_that_differ_by_chance_only_are_told_so() -> None:
    values, variances = np.array([799.0, 800, 801, 800, 799, 801]), np.full(6, 100.0)
    found = shrunken(values, variances)
    assert (found.shrinking, found.between_variance) == ("no_difference", 0)
    assert (found.std_errors > 0).all()


@pytest.mark.parametrize("groups", [1, 2, 3])
def test_few_groups_keep_their_own_values(groups: int) -> None:
    found = shrunken(np.array([700.0, 800, 900])[:groups], np.full(groups, 100.0))
    assert found.shrinking == "too_few_groups"
    assert found.values.tolist() == [700, 800, 900][:groups]
    assert found.std_errors.tolist() == [10] * groups


def test_equal_values_give_finite_intervals() -> None:
    found = shrunken(np.full(5, 800.0), np.full(5, 100.0))
    assert found.values.tolist() == pytest.approx([800] * 5)
    assert ((found.std_errors > 0) & (found.std_errors < 10)).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -1.0])
def test_a_sampling_variance_must_be_above_zero(bad: float) -> None:
    with pytest.raises(ScoringError, match="number 1 are not finite or have no sampling variance"):
        shrunken(np.arange(4.0), np.array([1, bad, 1, 1]))


def test_nobody_cannot_be_shrunk() -> None:
    with pytest.raises(InsufficientBase):
        shrunken(np.zeros(0), np.zeros(0))
    with pytest.raises(InsufficientBase):
        marshall_rates(np.zeros(0), np.zeros(0))
    with pytest.raises(InsufficientBase, match="two groups"):
        balanced_effects(np.ones((1, 5)))


def test_groups_alike_have_no_effects() -> None:
    """Means 2 and 2: all of Σ (y - 2)² = 4 is within, over 4 - 1 answers."""
    found = balanced_effects(np.array([[1.0, 3.0], [3.0, 1.0]]))
    assert (found.between_variance, found.within_variance) == (0, pytest.approx(4 / 3))
    assert found.effects.tolist() == [0, 0]


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=12),
    st.lists(st.floats(0.01, 1e4), min_size=12, max_size=12),
    st.floats(0.1, 10),
)
def test_a_shrunk_value_lies_between_its_own_and_the_others(
    values: list[float], spread: list[float], unit: float
) -> None:
    held, variances = np.array(values), np.array(spread[: len(values)])
    found = shrunken(held, variances)
    room = 1e-9 * (1 + np.ptp(held))
    assert (found.values >= held.min() - room).all()
    assert (found.values <= held.max() + room).all()
    assert (found.std_errors <= np.sqrt(variances + np.ptp(held) ** 2) + room).all()
    scaled = shrunken(unit * held, unit**2 * variances)
    assert scaled.values == pytest.approx(unit * found.values, rel=1e-5, abs=1e-5 * unit * (1 + np.ptp(held)))


def test_the_order_of_groups_does_not_matter() -> None:
    values, variances = many(20, 100.0)
    turned = shrunken(values[::-1], variances[::-1])
    assert turned.values[::-1] == pytest.approx(shrunken(values, variances).values, rel=1e-12)


def test_rates_shrink_towards_their_mean_the_more_the_fewer_vehicles() -> None:
    events, exposures = np.array([2.0, 200, 30, 55, 9, 41]), np.array([1.0, 100, 20, 40, 10, 30])
    found = shrunken_rates(events, exposures)
    assert found.mean < found.values[0] < 2
    assert found.weight_of_mean[0] > found.weight_of_mean[1]
    assert ((found.lows < found.values) & (found.values < found.highs)).all()


def test_a_known_gamma_gives_its_posterior() -> None:
    """With 20,000 dealers shape and mean are all but known: (α + y) / (α / m + x), and the gamma's own interval."""
    from scipy.stats import gamma

    rng = np.random.default_rng(3)
    exposures = np.full(20_000, 40.0)
    events = rng.poisson(rng.gamma(20, 1.5 / 20, 20_000) * exposures).astype(np.float64)
    found, (shape, mean) = shrunken_rates(events, exposures), gamma_shape(events, exposures)
    posterior = gamma(shape + events[0], scale=1 / (shape / mean + exposures[0]))
    assert shape == pytest.approx(20, rel=0.1)
    assert found.values[0] == pytest.approx(posterior.mean(), rel=1e-3)
    assert [found.lows[0], found.highs[0]] == pytest.approx(posterior.ppf([0.025, 0.975]).tolist(), rel=3e-3)


def test_no_event_anywhere_has_no_spread() -> None:
    found = shrunken_rates(np.zeros(5), np.full(5, 30.0))
    assert (found.shrinking, found.values.tolist()) == ("no_spread", [0] * 5)
    assert marshall_rates(np.zeros(5), np.full(5, 30.0)).rates.tolist() == [0] * 5


def test_events_of_a_single_dealer_give_finite_rates() -> None:
    found = shrunken_rates(np.array([9.0, 0, 0, 0, 0]), np.full(5, 30.0))
    assert np.isfinite([found.values, found.lows, found.highs, found.std_errors]).all()
    assert found.values[0] > found.values[1] > 0


@pytest.mark.parametrize("dealers", [1, 2, 3])
def test_rates_of_few_dealers_stand_by_themselves(dealers: int) -> None:
    found = shrunken_rates(np.array([0.0, 4, 9])[:dealers] + 1, np.full(dealers, 10.0))
    assert found.shrinking == "too_few_groups"
    assert found.values.tolist() == pytest.approx([0.1, 0.5, 1.0][:dealers])


def test_unfit_rates_are_named() -> None:
    with pytest.raises(ScoringError, match="number 0, 2 have events below 0 or no exposure"):
        gamma_shape(np.array([-1.0, 2, 3]), np.array([10.0, 10, 0]))


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(1, 200)), min_size=4, max_size=15))
def test_shrunk_rates_are_never_below_zero_or_beyond_the_largest(cells: list[tuple[int, float]]) -> None:
    events, exposures = (np.array(column, dtype=np.float64) for column in zip(*cells, strict=True))
    found = shrunken_rates(events, exposures)
    largest = float((events / exposures).max())
    assert np.isfinite([found.values, found.std_errors, found.lows, found.highs]).all()
    assert (found.lows >= 0).all()
    assert (found.values <= largest * (1 + 1e-6) + 1e-12).all()
