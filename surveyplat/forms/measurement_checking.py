"""The measurement section: it names items that there are, of kinds that can be measured so, on scales that fit."""

from collections.abc import Collection, Iterator, Mapping
from typing import get_args

from surveyplat.forms.items import RECOMMENDATION_POINTS, Item
from surveyplat.forms.measuring import COMPLAINT_CLASSES
from surveyplat.forms.named import repeated, unknown
from surveyplat.forms.outline import items, items_by_id
from surveyplat.forms.spelling import closest, did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault

MOST_ATTRIBUTES = 100
"""Up to 20 are decomposed exactly, more by random orders of entry; of more than this, no importance is told."""
"""What a complaint can be about; reports compare studies by these."""

_KINDS = frozenset(get_args(model.model_fields["type"].annotation)[0] for model in get_args(get_args(Item)[0]))
_RATED_BY = ("single", "multiple", "rating", "recommendation", "consent")
"""Kinds of items of which a rate can be taken."""


def measurement_faults(root: Node) -> Iterator[PlacedFault]:
    """Faults between the measurement section and the items, latent models apart."""
    measurement, known = root.get("measurement"), items_by_id(root)
    yield from _headlines(measurement, known)
    yield from _factors(measurement, known)
    yield from _drivers(measurement, known)
    yield from _derived_indices(root, known)
    yield from _gaps(root, known)
    yield from _rates(root, known)
    yield from _categories(root)


def unfit_item(name: Node, known: Mapping[str, Node], wanted: Collection[str]) -> Iterator[PlacedFault]:
    """A fault when a name is no item's, or that of an item of a kind that is not wanted."""
    yield from unknown("item", name, known)
    kind = known.get(name.text or "", name).get("type").text
    if kind in _KINDS and kind not in wanted:
        fit = " or ".join(wanted)
        cause = f"{name.text} is a {kind} item, and only a {fit} item can be measured here"
        yield PlacedFault("item-kind", name.position, cause, f"Name a {fit} item")


def _headlines(measurement: Node, known: Mapping[str, Node]) -> Iterator[PlacedFault]:
    yield from unfit_item(measurement.get("overall"), known, ["rating"])
    yield from unfit_item(measurement.get("recommend"), known, ["recommendation"])
    name = measurement.get("complaints")
    yield from unfit_item(name, known, ["single", "multiple"])
    for choice in known.get(name.text or "", name).get("choices").each():
        code = choice.get("code")
        free = code.text == "none" or choice.get("exclusive").value is True or choice.get("other").value is True
        if code.text is not None and code.text not in COMPLAINT_CLASSES and not free:
            fix = did_you_mean(code.text, COMPLAINT_CLASSES) + f"Use {', '.join(COMPLAINT_CLASSES)}, none or an other"
            yield PlacedFault("complaint-class", code.position, f"{code.text} is no class of complaints", fix)


def _factors(measurement: Node, known: Mapping[str, Node]) -> Iterator[PlacedFault]:
    for index in measurement.get("indices").each():
        named = [item for factor in index.get("factors").each() for item in factor.get("items").each()]
        yield from repeated("item", named, "factor-overlap", "Keep it in one factor")
        for item in named:
            yield from unfit_item(item, known, ["rating"])


def _drivers(measurement: Node, known: Mapping[str, Node]) -> Iterator[PlacedFault]:
    for driver in measurement.get("drivers").each():
        attributes, target = driver.get("attributes"), driver.get("target")
        for item in (target, *attributes.each()):
            yield from unfit_item(item, known, ["rating"])
        yield from repeated("attribute", attributes.each(), "duplicate-attribute", "Remove it here")
        if (size := len(attributes.each())) > MOST_ATTRIBUTES:
            cause = f"the driver has {size} attributes, and importance can be told of {MOST_ATTRIBUTES} at most"
            yield PlacedFault("driver-size", attributes.position, cause, "Leave out what matters least, or split it")
        for attribute in attributes.each():
            if attribute.text is not None and attribute.text == target.text:
                cause = f"{target.text} is the driver's target and cannot explain itself"
                yield PlacedFault("driver-target", attribute.position, cause, "Remove it from the attributes")


def _derived_indices(root: Node, known: Mapping[str, Node]) -> Iterator[PlacedFault]:
    measurement = root.get("measurement")
    drivers = {driver.get("id").text or "": driver for driver in measurement.get("drivers").each()}
    for index in measurement.get("derived_indices").each():
        name, rescaling = index.get("driver"), index.get("rescaling")
        yield from unknown("driver", name, drivers)
        if rescaling.text != "times100" or name.text not in drivers:
            continue
        for attribute in drivers[name.text].get("attributes").each():
            ends = _ends(root, known, attribute)
            if ends is not None and ends != (1, 10):
                cause = f"times100 is defined on scales from 1 to 10, and {attribute.text} goes from {_range(ends)}"
                yield PlacedFault("rescaling", rescaling.position, cause, "Use minmax")


def _gaps(root: Node, known: Mapping[str, Node]) -> Iterator[PlacedFault]:
    for gap in root.get("measurement").get("gaps").each():
        expected, found = gap.get("expectation"), gap.get("perception")
        for name in (expected, found):
            yield from unfit_item(name, known, ["rating"])
        if expected.text is not None and expected.text == found.text:
            cause = f"{found.text} is compared with itself"
            yield PlacedFault("gap-itself", found.position, cause, "Name the item that asks what was found")
        ends = _ends(root, known, expected), _ends(root, known, found)
        if None not in ends and ends[0] != ends[1]:
            cause = f"{expected.text} goes from {_range(ends[0])} and {found.text} from {_range(ends[1])}"
            yield PlacedFault("gap-scale", found.position, cause, "Ask both on one scale")


def _ends(root: Node, known: Mapping[str, Node], name: Node) -> tuple[int, int] | None:
    """Both ends of the scale that a rating item is answered on, None when it has none."""
    item = known.get(name.text or "")
    if item is None or item.get("type").text != "rating":
        return None
    scale = root.get("scales").get(item.get("scale").text)
    low, high = scale.get("minimum").whole, scale.get("maximum").whole
    return None if low is None or high is None else (low, high)


def _range(ends: tuple[int, int] | None) -> str:
    return "" if ends is None else f"{ends[0]} to {ends[1]}"


def _rates(root: Node, known: Mapping[str, Node]) -> Iterator[PlacedFault]:
    for rate in root.get("measurement").get("rates").each():
        name = rate.get("item")
        yield from unfit_item(name, known, _RATED_BY)
        item = known.get(name.text or "")
        possible = None if item is None else _possible(root, known, item)
        if possible is not None:
            yield from _impossible(rate.get("answers"), name.text or "", possible)


def _impossible(answers: Node, item: str, possible: Collection[object]) -> Iterator[PlacedFault]:
    kinds = {type(value) for value in possible}
    seen: set[object] = set()
    for answer in answers.each():
        if isinstance(answer.value, list | dict) or answer.value is None:
            continue
        if type(answer.value) not in kinds or answer.value not in possible:
            codes = [value for value in possible if isinstance(value, str)]
            fix = did_you_mean(str(answer.value), codes) + f"Possible: {', '.join(map(_written, possible))}"
            cause = f"{_written(answer.value)} is no answer to {item}"
            yield PlacedFault("unknown-answer", answer.position, cause, fix)
        elif answer.value in seen:
            cause = f"{_written(answer.value)} is named a second time"
            yield PlacedFault("duplicate-answer", answer.position, cause, "Remove it")
        seen.add(answer.value)


def _possible(root: Node, known: Mapping[str, Node], item: Node) -> list[object] | None:
    """The answers that an item can have, None when that is not known here."""
    match item.get("type").text:
        case "single" | "multiple":
            return [code.text for choice in item.get("choices").each() if (code := choice.get("code")).text] or None
        case "rating":
            ends = _ends(root, known, item.get("id"))
            return None if ends is None or ends[1] - ends[0] > 1000 else list(range(ends[0], ends[1] + 1))
        case "recommendation":
            return list(range(RECOMMENDATION_POINTS[0], RECOMMENDATION_POINTS[1] + 1))
        case "consent":
            return [True, False]
    return None


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _categories(root: Node) -> Iterator[PlacedFault]:
    categories = root.get("measurement").get("categories")
    declared = [str(name) for name, _, _ in categories.entries()]
    asked = [item.get("category") for item in items(root) if item.get("type").text == "problems"]
    for category in asked:
        yield from unknown("category", category, declared)
    meant = {closest(name.text, declared) for name in asked if name.text is not None}
    for name, place, _ in categories.entries():
        if name not in meant:
            cause = f"no item asks about problems of the category {name}"
            yield PlacedFault("category-unused", place, cause, "Ask about it, or remove it")
