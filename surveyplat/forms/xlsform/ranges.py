"""Constraints that are a plain range: they become bounds of the item rather than a check of its page."""

from collections.abc import Iterable
from math import ceil, floor

from surveyplat.forms.xlsform.conditions import MIRRORED, is_day
from surveyplat.forms.xlsform.expressions import COMPARISONS, Binary, Call, Expression, Number, Ref, String
from surveyplat.forms.xlsform.vocabulary import Mapped

WIDEST = 1_000_000_000
"""The bounds of a number for which the form gives none."""
MOST_DECIMALS = 6


def conjuncts(expression: Expression) -> tuple[Expression, ...]:
    """The parts that must all hold."""
    return expression.arguments if isinstance(expression, Call) and expression.name == "and" else (expression,)


def rejoined(parts: list[Expression]) -> Expression | None:
    """The parts as one expression again, None without any."""
    return None if not parts else parts[0] if len(parts) == 1 else Call("and", tuple(parts))


def bounds_of(kind: str, parts: Iterable[Expression]) -> tuple[Mapped, list[Expression]]:
    """What the parts say as bounds of an item of this kind, and the parts that say something else."""
    found: Mapped = {}
    rest: list[Expression] = []
    for part in parts:
        bound = _bound(kind, part)
        if bound is None or (bound[0] in found and kind == "date"):
            rest.append(part)
        else:
            key, value = bound
            tighter = {"minimum": max, "maximum": min, "most": min}.get(key)
            found[key] = tighter(found[key], value) if tighter and key in found else value
    return found, rest


def _bound(kind: str, part: Expression) -> tuple[str, float | str] | None:
    if not isinstance(part, Binary) or part.operator not in COMPARISONS:
        return None
    sign, own, other = part.operator, part.left, part.right
    if isinstance(own, Number | String):
        sign, own, other = MIRRORED[sign], other, own
    match kind, own, other:
        case "integer", Ref(None), Number(value):
            return _whole_bound(sign, value)
        case "decimal", Ref(None), Number(value) if sign in (">=", "<="):
            return ("minimum" if sign == ">=" else "maximum"), value
        case "date", Ref(None), _ if sign in (">=", "<=") and (day := _day(other)):
            return ("earliest" if sign == ">=" else "latest"), day
        case "multiple", Call("count-selected", (Ref(None),)), Number(value) if sign in ("<=", "<"):
            key_and_most = _whole_bound(sign, value)
            return ("most", key_and_most[1]) if key_and_most and key_and_most[1] >= 1 else None
    return None


def _whole_bound(sign: str, value: float) -> tuple[str, int] | None:
    match sign:
        case ">=":
            return "minimum", ceil(value)
        case ">":
            return "minimum", floor(value) + 1
        case "<=":
            return "maximum", floor(value)
        case "<":
            return "maximum", ceil(value) - 1
    return None


def _day(expression: Expression) -> str | None:
    match expression:
        case Call("today", ()):
            return "today"
        case Call("date", (String(text),)) | String(text) if is_day(text):
            return text
    return None
