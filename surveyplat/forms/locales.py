"""Days and numbers as a language writes them; as ISO and Python do where nobody here knows the language."""

from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date


@cache
def locale_of(language: str) -> Locale | None:
    """The locale of a language tag, None for one that nobody here knows."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def day_text(day: date, language: str) -> str:
    """A day in words: 30 September 2026."""
    locale = locale_of(language)
    return format_date(day, format="long", locale=locale) if locale else day.isoformat()
