"""Latent models: constructs of rating items, and arrows between them that never lead back."""

from collections.abc import Iterator, Mapping

from surveyplat.forms.measurement_checking import unfit_item
from surveyplat.forms.named import repeated, unknown
from surveyplat.forms.outline import items_by_id
from surveyplat.forms.yaml_positions import Node, PlacedFault


def latent_faults(root: Node) -> Iterator[PlacedFault]:
    """Faults of the latent models of the measurement section."""
    known = items_by_id(root)
    for model in root.get("measurement").get("models").each():
        yield from _constructs(model, known)
        yield from _paths(model)


def _constructs(model: Node, known: Mapping[str, Node]) -> Iterator[PlacedFault]:
    named = [item for construct in model.get("constructs").each() for item in construct.get("items").each()]
    yield from repeated("item", named, "construct-overlap", "Keep it in one construct")
    for item in named:
        yield from unfit_item(item, known, ["rating"])


def _paths(model: Node) -> Iterator[PlacedFault]:
    constructs = {node.text: node for each in model.get("constructs").each() if (node := each.get("id")).text}
    ends = [path.get(end) for path in model.get("paths").each() for end in ("cause", "effect")]
    for name in (*ends, model.get("index")):
        yield from unknown("construct", name, [each for each in constructs if each])
    reached = {end.text for end in ends}
    if reached <= set(constructs):
        for node in constructs.values():
            if node.text not in reached:
                cause = f"no path leads to or from the construct {node.text}"
                yield PlacedFault("construct-apart", node.position, cause, "Add a path, or remove the construct")
    yield from _repeated_paths(model)
    yield from _cycle(model)


def _repeated_paths(model: Node) -> Iterator[PlacedFault]:
    seen: set[tuple[str | None, str | None]] = set()
    for path in model.get("paths").each():
        arrow = path.get("cause").text, path.get("effect").text
        if None not in arrow and arrow in seen:
            cause = f"the path from {arrow[0]} to {arrow[1]} stands here a second time"
            yield PlacedFault("duplicate-path", path.position, cause, "Remove it")
        seen.add(arrow)


def _cycle(model: Node) -> Iterator[PlacedFault]:
    """The first path that leads back to where it comes from, with the way between, each path taken in turn."""
    effects: dict[str, list[str]] = {}
    for path in model.get("paths").each():
        cause, effect = path.get("cause").text, path.get("effect").text
        if cause is None or effect is None:
            continue
        way = _way(effects, effect, cause)
        if way is not None:
            named = " -> ".join((cause, *way))
            yield PlacedFault("cycle", path.position, f"the paths lead back: {named}", "Take one of them out")
            continue
        effects.setdefault(cause, []).append(effect)


def _way(effects: Mapping[str, list[str]], start: str, goal: str) -> list[str] | None:
    """A way along the arrows, both ends named; None when there is none."""
    before: dict[str, str | None] = {start: None}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return _back(before, here)
        for effect in effects.get(here, ()):
            if effect not in before:
                before[effect] = here
                waiting.append(effect)
    return None


def _back(before: Mapping[str, str | None], last: str) -> list[str]:
    way: list[str] = []
    step: str | None = last
    while step is not None:
        way.append(step)
        step = before[step]
    return way[::-1]
