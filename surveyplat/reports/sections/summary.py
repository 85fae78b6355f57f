"""The one page for a reader with five minutes: the number, what was found, what to do first."""

from collections.abc import Iterator

from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, KeyFigure, KeyFigures, Paragraph, Points, Row, Section, Table
from surveyplat.reports.bundle import ActionRecord
from surveyplat.reports.contents import proof_of_action
from surveyplat.reports.context import Context, by_id, clipped, score_digits
from surveyplat.reports.sections.corrections import moved
from surveyplat.reports.sections.factors import ANY_COMPLAINT
from surveyplat.reports.sections.sentences import sentences, summary_findings
from surveyplat.scoring.results import Change, RateScore

MOST_POINTS = 5
MOST_ACTIONS = 3


def summary(context: Context) -> Section:
    blocks: list[Block] = [KeyFigures(tuple(_key_figures(context)[:4]))]
    corrected = moved(context)
    if corrected is not None:
        blocks.append(corrected)
    points = sentences(context, summary_findings(context), MOST_POINTS) or tuple(_rate_points(context))[:MOST_POINTS]
    if points:
        blocks += [Paragraph(context.say("summary.found"), style="subheading"), Points(points)]
    blocks += [Paragraph(context.say("summary.first"), style="subheading"), *_first_actions(context)]
    blocks.append(Paragraph(context.say("summary.reading.text"), context.say("summary.reading"), "note"))
    return Section("summary", context.say("summary"), headline(context), tuple(blocks), fresh_page=True)


def headline(context: Context) -> str:
    """The report's one sentence: the level, and the change or that there is no clear one."""
    if context.scores.indices and context.scores.indices[0].score.value is not None:
        return _index_headline(context)
    if context.scores.pp100 is not None and context.scores.pp100.total.pp100.value is not None:
        return _pp100_headline(context)
    n = context.number(context.scores.unweighted_base)
    for rate in context.scores.rates:
        if rate.id == "csat" and rate.rate.value is not None:
            value = context.number(rate.rate.value)
            return context.say("summary.csat", value=value, n=n, period=context.period(context.scores.period))
    return context.say("summary.nothing", n=n, period=context.period(context.scores.period))


def _index_headline(context: Context) -> str:
    index = context.scores.indices[0]
    digits = score_digits(index.total)
    change = by_id(context.comparable.indices).get(index.id) if context.comparable else None
    fields = {
        "name": context.label(index.id),
        "value": context.number(index.score.value, digits),
        "of_points": context.say("of_points", total=context.number(index.total)),
        "change": context.number(abs(change.change or 0.0), digits) if change else "",
    }
    return context.say(f"summary.index_{_course(context, change)}", **fields)


def _pp100_headline(context: Context) -> str:
    total = context.scores.pp100.total if context.scores.pp100 else None
    change = next(iter(context.comparable.pp100_total), None) if context.comparable else None
    fields = {
        "value": context.number(total.pp100.value if total else None, 1),
        "was": context.number(change.before.value, 1) if change else "",
    }
    return context.say(f"summary.pp100_{_course(context, change)}", **fields)


def _course(context: Context, change: Change | None) -> str:
    if change is None or change.change is None:
        return _uncompared(context)
    if not change.significant:
        return "same"
    return "up" if (change.after.value or 0.0) > (change.before.value or 0.0) else "down"


def _uncompared(context: Context) -> str:
    if context.comparison is None or context.comparison.verdict == "comparable":
        return "alone"
    return "bridged" if context.comparison.bridge is not None else "refused"


def _key_figures(context: Context) -> list[KeyFigure]:
    return [*_index_figures(context), *_pp100_figures(context), *_response_figures(context), *_rate_figures(context)]


def _index_figures(context: Context) -> Iterator[KeyFigure]:
    if not context.scores.indices:
        return
    index = context.scores.indices[0]
    digits = score_digits(index.total)
    yield KeyFigure(
        context.label(index.id), context.value(index.score, digits), context.interval_told(index.score, digits)
    )
    change = by_id(context.comparable.indices).get(index.id) if context.comparable else None
    if change is not None and change.change is not None:
        yield KeyFigure(
            context.say("summary.change" if change.significant else "summary.change_none"),
            context.signed(change.change, digits),
            context.say("interval_of", interval=context.interval(change.ci_low, change.ci_high, digits)),
        )


def _pp100_figures(context: Context) -> Iterator[KeyFigure]:
    if context.scores.pp100 is None:
        return
    total = context.scores.pp100.total.pp100
    detail = context.say("interval_of", interval=context.estimate_interval(total, 1))
    yield KeyFigure(context.say("pp100_short"), context.value(total, 1), detail)
    change = next(iter(context.comparable.pp100_total), None) if context.comparable else None
    if change is not None and change.change is not None:
        yield KeyFigure(
            context.say("summary.change" if change.significant else "summary.change_none"),
            "×" + context.number(change.change, 2),
            context.say("interval_of", interval=context.interval(change.ci_low, change.ci_high, 2)),
        )


def _response_figures(context: Context) -> Iterator[KeyFigure]:
    invited = context.bundle.manifest.get("invited")
    rate = ""
    if invited:
        share = context.percent(context.scores.unweighted_base / invited)
        rate = f"{context.say('summary.rate')} {share}"
    yield KeyFigure(context.say("summary.answers_only"), context.number(context.scores.unweighted_base), rate)


def _rate_points(context: Context) -> Iterator[Paragraph]:
    """The rates in words, where nothing else was found; without those that are withheld."""
    for rate in context.scores.rates:
        if rate.rate.value is not None:
            n = context.number(rate.rate.unweighted_base)
            text = context.say("rates.point.text", interval=context.rate_interval(rate, 0), n=n)
            yield Paragraph(text, lead=_rate_lead(context, rate))


def _rate_lead(context: Context, rate: RateScore) -> str:
    if rate.id == ANY_COMPLAINT:
        return context.say("complaints.point", value=context.number(rate.rate.value))
    name = context.either(rate.id, context.label(rate.id))
    return context.say("rates.point", name=name, value=context.rate_value(rate, 0))


def _rate_figures(context: Context) -> Iterator[KeyFigure]:
    for rate in context.scores.rates:
        detail = "" if rate.rate.value is None else context.say("interval_of", interval=context.rate_interval(rate, 0))
        yield KeyFigure(context.either(rate.id, context.label(rate.id)), context.rate_value(rate, 0), detail)


def _first_actions(context: Context) -> Iterator[Block]:
    actions = context.bundle.current_actions
    if not actions:
        yield Paragraph(context.say("summary.no_actions"))
        return
    columns = (
        Column(context.say("action.what"), 0.27, "left"),
        Column(context.say("action.why"), 0.30, "left"),
        Column(context.say("action.who"), 0.15, "left"),
        Column(context.say("action.due"), 0.15),
        Column(context.say("summary.evidence"), 0.13),
    )
    yield Table("", columns, tuple(_action_row(context, action) for action in actions[:MOST_ACTIONS]))
    more = ".more" if len(actions) > MOST_ACTIONS else ""
    yield Paragraph(context.say(f"summary.plans{more}", count=context.number(len(actions))), see="actions")


def _action_row(context: Context, action: ActionRecord) -> Row:
    due = formats.long_date(action.due_on, context.language)
    told = (clipped(action.plan[part]) for part in ("what", "why", "who"))
    return Row((*told, due, ""), see=proof_of_action(action.key))
