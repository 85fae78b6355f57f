"""Hand-worked weeks and months: where a day belongs, which are taken together, what is drawn of them."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from surveyplat.scoring.calendars import Calendar, first_day_of, name_of, number_of
from surveyplat.scoring.control_charts import shewhart
from surveyplat.scoring.moments import STATISTICS, Moments
from surveyplat.scoring.processes import mean_process, rate_process, share_process
from surveyplat.scoring.records.charts import LEAST_POINTS, Kind, MeasureCharts, Span
from surveyplat.scoring.study_charts import measure_charts
from surveyplat.scoring.timed_measures import TimedMeasure

ENDS = {"mean": (0.0, 1000.0), "share": (0.0, 100.0), "rate": (0.0, np.inf)}


def measure(kind: Kind) -> TimedMeasure:
    return TimedMeasure("m", "column", kind, 1.0 if kind == "mean" else 100.0, *ENDS[kind])


def weeks(
    values: list[float], bases: list[int], spread: float | NDArray[np.float64] = 0.0, weight: float = 1.0
) -> Moments:
    """Weeks from 2026-W14 on of so many customers; half of them ``spread`` above the value, half below."""
    n, y = np.array(bases, dtype=float), np.array(values)
    squares = n * (y**2 + spread**2)
    w = weight
    rows = {"n": n, "units": n, "y": n * y, "w": w * n, "wy": w * n * y, "wyy": w * squares}
    rows |= {"aa": w**2 * squares, "ab": w**2 * n * y, "bb": w**2 * n}
    sums = np.stack([rows[name] if name in rows else np.zeros_like(n) for name in STATISTICS])
    first = number_of(date(2026, 3, 30), "week")
    return Moments(("column",), first, n, sums[..., None])


def charted(kind: Kind, held: Moments) -> MeasureCharts:
    return measure_charts(measure(kind), held, "week")


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 7, 1), "2026-W27"),
        (date(2026, 6, 28), "2026-W26"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2025, 12, 29), "2026-W01"),
    ],
)
def test_a_day_is_in_its_iso_week(day: date, week: str) -> None:
    assert name_of(number_of(day, "week"), "week") == week


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.sampled_from(["week", "month"]))
def test_a_calendar_places_days_as_the_days_themselves_say(day: date, span: Span) -> None:
    calendar = Calendar(span, day, day + timedelta(days=92))
    days = [day + timedelta(days=each) for each in (-40, 0, 17, 92, 140)]
    places = calendar.places(pl.Series([*days, None], dtype=pl.Date)).tolist()
    numbers = [number_of(each, span) - calendar.first for each in days]
    assert places == [number if 0 <= number < calendar.cells else -1 for number in numbers] + [-1]
    month = number_of(day, "month")
    assert name_of(month, "month") == f"{day:%Y-%m}" == f"{first_day_of(month):%Y-%m}"


def test_weeks_with_few_answers_are_taken_together_with_the_next() -> None:
    """10, 15 and 40 are one point (25 are too few); 30 are enough; the last 20 join them."""
    found = charted("mean", weeks([700, 800, 600, 650, 900], [10, 15, 40, 30, 20], 50))
    assert [point.name for point in found.points] == ["2026-W14/2026-W16", "2026-W17/2026-W18"]
    assert [point.unweighted_base for point in found.points] == [65, 50]
    assert found.points[0].value == pytest.approx((10 * 700 + 15 * 800 + 40 * 600) / 65)
    assert found.points[1].value == pytest.approx((30 * 650 + 20 * 900) / 50)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60))
def test_no_answer_is_left_out_and_no_point_is_too_small(bases: list[int]) -> None:
    found = charted("mean", weeks([700.0] * len(bases), bases, 50))
    assert all(point.unweighted_base >= 30 for point in found.points)
    assert sum(point.unweighted_base for point in found.points) == (sum(bases) if sum(bases) >= 30 else 0)


def test_fewer_than_twenty_points_are_no_chart() -> None:
    found = charted("mean", weeks([700.0] * 19, [50] * 19, 50))
    assert (found.charts, len(found.points)) == ((), 19)
    assert [(reason.code, reason.values) for reason in found.refused] == [
        ("chart_points", {"found": 19, "least": LEAST_POINTS})
    ]
    nobody = charted("mean", weeks([700.0], [29], 50))
    assert ([reason.code for reason in nobody.refused], nobody.points) == (["chart_base"], ())


def test_means_have_the_limits_of_their_base() -> None:
    """Half 60 above, half below: the deviation is 60 · √(n / (n - 1)), pooled over weeks of 40 and 50 answers."""
    values, bases = [700.0 + week % 3 for week in range(20)], [40, 50] * 10
    found = charted("mean", weeks(values, bases, 60))
    assert [chart.kind for chart in found.charts] == ["xbar", "ewma", "cusum"]
    pooled = (3600 * 10 * (40 + 50) / (10 * (39 + 49))) ** 0.5
    expected = shewhart(mean_process(values, bases, pooled, lowest=0.0, highest=1000.0))
    assert found.charts[0].upper == pytest.approx(expected.upper)
    assert found.charts[0].centre == pytest.approx(expected.centre)
    assert found.dispersion is None


def test_shares_and_rates_are_charted_on_their_published_scale() -> None:
    values, bases = [0.3 + 0.01 * (week % 5) for week in range(24)], [100] * 24
    share, rate = charted("share", weeks(values, bases)), charted("rate", weeks(values, bases))
    assert [chart.kind for chart in share.charts] == ["p", "laney_p", "ewma", "cusum"]
    assert [chart.kind for chart in rate.charts] == ["u", "laney_u", "ewma", "cusum"]
    counts = np.array(values) * 100
    for found, process in ((share, share_process(counts, bases)), (rate, rate_process(counts, bases))):
        expected = shewhart(process)
        assert found.charts[0].upper == pytest.approx([100 * end for end in expected.upper])
        assert found.points[1].value == pytest.approx(31)


def test_problems_in_clumps_widen_the_limits_of_a_rate() -> None:
    """Half of the vehicles have no problem, half have two: the variance is 100 / 99 of 1, Poisson's is 1 as well;
    none and four: 400 / 99, twice Poisson's 2."""
    even, clumped = (charted("rate", weeks([rate] * 23 + [rate + 0.01], [100] * 24, rate)) for rate in (1.0, 2.0))
    for found, centre, variance in ((even, 100.0, 100 / 99), (clumped, 200.0, 400 / 99)):
        assert found.charts[0].upper[0] - centre == pytest.approx(3 * 100 * (variance / 100) ** 0.5, abs=0.1)


def test_chance_alone_signals_as_seldom_as_promised() -> None:
    """Negative binomial problems of 60 vehicles a week: 0.27 % of points, and a little more for their skewness."""
    rng = np.random.default_rng(8)
    signals = points = 0
    for _ in range(150):
        problems = rng.poisson(rng.gamma(1.0, 1.2, size=(26, 60))).astype(float)
        spread = problems.std(axis=1)
        found = charted("rate", weeks(problems.mean(axis=1).tolist(), [60] * 26, spread))
        points += len(found.points)
        signals += len(found.charts[0].signals)
    assert 0.001 < signals / points < 0.007


def test_a_weighted_week_counts_with_its_effective_base_and_weights_have_no_unit() -> None:
    values, bases = [0.3 + 0.01 * (week % 5) for week in range(24)], [100] * 24
    one, other = (charted("share", weeks(values, bases, weight=weight)) for weight in (1.0, 7.5))
    assert one.charts[0].upper == pytest.approx(other.charts[0].upper)
    assert one.points[0].effective_base == pytest.approx(other.points[0].effective_base) == 100


def test_a_jump_signals_in_its_week() -> None:
    values = [700.0 + 4 * (week % 2) for week in range(25)]
    values[20] = 760
    found = charted("mean", weeks(values, [100] * 25, 100))
    signals = [(signal.point, signal.side) for signal in found.charts[0].signals]
    assert signals == [(20, "high")]


def test_what_never_varies_has_no_limits() -> None:
    nothing = charted("rate", weeks([0.0] * 20, [50] * 20))
    alike = charted("mean", weeks([700.0] * 20, [50] * 20))
    assert [[reason.code for reason in found.refused] for found in (nothing, alike)] == [["chart_no_limits"]] * 2
    steady = charted("share", weeks([0.5] * 20, [50] * 20))
    assert [chart.kind for chart in steady.charts] == ["p", "ewma", "cusum"]
