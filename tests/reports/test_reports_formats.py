"""Numbers, dates and periods in both languages."""

import pytest

from surveyplat.reports import formats


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (784.4, 0, "784"),
        (1845, 0, "1,845"),
        (71.97037037, 2, "71.97"),
        (-4.25, 1, "−4.2"),
        (-0.04, 1, "0.0"),
        (-0.4, 0, "0"),
        (0.0, 1, "0.0"),
        (None, 1, "–"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_number_has_a_fixed_count_of_decimals_and_no_negative_zero(
    value: float | None, digits: int, text: str, language: str
) -> None:
    assert formats.number(value, digits, language) == text


@pytest.mark.parametrize(("value", "text"), [(12.0, "+12"), (-3.0, "−3"), (0.2, "0"), (None, "–")])
def test_a_change_carries_its_sign_after_rounding(value: float | None, text: str) -> None:
    assert formats.signed(value, 0, "en") == text


def test_an_interval_with_a_negative_end_is_written_in_words() -> None:
    assert formats.interval(778.3, 789.7, 0, "en") == "778–790"
    assert formats.interval(-4.0, 10.0, 0, "en") == "−4 to +10"
    assert formats.interval(-4.0, 10.0, 0, "zh-Hans") == "−4 至 +10"
    assert formats.interval(None, 3.0, 0, "en") == "–"


@pytest.mark.parametrize(
    ("period", "english", "chinese"),
    [
        ("2026-Q3", "Q3 2026", "2026年第三季度"),
        ("2026-09", "September 2026", "2026年9月"),
        ("2005", "2005", "2005年"),
        ("pilot", "pilot", "pilot"),
    ],
)
def test_a_period_is_named_as_the_language_names_it(period: str, english: str, chinese: str) -> None:
    assert formats.period_name(period, "en") == english
    assert formats.period_name(period, "zh-Hans") == chinese


def test_dates_and_times_keep_the_offset_that_they_were_recorded_in() -> None:
    assert formats.long_date("2026-10-20", "en") == "20 October 2026"
    assert formats.long_date("2026-10-20", "zh-Hans") == "2026年10月20日"
    assert formats.long_time("2026-10-20T09:00:00+08:00", "en") == "20 October 2026, 09:00 UTC+08:00"
    assert formats.long_time("2026-10-20T09:00:00+08:00", "zh-Hans") == "2026年10月20日 09:00 UTC+08:00"
