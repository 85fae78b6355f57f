"""When an event is asked about, which day it counts for, and in which language."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fieldwork_cases import TimingCase

from surveyplat.fieldwork.contact_rules import (
    Window,
    contact_window,
    event_days,
    is_free,
    occasion_day,
    survey_language,
)

IQS = TimingCase("sale", 90, 21, "due")
CSI = TimingCase("service", 3, 21, "event")


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("en-GB", "en"), ("zh-CN", "zh-Hans"), ("zh", "zh-Hans"), ("", "zh-Hans"), ("de", "zh-Hans")],
)
def test_a_customer_is_asked_in_the_nearest_language(tag: str, language: str) -> None:
    assert survey_language(tag, ("zh-Hans", "en")) == language


def test_a_window_opens_at_the_dealers_midnight() -> None:
    window = contact_window(date(2026, 9, 15), "Asia/Shanghai", CSI)
    assert window.opens_at == datetime(2026, 9, 17, 16, 0, tzinfo=UTC)
    assert window.closes_at - window.opens_at == timedelta(days=21)


def test_a_window_counts_days_of_the_calendar_across_the_end_of_summer_time() -> None:
    window = contact_window(date(2026, 10, 20), "Europe/Berlin", CSI)
    assert (window.closes_at.hour, window.opens_at.hour) == (0, 0)
    assert window.closes_at.astimezone(UTC) - window.opens_at.astimezone(UTC) == timedelta(days=21, hours=1)


def test_initial_quality_counts_for_the_day_after_ninety_days_of_ownership() -> None:
    assert occasion_day(date(2026, 4, 2), IQS) == date(2026, 7, 1)
    assert occasion_day(date(2026, 4, 2), CSI) == date(2026, 4, 2)


def test_the_events_of_a_period_lie_where_their_occasion_falls_in_it() -> None:
    assert event_days(date(2026, 7, 1), date(2026, 9, 30), IQS) == (date(2026, 4, 2), date(2026, 7, 2))
    assert event_days(date(2026, 7, 1), date(2026, 9, 30), CSI) == (date(2026, 7, 1), date(2026, 9, 30))


def test_windows_that_only_touch_do_not_overlap() -> None:
    first = contact_window(date(2026, 9, 1), "Asia/Shanghai", CSI)
    after = contact_window(date(2026, 9, 22), "Asia/Shanghai", CSI)
    day_before = contact_window(date(2026, 9, 21), "Asia/Shanghai", CSI)
    assert is_free(after, [first], CSI)
    assert not is_free(day_before, [first], CSI)
    assert not is_free(first, [day_before], CSI)
    assert not is_free(first, [Window(first.opens_at, replace(first).closes_at)], CSI)
