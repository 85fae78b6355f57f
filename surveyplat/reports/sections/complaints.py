"""Complaints by class."""

from surveyplat.reports.blocks import Column, Row, Section, Table
from surveyplat.reports.context import Context
from surveyplat.reports.sections.factors import ANY_COMPLAINT, COMPLAINT
from surveyplat.scoring.results import RateScore


def complaints(context: Context) -> Section | None:
    rates = [rate for rate in context.scores.rates if rate.id.startswith(COMPLAINT)]
    if not rates:
        return None
    return Section("complaints", context.say("complaints"), _heading(context, rates), (_rate_table(context, rates),))


def _heading(context: Context, rates: list[RateScore]) -> str:
    total = next((rate.rate.value for rate in rates if rate.id == ANY_COMPLAINT), None)
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
        context.say("complaints.any") if rate.id == ANY_COMPLAINT else context.label(rate.id),
        context.value(rate.rate, 1) + unit,
        context.estimate_interval(rate.rate, 1) + unit,
        context.number(rate.rate.unweighted_base),
    )
    return Row(cells, "total" if rate.id == ANY_COMPLAINT else "muted" if rate.rate.suppressed else "plain")
