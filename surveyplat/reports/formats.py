"""Numbers, dates and periods as the report's language writes them. The language is an argument; no locale is read.

Minus is the true minus sign. An absent number is an en dash, never 0.
"""

import re
from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from surveyplat.reports.languages import is_chinese

ABSENT = "–"
_LOCALES = {"en": "en_GB", "zh-Hans": "zh_Hans_CN", "zh-Hant": "zh_Hant_TW"}
_CHINESE = {"quarter": "{year}年第{part}季度", "month": "{year}年{part}月", "year": "{year}年"}
_PERIODS = {
    "en": {"quarter": "Q{part} {year}", "month": "{month} {year}", "year": "{year}"},
    "zh-Hans": _CHINESE,
    "zh-Hant": _CHINESE,
}


@lru_cache(maxsize=8)
def locale_of(language: str) -> Locale:
    return Locale.parse(_LOCALES[language])


@lru_cache(maxsize=8192)
def number(value: float | None, digits: int, language: str) -> str:
    """A number with a fixed count of decimals and the language's grouping; an en dash when there is none."""
    if value is None:
        return ABSENT
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    text: str = format_decimal(value, format=pattern, locale=locale_of(language))
    return "0" + text[2:] if re.fullmatch(r"-0\.?0*", text) else text.replace("-", "−")


def signed(value: float | None, digits: int, language: str) -> str:
    """The same with a plus sign where it is above 0 after rounding."""
    text = number(value, digits, language)
    plus = value is not None and value > 0 and any(digit in text for digit in "123456789")
    return f"+{text}" if plus else text


def percent(share: float | None, digits: int, language: str) -> str:
    """A share of 0-1 as a percentage."""
    if share is None:
        return ABSENT
    return number(share * 100, digits, language) + "%"


def interval(low: float | None, high: float | None, digits: int, language: str) -> str:
    """ "low–high"; "low to high" where a minus sign would make a dash hard to read."""
    if low is None or high is None:
        return ABSENT
    ends = number(low, digits, language), number(high, digits, language)
    if low < 0 or high < 0:
        ends = signed(low, digits, language), signed(high, digits, language)
        return (" 至 " if is_chinese(language) else " to ").join(ends)
    return "–".join(ends)


def percent_interval(low: float | None, high: float | None, language: str) -> str:
    """Two shares of 0-1 as percentages: "14–20%"."""
    if low is None or high is None:
        return ABSENT
    return interval(low * 100, high * 100, 0, language) + "%"


def named(name: str, code: str, language: str) -> str:
    """A name with its code in brackets; the code alone when it has no other name."""
    if not name or name == code:
        return code
    return f"{name}（{code}）" if is_chinese(language) else f"{name} ({code})"


def language_name(tag: str, language: str) -> str:
    """What a language is called by a reader of another one; a tag that nobody knows as it is."""
    try:
        spoken, words = Locale.parse(tag, sep="-"), locale_of(language)
        name = str(words.languages.get(tag.replace("-", "_")) or spoken.get_display_name(words))
    except (ValueError, UnknownLocaleError):
        return tag
    return name.replace(" (", "（").replace(")", "）") if is_chinese(language) else name


def long_date(day: str | date, language: str) -> str:
    """An ISO date in words: 20 October 2026, 2026年10月20日."""
    parsed = date.fromisoformat(day) if isinstance(day, str) else day
    return str(format_date(parsed, "long", locale=locale_of(language)))


def long_time(moment: str, language: str) -> str:
    """An ISO time in words, with the offset that it was recorded in."""
    pattern = "y年M月d日 HH:mm ZZZZ" if is_chinese(language) else "d MMMM y, HH:mm ZZZZ"
    parsed = datetime.fromisoformat(moment)
    text = format_datetime(parsed, pattern, tzinfo=parsed.tzinfo, locale=locale_of(language))
    return str(text).replace("GMT", "UTC")


def period_name(period: str, language: str) -> str:
    """2026-Q3 -> Q3 2026 or 2026年第三季度; other names as they are."""
    names = _PERIODS[language]
    if quarter := re.fullmatch(r"(\d{4})-Q([1-4])", period):
        part = quarter[2] if language == "en" else "一二三四"[int(quarter[2]) - 1]
        return names["quarter"].format(year=quarter[1], part=part)
    if month := re.fullmatch(r"(\d{4})-(\d{2})", period):
        named = format_date(date(int(month[1]), int(month[2]), 1), "LLLL", locale=locale_of(language))
        return names["month"].format(year=month[1], part=int(month[2]), month=named)
    return names["year"].format(year=period) if re.fullmatch(r"\d{4}", period) else period
