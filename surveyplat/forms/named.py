"""Faults of names wherever they stand: one that was given twice, and one that stands for nothing."""

from collections.abc import Collection, Iterable, Iterator

from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault

OWN_NAMES = "Give each its own name, or remove one"
"""How two things with one name are told apart."""


def repeated(
    what: str, nodes: Iterable[Node], code: str = "duplicate-id", fix: str = OWN_NAMES
) -> Iterator[PlacedFault]:
    """A fault for each name that another node had before."""
    first: dict[str, Node] = {}
    for node in nodes:
        if node.text is None:
            continue
        if node.text in first:
            cause = f"the {what} {node.text} was already named {_place(first[node.text], node)}"
            yield PlacedFault(code, node.position, cause, fix)
        first.setdefault(node.text, node)


def _place(first: Node, second: Node) -> str:
    """On which line, and in which file when that is not the same."""
    where = "" if first.position.file == second.position.file else f" of {first.position.file or 'the definition'}"
    return f"on line {first.position.line}{where}"


def unknown(what: str, name: Node, known: Collection[str]) -> Iterator[PlacedFault]:
    """A fault when a name is not among those that are known."""
    if name.text is not None and name.text not in known:
        fix = did_you_mean(name.text, map(str, known)) + f"Name a declared {what}, or declare this one"
        yield PlacedFault(f"unknown-{what}", name.position, f"no {what} is called {name.text}", fix)
