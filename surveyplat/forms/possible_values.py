"""A few values that stand for all values: whatever a rule can tell apart is among them.

Rules compare a number or a day with constants, so that all values between two neighbouring constants are alike to them.
The constants, one value between each two, and both ends are therefore enough.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any

from surveyplat.forms.answer_domains import Domain

Between = Callable[[Any, Any], Any | None]

MISSING = None
DONT_KNOW = {"missing": "dont_know"}


def representatives(domain: Domain, constants: Collection[Any]) -> list[Any]:
    """Values of the domain, as typed answers, that stand for all of them; none of an unknown domain."""
    match domain.family:
        case "number":
            return _numbers(domain, [each for each in constants if _is_number(each)])
        case "day":
            return _days(each for each in constants if isinstance(each, str))
        case "text":
            words = sorted(each for each in constants if isinstance(each, str))
            return [*words, "".join(words) + "~"]
        case "code":
            return list(domain.codes)
        case "flag":
            return [True, False]
        case "codes":
            return [[]]
    return []


def _numbers(domain: Domain, constants: list[float]) -> list[float]:
    low, high, decimals = domain.low, domain.high, domain.decimals
    low = min([0, *constants]) - 1 if low is None else low
    high = max([0, *constants]) + 1 if high is None else high
    if decimals is None:
        return _with_between(low, high, constants, lambda one, other: (one + other) / 2)
    answerable = [each for each in constants if round(each, decimals) == each]
    low, high = _step(low, decimals, up=True), -_step(-high, decimals, up=True)
    return _with_between(low, high, [*answerable, *(_step(each, decimals) for each in constants)], _next_step(decimals))


def _with_between(low: Any, high: Any, constants: Iterable[Any], between: Between) -> list[Any]:
    within = sorted({low, high, *(each for each in constants if low <= each <= high)} if low <= high else ())
    middles = (between(one, other) for one, other in pairwise(within))
    return sorted({*within, *(each for each in middles if each is not None)})


def _next_step(decimals: int) -> Between:
    """The number with so many decimals that follows the first and comes before the second."""

    def following(one: float, other: float) -> float | None:
        step = _step(one, decimals)
        return step if step < other else None

    return following


def _step(number: float, decimals: int, up: bool = False) -> float:
    """The first number with so many decimals above ``number``; ``up``: number itself when it has no more."""
    scaled = Decimal(str(number)).scaleb(decimals)
    floor = scaled.to_integral_value(ROUND_FLOOR)
    steps = floor if up and floor == scaled else floor + 1
    stepped = float(steps.scaleb(-decimals))
    return int(stepped) if not decimals else stepped


def _days(constants: Iterable[str]) -> list[str]:
    ordinals = [date.fromisoformat(each).toordinal() for each in constants]
    first, last = date(1900, 1, 1).toordinal(), date(2200, 1, 1).toordinal()
    low, high = min([first, *ordinals]) - 1, max([last, *ordinals]) + 1
    low, high = max(low, date.min.toordinal()), min(high, date.max.toordinal())
    found = _with_between(low, high, ordinals, _next_step(0))
    return [date.fromordinal(each).isoformat() for each in found]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
