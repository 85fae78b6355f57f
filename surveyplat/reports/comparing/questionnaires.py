"""What differs between the questionnaires that two periods answered, part by part."""

from collections.abc import Iterator

from surveyplat.forms.comparing import Comparison, compare_definitions
from surveyplat.forms.differences import Change, Difference
from surveyplat.forms.versions import content_hash, definition_from_json
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.bundle import SHORT_HASH
from surveyplat.reports.comparing.pairs import Pair, Pairs
from surveyplat.reports.context import LONGEST_CELL, Context, clipped
from surveyplat.reports.languages import nearest

_SECTIONS = ("survey", "items", "problems", "measurement", "fieldwork")
_INHERITED = ("heading", "question")
"""What the page's own row shows already."""
_LEAD = 40
"""Characters of a long text that are shown before its first difference."""


def questionnaires(pairs: Pairs) -> Section:
    """One table a pair whose questionnaires differ; a sentence where they are the same."""
    context = pairs.whole
    compared = [(pair, _compared(pair)) for pair in pairs.each]
    changed = sum(len(_changed(each)) for _, each in compared if each is not None)
    state = {0: ".same", 1: ".one"}.get(changed, "")
    heading = context.say(f"compare.definitions.heading{state}", count=context.number(changed))
    blocks = tuple(block for pair, each in compared for block in _blocks(pair, each))
    return Section("definitions", context.say("compare.definitions"), heading, blocks)


def _compared(pair: Pair) -> Comparison | None:
    """None where both periods answered one questionnaire, known by its hash."""
    before, after = (definition_from_json(text) for text in (pair.definition, pair.context.bundle.definition))
    return None if content_hash(before) == content_hash(after) else compare_definitions(before, after)


def _spoken(pair: Pair) -> list[str]:
    """The languages in which texts are compared; those of the later one where they have none in common."""
    before, after = (definition_from_json(text) for text in (pair.definition, pair.context.bundle.definition))
    return [tag for tag in after.languages if tag in before.languages] or list(after.languages)


def _blocks(pair: Pair, compared: Comparison | None) -> Iterator[Block]:
    context = pair.context
    if compared is None:
        hashed = str(pair.manifest["definition_hash"])[:SHORT_HASH]
        yield Paragraph(context.say("compare.definitions.same", pair=pair.name, hash=hashed))
        return
    kept, lost = len(compared.comparable), len(compared.not_comparable)
    fields = {
        "before": f"{compared.before.version} ({compared.before.content_hash[:SHORT_HASH]})",
        "after": f"{compared.after.version} ({compared.after.content_hash[:SHORT_HASH]})",
        "kept": context.number(kept),
        "both": context.number(kept + lost),
        "pair": pair.name,
    }
    yield Paragraph(context.say("compare.definitions.text", **fields))
    shown = nearest(_spoken(pair), context.language)
    rows = tuple(row for each in _changed(compared) for row in _rows(context, each, compared, shown))
    if rows:
        columns = (
            Column(context.say("compare.part"), 0.24, "left"),
            Column(context.say("compare.aspect"), 0.18, "left"),
            Column(context.before, 0.29, "left"),
            Column(context.period(pair.comparison.after), 0.29, "left"),
        )
        title = context.say("compare.definitions.table", pair=pair.name)
        yield Table(title, columns, rows, context.say("compare.definitions.note"))


def _changed(compared: Comparison | None) -> list[Difference]:
    if compared is None:
        return []
    return [each for name in _SECTIONS for each in getattr(compared, name) if each.status != "unchanged"]


def _rows(context: Context, difference: Difference, compared: Comparison, shown: str) -> Iterator[Row]:
    """What was changed, one row each; of a part that came or went its name alone, for the rest follows from it."""
    name = _part(context, difference, compared)
    if difference.status != "changed":
        absent, there = context.say("compare.absent"), context.say("compare.there")
        sides = (absent, there) if difference.status == "added" else (there, absent)
        yield Row((name, context.say(f"compare.{difference.status}"), *sides))
        return
    for change in difference.changes:
        if change.language in (None, shown) and change.aspect not in _INHERITED:
            yield Row((name, _aspect(context, change), *_sides(context, change)))


def _part(context: Context, difference: Difference, compared: Comparison) -> str:
    kind = context.either(f"part.{difference.kind}", difference.kind)
    lost = difference.kind in ("item", "problem") and difference.id in compared.not_comparable
    mark = " ‡" if lost else ""
    return f"{kind}{mark}" if difference.kind == difference.id else f"{kind} {difference.id}{mark}"


def _aspect(context: Context, change: Change) -> str:
    named = context.either(f"aspect.{change.aspect}", change.aspect)
    return f"{named} {change.code}" if change.code else named


def _sides(context: Context, change: Change) -> tuple[str, str]:
    """Both texts; of long ones the part where they begin to differ, so that no change hides behind a cut."""
    before, after = change.before or "", change.after or ""
    start = 0
    if max(len(before), len(after)) > LONGEST_CELL:
        pairs = enumerate(zip(before, after, strict=False))
        start = max(0, next((place for place, (old, new) in pairs if old != new), min(len(before), len(after))) - _LEAD)
    absent = context.say("compare.absent")
    return _from(before, start) or absent, _from(after, start) or absent


def _from(text: str, start: int) -> str:
    return clipped(f"…{text[start:]}") if start and text else clipped(text)
