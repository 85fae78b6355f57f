"""How well the answers were thought about, and whether the scores hang on those that were perhaps not."""

from surveyplat.reports.blocks import Block, Column, Row, Section, Table
from surveyplat.reports.context import Context, score_digits
from surveyplat.reports.findings import excludes_zero
from surveyplat.reports.sections.telling import told_contrast, told_estimate
from surveyplat.scoring.records.quality import AnswerQuality, MeasureWithout, QualityCheck


def answer_quality(context: Context) -> Section | None:
    quality = context.scores.answer_quality
    if quality is None or not quality.checks:
        return None
    blocks: tuple[Block, ...] = (_checks(context, quality), *_without(context, quality))
    return Section("quality", context.say("quality"), _heading(context, quality), blocks)


def _heading(context: Context, quality: AnswerQuality) -> str:
    """Whether the first measure moves without the flagged, where that may be told."""
    told = [each.difference for each in quality.measures if each.difference is not None]
    if told:
        return context.say("quality.heading.moves" if excludes_zero(told[0]) else "quality.heading.holds")
    flagged = max(check.flagged for check in quality.checks)
    asked = max(check.told for check in quality.checks)
    if not flagged:
        return context.say("quality.heading.clean", told=context.number(asked))
    return context.say("quality.heading.few", flagged=context.number(flagged), told=context.number(asked))


def _checks(context: Context, quality: AnswerQuality) -> Table:
    columns = (
        Column(context.say("quality.check"), 0.46, "left"),
        Column(context.say("quality.flagged"), 0.14),
        Column(context.say("quality.told"), 0.14),
        Column(context.say("quality.share"), 0.26),
    )
    rows = tuple(_check(context, each) for each in quality.checks)
    note = context.say("quality.note", full_marks=context.number(quality.full_marks))
    return Table(context.say("quality.table"), columns, rows, note)


def _check(context: Context, check: QualityCheck) -> Row:
    return Row(
        (
            context.say(f"quality.{check.check}"),
            context.number(check.flagged),
            context.number(check.told),
            told_estimate(context, check.share, 1),
        ),
        "total" if check.check == "any" else "plain",
    )


def _without(context: Context, quality: AnswerQuality) -> tuple[Table, ...]:
    if not quality.measures:
        return ()
    columns = (
        Column(context.say("rates.name"), 0.28, "left"),
        Column(context.say("quality.everybody"), 0.24),
        Column(context.say("quality.without"), 0.24),
        Column(context.say("quality.difference"), 0.24),
    )
    rows = tuple(_measure(context, each) for each in quality.measures)
    return (Table(context.say("quality.measures"), columns, rows),)


def _measure(context: Context, without: MeasureWithout) -> Row:
    digits, name = _digits(context, without.measure), context.either(f"{without.measure}_short", "")
    cells = [name or context.label(without.measure), _everybody(context, without.measure, digits)]
    if without.unflagged is None or without.difference is None:
        why = context.say(f"quality.{without.withheld or 'few_left'}", flagged=context.number(without.flagged))
        return Row((*cells, why, context.number(None)), "muted")
    return Row(
        (
            *cells,
            told_estimate(context, without.unflagged, digits),
            told_contrast(context, without.difference, digits),
        )
    )


def _digits(context: Context, measure: str) -> int:
    totals = {index.id: index.total for index in context.scores.indices}
    return score_digits(totals[measure]) + 1 if measure in totals else 1


def _everybody(context: Context, measure: str, digits: int) -> str:
    held = {index.id: index.score for index in context.scores.indices}
    if context.scores.pp100 is not None:
        held["pp100"] = context.scores.pp100.total.pp100
    return told_estimate(context, held[measure], digits) if measure in held else context.number(None)
