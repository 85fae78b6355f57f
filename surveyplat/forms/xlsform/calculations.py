"""Calculations of a form as calculated values: arithmetic, if() and count-selected(), each step a value of its own."""

from dataclasses import dataclass
from typing import Any, Literal

from surveyplat.forms.xlsform.conditions import Conditions
from surveyplat.forms.xlsform.expressions import Binary, Call, Expression, Number, Ref, String
from surveyplat.forms.xlsform.vocabulary import Mapped, Vocabulary

Keep = Literal["number", "text"]
_NO_VALUE: tuple[Any, Keep | None] = (None, None)
_WAYS = {"+": "sum", "-": "difference", "*": "product"}


@dataclass
class Calculations:
    """Converts the calculation of the value ``id``. What cannot be converted is in ``conditions.problems``."""

    vocabulary: Vocabulary
    id: str
    conditions: Conditions

    def rule(self, expression: Expression) -> tuple[Mapped, Keep | None]:
        """The calculated value and whether it is a number or a text; of no use when there are problems."""
        match expression:
            case Binary(sign, left, right) if sign in _WAYS:
                return self._arithmetic(sign, left, right), "number"
            case Call("if", (when, then, otherwise)):
                return self._choice(when, then, otherwise)
            case Call("count-selected", (Ref() as ref,)):
                named = self.conditions.find(ref)
                if named is not None and named.kind != "multiple":
                    self.conditions.unsupported(f"count-selected() on ${{{named.name}}}, which is no select_multiple")
                return ({"count": [named.id]}, "number") if named else ({}, None)
            case Number() | String() | Ref():
                return self._single(expression)
            case Call(name):
                return self.conditions.unsupported(f"function {name}()"), None
            case Binary(sign):
                return self.conditions.unsupported(f"operator {sign}"), None

    def _arithmetic(self, sign: str, left: Expression, right: Expression) -> Mapped:
        parts = [left, right]
        while sign in "+*" and isinstance(parts[0], Binary) and parts[0].operator == sign:
            parts[:1] = [parts[0].left, parts[0].right]
        return {_WAYS[sign]: [self._number(part) for part in parts]}

    def _number(self, expression: Expression) -> Any:
        match expression:
            case Ref() as ref:
                named = self.conditions.find(ref)
                if named is None or named.kind == "number":
                    return named.reference if named else None
                number = self.vocabulary.number_of(named) if named.kind == "single" else None
                return number or self.conditions.unsupported(f"arithmetic on ${{{named.name}}}, which is no number,")
            case Number(value):
                return value
            case String():
                return self.conditions.unsupported("arithmetic on a text")
        return self._operand(expression)[0]

    def _choice(self, when: Expression, then: Expression, otherwise: Expression) -> tuple[Mapped, Keep | None]:
        """An empty text is no value: the other branch is then taken by its own condition, and nothing otherwise."""
        swapped = then == String("")
        if swapped:
            then, otherwise = otherwise, then
        case = {"when": self.conditions.condition(when, negated=swapped)}
        value, kind = self._operand(then)
        rule: Mapped = {"choose": [{**case, "then": value}]}
        if otherwise == String(""):
            return rule, kind
        other, other_kind = self._operand(otherwise)
        if None not in (kind, other_kind) and kind != other_kind:
            self.conditions.unsupported("if() of a number and a text")
        return {**rule, "otherwise": other}, kind or other_kind

    def _operand(self, expression: Expression) -> tuple[Any, Keep | None]:
        """A value as it stands, a reference, or a further calculated value."""
        match expression:
            case Number(value):
                return value, "number"
            case String(text):
                return text, "text"
            case Ref() as ref:
                named = self.conditions.find(ref)
                if named is None:
                    return _NO_VALUE
                return named.reference, "number" if named.kind == "number" else "text"
        rule, kind = self.rule(expression)
        return (None if self.conditions.problems else self.vocabulary.add(f"{self.id}_part", rule)), kind

    def _single(self, expression: Number | String | Ref) -> tuple[Mapped, Keep | None]:
        """A reference is the value itself, a number a sum of one."""
        match expression:
            case Number(value):
                return {"sum": [value]}, "number"
            case String():
                return self.conditions.unsupported("a text that is always the same"), None
        named = self.conditions.find(expression)
        if named is None:
            return {}, None
        if named.kind in ("multiple", "ranking"):
            self.conditions.unsupported(f"${{{named.name}}}, of which several may be chosen,")
        return named.reference, "number" if named.kind == "number" else "text"
