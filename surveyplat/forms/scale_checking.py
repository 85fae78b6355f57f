"""Rating scales: both ends in words, no holes between the labels, and not longer than a phone can show."""

from collections.abc import Iterator

from surveyplat.forms.items import RECOMMENDATION_POINTS
from surveyplat.forms.named import unknown
from surveyplat.forms.outline import entries, pages
from surveyplat.forms.yaml_positions import Node, PlacedFault

MOST_POINTS = 11
"""Points stand one below the other, 52 px each: eleven fill the height of a small phone (568 px)."""


def scale_faults(root: Node) -> Iterator[PlacedFault]:
    """Faults of the declared scales, of their use, and of the labels of recommendation items."""
    scales = root.get("scales")
    for _, _, scale in scales.entries():
        yield from _points(scale)
    known = scales.value if isinstance(scales.value, dict) else {}
    for page in pages(root):
        for entry in entries(page):
            if entry.get("type").text in ("rating", "battery"):
                yield from unknown("scale", entry.get("scale"), known)
            elif entry.get("type").text == "recommendation":
                yield from _labels(entry.get("labels"), *RECOMMENDATION_POINTS)


def _points(scale: Node) -> Iterator[PlacedFault]:
    low, high = scale.get("minimum").whole, scale.get("maximum").whole
    place = scale.get("maximum").position
    if low is None or high is None:
        return
    if low >= high:
        cause = f"the scale ends at {high} and starts at {low}"
        yield PlacedFault("scale-range", place, cause, "Make maximum greater than minimum")
        return
    if high - low >= MOST_POINTS:
        cause = f"the scale has {high - low + 1} points, and {MOST_POINTS} fill a small phone's screen"
        yield PlacedFault("scale-long", place, cause, f"Use {MOST_POINTS} points or fewer, or ask for a number")
    yield from _labels(scale.get("labels"), low, high)


def _labels(labels: Node, low: int, high: int) -> Iterator[PlacedFault]:
    if not isinstance(labels.value, dict):
        return
    labelled = {point for key, _, _ in labels.entries() if (point := _point(key)) is not None}
    for key, place, _ in labels.entries():
        point = _point(key)
        if point is not None and not low <= point <= high:
            cause = f"{point} is not a point of the scale from {low} to {high}"
            yield PlacedFault("scale-label", place, cause, "Remove the label or change the scale")
    for end in (low, high):
        if end not in labelled:
            cause = f"the end {end} of the scale has no label"
            yield PlacedFault("scale-ends", labels.position, cause, "Say in words what both ends mean")
    if {low, high} <= labelled:
        yield from _holes(labels, labelled, low, high)


def _holes(labels: Node, labelled: set[int], low: int, high: int) -> Iterator[PlacedFault]:
    """Labels draw answers: with 1, 2 and 5 of five in words, the lower half weighs more than the upper one."""
    inside = {point for point in labelled if low <= point <= high}
    lacking = sorted({low + high - point for point in inside} - inside)
    if lacking:
        named = ", ".join(map(str, lacking))
        cause = f"the labels are not the same on both halves of the scale: {named} has none"
        fix = "Label both ends only, every point, or the same points from both ends"
        yield PlacedFault("scale-holes", labels.position, cause, fix)


def _point(key: object) -> int | None:
    try:
        return int(key) if isinstance(key, int | str) else None
    except ValueError:
        return None
