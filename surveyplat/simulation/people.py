"""Synthetic customers and their cars: nobody can be reached at any address given here.

Mail goes to domains reserved for examples (RFC 2606); telephone numbers are well-formed Chinese mobile numbers with
an exchange of four zeros; vehicle numbers carry an unused maker's code and a correct check digit (ISO 3779).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from surveyplat.simulation.group import MODELS

_SURNAMES = (
    *("王/Wang", "李/Li", "张/Zhang", "刘/Liu", "陈/Chen", "杨/Yang", "赵/Zhao", "黄/Huang"),
    *("周/Zhou", "吴/Wu", "徐/Xu", "孙/Sun", "胡/Hu", "朱/Zhu", "高/Gao", "林/Lin"),
)
_GIVEN_NAMES = (
    *("伟/Wei", "芳/Fang", "娜/Na", "敏/Min", "静/Jing", "强/Qiang", "磊/Lei", "洋/Yang", "艳/Yan", "勇/Yong"),
    *("军/Jun", "杰/Jie", "涛/Tao", "明/Ming", "子涵/Zihan", "雨桐/Yutong", "浩然/Haoran", "思远/Siyuan"),
)
_MAIL_DOMAINS = ("example.com", "example.org")
_EXCHANGES = ("1990000", "1980000", "1930000", "1920000", "1910000", "1900000")
_NUMBERS_PER_EXCHANGE = 10_000
_ENGLISH_SHARE = 0.1
_BUILT_DAYS_BEFORE = (20, 120)

_MAKER = "LX0"
_MODEL_CODES = dict(zip(MODELS, ("A3S01", "A5S01", "S5S01", "S7S01", "E6S01"), strict=True))
_YEAR_CODES = {2018: "J", 2019: "K", 2020: "L", 2021: "M", 2022: "N", 2023: "P", 2024: "R", 2025: "S", 2026: "T"}
_VIN_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMNPR", (1, 2, 3, 4, 5, 7, 9), strict=True)),
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True)
class SyntheticCustomer:
    """A customer and the one car that the dealer knows."""

    id: str
    name: str
    email: str
    phone: str
    language: str
    vin: str
    model: str
    delivered_on: date
    built_on: date


def synthetic_customer(number: int, delivered_on: date, rng: np.random.Generator) -> SyntheticCustomer:
    """Customer ``number`` (0-59,999): telephone, mail and vehicle numbers follow from it, so no two share one."""
    english = bool(rng.random() < _ENGLISH_SHARE)
    model = str(rng.choice(list(MODELS), p=list(MODELS.values())))
    built_on = delivered_on - timedelta(days=int(rng.integers(*_BUILT_DAYS_BEFORE)))
    exchange, line = divmod(number, _NUMBERS_PER_EXCHANGE)
    return SyntheticCustomer(
        id=f"C{number:05d}",
        name=_name(rng, english=english),
        email=f"customer{number:05d}@{_MAIL_DOMAINS[number % len(_MAIL_DOMAINS)]}",
        phone=f"+86{_EXCHANGES[exchange]}{line:04d}",
        language="en" if english else "zh-Hans",
        vin=vehicle_number(model, built_on.year, number),
        model=model,
        delivered_on=delivered_on,
        built_on=built_on,
    )


def _name(rng: np.random.Generator, *, english: bool) -> str:
    surname, surname_latin = _SURNAMES[rng.integers(len(_SURNAMES))].split("/")
    given, given_latin = _GIVEN_NAMES[rng.integers(len(_GIVEN_NAMES))].split("/")
    return f"{given_latin} {surname_latin}" if english else surname + given


def vehicle_number(model: str, year: int, serial: int) -> str:
    """A 17-character vehicle number of the invented maker; ``year`` is the year of building, 2018-2026."""
    unchecked = f"{_MAKER}{_MODEL_CODES[model]}0{_YEAR_CODES[year]}A{serial:06d}"
    return f"{unchecked[:8]}{check_digit(unchecked)}{unchecked[9:]}"


def check_digit(vin: str) -> str:
    """The ninth character of a vehicle number, from the other sixteen (ISO 3779, as GB 16735 applies it)."""
    remainder = sum(_VIN_VALUES[mark] * weight for mark, weight in zip(vin, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)
