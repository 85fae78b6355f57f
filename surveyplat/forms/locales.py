"""Days and numbers as a language writes and reads them; ISO 8601 and plain digits in a language not known here."""

from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal


@cache
def locale_of(language: str) -> Locale | None:
    """The locale of a language tag, None when it is not known here."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def day(day: date, language: str) -> str:
    """A day as the language writes it: 30 September 2026."""
    locale = locale_of(language)
    return format_date(day, format="long", locale=locale) if locale else day.isoformat()


def number(value: float, decimals: int, language: str) -> str:
    """A number with the language's signs and at most so many decimals."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=locale_of(language) or "en"))


def typed_number(value: float, language: str) -> str:
    """A number as it is typed: with the language's decimal sign, without signs for thousands."""
    return str(format_decimal(value, format="0.######", locale=locale_of(language) or "en"))
