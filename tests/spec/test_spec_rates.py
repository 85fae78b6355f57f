"""Hand-worked rates, participation and quantiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.missing import Missing
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.dispositions import Dispositions, participation_rates
from surveyplat.scoring.distributions import point_bins
from surveyplat.scoring.histograms import histograms_of
from surveyplat.scoring.intervals import wilson_interval
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.plan import ScaleItem
from surveyplat.scoring.quantiles import quantile
from surveyplat.scoring.rates import DeclaredRate, customer_effort, rate_column, rate_score, top_boxes
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.records.spread import Quantile

SOLVED = DeclaredRate("solved", "problem_solved", frozenset({1, 2}), frozenset({1, 2, 3}))


def ratios(columns: list[Column], weights: list[float] | None = None) -> list[Ratio]:
    size = len(columns[0].values)
    rows = Rows.in_order(np.zeros(size, dtype=np.int64), np.arange(size))
    found = ratios_overall(moments_of(columns, np.array(weights or [1.0] * size), rows))
    return [found.at(place) for place in range(len(columns))]


def codes(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int16)


def test_rate_is_the_share_of_answers_in_the_set() -> None:
    answers = codes(1, 2, 3, 1, Missing.DONT_KNOW, Missing.NOT_ASKED, Missing.NOT_ANSWERED)
    share = ratios([rate_column(SOLVED, answers)])[0]
    assert (share.value, share.unweighted_base) == (0.75, 4)


def test_rate_is_weighted() -> None:
    assert ratios([rate_column(SOLVED, codes(1, 3))], [1, 4])[0].value == pytest.approx(0.2)


def test_rate_of_a_simple_sample_has_wilsons_interval() -> None:
    share = ratios([rate_column(SOLVED, codes(*[1] * 15, *[3] * 85))])[0]
    simple = rate_score(SOLVED, share, simple_sample=True).rate
    assert (simple.value, simple.unweighted_base) == (pytest.approx(15.0), 100)
    assert [simple.ci_low, simple.ci_high] == pytest.approx([100 * end for end in wilson_interval(0.15, 100)])
    weighted = rate_score(SOLVED, share, simple_sample=False).rate
    assert weighted.ci_low is not None
    assert simple.ci_low is not None
    assert weighted.ci_low < simple.ci_low


def test_rate_of_few_answers_is_suppressed() -> None:
    rate = rate_score(SOLVED, ratios([rate_column(SOLVED, codes(1, 2, 3))])[0], simple_sample=True).rate
    assert (rate.value, rate.suppressed, rate.unweighted_base) == (None, "base", 3)


def test_code_outside_the_items_is_named() -> None:
    with pytest.raises(ScoringError, match="problem_solved holds 0, 7; its codes are 1, 2, 3"):
        rate_column(SOLVED, codes(1, 7, 0, -1))


@pytest.mark.parametrize("counted", [[], [1, 2, 3], [1, 9]])
def test_rates_that_count_nothing_everything_or_strangers_are_refused(counted: list[int]) -> None:
    with pytest.raises(ScoringError, match="rate r: counted codes"):
        DeclaredRate("r", "item", frozenset(counted), frozenset({1, 2, 3}))


def test_csat_counts_the_two_top_boxes_and_effort_three_of_seven() -> None:
    assert top_boxes("csat", ScaleItem("overall", 1, 5)).counted == {4, 5}
    assert customer_effort(ScaleItem("easy", 1, 7)).counted == {5, 6, 7}
    with pytest.raises(ScoringError, match="easy: its scale is 1 to 5"):
        customer_effort(ScaleItem("easy", 1, 5))


INVITED = Dispositions(10, 6, 4, 12, 8, 6, 4, 10)  # 40 eligible, 10 unknown, 10 not eligible


def test_participation_of_sixty_people() -> None:
    rates = participation_rates(INVITED)
    assert rates.e == 0.8
    assert [rates.rr1, rates.rr3, rates.rr5] == [10 / 50, 10 / 48, 10 / 40]
    assert [rates.rr2, rates.rr4, rates.rr6] == [16 / 50, 16 / 48, 16 / 40]
    assert [rates.coop1, rates.coop2, rates.coop3, rates.coop4] == [10 / 28, 16 / 28, 10 / 20, 16 / 20]
    assert [rates.ref1, rates.ref2, rates.ref3] == [4 / 50, 4 / 48, 4 / 40]
    assert [rates.con1, rates.con2, rates.con3] == [28 / 50, 28 / 48, 28 / 40]


def test_rates_without_a_base_are_none() -> None:
    """Ten letters out, nothing back yet: a response rate of 0, and nobody who could have cooperated."""
    rates = participation_rates(Dispositions(0, 0, 0, 0, 0, 10, 0))
    assert (rates.rr1, rates.rr5, rates.coop1, rates.con3) == (0, None, None, None)


def test_dispositions_that_cannot_be_are_named() -> None:
    with pytest.raises(ScoringError, match="partial, other below 0"):
        Dispositions(1, -1, 0, 0, -2, 0, 0)
    with pytest.raises(ScoringError, match="e is 1"):
        participation_rates(INVITED, 1.2)
    with pytest.raises(InsufficientBase, match="Nobody"):
        participation_rates(Dispositions(0, 0, 0, 0, 0, 0, 0, 5))


@given(st.lists(st.integers(0, 1000), min_size=8, max_size=8).filter(lambda counts: sum(counts[:5]) > 0))
def test_participation_rates_lie_between_none_and_all_and_are_ordered(counts: list[int]) -> None:
    rates = participation_rates(Dispositions(*counts))
    response = [rates.rr1, rates.rr3, rates.rr5]
    assert response == sorted(response, key=float)
    assert all(0 <= rate <= 1 for rate in vars(rates).values() if rate is not None)


FIVE = ScaleItem("overall", 1, 5)


def quantile_of(answers: np.ndarray, probability: float, weights: list[float] | None = None) -> Quantile:
    each = np.ones(len(answers)) if weights is None else np.array(weights, dtype=np.float64)
    rows = Rows.in_order(np.zeros(len(answers), dtype=np.int64), np.arange(len(answers)))
    held = histograms_of({"overall": point_bins(FIVE, answers)}, [5], each, rows)

    def share_at(place: int) -> Ratio:
        return ratios_overall(held.shares_up_to("overall", [place])).at(0)

    return quantile(np.arange(1.0, 6.0), held.reached("overall"), share_at, probability)


def test_quantiles_of_a_table_of_a_hundred() -> None:
    """Points 1-5 answered by 10, 20, 20, 30, 20: shares at or below .1, .3, .5, .8, 1."""
    answers = codes(*np.repeat([1, 2, 3, 4, 5], [10, 20, 20, 30, 20]), Missing.DONT_KNOW)
    # F(3) = .5, SE √(.25 / 99) = .0503, t(99) 1.984: .4003 to .5997, which the shares reach at 3 and at 4
    assert quantile_of(answers, 0.5) == Quantile(0.5, 3, 3, 4)
    # F(2) = .3, SE .0461: .1586 to .3414
    assert quantile_of(answers, 0.25) == Quantile(0.25, 2, 2, 3)
    # F(5) = 1 has no error of its own: √(.09 / 100) = .03, .8405 to .9595
    assert quantile_of(answers, 0.9) == Quantile(0.9, 5, 5, 5)


def test_quantiles_are_weighted() -> None:
    assert quantile_of(codes(1, 2, 5), 0.5, [1, 1, 1]).value == 2
    assert quantile_of(codes(1, 2, 5), 0.5, [1, 1, 3]).value == 5


def test_quantile_of_one_answer_or_of_a_probability_outside_is_refused() -> None:
    with pytest.raises(InsufficientBase, match="at least two customers"):
        quantile_of(codes(4), 0.5)
    with pytest.raises(ScoringError, match="between 0 and 1"):
        quantile_of(codes(4, 5), 1.0)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=30), st.floats(0.05, 0.95))
def test_quantile_is_an_answer_within_its_interval(answers: list[int], probability: float) -> None:
    found = quantile_of(codes(*answers), probability)
    assert found.value == np.quantile(answers, probability, method="inverted_cdf")
    assert found.ci_low <= found.value <= found.ci_high
    assert {found.ci_low, found.ci_high} <= set(answers)
