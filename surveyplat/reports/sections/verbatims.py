"""What customers wrote: a few texts of each group, with their base, in the language in which they were written."""

from collections.abc import Iterator
from dataclasses import replace

from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import ReportBundle
from surveyplat.reports.context import Context
from surveyplat.reports.languages import joined
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
    note = context.say("verbatims.note", most=context.number(MOST_OF_A_GROUP), longest=context.number(LONGEST))
    blocks = (block for each in chosen for block in _blocks(context, each))
    heading = context.say("verbatims.heading")
    return Section("verbatims", context.say("verbatims"), heading, (Paragraph(note, style="note"), *blocks))


def _blocks(context: Context, chosen: ChosenTexts) -> Iterator[Block]:
    """An item's texts by group, with their base below; without a title where no group is told apart."""
    base = context.say(
        "verbatims.base",
        shown=context.number(chosen.shown),
        texts=context.number(chosen.written),
        asked=context.number(chosen.asked),
    )
    yield Paragraph(_question(context, chosen.item), style="subheading")
    named = any(each.dealer for group in chosen.groups for each in group.texts)
    is_whole = [group.respondents for group in chosen.groups] == [None]
    tables = [_table(context, group, with_dealer=named) for group in chosen.groups]
    if is_whole:
        tables = [replace(table, title="", note="") for table in tables]
    *others, last = tables
    yield from (*others, replace(last, note=joined((base, last.note), context.language)))


def _question(context: Context, item: str) -> str:
    """Whether an answer was wanted tells a reader nothing."""
    return context.label(item).removesuffix(context.say("verbatims.optional")).rstrip()


def _table(context: Context, group: VerbatimGroup, *, with_dealer: bool) -> Table:
    columns = [Column(context.say("verbatims.text"), 0.66, "left")]
    if with_dealer:
        columns.append(Column(context.say("verbatims.dealer"), 0.22, "left"))
    columns.append(Column(context.say("verbatims.language"), 0.12, "left"))
    note = "" if group.respondents is not None else context.say("verbatims.rest.note")
    rows = tuple(_row(context, each, with_dealer=with_dealer) for each in group.texts)
    return Table(_title(context, group), tuple(columns), rows, note)


def _title(context: Context, group: VerbatimGroup) -> str:
    if group.respondents is None:
        return context.say("verbatims.rest")
    n, judged = context.number(group.respondents), judgement_of(group.name)
    if judged is None:
        return context.say("verbatims.class", name=context.label(group.name), n=n)
    low, high = (context.number(point) for point in judged)
    return context.say("verbatims.low", low=low, high=high, n=n)


def _row(context: Context, each: Verbatim, *, with_dealer: bool) -> Row:
    dealer = context.dealer(each.dealer) if each.dealer else context.say("verbatims.from.hidden")
    language = language_names((each.language,), context)
    return Row((shortened(each.text), *((dealer,) if with_dealer else ()), language))


def shortened(text: str, longest: int = LONGEST) -> str:
    """At most so many characters, with an ellipsis where more were written."""
    told = text.strip()
    return told if len(told) <= longest else told[: longest - 1] + "…"
