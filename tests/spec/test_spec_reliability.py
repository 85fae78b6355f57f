"""Reliability from covariances that can be added up by hand."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.covariation import Covariation, covariation_of
from surveyplat.scoring.reliability import correlation_interval, reliability, with_feldt_interval


def known(covariances: Sequence[Sequence[float]], base: float = 100) -> Covariation:
    items = tuple("abcd"[: len(covariances)])
    matrix = np.array(covariances, dtype=np.float64)[None]
    return Covariation(items, int(base), base, np.zeros((1, len(items))), matrix)


# variances 1, 1, 4; covariances ab 0.5, ac 0.8, bc 0.6: their sum over the whole matrix is 6 + 2 · 1.9 = 9.8
THREE = known([[1, 0.5, 0.8], [0.5, 1, 0.6], [0.8, 0.6, 4]])


def test_alpha_raw_and_standardised() -> None:
    """1.5 (1 - 6 / 9.8); correlations 0.5, 0.4, 0.3 add up to 3 + 2.4: 1.5 (1 - 3 / 5.4)."""
    score = reliability(THREE)
    assert score.raw.alpha == pytest.approx(1.5 * (1 - 6 / 9.8))
    assert score.standardised.alpha == pytest.approx(1.5 * (1 - 3 / 5.4))


def test_an_item_against_the_rest_leaves_itself_out() -> None:
    """c: cov 0.8 + 0.6 = 1.4 with a + b, whose variance is 3: 1.4 / √(4 · 3); without it 2 (1 - 2 / 3)."""
    last = reliability(THREE).items[2]
    assert last.correlation == pytest.approx(1.4 / 12**0.5)
    assert last.without is not None
    assert last.without.alpha == pytest.approx(2 / 3)


def test_two_items_leave_nothing_to_drop() -> None:
    first, second = reliability(known([[1, 0.5], [0.5, 1]])).items
    assert first.correlation == second.correlation == pytest.approx(0.5)
    assert first.without is None


def test_fishers_interval_of_a_correlation() -> None:
    """atanh 0.5 = 0.5493 ± 1.96 / √97 = 0.1990, back through tanh."""
    assert correlation_interval(0.5, 100) == pytest.approx((0.3366, 0.6341), abs=1e-4)
    assert correlation_interval(1.0, 100) == (1.0, 1.0)


def test_feldts_interval_narrows_with_the_effective_base_and_holds_alpha() -> None:
    wide, narrow = with_feldt_interval(0.8, 5, 50), with_feldt_interval(0.8, 5, 200)
    assert wide.ci_low < narrow.ci_low < 0.8 < narrow.ci_high < wide.ci_high < 1


@pytest.mark.parametrize("people", [30, 100, 300])
def test_feldts_interval_covers_the_planted_alpha(people: int) -> None:
    """Five parallel items with r = 0.5 have α = 2.5 / 3; 4,000 samples of 30, 100 and 300 people."""
    rng = np.random.default_rng(1)
    truth, covered = 2.5 / 3, 0
    for _ in range(4000):
        cases = rng.normal(size=(people, 1)) + rng.normal(size=(people, 5))
        found = reliability(covariation_of("abcde", cases)).raw
        covered += found.ci_low <= truth <= found.ci_high
    assert 0.93 <= covered / 4000 <= 0.97


def test_items_that_contradict_each_other_have_an_alpha_below_0() -> None:
    score = reliability(known([[1, -0.3, 0], [-0.3, 1, 0], [0, 0, 1]]))
    assert score.raw.alpha < 0
    assert score.items[0].correlation == pytest.approx(-0.3 / 2**0.5)


def test_others_without_spread_leave_no_correlation() -> None:
    """b and c cancel each other out."""
    first = reliability(known([[1, 0, 0], [0, 1, -1], [0, -1, 1]])).items[0]
    assert (first.correlation, first.without) == (None, None)


@pytest.mark.parametrize(
    ("held", "fault"),
    [
        (known([[1]]), "one item has no internal consistency"),
        (known([[1, 0], [0, 0]]), "b: the same answer in every complete case"),
        (known([[1, -1], [-1, 1]]), "the same for everyone; reverse the items"),
    ],
)
def test_what_has_no_reliability_is_refused(held: Covariation, fault: str) -> None:
    with pytest.raises(ScoringError, match=fault):
        reliability(held)


def test_a_small_base_is_refused() -> None:
    with pytest.raises(InsufficientBase, match="effective base of 19, 20 are needed"):
        reliability(known([[1, 0.5], [0.5, 1]], base=19))


@given(st.integers(0, 10_000), st.floats(0.01, 100))
@settings(max_examples=20)
def test_alpha_ignores_the_weights_scale_the_order_of_rows_and_of_items(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    cases = rng.integers(1, 11, (80, 1)) + rng.integers(0, 3, (80, 3)).astype(float)
    weights, order = rng.uniform(0.5, 2, 80), rng.permutation(80)
    one = reliability(covariation_of("abc", cases, weights))
    other = reliability(covariation_of("cba", cases[order, ::-1], scale * weights[order]))
    assert other.raw.alpha == pytest.approx(one.raw.alpha)
    assert other.effective_base == pytest.approx(one.effective_base)
    assert one.raw.alpha <= 1


def test_weights_repeat_answers_and_customers_make_the_effective_base() -> None:
    rng = np.random.default_rng(3)
    cases = rng.integers(1, 11, (40, 3)).astype(float)
    weights = np.tile([1.0, 2.0], 20)
    repeated = np.repeat(cases, weights.astype(int), axis=0)
    weighted = covariation_of("abc", cases, weights)
    assert reliability(weighted).raw.alpha == pytest.approx(reliability(covariation_of("abc", repeated)).raw.alpha)
    assert weighted.effective_base == pytest.approx(60**2 / 100)
    pairs = covariation_of("abc", cases, weights, units=np.arange(40) // 2)
    assert pairs.effective_base == pytest.approx(20)


@pytest.mark.parametrize(
    ("cases", "weights", "fault"),
    [
        (np.full((30, 2), np.nan), np.ones(30), "missing or not finite"),
        (np.ones((30, 2)), -np.ones(30), "a weight is negative"),
        (np.ones((30, 3)), np.ones(30), "one column an item"),
    ],
)
def test_cases_that_cannot_be_counted_are_refused(cases: np.ndarray, weights: np.ndarray, fault: str) -> None:
    with pytest.raises(ScoringError, match=fault):
        covariation_of("ab", cases, weights)


def test_no_weight_at_all_and_replicates_without_a_generator_are_refused() -> None:
    with pytest.raises(InsufficientBase, match="0 complete cases of a, b"):
        covariation_of("ab", np.ones((30, 2)), np.zeros(30))
    with pytest.raises(ScoringError, match="replicates need a random generator"):
        covariation_of("ab", np.ones((30, 2)), replicates=10)
