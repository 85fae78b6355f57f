"""How the figures were made, so that another can make them again."""

from collections.abc import Iterable, Iterator
from typing import Any

from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import bundle_hash
from surveyplat.reports.context import Context
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.sentences import reasons
from surveyplat.scoring.event_cells import DEALER
from surveyplat.scoring.invariance import Invariance
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import MeasureVerdict


def method(context: Context) -> Section:
    blocks: list[Block] = [*_paragraphs(context), *_exclusions(context), _provenance(context)]
    return Section("method", context.say("method"), context.say("method.heading"), tuple(blocks))


def _paragraphs(context: Context) -> Iterator[Paragraph]:
    yield Paragraph(_base(context), lead=context.say("method.base"))
    yield Paragraph(_weighting(context), lead=context.say("method.weighting"))
    for part in ("error", "missing", "suppression"):
        yield Paragraph(context.say(f"method.{part}.text"), lead=context.say(f"method.{part}"))
    yield Paragraph(_changes(context), lead=context.say("method.changes"))


def _weighting(context: Context) -> str:
    summary = context.scores.weighting_summary
    names = [context.say(f"margin.{margin.name}") for margin in summary.margins if margin.name != DEALER]
    kind, deff = context.scores.weighting, context.number(summary.design_effect, 2)
    return context.say(f"method.weighting.{kind}", margins=context.say("margin.and").join(names), deff=deff)


def _base(context: Context) -> str:
    """The answers that the numbers rest on, and their response rate: unfinished ones are excluded (AAPOR's RR1)."""
    manifest = context.bundle.manifest
    responses = context.number(context.scores.unweighted_base)
    period = context.period(context.scores.period)
    invited = manifest.get("invited")
    if not invited:
        return context.say("method.base.imported", responses=responses, period=period)
    return context.say(
        "method.base.text",
        responses=responses,
        period=period,
        events=context.number(manifest.get("population_events")),
        invited=context.number(invited),
        rate=context.percent(context.scores.unweighted_base / invited, 1),
    )


def _changes(context: Context) -> str:
    comparison = context.comparison
    if comparison is None:
        return context.say("method.changes.none")
    if comparison.verdict != "comparable":
        after, key = context.period(comparison.after), "refused" if comparison.bridge is None else "bridged"
        return context.say(f"method.changes.{key}", after=after, reasons=reasons(context))
    told = [context.say("method.changes.text", alpha=context.percent(comparison.alpha))]
    told += [_withheld(context, each) for each in comparison.withheld]
    told += [_alike(context, each.index, each.found) for each in comparison.invariance if each.found is not None]
    if comparison.warnings:
        told.append(context.say("change.warnings") + _worded(context, comparison.warnings))
    return ("" if context.language == "zh-Hans" else " ").join(filter(None, told))


def _alike(context: Context, index: str, found: Invariance) -> str:
    """That an index's items were found to mean the same in both periods; what speaks against it is a warning."""
    if not found.means_comparable:
        return ""
    name = context.either(f"{index}_short", context.label(index))
    return context.say("method.changes.alike", name=name, loss=context.number(abs(found.scalar.cfi_loss), 3))


def _withheld(context: Context, verdict: MeasureVerdict) -> str:
    name = context.either(f"{verdict.measure}_short", context.label(verdict.measure))
    return context.say("method.changes.withheld", name=name, reasons=_worded(context, verdict.reasons))


def _worded(context: Context, given: Iterable[Reason]) -> str:
    return reasons_text(given, context.language, context.label)


def _exclusions(context: Context) -> Iterator[Block]:
    exclusions = [each for each in context.bundle.manifest.get("exclusions", ()) if each["count"]]
    if not exclusions:
        yield Paragraph(
            context.say("method.exclusions.none"), lead=context.say("method.exclusions") + context.colon.rstrip()
        )
        return
    columns = (Column(context.say("method.reason"), 0.75, "left"), Column(context.say("method.count"), 0.25))
    rows = tuple(Row((_reason(context, each["reason"]), context.number(each["count"]))) for each in exclusions)
    yield Table(context.say("method.exclusions"), columns, rows)


def _reason(context: Context, reason: str) -> str:
    return context.either(f"reason.{reason}", reason)


def _provenance(context: Context) -> Table:
    columns = (Column(context.say("method.fact"), 0.27, "left"), Column(context.say("method.value"), 0.73, "left"))
    rows = tuple(Row((context.say(f"method.{key}"), text)) for key, text in _facts(context))
    return Table(context.say("method.provenance"), columns, rows)


def _facts(context: Context) -> Iterator[tuple[str, str]]:
    manifest = context.bundle.manifest
    cut_off = manifest.get("cut_off")
    rows = manifest.get("row_count")
    yield "cut_off", _moment(context, cut_off) if cut_off else context.say("not_recorded")
    yield "rows", context.number(rows) if rows is not None else context.say("not_recorded")
    yield "rows_hash", context.scores.snapshot_hash
    yield "definition", _recorded(context, manifest.get("definition_version"))
    yield "definition_hash", context.scores.definition_hash
    yield "bundle_hash", bundle_hash(context.bundle)
    yield "template", context.bundle.template_version
    software = manifest.get("software") or {}
    listed = ", ".join(f"{name} {version}" for name, version in sorted(software.items()))
    yield "software", _recorded(context, listed)


def _recorded(context: Context, value: Any) -> str:
    return str(value) if value else context.say("not_recorded")


def _moment(context: Context, moment: str) -> str:
    if "T" in moment or " " in moment:
        return formats.long_time(moment, context.language)
    return formats.long_date(moment, context.language)
