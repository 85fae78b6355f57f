"""Where the parts of a definition stand in its tree, read tolerantly: a faulty part hides no other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from surveyplat.forms.elements import LANGUAGE_TAG
from surveyplat.forms.yaml_positions import Node, Position

TEXT_KEYS = frozenset({"title", "introduction", "thanks", "text", "hint", "dont_know"})
"""Keys whose value is a text: one entry for each language."""
TEXT_MAPPINGS = frozenset({"labels", "categories", "texts"})
"""Keys whose value maps a name or a scale point to a text."""
NAMED_PARTS = frozenset({"scales"})
"""Keys whose value maps a freely chosen name to a part."""


@dataclass(frozen=True)
class PlacedText:
    """A text, the key that it stands under, and that key's place."""

    name: str
    position: Position
    node: Node


def items(root: Node) -> Iterator[Node]:
    """Every item of every page."""
    for page in root.get("pages").each():
        yield from page.get("items").each()


def items_by_id(root: Node) -> dict[str, Node]:
    """Every item that has an id, under it; the first of two with the same."""
    found: dict[str, Node] = {}
    for item in items(root):
        found.setdefault(item.get("id").text or "", item)
    found.pop("", None)
    return found


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
