"""Complaints by class, and the closed loop: whether what was done in the period before worked."""

from collections.abc import Iterator
from typing import Literal

from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Row, Section, Table
from surveyplat.reports.bundle import ActionRecord, ReportBundle
from surveyplat.reports.context import Context, clipped, score_digits
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.factors import COMPLAINT
from surveyplat.scoring.documents import effect_from_document
from surveyplat.scoring.results import RateScore
from surveyplat.scoring.study_effects import StudyEffect

_ANY = "complaint_any"


def complaints(context: Context) -> Section | None:
    rates = [rate for rate in context.scores.rates if rate.id.startswith(COMPLAINT)]
    blocks: list[Block] = [_rate_table(context, rates)] if rates else []
    blocks += _judged(context)
    if not blocks:
        return None
    return Section("complaints", context.say("complaints"), _heading(context, rates), tuple(blocks))


def _heading(context: Context, rates: list[RateScore]) -> str:
    if not rates:
        return context.say("complaints.heading.judged")
    total = next((rate.rate.value for rate in rates if rate.id == _ANY), None)
    if total is None:
        return context.say("complaints.heading.hidden")
    return context.say("complaints.heading", value=context.number(total))


def _rate_table(context: Context, rates: list[RateScore]) -> Table:
    columns = (
        Column(context.say("complaints.class"), 0.46, "left"),
        Column(context.say("complaints.share"), 0.16),
        Column(context.say("interval95"), 0.2),
        Column(context.say("answers"), 0.18),
    )
    rows = tuple(_rate_row(context, rate) for rate in rates)
    return Table(context.say("complaints.table"), columns, rows, context.say("complaints.note"))


def _rate_row(context: Context, rate: RateScore) -> Row:
    unit = "" if rate.rate.value is None else "%"
    cells = (
        context.say("complaints.any") if rate.id == _ANY else context.label(rate.id),
        context.value(rate.rate, 1) + unit,
        context.estimate_interval(rate.rate, 1) + unit,
        context.number(rate.rate.unweighted_base),
    )
    return Row(cells, "total" if rate.id == _ANY else "muted" if rate.rate.suppressed else "plain")


def _judged(context: Context) -> Iterator[Block]:
    """Every action of the period before, with its effect or why there is none to tell."""
    actions = context.bundle.previous_actions
    if not actions or not isinstance(context.bundle, ReportBundle):
        return
    judged = context.bundle.judged
    effects = {key: effect_from_document(document) for key, document in judged.items() if document is not None}
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
        else _untold_row(context, action, "later" if action.key in judged else "everybody")
        for action in actions
    )
    measures = sorted({effect.measure for effect in effects.values()} or {_measure(context)})
    note = context.say("judged.note", measure=context.say("semicolon").join(map(context.label, measures)))
    yield Table(context.say("judged.table"), columns, rows, note)


def _measure(context: Context) -> str:
    """What an effect would be counted in: the study's first index, else PP100."""
    return context.scores.indices[0].id if context.scores.indices else context.say("pp100_short")


def _untold_row(context: Context, action: ActionRecord, why: Literal["later", "everybody"]) -> Row:
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
