"""Where the parts of a definition stand in its tree, read tolerantly: a faulty part hides no other.

The tree is that of the whole definition: what it shares with others is already written into it (``forms.sharing``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from surveyplat.forms.conditions import CALCULATIONS
from surveyplat.forms.elements import LANGUAGE_TAG
from surveyplat.forms.yaml_positions import Node, Position

TEXT_KEYS = frozenset({"title", "introduction", "thanks", "text", "hint", "dont_know", "unit", "message"})
"""Keys whose value is a text: one entry for each language."""
TEXT_MAPPINGS = frozenset({"labels", "categories", "texts"})
"""Keys whose value maps a name or a scale point to a text."""
NAMED_PARTS = frozenset({"scales", "calculated"})
"""Keys whose value maps a freely chosen name to a part."""
GROUPS = ("all", "any", "none")
"""Keys under which a condition lists others."""


@dataclass(frozen=True)
class PlacedText:
    """A text, the key that it stands under, and that key's place."""

    name: str
    position: Position
    node: Node


def pages(root: Node) -> list[Node]:
    """The pages as they are written."""
    return list(root.get("pages").each())


def entries(page: Node) -> Iterator[Node]:
    """What a page lists as it is written, and what its blocks list."""
    for entry in page.get("items").each():
        yield entry
        yield from entry.get("items").each()


def items_of(page: Node) -> Iterator[Node]:
    """Every item of a page: those of its blocks too, and each row of a battery as the rating item that it is.

    A battery is known by its rows and a block by its items, for the type may be what is misspelt.
    """
    for entry in entries(page):
        rows, kind = entry.get("rows").each(), entry.get("type").text
        if rows:
            yield from (row_item(entry, row) for row in rows)
        elif kind not in ("block", "battery") and not entry.get("items").each():
            yield entry


def items(root: Node) -> Iterator[Node]:
    """Every item of every page, details of problems apart."""
    for page in pages(root):
        yield from items_of(page)


def items_by_id(root: Node) -> dict[str, Node]:
    """Every item and detail that has an id, under it; the first of two with the same."""
    found: dict[str, Node] = {}
    for item in items(root):
        for each in (item, *details(item)):
            found.setdefault(each.get("id").text or "", each)
    found.pop("", None)
    return found


def row_item(battery: Node, row: Node) -> Node:
    """A row of a battery as a rating item."""
    kind = Node(row.position, "rating")
    return row.with_entries({**_mapping(row), "type": kind, "scale": battery.get("scale")})


def details(item: Node) -> Iterator[Node]:
    """The details of a checklist as single items, one for each problem and question, where the question stands."""
    for problem in item.get("problems").each():
        for question in item.get("details").get("questions").each():
            name, detail = problem.get("id").text, question.get("id").text
            if name and detail:
                named = Node(question.get("id").position, f"{name}__{detail}")
                kind = Node(question.position, "single")
                yield question.with_entries({**_mapping(question), "id": named, "type": kind})


def languages(root: Node) -> list[str]:
    """The declared languages; none when one of them is no language tag, for then every text would seem to lack it."""
    tags = [node.text or "" for node in root.get("languages").each()]
    return tags if all(re.fullmatch(LANGUAGE_TAG, tag) for tag in tags) else []


def texts(root: Node, part: str | None = None) -> Iterator[PlacedText]:
    """Every text of the definition, or of one of its parts."""
    for key, position, child in root.entries():
        if part in (None, key):
            yield from _texts_under(key, position, child)


def _texts_under(key: object, position: Position, node: Node) -> Iterator[PlacedText]:
    if key in TEXT_KEYS:
        yield PlacedText(str(key), position, node)
    elif key in TEXT_MAPPINGS:
        yield from (PlacedText(f"{key} {name}", place, child) for name, place, child in node.entries())
    elif key in NAMED_PARTS:
        for _, _, child in node.entries():
            yield from texts(child)
    else:
        yield from texts(node)
        for entry in node.each():
            yield from texts(entry)


def conditions(root: Node) -> Iterator[Node]:
    """Every condition of the definition as it is written under its key: whole, with what it consists of inside."""
    for page in pages(root):
        yield from _present(page.get("show"), page.get("end").get("when"))
        yield from _present(*(check.get("that") for check in page.get("checks").each()))
        for entry in entries(page):
            yield from _present(entry.get("show"), entry.get("required_when"))
    yield from _present(*(quota.get("when") for quota in root.get("quotas").each()))
    for _, _, calculated in root.get("calculated").entries():
        yield from _present(*(case.get("when") for case in calculated.get("choose").each()))


def comparisons(condition: Node) -> Iterator[Node]:
    """The comparisons that a condition consists of, in the order in which they are written."""
    group = next((key for key in GROUPS if key in condition.key_positions), None)
    if group is None:
        yield condition
        return
    for part in condition.get(group).each():
        yield from comparisons(part)


def operands(root: Node) -> Iterator[Node]:
    """Every value that a rule compares or calculates with, and every bound of a date: scalars and references alike."""
    for condition in conditions(root):
        for comparison in comparisons(condition):
            yield from _present(*(comparison.get(key) for key in _COMPARED))
    for _, _, calculated in root.get("calculated").entries():
        yield from _calculated_with(calculated)
    for item in items(root):
        if item.get("type").text == "date":
            yield from _present(item.get("earliest"), item.get("latest"))


_COMPARED = ("equals", "differs", "at_least", "at_most", "above", "below")
_LISTED = tuple(name for name in CALCULATIONS if name in {"sum", "difference", "product", "mean", "lowest", "highest"})


def _calculated_with(calculated: Node) -> Iterator[Node]:
    for name in _LISTED:
        yield from calculated.get(name).each()
    days = calculated.get("days")
    cases = (case.get("then") for case in calculated.get("choose").each())
    yield from _present(days.get("since"), days.get("to"), *cases, calculated.get("otherwise"))


def places_of_rules(root: Node) -> set[Position]:
    """Every place inside a condition, a calculated value or a bound of a date."""
    calculated = (node for _, _, node in root.get("calculated").entries())
    return {place for part in (*conditions(root), *calculated, *operands(root)) for place in _places(part)}


def _places(node: Node) -> Iterator[Position]:
    yield node.position
    yield from node.key_positions.values()
    children = [child for _, _, child in node.entries()] or node.each()
    for child in children:
        yield from _places(child)


def _present(*nodes: Node) -> Iterator[Node]:
    return (node for node in nodes if node.value is not None)


def _mapping(node: Node) -> dict[object, Node]:
    return node.value if isinstance(node.value, dict) else {}
