"""Expressions that are true or false, as typed conditions of the same meaning.

In XPath an answer that is not there is the empty text, so that every comparison is true or false: ``!=`` is true, all
others are false. In our rules a comparison with something missing is unknown (``forms.evaluation``). To keep the
meaning, ``not()`` is carried down to the comparisons, and each of them says by itself what holds without an answer.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.xlsform.expressions import COMPARISONS, Binary, Call, Expression, Number, Ref, String
from surveyplat.forms.xlsform.vocabulary import Mapped, Named, Problem, Vocabulary, as_number

OURS = {"=": "equals", "!=": "differs", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}
OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MIRRORED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NOTHING: Mapped = {}


@dataclass
class Conditions:
    """Converts the expressions of one cell. ``own`` is what ``.`` means, None where it means nothing.

    ``problems`` holds what could not be converted; a condition is of use only when it stays empty.
    """

    vocabulary: Vocabulary
    own: Named | None = None
    problems: list[Problem] = field(default_factory=list)

    def condition(self, expression: Expression, *, negated: bool = False) -> Mapped:
        """A condition that is true exactly where the expression is (false exactly where it is, when ``negated``)."""
        match expression:
            case Call(("and" | "or") as name, parts):
                together = "all" if (name == "and") != negated else "any"
                return _joined(together, [self.condition(part, negated=negated) for part in parts])
            case Call("not", (inner,)):
                return self.condition(inner, negated=not negated)
            case Call("selected", (Ref() as ref, String(name))):
                return self._selected(ref, name, negated)
            case Binary(sign, left, right) if sign in COMPARISONS:
                return self._comparison(sign, left, right, negated)
            case Call(name):
                return self.unsupported(f"function {name}()")
        return self.unsupported("a value where a condition is expected", "Compare it with something")

    def find(self, ref: Ref) -> Named | None:
        """What a reference names; None, and a problem, when it names nothing."""
        if ref.name is None:
            if self.own is None:
                self.unsupported("a point without a question of its own")
            return self.own
        found = self.vocabulary.find(ref.name)
        if isinstance(found, Problem):
            self.problems.append(found)
            return None
        return found

    def unsupported(self, what: str, fix: str = "It is left out") -> Mapped:
        self.problems.append(Problem("unsupported", what, fix))
        return _NOTHING

    def _selected(self, ref: Ref, name: str, negated: bool) -> Mapped:
        named = self.find(ref)
        if named is None:
            return _NOTHING
        if not named.codes:
            return self.unsupported(f"selected() on ${{{named.name}}}, which is no choice")
        code = self._code(named, name)
        if named.kind == "single":
            return self._leaf(named, "differs" if negated else "equals", code, when_empty=negated)
        includes = {**named.reference, "includes": code}
        if not negated:
            return {**_present(named), "includes": code} if self.own not in (None, named) else includes
        return {"none": [includes]} if named == self.own else {"any": [_empty(named), {"none": [includes]}]}

    def _comparison(self, sign: str, left: Expression, right: Expression, negated: bool) -> Mapped:
        if isinstance(left, Number | String) and not isinstance(right, Number | String):
            sign, left, right = MIRRORED[sign], right, left
        match left, right:
            case Ref(), Ref():
                return self._of_two(sign, self.find(left), self.find(right), negated)
            case Ref(), _:
                named = self.find(left)
                return _NOTHING if named is None else self._with_literal(named, sign, right, negated)
            case Call("count-selected", (Ref() as ref,)), Number(value):
                return self._count(ref, sign, value, negated)
        for side in (left, right):
            self._cannot_compare(side)
        return _NOTHING

    def _cannot_compare(self, side: Expression) -> None:
        match side:
            case Call(name):
                self.unsupported(f"function {name}()")
            case Binary(sign) if sign not in COMPARISONS:
                self.unsupported("arithmetic", "Put it in a calculate row and compare that")
            case Number() | String() | Ref():
                if not self.problems:
                    self.unsupported("a comparison without ${...}")
            case _:
                self.unsupported("a comparison of a comparison")

    def _count(self, ref: Ref, sign: str, number: float, negated: bool) -> Mapped:
        named = self.find(ref)
        if named is None:
            return _NOTHING
        if named.kind != "multiple":
            return self.unsupported(f"count-selected() on ${{{named.name}}}, which is no select_multiple")
        sign = OPPOSITE[sign] if negated else sign
        count = self.vocabulary.count_of(named)
        compared = {**count, OURS[sign]: number}
        if named != self.own and COMPARED[sign](0, number):
            return {"any": [{**count, "answered": False}, compared]}
        return compared

    def _with_literal(self, named: Named, sign: str, literal: Expression, negated: bool) -> Mapped:
        if not isinstance(literal, Number | String | Call):
            self._cannot_compare(literal)
            return _NOTHING
        if isinstance(literal, String) and not literal.value:
            return self._emptiness(named, sign, negated)
        if named.kind == "single":
            return self._with_code(named, sign, literal, negated)
        operand = self._operand(named, sign, literal)
        if operand is None:
            return _NOTHING
        ours = OURS[OPPOSITE[sign] if negated else sign]
        return self._leaf(named, ours, operand, when_empty=(sign == "!=") != negated)

    def _emptiness(self, named: Named, sign: str, negated: bool) -> Mapped:
        """Compared with the empty text: nothing but whether there is an answer."""
        if sign not in ("=", "!="):
            return self.unsupported(f"{sign} with an empty text")
        empty = (sign == "=") != negated
        if named.kind == "multiple":
            count = self.vocabulary.count_of(named)
            return {"any": [{**count, "answered": False}, {**count, "equals": 0}]} if empty else {**count, "above": 0}
        return {**named.reference, "answered": not empty}

    def _with_code(self, named: Named, sign: str, literal: Expression, negated: bool) -> Mapped:
        """A choice is compared with a code; < and > compare the codes as numbers, so that they mean some of them."""
        if isinstance(literal, Call):
            return self.unsupported(f"function {literal.name}()")
        value = str(literal.value) if isinstance(literal, Number | String) else ""
        if sign in ("=", "!="):
            ours = OURS[OPPOSITE[sign] if negated else sign]
            return self._leaf(named, ours, self._code(named, value), when_empty=(sign == "!=") != negated)
        bound = as_number(value)
        numbers = {code: as_number(name) for name, code in named.codes.items()}
        meant = [code for code, number in numbers.items() if _compares(sign, number, bound)]
        if not meant:
            return self.unsupported(f"${{{named.name}}} {sign} {value}, which is true of no choice,")
        return self._leaf(named, "none_of" if negated else "one_of", meant, when_empty=negated)

    def _code(self, named: Named, name: str) -> str:
        if name in named.codes:
            return named.codes[name]
        fix = f"{did_you_mean(name, named.codes)}Its choices are {', '.join(list(named.codes)[:12])}"
        self.problems.append(Problem("unknown-choice", f'${{{named.name}}} has no choice "{name}"', fix))
        return name

    def _operand(self, named: Named, sign: str, literal: Number | String | Call) -> Any:
        """What a number, a day or a text may be compared with; None, and a problem, when this cannot be."""
        match named.kind, literal:
            case "number", Number(value):
                return value
            case "number", String(text) if (number := as_number(text)) is not None:
                return number
            case "date", String(text) if is_day(text):
                return text
            case "date", Call("date", (String(text),)) if is_day(text):
                return text
            case "text", String(text) if sign in ("=", "!="):
                return text
            case (("multiple" | "ranking"), Number() | String()):
                self.unsupported(f"{sign} on ${{{named.name}}}, of which several may be chosen,", "Use selected()")
            case _, Call(name):
                self.unsupported(f"function {name}()")
            case _:
                self.unsupported(f"the {named.kind} ${{{named.name}}} {sign} what is no {named.kind}")
        return None

    def _leaf(self, named: Named, ours: str, operand: Any, *, when_empty: bool) -> Mapped:
        compared = {**named.reference, ours: operand}
        if named == self.own:
            return compared
        if when_empty:
            return {"any": [_empty(named), compared]}
        return {**named.reference, "answered": True, ours: operand} if self.own else compared

    def _of_two(self, sign: str, left: Named | None, right: Named | None, negated: bool) -> Mapped:
        """Two answers compared. Without both: equal when neither is there, different when one is, else false."""
        if left is None or right is None:
            return _NOTHING
        if left.kind != right.kind or left.kind in ("multiple", "ranking") or (left.kind, sign) in _UNORDERED:
            return self.unsupported(f"${{{left.name}}} {sign} ${{{right.name}}} ({left.kind} and {right.kind})")
        there = _present(left), _present(right)
        gone = _empty(left), _empty(right)
        ours = OURS[OPPOSITE[sign] if negated else sign]
        both = {"all": [*there, {**left.reference, ours: right.reference}]}
        match sign, negated:
            case ("=", False) | ("!=", True):
                return {"any": [both, {"all": [*gone]}]}
            case ("=", True) | ("!=", False):
                return {"any": [both, {"all": [there[0], gone[1]]}, {"all": [gone[0], there[1]]}]}
        return {"any": [both, *gone]} if negated else both


_UNORDERED = {(kind, sign) for kind in ("single", "text") for sign in ("<", "<=", ">", ">=")}


def _joined(together: str, parts: list[Mapped]) -> Mapped:
    """The parts in one list; those that are such a list themselves give theirs."""
    return {together: [own for part in parts for own in (part[together] if set(part) == {together} else [part])]}


def _empty(named: Named) -> Mapped:
    return {**named.reference, "answered": False}


def _present(named: Named) -> Mapped:
    return {**named.reference, "answered": True}


def _compares(sign: str, number: float | None, bound: float | None) -> bool:
    return number is not None and bound is not None and COMPARED[sign](number, bound)


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar as 2026-09-30."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
