"""Whether every rule speaks of something that there is, and that is known when the rule is needed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from surveyplat.forms.rule_graph import Graph, cycles
from surveyplat.forms.rule_outline import Named, Role, Rule, RuleOutline, references
from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.yaml_positions import START, Node, PlacedFault

_CALCULATED = "calculated."
"""What sets a calculated value apart from an item of the same name."""
_NOTHING = Node(START, None)
_SPEAKS: Final[Mapping[Role, str]] = {
    "show": "whether {owner} is shown",
    "required_when": "whether {owner} must be answered",
    "check": "a check of page {owner}",
    "end": "the end after page {owner}",
    "bound": "the range of {owner}",
}


def unknown_names(part: Node, outline: RuleOutline) -> Iterator[PlacedFault]:
    """References below ``part`` to items and calculated values that there are not."""
    for named in references(part):
        if named.source == "calculated" and named.name not in outline.calculated:
            yield _unknown("calculated", "calculated value", named, outline.calculated)
        elif named.source == "answer" and outline.domain("answer", named.name) is None:
            yield _unknown("item", "item", named, outline.items)


def unknown_places(outline: RuleOutline) -> Iterator[PlacedFault]:
    """Checks whose message stands at no item of their page."""
    for page in outline.pages:
        here = {item.id for item in page.items}
        for _, check in page.checks:
            at = check.get("at")
            if at.text is not None and at.text not in here:
                elsewhere = f"{at.text} is not on page {page.id}" if at.text in outline.items else None
                cause = elsewhere or f"no item is called {at.text}"
                yield PlacedFault("unknown-item", at.position, cause, did_you_mean(at.text, here) + _ONE_OF_THE_PAGE)


_ONE_OF_THE_PAGE = "Name an item of the check's own page, at which the message stands"


class Order:
    """What each calculated value rests on, and so which rules ask too early."""

    def __init__(self, outline: RuleOutline) -> None:
        self._outline = outline
        self._below: dict[str, frozenset[str]] = {}
        self.knots = cycles(_dependencies(outline))
        self._told = {pair for knot in self.knots for pair in _told_by(knot, outline)}

    def faults(self, rule: Rule) -> Iterator[PlacedFault]:
        """References of a rule to answers that are asked too late for it. What a cycle names is not named again."""
        for named in references(rule.condition):
            late = self._late(rule, named)
            if late is not None and (rule, _key(named)) not in self._told:
                yield self._fault(rule, named, late)

    @property
    def tangled(self) -> set[Rule]:
        """The rules that are part of a cycle."""
        return {rule for rule, name in self._told if name in set(_keys(rule.condition))}

    def _late(self, rule: Rule, named: Named) -> str | None:
        """The answer that is not there yet, None when all are."""
        if rule.before is None:
            return None
        if named.source == "calculated":
            return next((item for item in sorted(self._answers_below(named.name)) if self._is_late(rule, item)), None)
        return named.name if named.source == "answer" and self._is_late(rule, named.name) else None

    def _is_late(self, rule: Rule, name: str) -> bool:
        asked = self._outline.asked(name)
        return asked is not None and rule.before is not None and asked.page >= rule.before

    def _fault(self, rule: Rule, named: Named, late: str) -> PlacedFault:
        asked, before = self._outline.asked(late), rule.before
        same = asked is not None and before is not None and asked.page == before
        when = "on the same page" if same and rule.role == "show" else "on a later page"
        through = f" (through {named.name})" if named.source == "calculated" else ""
        cause = f"{_SPEAKS[rule.role].format(owner=rule.owner)} depends on {late}{through}, which is asked {when}"
        fix = "Ask it on an earlier page, or speak of something that was asked before"
        return PlacedFault("rule-order", named.node.position, cause, fix)

    def _answers_below(self, calculated: str) -> frozenset[str]:
        """The items on which a calculated value rests, over any number of others."""
        if calculated not in self._below:
            found, seen, ahead = set(), {calculated}, [calculated]
            while ahead:
                for named in references(self._outline.calculated.get(ahead.pop(), _NOTHING)):
                    if named.source == "answer":
                        found.add(named.name)
                    elif named.source == "calculated" and named.name not in seen:
                        seen.add(named.name)
                        ahead.append(named.name)
            self._below[calculated] = frozenset(found)
        return self._below[calculated]


def cycle_faults(order: Order, outline: RuleOutline) -> Iterator[PlacedFault]:
    """Things that depend on themselves: calculated values, and items over the conditions under which they are shown."""
    for knot in order.knots:
        following = knot[1 % len(knot)]
        steps = (named for part in _resting_on(knot[0], outline) for named in references(part))
        position = next(named.node.position for named in steps if _key(named) == following)
        way = " -> ".join(name.removeprefix(_CALCULATED) for name in (*knot, knot[0]))
        fix = "Take out one of the references"
        yield PlacedFault("rule-cycle", position, f"these depend on themselves: {way}", fix)


def in_cycle(order: Order) -> set[str]:
    """The calculated values that depend on themselves."""
    return {name.removeprefix(_CALCULATED) for knot in order.knots for name in knot if name.startswith(_CALCULATED)}


def _dependencies(outline: RuleOutline) -> Graph:
    """Each item and calculated value with those that it depends on."""
    named: dict[Rule, list[str]] = {}
    graph: dict[str, list[str]] = {}
    for item in outline.items.values():
        for rule in item.shows:
            if rule not in named:
                named[rule] = _keys(rule.condition)
        graph[item.id] = [name for rule in item.shows for name in named[rule]]
    return graph | {_CALCULATED + name: _keys(rule) for name, rule in outline.calculated.items()}


def _told_by(knot: tuple[str, ...], outline: RuleOutline) -> Iterator[tuple[Rule, str]]:
    """The steps of a cycle that are rules: each with the name that it leads to."""
    for name, following in zip(knot, (*knot[1:], knot[0]), strict=True):
        if name in outline.items:
            yield from ((rule, following) for rule in outline.items[name].shows)


def _resting_on(key: str, outline: RuleOutline) -> list[Node]:
    """The parts of the definition in which an item or calculated value names what it depends on."""
    if key.startswith(_CALCULATED):
        return [outline.calculated[key.removeprefix(_CALCULATED)]]
    return [rule.condition for rule in outline.items[key].shows]


def _keys(part: Node) -> list[str]:
    return [_key(named) for named in references(part) if named.source in ("answer", "calculated")]


def _key(named: Named) -> str:
    return _CALCULATED + named.name if named.source == "calculated" else named.name


def _unknown(code: str, what: str, named: Named, known: Iterable[str]) -> PlacedFault:
    fix = did_you_mean(named.name, known) + f"Name one that there is, or declare this {what}"
    return PlacedFault(f"unknown-{code}", named.node.position, f"no {what} is called {named.name}", fix)
