"""How the figures were made, so that another can make them again."""

from collections.abc import Iterable, Iterator

from surveyplat.reports.blocks import Paragraph, Section
from surveyplat.reports.context import Context
from surveyplat.reports.languages import joined
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.disclosure import disclosure
from surveyplat.reports.sections.sentences import reasons
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.coverage import DEALER
from surveyplat.scoring.records.structures import Invariance
from surveyplat.scoring.results import MeasureVerdict


def method(context: Context) -> Section:
    blocks = (*_paragraphs(context), *disclosure(context))
    return Section("method", context.say("method"), context.say("method.heading"), blocks)


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
    return joined(told, context.language)


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
