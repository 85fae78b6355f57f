"""Hand-worked distributions: shares of scale points, their errors, and what is taken together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.missing import Missing
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.distributions import grouped, index_bins, item_distributions, point_bins
from surveyplat.scoring.histograms import Histograms, histograms_of
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.plan import IndexPlan, ScaleItem, ScoringPlan

FIVE = ScaleItem("overall", 1, 5)
PLAN = ScoringPlan("service", "", (FIVE,))


def codes(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int16)


def counted(bins: IntArray, weights: FloatArray, rows: Rows) -> Histograms:
    return histograms_of({"overall": bins}, [5], weights, rows)


def simple(answers: np.ndarray) -> Histograms:
    rows = Rows.in_order(np.zeros(len(answers), dtype=np.int64), np.arange(len(answers)))
    return counted(point_bins(FIVE, answers), np.ones(len(answers)), rows)


def test_shares_of_points_with_their_errors() -> None:
    """Points 1-5 given by 10, 20, 20, 30, 20 of 100: 20 %, SE √(104/103 · .2 · .8 / 100); four are outside."""
    answers = codes(*np.repeat([1, 2, 3, 4, 5], [10, 20, 20, 30, 20]), *[Missing.DONT_KNOW] * 3, Missing.NOT_ASKED)
    (found,) = item_distributions(PLAN, simple(answers), np.array([[1, 0, 3]]), simple_sample=True)
    assert (found.answered, found.not_asked, found.not_answered, found.dont_know) == (100, 1, 0, 3)
    assert [point.share.value for point in found.points] == pytest.approx([10, 20, 20, 30, 20])
    assert found.points[1].share.std_error == pytest.approx(100 * (104 / 103 * 0.2 * 0.8 / 100) ** 0.5)
    assert found.points[1].share.ci_low == pytest.approx(13.3367, abs=1e-4)
    assert [quartile.value for quartile in found.quartiles] == [2, 3, 4]


def test_points_that_few_gave_are_taken_together() -> None:
    assert grouped([1, 2, 1, 4, 40]) == [(0, 3), (4, 4)]
    assert grouped([9, 9, 1, 2, 1]) == [(0, 0), (1, 4)]
    assert grouped([0, 0, 0, 0, 50]) == [(0, 4)]
    assert grouped([1, 1, 0, 0, 0]) == [(0, 4)]


def test_shares_of_29_answers_are_not_shown() -> None:
    (found,) = item_distributions(PLAN, simple(codes(*[4] * 29)), np.zeros((1, 3), dtype=int), simple_sample=True)
    assert (found.answered, found.points, found.quartiles) == (29, (), ())


def test_an_index_is_sorted_into_the_nearest_thousandth_of_its_total() -> None:
    index = IndexPlan("csi", (), total=100.0)
    assert index_bins(index, np.array([0, 49.94, 100, 77.7]), np.array([1.0, 1, 1, 0])).tolist() == [0, 499, 1000, -1]


@given(st.integers(0, 2**32 - 1))
def test_shares_have_the_values_and_errors_of_a_column_that_flags_them(seed: int) -> None:
    """With strata, weights, and customers who answer several times, the same point or another."""
    rng = np.random.default_rng(seed)
    dealer = np.repeat([0, 1, 2], [30, 20, 1])
    customer = 100 * dealer + np.sort(rng.integers(0, 12, 51))
    rows = Rows.in_order(dealer, customer)
    weights, answers = rng.uniform(0.5, 3, 51), rng.choice(codes(-3, 1, 2, 3, 4, 5), 51)
    held = counted(point_bins(FIVE, answers), weights, rows)
    base = (answers >= 0).astype(float)
    for point in range(5):
        for flags, moments in (
            (answers == point + 1, held.shares_within("overall", [(point, point)])),
            (answers <= point + 1, held.shares_up_to("overall", [point])),
        ):
            plain = ratios_overall(moments_of([Column("flag", base * flags, base)], weights, rows)).at(0)
            share = ratios_overall(moments).at(0)
            assert share.value == pytest.approx(plain.value)
            assert share.std_error == pytest.approx(plain.std_error, rel=1e-6, abs=1e-9)
            assert (share.df, share.unweighted_base, share.count) == (plain.df, plain.unweighted_base, plain.count)
            assert share.effective_base == pytest.approx(plain.effective_base)


@given(st.integers(1, 49))
def test_histograms_of_two_pieces_are_those_of_the_whole(cut: int) -> None:
    rng = np.random.default_rng(cut)
    dealer, weights = np.repeat([0, 1, 2], [10, 30, 10]), np.repeat([2.0, 3.0, 1.0], [10, 30, 10])
    bins = rng.integers(-1, 5, 50)
    whole = counted(bins, weights, Rows.in_order(dealer, np.arange(50)))
    parts = [
        counted(bins[part], weights[part], Rows.in_order(dealer[part], np.arange(50)[part]))
        for part in (slice(0, cut), slice(cut, 50))
    ]
    merged = parts[0].merge(parts[1])
    assert np.array_equal(merged.sums, whole.sums)
    assert np.array_equal(merged.answering, whole.answering)
    assert np.array_equal(merged.cell_units, whole.cell_units)
