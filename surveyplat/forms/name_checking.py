"""Ids and names: given once each, and none that the product needs for itself.

Items, rows, blocks, problems and calculated values share one space of names, for each may be a column of the snapshot
or be named by a variant's wording. Names that the product derives (``reason__words``, ``squeal__often``,
``brakes__details``) have two underscores in them, and written names never do, so that no two can be the same.
"""

from collections.abc import Iterator

from surveyplat.forms.named import repeated
from surveyplat.forms.outline import entries, items, pages
from surveyplat.forms.yaml_positions import Node, PlacedFault

SNAPSHOT_COLUMNS = frozenset(
    {"response_id", "dealer", "region", "customer", "model", "occasion_on", "language", "source"}
)
RESERVED_PAGE = "receipt"
"""The page that every survey ends with has this name in its address."""
RESERVED_FIELDS = frozenset({"stamp", "saving"})
"""The fields that a page sends beside its items: its stamp, and that it was saved while somebody was typing."""
DERIVED = "__"
"""Stands between the parts of a derived name."""

_MEASURED = {
    "indices": "index",
    "drivers": "driver",
    "derived_indices": "derived index",
    "gaps": "gap",
    "rates": "rate",
    "models": "model",
}


def name_faults(root: Node) -> Iterator[PlacedFault]:
    """Names that are given twice or belong to the product."""
    page_ids = [page.get("id") for page in pages(root)]
    yield from repeated("page", page_ids)
    asked = list(_asked_names(root))
    yield from repeated("item or problem", asked)
    yield from _choices_and_details(root)
    yield from _measured(root.get("measurement"))
    yield from repeated("quota", [quota.get("id") for quota in root.get("quotas").each()])
    for node in page_ids:
        if node.text == RESERVED_PAGE:
            yield _reserved(node, "the name of the page that every survey ends with")
    for node in asked:
        if node.text in RESERVED_FIELDS:
            yield _reserved(node, "the name of a field that every page has")
        elif node.text in SNAPSHOT_COLUMNS:
            yield _reserved(node, "the name of a column that every snapshot has")
    for node in (*page_ids, *asked, *_detail_names(root)):
        if DERIVED in (node.text or ""):
            yield _reserved(node, "written like a derived name: two underscores stand between the parts of one")


def _asked_names(root: Node) -> Iterator[Node]:
    """The ids of items, batteries, rows, blocks and problems, and the names of calculated values."""
    for page in pages(root):
        for entry in entries(page):
            for part in (entry, *entry.get("rows").each(), *entry.get("problems").each()):
                yield part.get("id")
    for name, place, _ in root.get("calculated").entries():
        yield Node(place, name)


def _detail_names(root: Node) -> Iterator[Node]:
    for item in items(root):
        yield from (detail.get("id") for detail in item.get("details").get("questions").each())


def _choices_and_details(root: Node) -> Iterator[PlacedFault]:
    for item in items(root):
        questions = item.get("details").get("questions").each()
        yield from repeated("detail", [question.get("id") for question in questions])
        for asked in (item, *questions):
            yield from repeated("choice", [choice.get("code") for choice in asked.get("choices").each()])


def _measured(measurement: Node) -> Iterator[PlacedFault]:
    for part, what in _MEASURED.items():
        yield from repeated(what, [each.get("id") for each in measurement.get(part).each()])
    for index in measurement.get("indices").each():
        yield from repeated("factor", [factor.get("id") for factor in index.get("factors").each()])
    for model in measurement.get("models").each():
        yield from repeated("construct", [construct.get("id") for construct in model.get("constructs").each()])


def _reserved(node: Node, whose: str) -> PlacedFault:
    return PlacedFault("reserved-id", node.position, f"{node.text} is {whose}", "Choose another id")
