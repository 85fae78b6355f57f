"""Conditions as formulas over what each answer may be, so that a search can ask whether anybody satisfies them.

What a single comparison amounts to is asked of ``forms.evaluation``, value by value, so that both agree on every case.
Where something is not understood (two answers compared with one another, a sum) the formula says less than the
condition: it may be satisfied where the condition is not, never the other way round.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from surveyplat.forms.answer_domains import UNKNOWN, Domain
from surveyplat.forms.conditions import (
    OPERATORS,
    SOURCES,
    AllOf,
    AnyOf,
    Calculated,
    Comparison,
    Condition,
    NoneOf,
    Operand,
    Reference,
)
from surveyplat.forms.evaluation import Facts, Truth, holds
from surveyplat.forms.possible_values import DONT_KNOW, MISSING, representatives

Wanted = Literal["true", "false", "not true", "not false"]
"""What a condition is to be; it may also be unknown, which is neither true nor false."""
Variable = tuple[str, ...]
"""A source and a name; with a code behind them, whether this code was ticked."""

NOT_THERE: Final = 1
"""The state of a variable in which there is no answer, as a bit."""
TICKED: Final = 1
UNTICKED: Final = 2
_DEEPEST = 12
"""How many calculated values, one resting on the other, are looked into."""


@dataclass(frozen=True, slots=True)
class Member:
    """The variable is in one of these states, one bit each."""

    variable: Variable
    states: int


@dataclass(frozen=True, slots=True)
class Every:
    """All parts are so; without any, always."""

    parts: tuple["Formula", ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part is so; without any, never."""

    parts: tuple["Formula", ...] = ()


Formula = Member | Every | Some
ALWAYS: Final = Every()
NEVER: Final = Some()

_OPPOSITE: Final[Mapping[Wanted, Wanted]] = {
    "true": "false",
    "false": "true",
    "not true": "not false",
    "not false": "not true",
}
_ALL_PARTS: Final = ("true", "not false")
"""What is wanted of ``all`` must then be so of every part of it."""


class Formulas:
    """Turns the conditions of one definition into formulas.

    ``domains`` holds what a reference (source, name) may be. ``conditions`` are all that will be turned: what they
    compare with decides which values are alike.
    """

    def __init__(
        self,
        domains: Mapping[tuple[str, str], Domain],
        calculated: Mapping[str, Calculated],
        conditions: Iterable[Condition],
    ) -> None:
        self._domains, self._calculated = domains, calculated
        self._constants: dict[tuple[str, str], set[Any]] = {}
        self._states: dict[tuple[str, str], list[Any]] = {}
        self._members: dict[tuple[str, ...], Member] = {}
        cases = (case.when for rule in calculated.values() for case in rule.choose or ())
        for comparison in (each for condition in (*conditions, *cases) for each in _comparisons(condition)):
            self._note_constants(comparison)

    def of(self, condition: Condition, wanted: Wanted, depth: int = 0) -> Formula:
        """What must be so for the condition to be as wanted."""
        match condition:
            case NoneOf():
                return self.of(AnyOf.model_construct(any=condition.none), _OPPOSITE[wanted], depth)
            case AllOf():
                parts = tuple(self.of(part, wanted, depth) for part in condition.all)
                return Every(parts) if wanted in _ALL_PARTS else Some(parts)
            case AnyOf():
                parts = tuple(self.of(part, wanted, depth) for part in condition.any)
                return Some(parts) if wanted in _ALL_PARTS else Every(parts)
            case _:
                parts = tuple(self._single(each, wanted, depth) for each in _singles(condition))
                return Every(parts) if wanted in _ALL_PARTS else Some(parts)

    def domain(self, variable: Variable) -> Domain:
        """What a variable's reference may be."""
        return self._domains.get((variable[0], variable[1]), UNKNOWN)

    def _single(self, rule: Comparison, wanted: Wanted, depth: int) -> Formula:
        """The formula of a comparison with one operator."""
        operator, operand = next(_compared_with(rule))
        if rule.source != "answer" and rule.dont_know is not None:
            return _certain(not rule.dont_know, wanted)
        if isinstance(operand, Reference):
            return self._both_there(rule, operand) if wanted in ("true", "false") else ALWAYS
        calculated = self._calculated.get(rule.name) if rule.source == "calculated" else None
        if calculated is not None and (calculated.choose or _is_hidden(calculated)):
            return self._of_calculation(rule, calculated, wanted, depth + 1) if depth < _DEEPEST else ALWAYS
        domain = self.domain((rule.source, rule.name))
        if not domain.comparable:
            return ALWAYS
        if rule.includes is not None and domain.family == "codes":
            return _includes((rule.source, rule.name), domain, rule.includes, wanted)
        key = (rule.source, rule.name, operator, repr(operand), wanted)
        if key not in self._members:
            self._members[key] = Member((rule.source, rule.name), self._states_where(rule, wanted))
        return self._members[key]

    def _states_where(self, rule: Comparison, wanted: Wanted) -> int:
        facts = (_facts(rule, state) for state in self._states_of(rule.source, rule.name))
        return sum(1 << place for place, fact in enumerate(facts) if _is_as(holds(rule, fact), wanted))

    def _both_there(self, rule: Comparison, operand: Reference) -> Formula:
        """All that is known when two values compare: neither is missing."""
        there = [_comparison(each, answered=True) for each in (rule, operand)]
        return Every(tuple(self._single(each, "true", _DEEPEST) for each in there))

    def _of_calculation(self, rule: Comparison, calculated: Calculated, wanted: Wanted, depth: int) -> Formula:
        """A comparison of a hidden value, or of one that is chosen, as one of what it stands for."""
        if not calculated.choose:
            return self._single(_about(rule, calculated), wanted, depth)
        alternatives: list[Formula] = []
        passed: list[Formula] = []
        for case in calculated.choose:
            result = self._of_result(rule, case.then, wanted, depth)
            alternatives.append(Every((*passed, self.of(case.when, "true", depth), result)))
            passed.append(self.of(case.when, "not true", depth))
        otherwise = self._of_result(rule, calculated.otherwise, wanted, depth)
        return Some((*alternatives, Every((*passed, otherwise))))

    def _of_result(self, rule: Comparison, result: Operand | None, wanted: Wanted, depth: int) -> Formula:
        if isinstance(result, Reference):
            return self._single(_about(rule, result), wanted, depth)
        return _certain(holds(rule, _facts(rule, result)), wanted)

    def _states_of(self, source: str, name: str) -> list[Any]:
        """What a reference can be: missing, "don't know" where it is offered, and the values that stand for all."""
        key = (source, name)
        if key not in self._states:
            domain = self._domains[key]
            apart = [MISSING, DONT_KNOW] if domain.dont_know else [MISSING]
            self._states[key] = apart + representatives(domain, self._constants.get(key, ()))
        return self._states[key]

    def _note_constants(self, comparison: Comparison) -> None:
        constants = set(_constants(comparison))
        for key in self._bases(comparison, 0) if constants else ():
            self._constants.setdefault(key, set()).update(constants)

    def _bases(self, reference: Reference, depth: int) -> Iterator[tuple[str, str]]:
        """What a comparison compares in the end: itself, and whatever a calculated value stands for."""
        yield reference.source, reference.name
        rule = self._calculated.get(reference.name) if reference.source == "calculated" else None
        if rule is None or depth > _DEEPEST:
            return
        results = [case.then for case in rule.choose or ()] + [rule.otherwise]
        for each in [rule] if _is_hidden(rule) else results:
            if isinstance(each, Reference):
                yield from self._bases(each, depth + 1)


def _includes(variable: Variable, domain: Domain, code: str, wanted: Wanted) -> Formula:
    """There is a list of codes, and this one is in it, or is not."""
    absent = NOT_THERE | (2 if domain.dont_know else 0)
    if code in domain.codes:
        ticked: Formula = Member((*variable, code), TICKED if wanted in _ALL_PARTS else UNTICKED)
    else:
        ticked = _certain(False, wanted)
    if wanted in ("true", "false"):
        return Every((Member(variable, ~absent), ticked))
    return Some((Member(variable, absent), ticked))


def _certain(truth: Truth, wanted: Wanted) -> Formula:
    return ALWAYS if _is_as(truth, wanted) else NEVER


def _is_as(truth: Truth, wanted: Wanted) -> bool:
    if wanted in ("true", "false"):
        return truth is (wanted == "true")
    return truth is not (wanted == "not true")


def _facts(rule: Comparison, state: Any) -> Facts:
    """Facts of which only what the rule compares is known."""
    known = {} if state is None else {rule.name: state}
    match rule.source:
        case "answer":
            return Facts(known)
        case "event":
            return Facts({}, event=known)
        case "customer":
            return Facts({}, customer=known)
    given = Calculated.model_construct(choose=(), otherwise=state)
    return Facts({}, calculated={rule.name: given})


def _compared_with(rule: Comparison) -> Iterator[tuple[str, Any]]:
    """The operators of a comparison, each with what it compares with."""
    return ((name, value) for name in OPERATORS if (value := getattr(rule, name)) is not None)


def _singles(rule: Comparison) -> Iterable[Comparison]:
    """A comparison for each operator of one: several must all hold."""
    compared = list(_compared_with(rule))
    if len(compared) == 1:
        return (rule,)
    return [_comparison(rule, **{name: operand}) for name, operand in compared]


def _about(rule: Comparison, reference: Reference) -> Comparison:
    """The same comparison of another reference."""
    return _comparison(reference, **dict(_compared_with(rule)))


def _comparison(reference: Reference, **operators: Any) -> Comparison:
    """A comparison of what a reference points to; its parts were checked where they come from."""
    fields: dict[str, Any] = {reference.source: reference.name, **operators}
    return Comparison.model_construct(**fields)


def _comparisons(condition: Condition) -> Iterator[Comparison]:
    match condition:
        case AllOf(all=parts) | AnyOf(any=parts) | NoneOf(none=parts):
            for part in parts:
                yield from _comparisons(part)
        case _:
            yield condition


def _constants(rule: Comparison) -> Iterator[Any]:
    for _, operand in _compared_with(rule):
        if isinstance(operand, tuple):
            yield from operand
        elif not isinstance(operand, Reference | bool):
            yield operand


def _is_hidden(rule: Calculated) -> bool:
    return any(getattr(rule, source) is not None for source in SOURCES)
