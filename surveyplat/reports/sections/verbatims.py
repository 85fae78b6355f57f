"""What customers wrote: a few texts of each group, with their base, in the language in which they were written."""

from collections.abc import Iterator

from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import ReportBundle
from surveyplat.reports.context import Context
from surveyplat.reports.sections.disclosure import language_names
from surveyplat.reports.verbatims import (
    MOST_OF_A_GROUP,
    ChosenTexts,
    Verbatim,
    VerbatimGroup,
    chosen_from_document,
    judgement_of,
)

LONGEST = 600
"""Characters of a text that are shown."""


def verbatims(context: Context) -> Section | None:
    bundle = context.bundle
    chosen = [chosen_from_document(each) for each in bundle.verbatims] if isinstance(bundle, ReportBundle) else []
    if not chosen:
        return None
    blocks = tuple(block for each in chosen for block in _blocks(context, each))
    return Section("verbatims", context.say("verbatims"), context.say("verbatims.heading"), blocks)


def _blocks(context: Context, chosen: ChosenTexts) -> Iterator[Block]:
    base = context.say(
        "verbatims.base",
        item=context.label(chosen.item),
        shown=context.number(chosen.shown),
        texts=context.number(chosen.written),
        asked=context.number(chosen.asked),
        most=context.number(MOST_OF_A_GROUP),
        longest=context.number(LONGEST),
    )
    yield Paragraph(base, style="note")
    yield from (_table(context, group) for group in chosen.groups)


def _table(context: Context, group: VerbatimGroup) -> Table:
    columns = (
        Column(context.say("verbatims.text"), 0.66, "left"),
        Column(context.say("verbatims.dealer"), 0.22, "left"),
        Column(context.say("verbatims.language"), 0.12, "left"),
    )
    note = "" if group.respondents is not None else context.say("verbatims.rest.note")
    return Table(_title(context, group), columns, tuple(_row(context, each) for each in group.texts), note)


def _title(context: Context, group: VerbatimGroup) -> str:
    if group.respondents is None:
        return context.say("verbatims.rest")
    n, judged = context.number(group.respondents), judgement_of(group.name)
    if judged is None:
        return context.say("verbatims.class", name=context.label(group.name), n=n)
    low, high = (context.number(point) for point in judged)
    return context.say("verbatims.low", low=low, high=high, n=n)


def _row(context: Context, each: Verbatim) -> Row:
    dealer = context.dealer(each.dealer) if each.dealer else context.say("verbatims.from.hidden")
    return Row((shortened(each.text), dealer, language_names((each.language,), context)))


def shortened(text: str) -> str:
    """At most ``LONGEST`` characters, with an ellipsis where more were written."""
    told = text.strip()
    return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"
