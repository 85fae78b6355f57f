from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.audit.periods import Period, parse_period
from surveyplat.errors import InvalidPeriod


@pytest.mark.parametrize(
    ("name", "first_day", "last_day"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-07", date(2026, 7, 1), date(2026, 7, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_name_gives_the_first_and_the_last_day(name: str, first_day: date, last_day: date) -> None:
    assert parse_period(name) == Period(name, first_day, last_day)


@pytest.mark.parametrize(
    ("name", "before"),
    [("2026", "2025"), ("2026-Q3", "2026-Q2"), ("2026-Q1", "2025-Q4"), ("2026-07", "2026-06"), ("2026-01", "2025-12")],
)
def test_the_previous_period_has_the_same_length_and_ends_the_day_before(name: str, before: str) -> None:
    assert parse_period(name).previous().name == before


@given(year=st.integers(1001, 2999), part=st.sampled_from(["", *(f"-Q{n}" for n in range(1, 5)), "-01", "-02", "-12"]))
def test_previous_periods_leave_no_gap_and_no_overlap(year: int, part: str) -> None:
    period = parse_period(f"{year}{part}")
    assert (period.first_day - period.previous().last_day).days == 1


@pytest.mark.parametrize(
    "name", ["", "26", "2026-Q5", "2026-Q0", "2026-13", "2026-7", "2026-q3", "2026-Q3 ", "0999", "٢٠٢٦"]
)
def test_another_name_is_refused_with_the_three_forms(name: str) -> None:
    with pytest.raises(InvalidPeriod, match=r"2026-Q3"):
        parse_period(name)
