"""What a dealer's customers wrote, and how its report is to be read."""

from collections.abc import Iterator

from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import bundle_hash
from surveyplat.reports.sections.own import Own
from surveyplat.reports.sections.verbatims import shortened
from surveyplat.scoring.records.dealers import LEAST_OTHERS

LONGEST_COMMENT = 400
"""Characters of a comment that are shown: the report has four pages at most."""


def own_words(own: Own) -> Section:
    heading = own.say("dealer.words.heading")
    return Section("words", own.say("dealer.words"), heading, tuple(_verbatims(own)))


def _verbatims(own: Own) -> Iterator[Block]:
    written = own.bundle.verbatims
    if not written:
        yield Paragraph(own.say("dealer.words.none"))
        return
    shown, count = own.number(len(written)), own.number(own.bundle.verbatims_in_all)
    longest = own.number(LONGEST_COMMENT)
    yield Paragraph(own.say("dealer.words.note", shown=shown, count=count, longest=longest), style="note")
    for verbatim in written:
        tag = verbatim["language"]
        language = formats.language_name(tag, own.language) if tag else own.say("dealer.words.unknown_language")
        yield Paragraph(shortened(verbatim["text"], LONGEST_COMMENT), own.say("dealer.words.lead", language=language))


def own_reading(own: Own) -> Section:
    blocks: tuple[Block, ...] = (*_paragraphs(own), provenance(own))
    return Section("reading", own.say("dealer.reading"), own.say("dealer.reading.heading"), blocks)


def _paragraphs(own: Own) -> Iterator[Paragraph]:
    n = own.number(own.results.score.unweighted_base)
    yield Paragraph(own.say("dealer.reading.interval.text", n=n), own.say("dealer.reading.interval"))
    others = own.say("dealer.reading.others.text", least=own.number(LEAST_OTHERS))
    yield Paragraph(others, own.say("dealer.reading.others"))
    yield Paragraph(own.say("dealer.reading.suppression.text"), own.say("dealer.reading.suppression"))


def provenance(own: Own) -> Table:
    """What the figures were made from."""
    manifest = own.bundle.manifest
    cut_off = manifest.get("cut_off")
    facts = (
        ("cut_off", formats.long_time(cut_off, own.language) if cut_off else own.say("not_recorded")),
        ("rows_hash", own.results.snapshot_hash),
        ("definition_hash", own.results.definition_hash),
        ("bundle_hash", bundle_hash(own.bundle)),
    )
    columns = (Column(own.say("method.fact"), 0.27, "left"), Column(own.say("method.value"), 0.73, "left"))
    rows = tuple(Row((own.say(f"method.{name}"), text)) for name, text in facts)
    return Table(own.say("dealer.provenance"), columns, rows)
