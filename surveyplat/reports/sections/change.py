"""What a change is made of: factors or categories, groups' own scores and their mix, or weights that changed."""

from collections.abc import Iterable, Iterator
from typing import Literal

from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Table
from surveyplat.reports.context import Context, score_digits
from surveyplat.reports.findings import excludes_zero
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.change_parts import category_parts, factor_parts
from surveyplat.scoring.records.changes import Bridge, Decomposition
from surveyplat.scoring.records.contrast import Contrast

_NOTHING = 1e-9


def change(context: Context) -> Iterator[Block]:
    """The blocks below the first index: its split change, or the bridge; then what to read the change with."""
    comparison = context.comparison
    if comparison is None or not context.scores.indices:
        return
    if context.comparable is not None:
        yield from factor_parts(context, context.comparable, context.scores.indices[0])
    if comparison.by_dealer is not None or comparison.by_model is not None:
        digits = score_digits(context.scores.indices[0].total) + 1
        yield from _split(context, comparison.by_dealer, comparison.by_model, "change", digits)
    if comparison.bridge is not None:
        yield from _bridge(context, comparison.bridge)
    if comparison.verdict != "refuse" and comparison.warnings:
        words = reasons_text(comparison.warnings, context.language, context.label)
        yield Paragraph(words, lead=context.say("change.warnings"), style="note")


def problem_change(context: Context) -> Iterator[Block]:
    """What the change of PP100 is made of: its categories, and dealers' and models' own rates and their mix."""
    comparison = context.comparable
    if comparison is None:
        return
    by_category = comparison.pp100_by_category
    if by_category is not None and by_category.change.ci_low is not None:
        yield from category_parts(context, by_category)
    if comparison.pp100_by_dealer is not None or comparison.pp100_by_model is not None:
        yield from _split(context, comparison.pp100_by_dealer, comparison.pp100_by_model, "change.pp100", 1)


def _split(
    context: Context, by_dealer: Decomposition | None, by_model: Decomposition | None, key: str, digits: int
) -> Iterator[Block]:
    """``key`` says what the sentences are about: points of an index, or problems per 100 vehicles."""
    splits = [(name, split) for name, split in (("dealer", by_dealer), ("model", by_model)) if split is not None]
    if all(split.change.ci_low is None and abs(split.change.value) < _NOTHING for _, split in splits):
        return
    for name, split in splits[:1]:
        sentence = f"{key}.split.{_of_mix(split.mix)}"
        fields = {"mix_of": context.say(f"change.mix.{name}"), **_parts(context, split, digits)}
        yield Paragraph(context.say(sentence, **fields), lead=context.say("change.split"))
    columns = [Column(context.say("change.part"), 0.28, "left")]
    for name, _ in splits:
        columns += [Column(context.say(f"change.by.{name}"), 0.14), Column(context.say("interval95"), 0.22)]
    rows = (
        _row(context, context.say(f"{key}.whole"), [split.change for _, split in splits], digits, "total"),
        _row(context, context.say("change.performance"), [split.performance for _, split in splits], digits),
        _row(context, context.say("change.mix"), [split.mix for _, split in splits], digits),
    )
    yield Table(context.say("change.split_table"), tuple(columns), rows, context.say("change.split_note"))


def _of_mix(mix: Contrast) -> Literal["clear", "unclear", "same_mix"]:
    """Shares that stayed as they were leave no error, and nothing to be unclear about."""
    if mix.ci_low is None and abs(mix.value) < _NOTHING:
        return "same_mix"
    return "clear" if excludes_zero(mix) else "unclear"


def _parts(context: Context, split: Decomposition, digits: int) -> dict[str, str]:
    """With the table's decimals, so that the parts add up."""
    return {
        "change": context.signed(split.change.value, digits),
        "performance": context.signed(split.performance.value, digits),
        "performance_interval": context.interval(split.performance.ci_low, split.performance.ci_high, digits),
        "mix": context.signed(split.mix.value, digits),
        "mix_interval": context.interval(split.mix.ci_low, split.mix.ci_high, digits),
    }


def _row(
    context: Context, name: str, parts: Iterable[Contrast], digits: int, style: Literal["plain", "total"] = "plain"
) -> Row:
    return Row((name, *(cell for part in parts for cell in _cells(context, part, digits))), style)


def _cells(context: Context, part: Contrast, digits: int) -> tuple[str, str]:
    return context.signed(part.value, digits), context.interval(part.ci_low, part.ci_high, digits)


def _bridge(context: Context, bridge: Bridge) -> Iterator[Block]:
    digits = score_digits(context.scores.indices[0].total)
    sentence = context.say(
        f"change.bridge.{'clear' if excludes_zero(bridge.performance) else 'unclear'}",
        performance=context.signed(bridge.performance.value, digits),
        interval=context.interval(bridge.performance.ci_low, bridge.performance.ci_high, digits),
        weights=context.signed(bridge.weights.value, digits),
        weights_interval=context.interval(bridge.weights.ci_low, bridge.weights.ci_high, digits),
    )
    yield Paragraph(sentence, lead=context.say("change.bridge"))
    columns = (
        Column(context.say("change.computed"), 0.34, "left"),
        Column(context.before, 0.14),
        Column(context.period(context.scores.period), 0.14),
        Column(context.say("factors.change"), 0.14),
        Column(context.say("interval95"), 0.24),
    )
    sides = (bridge.before, bridge.after)
    old = tuple(context.number(side.old.value, digits + 1) for side in sides)
    new = tuple(context.number(side.new.value, digits + 1) for side in sides)
    rows = (
        Row((context.say("change.under_old"), *old, *_cells(context, bridge.under_old, digits + 1))),
        Row((context.say("change.under_new"), *new, *_cells(context, bridge.under_new, digits + 1))),
        Row((context.say("change.constant"), "", "", *_cells(context, bridge.performance, digits + 1)), "total"),
        Row((context.say("change.of_weights"), "", "", *_cells(context, bridge.weights, digits + 1))),
    )
    yield Table(context.say("change.bridge_table"), columns, rows)
