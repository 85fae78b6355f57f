"""What no answer ever leads to: pages after an end, items that are never shown, rules that never or always hold."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from surveyplat.forms.answer_domains import Domain
from surveyplat.forms.conditions import Calculated, Condition
from surveyplat.forms.formulas import ALWAYS, NEVER, Every, Formula, Formulas, Some, Wanted
from surveyplat.forms.rule_kinds import Kinds
from surveyplat.forms.rule_outline import AskedNode, PageNode, Rule, RuleOutline, references
from surveyplat.forms.satisfiability import Search
from surveyplat.forms.yaml_positions import Node, PlacedFault

_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
_MOST_HIDING_ITEMS = 20
"""A page with more items than this is taken to show one of them always."""
_MEND = "Change the condition, or remove what it makes impossible"


class Reach:
    """Who comes where, in one definition. ``sound`` are the rules, ``calculated`` the values, without other faults."""

    def __init__(
        self, outline: RuleOutline, kinds: Kinds, sound: Collection[Rule], calculated: Mapping[str, Node]
    ) -> None:
        self._outline = outline
        self._conditions = {rule: found for rule in sound if (found := _read(_CONDITION, rule.condition))}
        values = {name: found for name, node in calculated.items() if (found := _read(_CALCULATED, node))}
        conditions = self._conditions.values()
        domains = _domains(kinds, [*(rule.condition for rule in sound), *calculated.values()])
        self._formulas = Formulas(domains, values, conditions)
        self._search = Search(self._formulas, self._asked)
        self._ways: dict[int, Formula] = {}
        self._known: dict[tuple[Rule, Wanted], Formula] = {}
        self._hidden: set[Rule] = set()
        self._judged: set[Rule] = set()

    def faults(self) -> Iterator[PlacedFault]:
        """Everything that never happens, and every rule that makes no difference."""
        path: list[Formula] = []
        for number, page in enumerate(self._outline.pages):
            if path and not self._search.possible(path):
                yield _unreachable(page, len(self._outline.pages) - number - 1)
                break
            self._ways[number] = Every(tuple(path))
            yield from self._of_page(page, path)
            if page.end is not None:
                path = [Every((*path, self._goes_on(page)))]
        self._search = Search(self._formulas, self._come_to)
        for quota in self._outline.quotas:
            yield from self._never(quota, [], f"nobody ever counts for the quota {quota.owner}")

    def _of_page(self, page: PageNode, path: Sequence[Formula]) -> Iterator[PlacedFault]:
        for item in page.items:
            yield from self._shows(item, path)
        here = [*path, self._of(page.show)]
        if page.show in self._hidden:
            return
        for item in page.items:
            if item.demanded and self._hidden.isdisjoint(item.shows):
                context = [*path, self._asked(item.id)]
                yield from self._never(item.demanded, context, f"{item.id} is never demanded by this condition")
        for check, _ in page.checks:
            yield from self._never(check, here, "no answers ever satisfy this check: whoever gives them cannot go on")
            yield from self._check_always(check, here)
        if page.ends_when:
            yield from self._never(
                page.ends_when, here, f"the survey never ends after page {page.id} by this condition"
            )

    def _shows(self, item: AskedNode, path: Sequence[Formula]) -> Iterator[PlacedFault]:
        """The first of an item's conditions (its page's, its block's, its own) that keeps it from everybody."""
        for number, rule in enumerate(item.shows):
            if rule in self._hidden:
                return
            if rule not in self._judged:
                self._judged.add(rule)
                around = [self._of(each) for each in item.shows[:number]]
                if why := self._why_never(rule, around, path):
                    self._hidden.add(rule)
                    cause = f"{rule.owner} is never shown: {why}"
                    yield PlacedFault("always-hidden", rule.condition.position, cause, _MEND)
                elif not self._search.possible([self._of(rule, "false")], whole_path=False):
                    yield self._always(rule)

    def _always(self, rule: Rule) -> PlacedFault:
        cause = f"every answer satisfies this condition, so that it decides nothing about {rule.owner}"
        fix = "Remove it; write answered: true when it matters that there is an answer"
        return PlacedFault("rule-always", rule.condition.position, cause, fix)

    def _check_always(self, check: Rule, here: Sequence[Formula]) -> Iterator[PlacedFault]:
        if check not in self._hidden and not self._search.possible([*here, self._of(check, "false")]):
            cause = "no answers ever fail this check, so that its message is never read"
            yield PlacedFault("rule-always", check.condition.position, cause, "Change the check, or remove it")

    def _never(self, rule: Rule, context: Sequence[Formula], what: str) -> Iterator[PlacedFault]:
        if why := self._why_never(rule, context, ()):
            self._hidden.add(rule)
            yield PlacedFault("contradictory-rule", rule.condition.position, f"{what}: {why}", _MEND)

    def _why_never(self, rule: Rule, around: Sequence[Formula], path: Sequence[Formula]) -> str | None:
        """Why a condition is true for nobody, None when it may be true for somebody."""
        own = self._of(rule)
        if self._search.possible([own, *around, *path]):
            return None
        if not self._search.possible([own], whole_path=False):
            return "no answers satisfy this condition, whatever else is answered"
        if not self._search.possible([own, *around], whole_path=False):
            return "the condition contradicts those under which its page or block is shown"
        if not self._search.possible([own, *around]):
            return f"the condition contradicts those under which {_joined(rule)} would be asked"
        return "whoever satisfies the condition has come to the end of the survey before"

    def _goes_on(self, page: PageNode) -> Formula:
        """What must be so for the survey not to end after a page: its end does not hold, or the page is not shown."""
        stays: Formula
        if page.ends_when is None:
            stays = NEVER if page.end is not None else ALWAYS
        else:
            stays = self._of(page.ends_when, "not true")
        if any(item.page[1] for item in page.items):
            return ALWAYS
        return Some((stays, self._not_shown(page)))

    def _not_shown(self, page: PageNode) -> Formula:
        if len(page.items) > _MOST_HIDING_ITEMS:
            return NEVER if page.show is None else self._of(page.show, "not true")
        return Every(tuple(Some(tuple(self._of(rule, "not true") for rule in item.shows)) for item in page.items))

    def _asked(self, name: str) -> Formula:
        """What must be so for an item to be asked."""
        item = self._outline.asked(name)
        return ALWAYS if item is None else Every(tuple(self._of(rule) for rule in item.shows))

    def _come_to(self, name: str) -> Formula:
        """What must be so for an item to be asked, where nothing else says that its page was reached: no end before."""
        item = self._outline.asked(name)
        way = ALWAYS if item is None else self._ways.get(item.page[0], ALWAYS)
        return Every((way, self._asked(name)))

    def _of(self, rule: Rule | None, wanted: Wanted = "true") -> Formula:
        """A rule's formula; everything is possible of a rule that is faulty."""
        condition = self._conditions.get(rule) if rule is not None else None
        if rule is None or condition is None:
            return ALWAYS
        if (rule, wanted) not in self._known:
            self._known[rule, wanted] = self._formulas.of(condition, wanted)
        return self._known[rule, wanted]


_CALCULATED: TypeAdapter[Calculated] = TypeAdapter(Calculated)


def _read(adapter: TypeAdapter[Any], node: Node) -> Any | None:
    """What stands here as a model; None when it is faulty, which is said elsewhere."""
    try:
        return adapter.validate_python(node.plain())
    except ValidationError:
        return None


def _domains(kinds: Kinds, parts: Sequence[Node]) -> dict[tuple[str, str], Domain]:
    named = {(each.source, each.name): each for part in parts for each in references(part)}
    return {key: kinds.of(each) for key, each in named.items()}


def _joined(rule: Rule) -> str:
    names = dict.fromkeys(named.name for named in references(rule.condition) if named.source != "event")
    return " or ".join(names)


def _unreachable(page: PageNode, more: int) -> PlacedFault:
    others = f", nor to the {more} after it" if more else ""
    cause = f"no answers lead to page {page.id}{others}: the survey has always ended before"
    return PlacedFault("unreachable", page.node.get("id").position, cause, "Give the end a condition that can fail")
