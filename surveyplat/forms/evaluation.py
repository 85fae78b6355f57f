"""What conditions and calculated values amount to for one respondent, and what a missing answer means in them.

**Missing, defined once.** A reference has a value, or it is missing: not asked, not answered, "don't know", or off the
respondent's path are all the same to a rule. A comparison with something missing on either side is *unknown*; only
``answered`` and ``dont_know`` are never unknown. ``all`` is false when one part is false, else unknown when one is
unknown; ``any`` is true when one part is true, else unknown when one is unknown; ``none`` is the opposite of ``any``
(the strong three-valued logic of Kleene, "Introduction to Metamathematics", 1952, section 64). A rule acts on what is
known only: an item is shown, demanded or the survey ended when its condition is true, and a check speaks up when its
condition is false. So an answer that is not there never hides a fault and never makes one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import fsum, prod
from typing import Any

from surveyplat.forms.conditions import (
    AllOf,
    AnyOf,
    Calculated,
    Case,
    Comparison,
    Condition,
    NoneOf,
    Operand,
    Reference,
)

Value = bool | int | float | str | tuple[str, ...]
"""A number, a code, text or day (ISO 8601), true or false, or the codes that were ticked or ranked."""
Truth = bool | None
"""True, false, or None: unknown."""

_MISSING = "missing"


@dataclass(frozen=True)
class Facts:
    """What is known of one respondent: answers by item, facts of the event and the person by field.

    ``calculated`` are the definition's; each is worked out at most once.
    """

    answers: Mapping[str, Any]
    event: Mapping[str, Any] = field(default_factory=dict)
    customer: Mapping[str, Any] = field(default_factory=dict)
    calculated: Mapping[str, Calculated] = field(default_factory=dict)
    _known: dict[str, Value | None] = field(default_factory=dict, compare=False, repr=False)

    def with_answers(self, answers: Mapping[str, Any]) -> "Facts":
        """The same person with other answers; nothing that was calculated is carried over."""
        return Facts(answers, self.event, self.customer, self.calculated)

    def value(self, reference: Reference) -> Value | None:
        """The value that a reference has, None when it is missing."""
        match reference.source:
            case "answer":
                return _plain(self.answers.get(reference.name))
            case "calculated":
                return self.calculation(reference.name)
            case source:
                return _plain(getattr(self, source).get(reference.name))

    def calculation(self, name: str) -> Value | None:
        """The value of a calculated one, None when it is missing or its definition leads back to itself."""
        if name not in self._known:
            self._known[name] = None
            rule = self.calculated.get(name)
            self._known[name] = None if rule is None else calculate(rule, self)
        return self._known[name]

    def dont_know(self, reference: Reference) -> bool:
        """Whether "don't know" was chosen."""
        return bool(self.answers.get(reference.answer or "") == {_MISSING: "dont_know"})


def holds(condition: Condition, facts: Facts) -> Truth:
    """Whether a condition is true, false or, for want of an answer, unknown."""
    match condition:
        case AllOf():
            return _all(holds(part, facts) for part in condition.all)
        case AnyOf():
            return _any(holds(part, facts) for part in condition.any)
        case NoneOf():
            return _opposite(_any(holds(part, facts) for part in condition.none))
        case _:
            return _compared(condition, facts)


def all_hold(conditions: Iterable[Condition], facts: Facts) -> Truth:
    """Whether every one of several conditions holds; true when there is none."""
    return _all(holds(condition, facts) for condition in conditions)


def calculate(rule: Calculated, facts: Facts) -> Value | None:
    """The value of a calculated one. Sums and products need all of their parts; a mean takes those that are there."""
    if rule.choose is not None:
        return _chosen(rule.choose, rule.otherwise, facts)
    for name, way in _WAYS.items():
        parts = getattr(rule, name)
        if parts is not None:
            return way(parts, facts)
    return facts.value(rule)


def _all(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return False if False in found else None if None in found else True


def _any(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return True if True in found else None if None in found else False


def _opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _compared(rule: Comparison, facts: Facts) -> Truth:
    value = facts.value(rule)
    truths: list[Truth] = []
    if rule.answered is not None:
        truths.append((value is not None) == rule.answered)
    if rule.dont_know is not None:
        truths.append(facts.dont_know(rule) == rule.dont_know)
    for name, compare in _COMPARISONS.items():
        operand = getattr(rule, name)
        if operand is not None:
            other = _operand(operand, facts) if not isinstance(operand, tuple) else operand
            truths.append(None if value is None or other is None else compare(value, other))
    return _all(truths)


def _operand(operand: Operand, facts: Facts) -> Value | None:
    return facts.value(operand) if isinstance(operand, Reference) else operand


def _equal(value: Any, other: Any) -> Truth:
    """Numbers with numbers, texts with texts; kinds that have nothing in common are never equal."""
    return isinstance(value, bool) == isinstance(other, bool) and value == other


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Truth]:
    def compared(value: Any, other: Any) -> Truth:
        if (_is_number(value) and _is_number(other)) or (isinstance(value, str) and isinstance(other, str)):
            return compare(value, other)
        return None

    return compared


def _includes(value: Any, code: Any) -> Truth:
    return code in value if isinstance(value, tuple) else _equal(value, code)


_COMPARISONS: Mapping[str, Callable[[Any, Any], Truth]] = {
    "equals": _equal,
    "differs": lambda value, other: not _equal(value, other),
    "one_of": lambda value, others: any(_equal(value, other) for other in others),
    "none_of": lambda value, others: not any(_equal(value, other) for other in others),
    "includes": _includes,
    "at_least": _ordered(lambda value, other: value >= other),
    "at_most": _ordered(lambda value, other: value <= other),
    "above": _ordered(lambda value, other: value > other),
    "below": _ordered(lambda value, other: value < other),
}


def _numbers(operands: Iterable[Operand], facts: Facts) -> list[float | None]:
    values = [_operand(operand, facts) for operand in operands]
    return [value if _is_number(value) else None for value in values]  # type: ignore[misc]


def _of_all(work: Callable[[list[float]], float]) -> "_Way":
    def way(operands: Any, facts: Facts) -> Value | None:
        values = _numbers(operands, facts)
        return None if None in values else _whole(work([value for value in values if value is not None]))

    return way


def _of_those_there(work: Callable[[list[float]], float]) -> "_Way":
    def way(operands: Any, facts: Facts) -> Value | None:
        there = [value for value in _numbers(operands, facts) if value is not None]
        return _whole(work(there)) if there else None

    return way


def _count(items: Iterable[str], facts: Facts) -> Value | None:
    ticked = [facts.value(Reference(answer=item)) for item in items]
    lists = [codes for codes in ticked if isinstance(codes, tuple)]
    return sum(map(len, lists)) if lists else None


def _days(days: Any, facts: Facts) -> Value | None:
    ends = [_day(_operand(end, facts)) for end in (days.since, days.to)]
    return None if ends[0] is None or ends[1] is None else (ends[1] - ends[0]).days


def _chosen(cases: Iterable[Case], otherwise: Operand | None, facts: Facts) -> Value | None:
    for case in cases:
        if holds(case.when, facts):
            return _operand(case.then, facts)
    return None if otherwise is None else _operand(otherwise, facts)


_Way = Callable[[Any, Facts], Value | None]
_WAYS: Mapping[str, _Way] = {
    "sum": _of_all(fsum),
    "difference": _of_all(lambda values: values[0] - values[1]),
    "product": _of_all(prod),
    "mean": _of_those_there(lambda values: fsum(values) / len(values)),
    "lowest": _of_those_there(min),
    "highest": _of_those_there(max),
    "count": _count,
    "days": _days,
}


def _plain(answer: Any) -> Value | None:
    """An answer, or a fact of an event, as a value: days as ISO 8601, several codes as a tuple, missing as None.

    Of a sum that was shared out the codes count that got something.
    """
    match answer:
        case list():
            return tuple(answer)
        case {"points": dict(points)}:
            return tuple(code for code, share in points.items() if share)
        case date():
            return answer.isoformat()
        case dict() | None | "":
            return None
        case _:
            return answer  # type: ignore[no-any-return]


def _day(value: Value | None) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(number: float) -> int | float:
    """A whole number as int, so that 3 and 3.0 are shown and stored alike."""
    return int(number) if float(number).is_integer() else float(number)
