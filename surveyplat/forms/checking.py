"""What the models cannot see: the links between distant places of a definition.

Each check takes the tree of the file and yields its faults. A part that is faulty in itself is reported elsewhere, and
is no reason for a second fault here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import get_args

from surveyplat.forms.items import RECOMMENDATION_POINTS, Item
from surveyplat.forms.outline import items, items_by_id, languages, texts
from surveyplat.forms.reading_time import minutes_needed
from surveyplat.forms.spelling import closest, did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault

MOST_ATTRIBUTES = 20
"""The exact importance decomposition visits every subset of the attributes."""
SNAPSHOT_COLUMNS = frozenset(
    {"response_id", "dealer", "region", "customer", "model", "occasion_on", "language", "source"}
)
RESERVED_PAGE = "receipt"
"""The page that every survey ends with has this name in its address."""
RESERVED_FIELD = "stamp"
"""The field that every page carries beside its items."""
_ITEM_KINDS = frozenset(get_args(model.model_fields["type"].annotation)[0] for model in get_args(get_args(Item)[0]))


def link_faults(root: Node) -> list[PlacedFault]:
    """Every fault between two places of one definition."""
    return [fault for check in _CHECKS for fault in check(root)]


def _ids(root: Node) -> Iterator[PlacedFault]:
    measurement = root.get("measurement")
    yield from _repeated("page", [page.get("id") for page in root.get("pages").each()])
    for page in root.get("pages").each():
        if page.get("id").text == RESERVED_PAGE:
            cause = f"{RESERVED_PAGE} is the name of the page that every survey ends with"
            yield PlacedFault("reserved-id", page.get("id").position, cause, "Choose another id")
    answered = [named.get("id") for item in items(root) for named in (item, *item.get("problems").each())]
    yield from _repeated("item or problem", answered)
    for item in items(root):
        if item.get("id").text == RESERVED_FIELD:
            cause = f"{RESERVED_FIELD} is the name of a field that every page has"
            yield PlacedFault("reserved-id", item.get("id").position, cause, "Choose another id")
    for node in answered:
        if node.text in SNAPSHOT_COLUMNS:
            cause = f"{node.text} is the name of a column that every snapshot has"
            yield PlacedFault("reserved-id", node.position, cause, "Choose another id")
    for item in items(root):
        yield from _repeated("choice", [choice.get("code") for choice in item.get("choices").each()])
    for part, name in (("indices", "index"), ("drivers", "driver"), ("derived_indices", "derived index")):
        yield from _repeated(name, [each.get("id") for each in measurement.get(part).each()])
    for index in measurement.get("indices").each():
        yield from _repeated("factor", [factor.get("id") for factor in index.get("factors").each()])


def _repeated(what: str, nodes: Iterable[Node], code: str = "duplicate-id") -> Iterator[PlacedFault]:
    first: dict[str, int] = {}
    for node in nodes:
        if node.text is None:
            continue
        if node.text in first:
            cause = f"the {what} {node.text} was already named on line {first[node.text]}"
            yield PlacedFault(code, node.position, cause, "Give each its own name, or remove one")
        first.setdefault(node.text, node.position.line)


def _translations(root: Node) -> Iterator[PlacedFault]:
    declared = languages(root)
    yield from _repeated("language", root.get("languages").each(), "duplicate-language")
    for text in texts(root):
        if not isinstance(text.node.value, dict):
            continue
        for language in declared:
            if language not in text.node.value:
                fix = f"Add a line {language}: ..., or take the language out of languages"
                cause = f"{text.name} has no {language} text"
                yield PlacedFault("missing-translation", text.position, cause, fix)
        for tag, place, _ in text.node.entries():
            if declared and tag not in declared:
                fix = f"{did_you_mean(str(tag), declared)}Use the tags of languages: {', '.join(declared)}"
                yield PlacedFault("unknown-language", place, f"{tag} is not a language of this definition", fix)


def _scales(root: Node) -> Iterator[PlacedFault]:
    scales = root.get("scales")
    for _, _, scale in scales.entries():
        low, high = scale.get("minimum"), scale.get("maximum")
        if low.whole is not None and high.whole is not None:
            if low.whole >= high.whole:
                cause = f"the scale ends at {high.whole} and starts at {low.whole}"
                yield PlacedFault("scale-range", high.position, cause, "Make maximum greater than minimum")
            else:
                yield from _labels(scale.get("labels"), low.whole, high.whole)
    for item in items(root):
        kind = item.get("type").text
        if kind == "rating":
            yield from _unknown("scale", item.get("scale"), scales.value if isinstance(scales.value, dict) else ())
        elif kind == "recommendation":
            yield from _labels(item.get("labels"), *RECOMMENDATION_POINTS)


def _labels(labels: Node, low: int, high: int) -> Iterator[PlacedFault]:
    labelled = {_point(key) for key, _, _ in labels.entries()}
    for key, place, _ in labels.entries():
        point = _point(key)
        if point is not None and not low <= point <= high:
            cause = f"{point} is not a point of the scale from {low} to {high}"
            yield PlacedFault("scale-label", place, cause, "Remove the label or change the scale")
    for end in (low, high):
        if isinstance(labels.value, dict) and end not in labelled:
            cause = f"the end {end} of the scale has no label"
            yield PlacedFault("scale-ends", labels.position, cause, "Say in words what both ends mean")


def _point(key: object) -> int | None:
    try:
        return int(key) if isinstance(key, int | str) else None
    except ValueError:
        return None


def _measured_items(root: Node) -> Iterator[PlacedFault]:
    """Factors, drivers and the two headline items name items of the right kind."""
    measurement, known = root.get("measurement"), items_by_id(root)
    for index in measurement.get("indices").each():
        named = [item for factor in index.get("factors").each() for item in factor.get("items").each()]
        yield from _repeated("item", named, "factor-overlap")
        for item in named:
            yield from _unfit_item(item, known, "rating")
    for driver in measurement.get("drivers").each():
        for item in (driver.get("target"), *driver.get("attributes").each()):
            yield from _unfit_item(item, known, "rating")
    yield from _unfit_item(measurement.get("overall"), known, "rating")
    yield from _unfit_item(measurement.get("recommend"), known, "recommendation")


def _unfit_item(name: Node, known: Mapping[str, Node], wanted: str) -> Iterator[PlacedFault]:
    yield from _unknown("item", name, known)
    kind = known.get(name.text or "", name).get("type").text
    if kind in _ITEM_KINDS and kind != wanted:
        cause = f"{name.text} is a {kind} item, and only a {wanted} item can be measured here"
        yield PlacedFault("item-kind", name.position, cause, f"Name a {wanted} item")


def _drivers(root: Node) -> Iterator[PlacedFault]:
    measurement = root.get("measurement")
    for driver in measurement.get("drivers").each():
        attributes, target = driver.get("attributes"), driver.get("target").text
        yield from _repeated("attribute", attributes.each(), "duplicate-attribute")
        if len(attributes.each()) > MOST_ATTRIBUTES:
            cause = (
                f"the driver has {len(attributes.each())} attributes, and {MOST_ATTRIBUTES} can be decomposed exactly"
            )
            yield PlacedFault("driver-size", attributes.position, cause, "Leave out what matters least, or split it")
        for attribute in attributes.each():
            if attribute.text is not None and attribute.text == target:
                cause = f"{target} is the driver's target and cannot explain itself"
                yield PlacedFault("driver-target", attribute.position, cause, "Remove it from the attributes")


def _derived_indices(root: Node) -> Iterator[PlacedFault]:
    measurement = root.get("measurement")
    drivers = {driver.get("id").text or "": driver for driver in measurement.get("drivers").each()}
    for index in measurement.get("derived_indices").each():
        name, rescaling = index.get("driver"), index.get("rescaling")
        yield from _unknown("driver", name, drivers)
        if rescaling.text == "times100" and name.text in drivers:
            yield from _not_one_to_ten(root, drivers[name.text].get("attributes"), rescaling)


def _not_one_to_ten(root: Node, attributes: Node, rescaling: Node) -> Iterator[PlacedFault]:
    known = items_by_id(root)
    for attribute in attributes.each():
        scale = root.get("scales").get(known.get(attribute.text or "", attribute).get("scale").text)
        low, high = scale.get("minimum").whole, scale.get("maximum").whole
        if low is not None and high is not None and (low, high) != (1, 10):
            cause = f"times100 is defined on scales from 1 to 10, and {attribute.text} goes from {low} to {high}"
            yield PlacedFault("rescaling", rescaling.position, cause, "Use minmax")


def _categories(root: Node) -> Iterator[PlacedFault]:
    categories = root.get("measurement").get("categories")
    declared = [str(name) for name, _, _ in categories.entries()]
    asked = [item.get("category") for item in items(root) if item.get("type").text == "problems"]
    for category in asked:
        yield from _unknown("category", category, declared)
    meant = {closest(name.text, declared) for name in asked if name.text is not None}
    for name, place, _ in categories.entries():
        if name not in meant:
            cause = f"no item asks about problems of the category {name}"
            yield PlacedFault("category-unused", place, cause, "Ask about it, or remove it")


def _unknown(what: str, name: Node, known: Collection[str]) -> Iterator[PlacedFault]:
    if name.text is not None and name.text not in known:
        fix = did_you_mean(name.text, map(str, known)) + f"Name a declared {what}, or declare this one"
        yield PlacedFault(f"unknown-{what}", name.position, f"no {what} is called {name.text}", fix)


def _length(root: Node) -> Iterator[PlacedFault]:
    promised = root.get("minutes")
    needed = {language: minutes_needed(root, language) for language in languages(root)}
    if promised.whole is None or not needed:
        return
    slowest = max(needed, key=lambda language: needed[language])
    if needed[slowest] >= promised.whole + 0.5:
        takes = f"reading and answering takes about {needed[slowest]:.1f} minutes ({slowest})"
        cause = f"{takes}, and {promised.whole} are promised"
        fix = f"Promise {round(needed[slowest])} minutes, or ask less"
        yield PlacedFault("minutes-short", promised.position, cause, fix)


_CHECKS = (_ids, _translations, _scales, _measured_items, _drivers, _derived_indices, _categories, _length)
