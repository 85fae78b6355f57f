"""The closed loop: what became of the last period's actions, and whether they worked."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import ActionRecord, ReportBundle
from surveyplat.reports.context import Context, clipped, score_digits
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.actions import previous_actions
from surveyplat.scoring.documents import effect_from_document
from surveyplat.scoring.records.effects import StudyEffect

_Untold = Literal["later", "everybody"]
"""Its months are not frozen yet; it was for everybody, so that there is nobody to compare with."""


def judged_actions(context: Context) -> Section | None:
    """The last period's actions, and below them each one's effect or why there is none to tell."""
    section, bundle = previous_actions(context), context.bundle
    if section is None or not isinstance(bundle, ReportBundle):
        return section
    told = {key: effect_from_document(effect) for key, effect in bundle.judged.items() if effect is not None}
    if not told:
        return replace(section, blocks=(*section.blocks, *_untold(context, bundle)))
    blocks = (*section.blocks, _table(context, bundle, told))
    return replace(section, heading=_heading(context, bundle, told), blocks=blocks)


def _heading(context: Context, bundle: ReportBundle, told: Mapping[str, StudyEffect]) -> str:
    better = sum(effect.verdict == "better" for effect in told.values())
    key = "judged.heading" if better else "judged.heading.none"
    return context.say(key, better=context.number(better), count=context.number(len(bundle.previous_actions)))


def _untold(context: Context, bundle: ReportBundle) -> Iterator[Block]:
    """Where no action has an effect yet: how many of them for which reason."""
    counts = Counter(_why(bundle, action) for action in bundle.previous_actions)
    for why, count in sorted(counts.items()):
        yield Paragraph(context.say(f"judged.none.{why}", count=context.number(count)), style="note")


def _why(bundle: ReportBundle, action: ActionRecord) -> _Untold:
    return "later" if action.key in bundle.judged else "everybody"


def _table(context: Context, bundle: ReportBundle, effects: Mapping[str, StudyEffect]) -> Table:
    columns = (
        Column(context.say("judged.action"), 0.34, "left"),
        Column(context.say("judged.verdict"), 0.34, "left"),
        Column(context.say("judged.effect"), 0.1),
        Column(context.say("interval95"), 0.14),
        Column(context.say("judged.compared"), 0.2, "left"),
    )
    rows = tuple(
        _judged_row(context, action, effects[action.key])
        if action.key in effects
        else _untold_row(context, action, _why(bundle, action))
        for action in bundle.previous_actions
    )
    measures = sorted({effect.measure for effect in effects.values()})
    note = context.say("judged.note", measure=context.say("semicolon").join(map(context.label, measures)))
    return Table(context.say("judged.table"), columns, rows, note)


def _untold_row(context: Context, action: ActionRecord, why: _Untold) -> Row:
    told = context.say("judged.why", what=context.say("judged.untold"), reasons=context.say(f"judged.{why}"))
    return Row((clipped(action.plan["what"]), told, formats.ABSENT, formats.ABSENT, ""), "muted")


def _judged_row(context: Context, action: ActionRecord, told: StudyEffect) -> Row:
    what = clipped(action.plan["what"])
    compared = context.say(
        "judged.compared.text",
        treated=context.number(told.effect.treated_dealers),
        controls=context.number(told.effect.control_dealers),
        before=context.number(told.effect.months_before),
        after=context.number(told.effect.months_after),
    )
    effect = told.effect.effect
    if effect is None:
        reasons = reasons_text(told.effect.reasons, context.language, context.label)
        why = context.say("judged.why", what=context.say("judged.untold"), reasons=reasons)
        return Row((what, why, formats.ABSENT, formats.ABSENT, compared), "muted")
    digits = _digits(context, told.measure)
    interval = context.interval(effect.ci_low, effect.ci_high, digits)
    return Row((what, _verdict(context, told), context.signed(effect.value, digits), interval, compared))


def _verdict(context: Context, told: StudyEffect) -> str:
    """What is concluded, and what to beware of."""
    what = context.say(f"judged.{told.verdict}")
    reasons = reasons_text(told.effect.reasons, context.language, context.label)
    return context.say("judged.why", what=what, reasons=reasons) if reasons else what


def _digits(context: Context, measure: str) -> int:
    index = next((index for index in context.scores.indices if index.id == measure), None)
    return score_digits(index.total) if index else 1
