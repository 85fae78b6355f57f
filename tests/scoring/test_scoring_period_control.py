"""Whole periods on a control chart: limits from what one answer spreads within them, by hand."""

import pytest

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.period_control import period_chart


def period(value: float, base: int, deviation: float = 100.0) -> Estimate:
    error = deviation / base**0.5
    return Estimate(value, error, value - 2 * error, value + 2 * error, base, float(base), float(base))


def test_limits_are_three_standard_errors_of_each_periods_base_about_the_mean_of_all() -> None:
    """Σnx / Σn of 19 x 400 answers at 800 and 100 at 790: 799.87; 3 · 100 / √400 = 15 and 3 · 100 / √100 = 30."""
    chart = period_chart([*(period(800.0, 400) for _ in range(19)), period(790.0, 100)], 1000.0)
    centre = (19 * 400 * 800 + 100 * 790) / 7700
    assert chart.centre == pytest.approx(centre)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((centre - 15, centre + 15))
    assert (chart.lower[-1], chart.upper[-1]) == pytest.approx((centre - 30, centre + 30))
    assert chart.signals == ()


def test_a_period_beyond_its_limits_signals_and_limits_end_at_the_scale() -> None:
    chart = period_chart([*(period(990.0, 400) for _ in range(20)), period(960.0, 400)], 1000.0)
    assert [signal.point for signal in chart.signals] == [20]
    assert max(chart.upper) == 1000.0


def test_under_twenty_periods_there_are_no_limits() -> None:
    with pytest.raises(InsufficientBase, match="19 points are too few"):
        period_chart([period(800.0, 400) for _ in range(19)], None)
