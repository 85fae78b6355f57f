"""What a questionnaire shares: scales, lists of choices and blocks that stand once and are used by name.

    uses: [shared/scales.yaml]               scales, choice lists and blocks of other files
    choice_lists: {visits: [...]}            choices: visits
    blocks: {thanks: {type: block, ...}}     {use: thanks} in place of an entry of a page or of a block

All of it is written out in the tree before anything else looks at it, so that the content hash covers what is asked,
however it was put together, and every fault points to where the text stands, be it in another file. Of other files
comes only what is used, and only in the languages that the definition declares. A name means one thing: what is
declared twice, here or in a file that is used, is a fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surveyplat.forms.outline import languages
from surveyplat.forms.shelf import Shelf, in_languages
from surveyplat.forms.yaml_positions import MOST_NODES, Node, PlacedFault, Position

SHARING_KEYS = ("uses", "choice_lists", "blocks")
"""Keys of a file that the models never see."""


@dataclass(frozen=True)
class Expanded:
    """The tree with everything written out, what was wrong on the way, and what a ``Shelf`` says of the rest."""

    root: Node
    faults: tuple[PlacedFault, ...] = ()
    unresolved: frozenset[Position] = frozenset()
    complete: bool = True


def expanded(root: Node, folder: Path) -> Expanded:
    """Write out what a definition shares; files are looked for in ``folder`` and below."""
    if not isinstance(root.value, dict):
        return Expanded(root)
    shelf = Shelf(languages(root))
    shelf.declare(root, ours=True)
    _open_files(root.get("uses"), shelf, folder)
    whole = _with_scales(_with_pages(root, shelf), shelf)
    shelf.report_unused()
    if whole.size > MOST_NODES:
        cause = f"with what it shares written out the definition has more than {MOST_NODES} values"
        return Expanded(root, (PlacedFault("too-large", root.position, cause, "Split the definition"),))
    return Expanded(whole, tuple(shelf.faults), frozenset(shelf.unresolved), shelf.complete)


def _open_files(uses: Node, shelf: Shelf, folder: Path) -> None:
    if uses.value is not None and not isinstance(uses.value, list):
        shelf.fault("wrong-type", uses.position, "uses is not a list", 'Write one file a line, each starting with "- "')
    for name in uses.each():
        shelf.open(name, folder)


def _with_pages(root: Node, shelf: Shelf) -> Node:
    entries = {key: node for key, node in root.value.items() if key not in SHARING_KEYS}
    pages = root.get("pages")
    if pages.each():
        entries["pages"] = pages.with_list([_with_entries(page, shelf, ()) for page in pages.each()])
    return root.with_entries(entries)


def _with_entries(part: Node, shelf: Shelf, chain: tuple[str, ...]) -> Node:
    """A page or block with its entries written out. ``chain`` names the blocks that led here."""
    listed = part.get("items")
    if not listed.each():
        return part
    entries = [entry for each in listed.each() for entry in _entry(each, shelf, chain)]
    return part.with_entries({**part.value, "items": listed.with_list(entries)})


def _entry(entry: Node, shelf: Shelf, chain: tuple[str, ...]) -> Iterator[Node]:
    if "use" not in entry.key_positions:
        yield _with_choices(_with_entries(entry, shelf, chain), shelf)
        return
    for key, place, _ in entry.entries():
        if key != "use":
            shelf.fault("unknown-key", place, f"{key} cannot stand beside use", "Write {use: name} alone")
    name = entry.get("use")
    block = _block(name, shelf, chain)
    if block is None:
        shelf.unresolved.add(entry.position)
        yield entry
    else:
        yield from _entry(block, shelf, (*chain, name.text or ""))


def _block(name: Node, shelf: Shelf, chain: tuple[str, ...]) -> Node | None:
    """The block that is used here, None when it cannot be: unknown, used before, or leading back to itself."""
    if name.text in chain:
        way = " -> ".join((*chain[chain.index(name.text) :], name.text))
        shelf.fault("cycle", name.position, f"blocks lead back to themselves: {way}", "Take one of them out")
        return None
    if ("blocks", name.text) in shelf.used:
        cause = f"the block {name.text} is used a second time, and an item is asked once"
        shelf.fault("block-twice", name.position, cause, "Use it once, or write the second with ids of its own")
        return None
    block = shelf.find("blocks", name)
    shelf.complete &= block is not None
    return block


def _with_choices(node: Node, shelf: Shelf) -> Node:
    """An item with its list of choices written out where it is used by name, and those of its details."""
    name = node.get("choices")
    found = shelf.find("choice_lists", name) if name.text is not None else None
    if found is not None:
        node = node.with_entries({**node.value, "choices": found})
    questions = node.get("details").get("questions")
    if not questions.each():
        return node
    written = questions.with_list([_with_choices(question, shelf) for question in questions.each()])
    details = node.get("details")
    return node.with_entries({**node.value, "details": details.with_entries({**details.value, "questions": written})})


def _with_scales(root: Node, shelf: Shelf) -> Node:
    """The definition's own scales, and those of other files that its items are answered on."""
    scales, shelved = root.get("scales"), shelf.declared["scales"]
    if scales.value is not None and not isinstance(scales.value, dict):
        return root
    used = {name: shelved[name] for name in _scales_named(root) if name in shelved and not shelved[name].ours}
    if not used:
        return root
    others = {name: in_languages(each.node, shelf.languages) for name, each in used.items()}
    return root.with_entries({**root.value, "scales": scales.with_entries({**(scales.value or {}), **others})})


def _scales_named(root: Node) -> Iterator[str]:
    for page in root.get("pages").each():
        for entry in page.get("items").each():
            yield from (each.get("scale").text or "" for each in (entry, *entry.get("items").each()))
