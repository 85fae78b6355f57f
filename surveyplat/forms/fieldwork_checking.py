"""Fieldwork, quotas and wording by brand: what must agree there."""

from collections import Counter
from collections.abc import Iterator

from surveyplat.event_kinds import OF_A_VEHICLE
from surveyplat.forms.named import repeated
from surveyplat.forms.outline import entries, pages
from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.yaml_positions import Node, PlacedFault


def fieldwork_faults(root: Node) -> Iterator[PlacedFault]:
    """Reminders at the wrong time, ways to reach people that are named twice, quotas and variants that fit nothing."""
    fieldwork = root.get("fieldwork")
    yield from _reminders(fieldwork)
    yield from repeated("channel", fieldwork.get("channels").each(), "duplicate-channel", "Remove it here")
    yield from _quotas(root)
    yield from _variants(root)


def _reminders(fieldwork: Node) -> Iterator[PlacedFault]:
    expires, before = fieldwork.get("expires_days").whole, 0
    for reminder in fieldwork.get("reminders").each():
        days = reminder.whole
        if days is None or days < 1:
            continue
        if expires is not None and days >= expires:
            cause = f"whoever is reminded after {days} days finds the survey closed, which expires after {expires}"
            yield PlacedFault("reminder-late", reminder.position, cause, "Remind before it expires")
        if days <= before:
            cause = f"the reminder after {days} days follows the one after {before}"
            yield PlacedFault("reminder-order", reminder.position, cause, "Write the days in rising order, each once")
        before = max(before, days)


def _quotas(root: Node) -> Iterator[PlacedFault]:
    trigger = root.get("fieldwork").get("trigger").text
    for quota in root.get("quotas").each():
        each = quota.get("each")
        if each.text == "model" and trigger is not None and trigger not in OF_A_VEHICLE:
            cause = f"the limit is counted by model, and events of the kind {trigger} may have no vehicle"
            yield PlacedFault("quota-model", each.position, cause, "Count by study or by dealer")


def _variants(root: Node) -> Iterator[PlacedFault]:
    named = Counter(_worded(root))
    brands = [variant.get("brand") for variant in root.get("variants").each()]
    yield from repeated("brand", brands, fix="Write one variant for each brand")
    for variant in root.get("variants").each():
        for name, place, _ in variant.get("texts").entries():
            if named[name] == 0:
                fix = did_you_mean(str(name), named) + "Name a page, item, row, problem or detail"
                yield PlacedFault("unknown-text", place, f"nothing that has a text is called {name}", fix)
            elif named[name] > 1:
                cause = f"{name} names {named[name]} things, and each would get this text"
                yield PlacedFault("ambiguous-id", place, cause, "Give the page or the detail an id of its own")
        if not {"title", "introduction", "thanks", "texts"} & variant.key_positions.keys():
            cause = "the variant words nothing in another way"
            yield PlacedFault("unused", variant.position, cause, "Remove it, or add its wording")


def _worded(root: Node) -> Iterator[str]:
    """The id of everything whose wording a variant may change."""
    for page in pages(root):
        yield page.get("id").text or ""
        for entry in entries(page):
            questions = entry.get("details").get("questions").each()
            for part in (entry, *entry.get("rows").each(), *entry.get("problems").each(), *questions):
                yield part.get("id").text or ""
