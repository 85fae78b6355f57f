"""Faults of names wherever they stand: one that was given twice, and one that stands for nothing."""

from collections.abc import Collection, Iterable, Iterator

from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault


def repeated(what: str, nodes: Iterable[Node], code: str = "duplicate-id") -> Iterator[PlacedFault]:
    """A fault for each name that another node had before."""
    first: dict[str, Node] = {}
    for node in nodes:
        if node.text is None:
            continue
        if node.text in first:
            place = first[node.text].position
            line = f"line {place.line}" + (f" of {place.file}" if place.file else "")
            cause = f"the {what} {node.text} was already named on {line}"
            yield PlacedFault(code, node.position, cause, "Give each its own name, or remove one")
        first.setdefault(node.text, node)


def unknown(what: str, name: Node, known: Collection[str]) -> Iterator[PlacedFault]:
    """A fault when a name is not among those that are known."""
    if name.text is not None and name.text not in known:
        fix = did_you_mean(name.text, map(str, known)) + f"Name a declared {what}, or declare this one"
        yield PlacedFault(f"unknown-{what}", name.position, f"no {what} is called {name.text}", fix)
