"""Numbers and days as people type them on any keyboard: full-width digits, grouped thousands, 2026年9月5日."""

import re
from datetime import date
from decimal import Decimal
from unicodedata import decimal, normalize

from babel.numbers import NumberFormatError, parse_decimal

from surveyplat.forms.locales import locale_of

_LONGEST = 40
_NUMBER = re.compile(r"[+-]?[\d.,’]+", re.ASCII)
_SIGNS = str.maketrans({"−": "-", "﹣": "-", "٫": ".", "٬": ",", "'": "’"})
_YEAR_FIRST = (
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?", re.ASCII),
    re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII),
)


def number_of(text: str, language: str) -> Decimal:
    """The number in a text, with the language's signs for thousands and decimals; spaces count for nothing.

    Raises ``ValueError`` for anything else: "1,5" is no number in English, where it may be meant as 1.5 or as 15.
    """
    digits = _plain(text)
    if len(digits) > _LONGEST or not _NUMBER.fullmatch(digits):
        raise ValueError(f"{text[:_LONGEST]!r} is not a number")
    try:
        return parse_decimal(digits, locale=locale_of(language) or "en", strict=True)
    except NumberFormatError as error:
        raise ValueError(str(error)) from None


def day_of(text: str) -> date:
    """The day in a text that names the year first: 2026-09-05, 2026/9/5, 2026.9.5, 20260905, 2026年9月5日.

    Raises ``ValueError`` for anything else, and for a day that no calendar has.
    """
    plain = _plain(text)
    found = next((match for form in _YEAR_FIRST if (match := form.fullmatch(plain))), None)
    if found is None:
        raise ValueError(f"{text[:_LONGEST]!r} is not a day")
    year, month, day = (int(part) for part in found.groups() if part.isdigit())
    return date(year, month, day)


def _plain(text: str) -> str:
    """Without spaces, in ASCII digits and signs; the signs of Arabic numbers as English ones."""
    characters = normalize("NFKC", text).translate(_SIGNS)
    return "".join(str(decimal(char, char)) for char in characters if not char.isspace())
