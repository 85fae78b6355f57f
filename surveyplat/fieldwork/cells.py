"""What one cell of an events file may hold: each check takes the text and gives the value, or raises ``BadCell``.

A VIN's check digit is not demanded: only cars for North America and China carry one, and imports stand beside them.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from typing import get_args
from zoneinfo import available_timezones

from surveyplat.event_kinds import EventKind

DEFAULT_PHONE_REGION = "CN"
"""A phone number without a country code is read as a Chinese one."""
_KINDS: tuple[EventKind, ...] = get_args(EventKind)
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\S.*))?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-[a-z0-9]{5,8})*", re.IGNORECASE)


class BadCell(Exception):
    """One cell's fault: the cause and the fix, without the cell's own text, which may be personal."""

    def __init__(self, cause: str, fix: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.fix = fix


def text(longest: int, *, required: bool = True) -> Callable[[str], str]:
    """A check for plain text of at most ``longest`` characters, without control characters, in Unicode's form NFC."""

    def check(cell: str) -> str:
        if required and not cell:
            raise BadCell("is empty", "Fill it in")
        if len(cell) > longest:
            raise BadCell(f"has {len(cell)} characters", f"Shorten it to {longest}")
        if _CONTROL.search(cell):
            raise BadCell("holds a control character or a line break", "Remove it")
        return unicodedata.normalize("NFC", cell)

    return check


def code(longest: int) -> Callable[[str], str]:
    """A check for an identifier: like required text, with full-width letters and digits read as plain ones."""
    check = text(longest)
    return lambda cell: check(unicodedata.normalize("NFKC", cell))


def kind(cell: str) -> EventKind:
    """One of the kinds of events, in any case."""
    word = unicodedata.normalize("NFKC", cell).lower()
    found = next((name for name in _KINDS if name == word), None)
    if found is None:
        meant = get_close_matches(word, _KINDS, n=1)
        question = f"Did you mean {meant[0]}? " if meant else ""
        raise BadCell("is no kind of event", f"{question}Write {', '.join(_KINDS[:-1])} or {_KINDS[-1]}")
    return found


def moment(cell: str) -> date | datetime:
    """A day, or a time of a day with or without its offset; ``2026/7/1 9:30`` is read like ``2026-07-01T09:30``."""
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", cell))
    if found is None:
        raise BadCell("is not a date", "Write 2026-07-01 or 2026-07-01T09:30:00+08:00")
    if not _EARLIEST_YEAR <= int(found[1]) <= _LATEST_YEAR:
        raise BadCell(f"lies outside of the years {_EARLIEST_YEAR} to {_LATEST_YEAR}", "Correct the year")
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        return day if found[4] is None else datetime.combine(day, _time_of_day(found[4]))
    except ValueError:
        raise BadCell("is no day or time of the calendar", "Write 2026-07-01 or 2026-07-01T09:30:00+08:00") from None


def optional_day(cell: str) -> date | None:
    """A day, or nothing; of a date and time the day is kept, as it is written."""
    if not cell:
        return None
    value = moment(cell)
    return value.date() if isinstance(value, datetime) else value


def time_zone(cell: str) -> str:
    """A name of the IANA time zone database."""
    if cell not in _zones():
        raise BadCell("is not a time zone", "Write an IANA name such as Asia/Shanghai")
    return cell


def language(cell: str) -> str:
    """A BCP 47 tag in its usual case (``zh-Hans``, ``en-GB``), or nothing; ``zh_CN`` is read as ``zh-CN``."""
    tag = cell.replace("_", "-")
    if not tag:
        return ""
    if len(tag) > 35 or not _LANGUAGE.fullmatch(tag):
        raise BadCell("is not a language tag", "Write a tag such as zh-Hans or en")
    first, *others = tag.split("-")
    return "-".join([first.lower(), *map(_cased, others)])


def vin(cell: str) -> str:
    """Seventeen capital letters and digits without I, O and Q (ISO 3779), or nothing."""
    number = unicodedata.normalize("NFKC", cell).upper()
    if number and not _VIN.fullmatch(number):
        raise BadCell("is not a VIN", "Write its 17 letters and digits; I, O and Q never occur")
    return number


def email(cell: str) -> str:
    """A mail address in its normal form, or nothing. Of the reserved domains ``.test`` passes, for rehearsals."""
    if not cell:
        return ""
    from email_validator import EmailNotValidError, validate_email

    address = unicodedata.normalize("NFKC", cell)
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise BadCell("is not a mail address", "Write name@domain, or leave it empty") from None
    return found.ascii_email or found.normalized


def phone(cell: str) -> str:
    """A phone number as E.164 (``+8613800138000``), or nothing."""
    return _phone(unicodedata.normalize("NFKC", cell)) if cell else ""


@lru_cache(maxsize=4096)
def _phone(number: str) -> str:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, DEFAULT_PHONE_REGION)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise BadCell("is not a phone number", "Write it with its country code, such as +8613800138000")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _time_of_day(written: str) -> time:
    padded = f"0{written}" if re.match(r"\d:", written) else written
    return time.fromisoformat(padded.replace(" ", ""))


def _cased(subtag: str) -> str:
    if len(subtag) == 4:
        return subtag.title()
    return subtag.upper() if len(subtag) == 2 else subtag.lower()
