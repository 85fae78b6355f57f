"""Where the rules of a definition stand in its tree, whom they speak of, and what they may speak of.

Read tolerantly, as everything that looks for faults: a faulty part hides no other. Batteries, blocks and the details of
problems are written out as ``forms.asked`` writes them out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from surveyplat.forms.answer_domains import EVENT_DOMAINS, TEXT, UNKNOWN, Domain, item_domain, language_domain
from surveyplat.forms.conditions import SOURCES
from surveyplat.forms.outline import languages
from surveyplat.forms.yaml_positions import Node

Place = tuple[int, int]
"""A page's number in the file, and 0 for itself, 1 and more for the pages of details that follow it."""
Role = Literal["show", "required_when", "check", "end", "quota", "case", "bound"]
GROUPINGS = ("all", "any", "none")
WORDS_SUFFIX = "__words"
"""What the name of the answer to "other, please say" ends with."""


@dataclass(frozen=True)
class Named:
    """A reference where it stands: its source, the name after it, and the node of that name."""

    source: str
    name: str
    node: Node


@dataclass(frozen=True, eq=False)
class Rule:
    """A condition with its role. ``before``: the first place whose answers it may not use; None when it may use all."""

    role: Role
    owner: str
    condition: Node
    before: Place | None = None


@dataclass(frozen=True, eq=False)
class AskedNode:
    """An item as it is asked. ``shows`` are the conditions under which it is shown, its page's and block's included."""

    id: str
    node: Node
    page: Place
    domain: Domain
    shows: tuple[Rule, ...]
    demanded: Rule | None = None


@dataclass(frozen=True, eq=False)
class PageNode:
    """A page with its rules. A checklist's page of details is part of it."""

    id: str
    node: Node
    number: int
    show: Rule | None
    items: tuple[AskedNode, ...]
    checks: tuple[tuple[Rule, Node], ...]
    end: Node | None
    ends_when: Rule | None


@dataclass(frozen=True)
class RuleOutline:
    """Everything that rules are and speak of, in one definition."""

    root: Node
    pages: tuple[PageNode, ...]
    items: Mapping[str, AskedNode]
    calculated: Mapping[str, Node]
    quotas: tuple[Rule, ...]
    bounds: tuple[Rule, ...]
    _languages: Sequence[str] = field(default=())

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every condition of the definition, those of calculated values apart."""
        return (*dict.fromkeys(rule for page in self.pages for rule in _rules_of(page)), *self.quotas)

    def domain(self, source: str, name: str) -> Domain | None:
        """The possible values of what a reference names; None when nothing has this name, or it is calculated."""
        if source == "answer":
            return self.items[name].domain if name in self.items else TEXT if self._in_words(name) else None
        if source == "event":
            return EVENT_DOMAINS.get(name, UNKNOWN)
        return language_domain(self._languages) if source == "customer" and name == "language" else UNKNOWN

    def asked(self, name: str) -> AskedNode | None:
        """The item whose answer, or whose "other, please say", has this name."""
        return self.items.get(name) or (self.items.get(name.removesuffix(WORDS_SUFFIX)) if name else None)

    def _in_words(self, name: str) -> bool:
        item = self.items.get(name.removesuffix(WORDS_SUFFIX)) if name.endswith(WORDS_SUFFIX) else None
        return item is not None and any(choice.get("other").value is True for choice in item.node.get("choices").each())


def outline_rules(root: Node) -> RuleOutline:
    """Read where everything is that a rule can be or speak of."""
    pages = tuple(_page(root, page, number) for number, page in enumerate(root.get("pages").each()))
    items: dict[str, AskedNode] = {}
    for page in pages:
        for item in page.items:
            items.setdefault(item.id, item)
    quotas = tuple(
        Rule("quota", quota.get("id").text or "", quota.get("when"))
        for quota in root.get("quotas").each()
        if quota.get("when").value is not None
    )
    bounds = tuple(bound for item in items.values() for bound in _bounds(item))
    calculated = {str(name): node for name, _, node in root.get("calculated").entries()}
    return RuleOutline(root, pages, items, calculated, quotas, bounds, languages(root))


def parts_of(condition: Node) -> Sequence[Node]:
    """The conditions that an ``all``, ``any`` or ``none`` groups; nothing for a comparison."""
    return [part for way in GROUPINGS for part in condition.get(way).each()]


def comparisons(condition: Node) -> Iterator[Node]:
    """Every comparison in a condition."""
    parts = parts_of(condition)
    if not parts and isinstance(condition.value, dict):
        yield condition
    for part in parts:
        yield from comparisons(part)


def reference_in(node: Node) -> Named | None:
    """The reference that a mapping is, None when it is none or more than one."""
    keys = [key for key in node.value if key in SOURCES] if isinstance(node.value, dict) else ()
    if len(keys) != 1:
        return None
    name = node.value[keys[0]]
    return Named(keys[0], name.text, name) if name.text else None


def references(node: Node) -> Iterator[Named]:
    """Every reference below a node: in conditions, operands and calculations."""
    if own := reference_in(node):
        yield own
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            if key == "count":
                yield from (Named("answer", each.text, each) for each in child.each() if each.text)
            if isinstance(child.value, dict | list):
                yield from references(child)
    for each in node.each():
        yield from references(each)


def _page(root: Node, page: Node, number: int) -> PageNode:
    name, here, after = page.get("id").text or "", (number, 0), (number + 1, 0)
    show = _rule("show", name, page, here)
    shows = (show,) if show else ()
    items = tuple(item for entry in page.get("items").each() for item in _entry(root, entry, here, shows))
    checks = tuple(
        (Rule("check", name, check.get("that"), after), check)
        for check in page.get("checks").each()
        if check.get("that").value is not None
    )
    end = page.get("end") if isinstance(page.get("end").value, dict) else None
    return PageNode(name, page, number, show, (*items, *_details(items)), checks, end, _ends_when(name, end, after))


def _ends_when(page: str, end: Node | None, after: Place) -> Rule | None:
    return None if end is None else _rule("end", page, end, after, "when")


def _rule(role: Role, owner: str, part: Node, before: Place, key: str | None = None) -> Rule | None:
    condition = part.get(key or role)
    return Rule(role, owner, condition, before) if condition.value is not None else None


def _entry(root: Node, entry: Node, here: Place, shows: tuple[Rule, ...]) -> Iterator[AskedNode]:
    """The items that an entry of a page is written out to. Its type may be misspelt: rows and items tell it, too."""
    name, kind, scales = entry.get("id").text or "", entry.get("type").text or "", root.get("scales")
    show = _rule("show", name, entry, here)
    shows = (*shows, show) if show else shows
    rows, inner = entry.get("rows").each(), entry.get("items").each()
    if kind == "battery" or rows:
        for row in rows:
            if row.get("id").text:
                yield AskedNode(row.get("id").text or "", row, here, item_domain("rating", entry, scales), shows)
    elif kind == "block" or inner:
        for each in inner:
            yield from _entry(root, each, here, shows)
    elif name:
        demanded = _rule("required_when", name, entry, (here[0] + 1, 0))
        yield AskedNode(name, entry, here, item_domain(kind, entry, scales), shows, demanded)


def _details(items: Sequence[AskedNode]) -> Iterator[AskedNode]:
    """What is asked about every problem of a checklist, as single items on the page after it."""
    detailed = [item for item in items if item.node.get("details").get("questions").each()]
    for number, item in enumerate(detailed, start=1):
        for problem in item.node.get("problems").each():
            for detail in item.node.get("details").get("questions").each():
                name = f"{problem.get('id').text}__{detail.get('id').text}"
                domain = item_domain("single", detail, detail)
                yield AskedNode(name, detail, (item.page[0], number), domain, item.shows)


def _bounds(item: AskedNode) -> Iterator[Rule]:
    for key in ("earliest", "latest"):
        if isinstance(item.node.get(key).value, dict):
            yield Rule("bound", item.id, item.node.get(key), (item.page[0] + 1, 0))


def _rules_of(page: PageNode) -> Iterator[Rule]:
    if page.show:
        yield page.show
    for item in page.items:
        yield from item.shows
        if item.demanded:
            yield item.demanded
    yield from (rule for rule, _ in page.checks)
    if page.ends_when:
        yield page.ends_when
