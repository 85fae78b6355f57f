"""Whether each rule compares what can be compared: codes with codes that there are, ratings with points of a scale."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from surveyplat.forms.answer_domains import DAY, NUMBER, TEXT, UNKNOWN, Domain, Family, number_in
from surveyplat.forms.conditions import OPERATORS
from surveyplat.forms.rule_outline import Named, Rule, RuleOutline, comparisons, reference_in
from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault

EQUALITY: Final = ("equals", "differs")
LISTED: Final = ("one_of", "none_of")
ORDERED: Final = ("at_least", "at_most", "above", "below")
NUMERIC: Final = ("sum", "difference", "product", "mean", "lowest", "highest")
_DEEPEST = 20
"""How many calculated values may rest on one another before nothing is said about their kind."""
_CALLED: Mapping[Family, str] = {
    "number": "a number",
    "code": "one of several codes",
    "codes": "a list of codes",
    "day": "a day",
    "flag": "true or false",
    "text": "a text",
}


class Kinds:
    """The possible values of everything that rules speak of, calculated values included."""

    def __init__(self, outline: RuleOutline) -> None:
        self._outline = outline
        self._calculated: dict[str, Domain] = {}

    def of(self, named: Named, depth: int = 0) -> Domain:
        """The domain of what a reference names; ``UNKNOWN`` when nothing can be said."""
        if named.source != "calculated":
            return self._outline.domain(named.source, named.name) or UNKNOWN
        if named.name not in self._calculated and depth < _DEEPEST:
            rule = self._outline.calculated.get(named.name)
            self._calculated[named.name] = UNKNOWN if rule is None else self._of_calculation(rule, depth)
        return self._calculated.get(named.name, UNKNOWN)

    def of_operand(self, node: Node, depth: int = 0) -> Domain:
        """The domain of an operand: of what it refers to, or of a value as it stands."""
        if named := reference_in(node):
            return self.of(named, depth + 1)
        if isinstance(node.value, bool):
            return Domain("flag")
        if (number := number_in(node)) is not None:
            return Domain("number", (), number, number, decimals=0 if node.whole is not None else None)
        return UNKNOWN if node.text is None else DAY if is_day(node.text) else TEXT

    def _of_calculation(self, rule: Node, depth: int) -> Domain:
        if named := reference_in(rule):
            return self.of(named, depth + 1)
        for way in NUMERIC:
            if rule.get(way).value is not None:
                return _bounded(way, [self.of_operand(node, depth) for node in rule.get(way).each()])
        if rule.get("count").value is not None:
            counted = [self.of(Named("answer", each.text or "", each), depth) for each in rule.get("count").each()]
            return Domain("number", (), 0, sum(len(domain.codes) for domain in counted), decimals=0)
        return NUMBER if rule.get("days").value is not None else self._of_choice(rule, depth)

    def _of_choice(self, rule: Node, depth: int) -> Domain:
        """What is chosen: one of the texts that stand there, or whatever all cases have in common."""
        cases = [case.get("then") for case in rule.get("choose").each()] + [rule.get("otherwise")]
        results = [node for node in cases if node.value is not None]
        texts = tuple(dict.fromkeys(node.text for node in results if node.text is not None and not is_day(node.text)))
        families = {self.of_operand(node, depth).family for node in results}
        if families == {"text"} and all(node.text is not None for node in results):
            return Domain("code", texts)
        return Domain(families.pop()) if len(families) == 1 and not families & {"code", "codes"} else UNKNOWN


def comparison_faults(rule: Rule, kinds: Kinds) -> Iterator[PlacedFault]:
    """What does not fit in the comparisons of a condition, or in the bound of a date."""
    if rule.role == "bound":
        yield from _unfit_operand(rule.condition, kinds, "day", "a date is bounded by days")
        return
    for comparison in comparisons(rule.condition):
        named = reference_in(comparison)
        if named is not None:
            yield from _Comparing(named, kinds.of(named), kinds).faults(comparison)


def calculation_faults(rule: Node, kinds: Kinds) -> Iterator[PlacedFault]:
    """What cannot be calculated with: a code in a sum, a rating in a count, a text as a day."""
    for way in NUMERIC:
        for operand in rule.get(way).each():
            yield from _unfit_operand(operand, kinds, "number", f"{way} needs numbers")
    for end in ("since", "to"):
        yield from _unfit_operand(rule.get("days").get(end), kinds, "day", "days are counted between days")
    for counted in rule.get("count").each():
        domain = kinds.of(Named("answer", counted.text or "", counted))
        if domain.family not in ("codes", "unknown"):
            cause = f"count counts what was ticked, and {counted.text} is not answered with several codes"
            yield _fault(counted, cause, "Name multiple, ranking or problems items")


def _bounded(way: str, parts: Sequence[Domain]) -> Domain:
    """The range of a sum, a mean or the like of whole numbers: that of other numbers may be missed by a rounding."""
    lows = [part.low for part in parts if part.decimals == 0 and part.low is not None]
    highs = [part.high for part in parts if part.decimals == 0 and part.high is not None]
    if not parts or not len(lows) == len(highs) == len(parts) or way == "product":
        return NUMBER
    if way == "sum":
        return Domain("number", (), sum(lows), sum(highs))
    if way == "difference":
        return Domain("number", (), lows[0] - highs[-1], highs[0] - lows[-1])
    return Domain("number", (), min(lows), max(highs))


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, such as 2026-09-30."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unfit_operand(operand: Node, kinds: Kinds, wanted: Family, why: str) -> Iterator[PlacedFault]:
    if operand.value is None:
        return
    found = kinds.of_operand(operand)
    if found.family not in (wanted, "unknown"):
        named = reference_in(operand)
        what = f"{named.name} is" if named else f"{operand.value!r} is"
        cause = f"{why}, and {what} {_CALLED.get(found.family, 'without a value')}"
        yield _fault(named.node if named else operand, cause, f"Name {_CALLED[wanted]}")


class _Comparing:
    """One reference and its domain, and what it is compared with."""

    def __init__(self, named: Named, domain: Domain, kinds: Kinds) -> None:
        self._named, self._domain, self._kinds = named, domain, kinds

    def faults(self, comparison: Node) -> Iterator[PlacedFault]:
        if self._domain.family == "nothing":
            cause = f"{self._named.name} has no value of its own that a rule could compare"
            yield _fault(self._named.node, cause, "Name an item that is answered with one value or with codes")
            return
        for operator in OPERATORS:
            operand = comparison.get(operator)
            if operand.value is not None:
                yield from self._of_operator(operator, operand)

    def _of_operator(self, operator: str, operand: Node) -> Iterator[PlacedFault]:
        family = self._domain.family
        if operator == "dont_know":
            yield from self._without_dont_know(operand)
        elif family == "unknown" or operator == "answered":
            return
        elif operator == "includes":
            yield from self._included(operand)
        elif operator in ORDERED and family not in ("number", "day"):
            cause = f"{self._named.name} is {_CALLED[family]}, which is neither more nor less than another"
            yield _fault(operand, cause, "Use equals, one_of or includes")
        elif family == "codes":
            fix = "Use includes, once for each code"
            yield _fault(operand, f"{self._named.name} is a list of codes, which {operator} cannot compare", fix)
        elif named := reference_in(operand):
            yield from self._other_kind(named)
        else:
            for value in operand.each() if operator in LISTED else (operand,):
                yield from self._impossible(value)

    def _without_dont_know(self, operand: Node) -> Iterator[PlacedFault]:
        if self._named.source != "answer" or (self._domain.comparable and not self._domain.dont_know):
            cause = f'{self._named.name} offers no "don\'t know"'
            yield _fault(operand, cause, "Use answered: false, or give the item's scale a dont_know")

    def _included(self, operand: Node) -> Iterator[PlacedFault]:
        if self._domain.family != "codes":
            cause = f"{self._named.name} has one value, and includes looks into a list of codes"
            yield _fault(operand, cause, "Use equals")
        else:
            yield from self._unknown_code(operand)

    def _other_kind(self, other: Named) -> Iterator[PlacedFault]:
        found = self._kinds.of(other)
        mine, theirs = self._domain.family, found.family
        if theirs == "unknown" or (mine in ("code", "text") and theirs == "text") or (mine, theirs) == ("text", "code"):
            return
        if mine != theirs:
            called = _CALLED.get(theirs, "without a value")
            cause = f"{self._named.name} is {_CALLED[mine]} and {other.name} is {called}: they are never equal"
            yield _fault(other.node, cause, "Compare two answers of one kind")
        elif mine == "code" and not set(self._domain.codes) & set(found.codes):
            cause = f"{self._named.name} and {other.name} have no code in common"
            yield _fault(other.node, cause, "Compare items with the same codes")

    def _impossible(self, value: Node) -> Iterator[PlacedFault]:
        yield from _VALUE_CHECKS[self._domain.family](self, value)

    def _unknown_code(self, value: Node) -> Iterator[PlacedFault]:
        codes = self._domain.codes
        if value.text in codes:
            return
        written = str(value.value)
        fix = f'Put it in quotes: "{written}"' if written in codes else _meant(written, codes)
        yield _fault(value, f"{self._named.name} has no code {written}", fix)

    def _unfit_number(self, value: Node) -> Iterator[PlacedFault]:
        number, low, high = number_in(value), self._domain.low, self._domain.high
        if number is None:
            yield _fault(value, f"{self._named.name} is a number, and {value.value!r} is none", "Write a number")
        elif low is not None and high is not None and not low <= number <= high:
            cause = f"{number:g} is outside of {self._named.name}, which goes from {low:g} to {high:g}"
            yield _fault(value, cause, "Write a number within this range")
        elif self._domain.decimals is not None and round(number, self._domain.decimals) != number:
            cause = f"{self._named.name} has {self._domain.decimals} decimals, and {number:g} has more"
            yield _fault(value, cause, "Write a number that can be answered")

    def _unfit_flag(self, value: Node) -> Iterator[PlacedFault]:
        if not isinstance(value.value, bool):
            cause = f"{self._named.name} is true or false, and {value.value!r} is neither"
            yield _fault(value, cause, "Write true or false")

    def _unfit_day(self, value: Node) -> Iterator[PlacedFault]:
        if value.text is None or not is_day(value.text):
            cause = f"{self._named.name} is a day, and {value.value!r} is none"
            yield _fault(value, cause, "Write a day such as 2026-09-30, or refer to one")

    def _unfit_text(self, value: Node) -> Iterator[PlacedFault]:
        if value.text is None:
            cause = f"{self._named.name} is a text, and {value.value!r} is none"
            yield _fault(value, cause, "Put it in quotes")


_VALUE_CHECKS: Mapping[Family, Callable[[_Comparing, Node], Iterator[PlacedFault]]] = {
    "code": _Comparing._unknown_code,
    "number": _Comparing._unfit_number,
    "flag": _Comparing._unfit_flag,
    "day": _Comparing._unfit_day,
    "text": _Comparing._unfit_text,
}


def _meant(written: str, codes: Sequence[str]) -> str:
    few: Any = ", ".join(codes) if len(codes) <= 12 else f"{', '.join(codes[:12])} ..."
    return f"{did_you_mean(written, codes)}Use one of its codes: {few}"


def _fault(node: Node, cause: str, fix: str) -> PlacedFault:
    return PlacedFault("rule-type", node.position, cause, fix)
