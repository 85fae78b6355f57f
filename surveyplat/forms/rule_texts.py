"""Rules as texts that can be compared: two rules that say the same in the same parts have the same text.

The parts of ``all``, ``any`` and ``none`` stand in alphabetical order, since theirs says nothing. What a rule takes
from calculated values is written out behind it, so that a changed calculation is a changed rule.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from surveyplat.forms.conditions import (
    CALCULATIONS,
    OPERATORS,
    SOURCES,
    AllOf,
    AnyOf,
    Calculated,
    Calculations,
    Condition,
    NoneOf,
    Reference,
)
from surveyplat.forms.elements import Part

_LISTS = {"all": " and ", "any": " or "}


def rule_text(conditions: Iterable[Condition], calculated: Calculations) -> str:
    """Several conditions that must all hold, with the calculated values that they speak of; "" for none."""
    conditions = tuple(conditions)
    if not conditions:
        return ""
    written = _listed(conditions, "all")
    used = _used(conditions, calculated)
    return "; ".join((written, *(f"{name} = {formula_text(calculated[name])}" for name in sorted(used))))


def formula_text(rule: Calculated) -> str:
    """How a value is calculated."""
    way = next(name for name in CALCULATIONS if getattr(rule, name) is not None)
    parts = getattr(rule, way)
    if way in SOURCES:
        return _operand(rule)
    if way == "choose":
        cases = "; ".join(f"{_operand(case.then)} when {_condition(case.when)}" for case in parts)
        return cases if rule.otherwise is None else f"{cases}; otherwise {_operand(rule.otherwise)}"
    if way == "days":
        return f"days from {_operand(parts.since)} to {_operand(parts.to)}"
    return f"{way} of {', '.join(_operand(part) if way != 'count' else part for part in parts)}"


def _condition(condition: Condition) -> str:
    match condition:
        case AllOf(all=parts):
            return _listed(parts, "all")
        case AnyOf(any=parts):
            return _listed(parts, "any")
        case NoneOf(none=parts):
            return f"not ({_listed(parts, 'any')})"
        case _:
            named = _operand(condition)
            compared = [(name, getattr(condition, name)) for name in OPERATORS]
            said = [
                f"{named} {name.replace('_', ' ')} {_operand(value)}" for name, value in compared if value is not None
            ]
            return " and ".join(said)


def _listed(parts: Iterable[Condition], way: str) -> str:
    written = sorted({_condition(part) for part in parts})
    return written[0] if len(written) == 1 else _LISTS[way].join(f"({part})" for part in written)


def _operand(value: Any) -> str:
    if isinstance(value, Reference):
        return f"{value.source} {value.name}"
    if isinstance(value, tuple):
        return ", ".join(sorted(map(_operand, value)))
    return json.dumps(value, ensure_ascii=False)


def _used(parts: Iterable[Part], calculated: Calculations) -> set[str]:
    """The calculated values that rules speak of, those behind them too."""
    used: set[str] = set()
    waiting = list(parts)
    while waiting:
        new = {name for name in _named(waiting.pop()) if name in calculated} - used
        used |= new
        waiting += [calculated[name] for name in new]
    return used


def _named(part: object) -> Iterator[str]:
    """The calculated values that a tree of rules names."""
    if isinstance(part, tuple):
        for each in part:
            yield from _named(each)
    elif isinstance(part, Part):
        if isinstance(part, Reference) and part.calculated is not None:
            yield part.calculated
        for _, value in part:
            yield from _named(value)
