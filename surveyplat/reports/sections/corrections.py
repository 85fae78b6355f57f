"""What a report says of its period's corrections: on the cover, in the summary, and on the audit page."""

from collections.abc import Mapping
from typing import Any

from surveyplat.audit.revisions import corrections_of
from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Table
from surveyplat.reports.bundle import SHORT_HASH, ReportBundle
from surveyplat.reports.context import Context, Wording, clipped
from surveyplat.reports.restating import DIGITS

_Manifest = Mapping[str, Any]


def status_text(wording: Wording) -> str:
    """Whether the answers can still change; of a corrected period its revision, and since when it counts."""
    manifest, status = wording.bundle.manifest, wording.bundle.status
    if status != "FROZEN" or not manifest.get("revision"):
        return wording.say(f"status.{status}")
    return wording.say("status.CORRECTED", revision=wording.number(manifest["revision"]), date=_date(wording, manifest))


def _date(wording: Wording, manifest: _Manifest) -> str:
    """A revision is frozen when it is corrected."""
    return _day(wording, str(manifest["frozen_at"]))


def _day(wording: Wording, moment: str) -> str:
    return formats.long_date(moment[:10], wording.language)


def moved(context: Context) -> Paragraph | None:
    """One sentence on what the corrections made of the first measure; None for a period that was not corrected."""
    bundle = context.bundle
    if not bundle.manifest.get("revision") or not isinstance(bundle, ReportBundle):
        return None
    fields = {"revision": context.number(bundle.manifest["revision"]), "date": _date(context, bundle.manifest)}
    lead = context.say("corrected")
    if not bundle.restated:
        return Paragraph(context.say("corrected.unpublished", **fields), lead, see="audit")
    measure = bundle.restated[0]["measures"][0]
    first, now = (measure_value(context, measure, side) for side in ("first", "now"))
    key = "corrected.same" if first == now else "corrected.moved"
    told = context.say(key, name=measure_name(context, measure), first=first, now=now, **fields)
    if bundle.current_actions:
        told = _joined(context, told, context.say("corrected.actions"))
    return Paragraph(told, lead, see="audit")


def measure_name(context: Context, measure: Mapping[str, Any]) -> str:
    """What a restated measure is called; a factor after its index."""
    kind, name = measure["kind"], str(measure["id"])
    if kind == "pp100":
        return context.say("pp100_short")
    if kind == "factor":
        return " / ".join(context.label(part) for part in name.split("/"))
    return context.either(name, context.label(name)) if kind == "rate" else context.label(name)


def measure_value(context: Context, measure: Mapping[str, Any], side: str) -> str:
    """The value as first published or as it is now, or why it is not shown."""
    told = measure[side]
    if told is None:
        return formats.ABSENT
    if told["suppressed"] is not None:
        return context.say(f"suppressed.{told['suppressed']}")
    return context.number(told["value"], DIGITS) + ("*" if told["low_base"] else "")


def corrections(context: Context) -> tuple[Block, ...]:
    """Every correction of the period, for the audit page; a sentence where there is none."""
    manifest = context.bundle.manifest
    if not corrections_of(manifest):
        return (Paragraph(context.say("audit.corrections.text"), context.say("audit.corrections")),)
    frozen = _day(context, str(manifest["first_frozen_at"]))
    return (corrections_table(context, manifest, context.say("corrections.table", date=frozen)),)


def corrections_table(context: Context, manifest: _Manifest, title: str) -> Table:
    """When, why, by whom, how many rows, and which rows it took the place of."""
    columns = (
        Column(context.say("corrections.when"), 0.16, "left"),
        Column(context.say("corrections.revision"), 0.09),
        Column(context.say("corrections.reason"), 0.3, "left"),
        Column(context.say("corrections.by"), 0.13, "left"),
        Column(context.say("corrections.rows"), 0.17),
        Column(context.say("corrections.supersedes"), 0.15, "left"),
    )
    made = corrections_of(manifest)
    return Table(title, columns, tuple(_row(context, each) for each in made), _note(context, made))


def _row(context: Context, made: Mapping[str, Any]) -> Row:
    counts = (sum(made["withdrawn"].values()), made["added"], made["changed"])
    return Row(
        (
            _day(context, made["corrected_at"]),
            context.number(made["revision"]),
            clipped(made["reason"]),
            clipped(made["by"]),
            " / ".join(context.number(count) for count in counts),
            made["supersedes"][:SHORT_HASH],
        )
    )


def _note(context: Context, made: tuple[Mapping[str, Any], ...]) -> str:
    counts: dict[str, int] = {}
    for each in made:
        for code, count in each["withdrawn"].items():
            counts[code] = counts.get(code, 0) + count
    note = context.say("corrections.note")
    if not counts:
        return note
    codes = (
        context.say("corrections.code", code=context.say(f"code.{code}"), count=context.number(count))
        for code, count in counts.items()
    )
    return _joined(context, context.say("corrections.withdrawn", codes=context.say("comma").join(codes)), note)


def _joined(wording: Wording, *sentences: str) -> str:
    return (" " if wording.language == "en" else "").join(sentences)
