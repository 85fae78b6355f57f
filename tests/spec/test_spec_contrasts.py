"""Differences and their intervals, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.contrasts import contrast, difference, welch_df
from surveyplat.scoring.results import Estimate


def estimate(value: float | None, low: float | None, high: float | None, error: float = 1.0, n: float = 31) -> Estimate:
    return Estimate(value, error, low, high, int(n), n, n, suppressed="base" if value is None else None)


def test_lopsided_intervals_give_a_lopsided_difference() -> None:
    """800 (790 to 804) against 700 (670 to 710): down √(10² + 10²) and up √(4² + 30²)."""
    told = difference(estimate(700, 670, 710), estimate(800, 790, 804))
    assert told.value == 100
    assert told.ci_low == pytest.approx(100 - 200**0.5)
    assert told.ci_high == pytest.approx(100 + 916**0.5)
    assert told.df == pytest.approx(60)


@pytest.mark.parametrize(("after", "p_value"), [(714.1421356, 0.05), (685.8578644, 0.05), (700.0, 1.0)])
def test_p_is_five_percent_where_the_interval_ends_at_no_change(after: float, p_value: float) -> None:
    told = difference(estimate(700, 690, 710), estimate(after, after - 10, after + 10))
    assert told.p_value == pytest.approx(p_value, abs=1e-6)


def test_one_side_without_spread_still_has_its_interval() -> None:
    """Everyone gave the top: SE 0, and still up to 40 points below is likely."""
    told = difference(estimate(1000, 960, 1000, error=0.0), estimate(950, 940, 960, error=5.0))
    assert told.std_error == 5
    assert (told.ci_low, told.ci_high) == pytest.approx((-50 - 10, -50 + (10**2 + 40**2) ** 0.5))
    assert told.p_value is not None
    assert told.p_value < 0.05


def test_what_is_withheld_has_no_difference() -> None:
    with pytest.raises(InsufficientBase, match="withheld"):
        difference(estimate(None, None, None), estimate(800, 790, 810))


def test_without_spread_or_freedom_there_is_no_interval() -> None:
    assert contrast(5.0, 0.0, 10.0).ci_low is None
    assert contrast(5.0, 1.0, 0.0).p_value is None
    assert difference(estimate(700, 700, 700, 0.0), estimate(800, 800, 800, 0.0)).ci_low is None
    assert difference(estimate(700, 690, 710, n=1), estimate(800, 790, 810, n=1)).p_value is None


def test_interval_and_p_of_a_contrast() -> None:
    """t(10) = 2.228139 at 97.5 %."""
    told = contrast(2.2281388520, 1.0, 10.0)
    assert (told.ci_low, told.p_value) == pytest.approx((0.0, 0.05), abs=1e-9)


def test_welch_degrees_of_freedom() -> None:
    """(4 + 1)² / (4² / 10 + 1² / 20) = 25 / 1.65; what does not vary needs no freedom."""
    assert welch_df([4.0, 1.0], [10.0, 20.0]) == pytest.approx(25 / 1.65)
    assert welch_df([4.0, 0.0], [10.0, 0.0]) == 10
    assert welch_df([4.0, 1.0], [10.0, 0.0]) == 0
    assert welch_df([0.0, 0.0], [10.0, 10.0]) == 0


halves = st.floats(0.1, 50)


@given(st.floats(0, 1000), st.floats(0, 1000), halves, halves, halves, halves)
def test_a_difference_turned_around_is_its_negative(
    first: float, second: float, down: float, up: float, lower: float, upper: float
) -> None:
    one, other = estimate(first, first - down, first + up), estimate(second, second - lower, second + upper)
    there, back = difference(one, other), difference(other, one)
    assert there.ci_low is not None
    assert there.ci_high is not None
    assert there.p_value is not None
    assert (back.value, back.ci_low, back.ci_high) == pytest.approx((-there.value, -there.ci_high, -there.ci_low))
    assert (there.p_value < 0.05) == (there.ci_low > 0 or there.ci_high < 0) or abs(there.p_value - 0.05) < 1e-6
