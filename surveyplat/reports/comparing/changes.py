"""What changed between comparable periods: every test with its family, its p value and the corrected one."""

from collections.abc import Iterator
from dataclasses import replace

from surveyplat.reports import formats
from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.comparing.pairs import Pair, Pairs
from surveyplat.reports.context import Context, score_digits
from surveyplat.reports.sections.change import change as parts_of_change
from surveyplat.scoring.records.changes import Decomposition
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.results import Change, Estimate

_POINTS, _RATIOS = ("indices", "factors", "dealers"), ("pp100_total", "pp100_categories")
_SMALLEST_P = 0.0001


def changes(pairs: Pairs) -> Section | None:
    """Nothing at all where no pair may be compared."""
    context = pairs.whole
    blocks = tuple(block for pair in pairs.each for block in _pair(pair, alone=len(pairs.each) == 1))
    if not blocks:
        return None
    tested = [
        each for pair in pairs.each for _, family in _families(pair) for each in family if each.p_value is not None
    ]
    clear = sum(each.significant for each in tested)
    key = "compare.changes.heading" if tested else "compare.changes.heading.bridged"
    heading = context.say(key, clear=context.number(clear), tested=context.number(len(tested)))
    return Section("changes", context.say("compare.changes"), heading, blocks)


def _pair(pair: Pair, *, alone: bool) -> Iterator[Block]:
    tables = [_table(pair, name, family) for name, family in _families(pair)]
    parts = [*parts_of_change(_without_warnings(pair.context)), *_problem_parts(pair)]
    if not alone and (tables or parts):
        yield Paragraph(pair.name, style="subheading")
    if tables:
        alpha = pair.context.percent(pair.comparison.alpha)
        yield Paragraph(pair.context.say("compare.changes.text", alpha=alpha))
    yield from tables
    yield from parts


def _without_warnings(context: Context) -> Context:
    """The context as the study's own section takes it; its warnings stand on the verdict's page already."""
    compared = context.comparison
    return context if compared is None else replace(context, comparison=replace(compared, warnings=()))


def _families(pair: Pair) -> list[tuple[str, tuple[Change, ...]]]:
    named = ((name, getattr(pair.comparison, name)) for name in (*_POINTS, *_RATIOS))
    return [(name, family) for name, family in named if family]


def _table(pair: Pair, name: str, family: tuple[Change, ...]) -> Table:
    context, ratio = pair.context, name in _RATIOS
    after = context.period(pair.comparison.after)
    columns = (
        Column(context.say(f"compare.of.{name}"), 0.25, "left"),
        Column(context.before, 0.11),
        Column(after, 0.11),
        Column(context.say("problems.ratio" if ratio else "factors.change"), 0.09),
        Column(context.say("interval95"), 0.16),
        Column("p", 0.09),
        Column(context.say("compare.p_adjusted"), 0.09),
        Column(context.say("factors.verdict"), 0.12, "left"),
    )
    tested = sum(each.p_value is not None for each in family)
    title = context.say("compare.family", name=context.say(f"compare.family.{name}"), tested=context.number(tested))
    return Table(title, columns, tuple(_row(context, name, each) for each in family), _methods(context, family))


def _row(context: Context, family: str, change: Change) -> Row:
    ratio = family in _RATIOS
    digits = 2 if ratio else _digits(context)
    size = context.number(change.change, 2) if ratio else context.signed(change.change, digits)
    cells = (
        context.dealer(change.id) if family == "dealers" else _named(context, change.id),
        *(_estimate(context, each, 1 if ratio else digits) for each in (change.before, change.after)),
        size,
        context.interval(change.ci_low, change.ci_high, digits),
        p_text(context, change.p_value),
        p_text(context, change.p_adjusted),
        context.verdict(change),
    )
    return Row(cells, "total" if change.significant else "plain")


def _named(context: Context, name: str) -> str:
    """An index's factor is called by both names where a study has several indices."""
    if name == "total":
        return context.say("problems.total")
    return " / ".join(context.label(part) for part in name.split("/"))


def _estimate(context: Context, estimate: Estimate, digits: int) -> str:
    """The value with its base: "784.2 (n 1,845)"."""
    base = context.say("compare.base", n=context.number(estimate.unweighted_base))
    return f"{context.value(estimate, digits)} {base}"


def p_text(context: Context, p_value: float | None) -> str:
    """Four decimals; "< 0.0001" below them, an en dash where nothing was tested."""
    if p_value is not None and p_value < _SMALLEST_P:
        return f"< {context.number(_SMALLEST_P, 4)}"
    return formats.number(p_value, 4, context.language)


def _methods(context: Context, family: tuple[Change, ...]) -> str:
    methods = dict.fromkeys(each.method for each in family if each.p_value is not None)
    return " ".join(context.say(f"compare.method.{method}") for method in methods)


def _digits(context: Context) -> int:
    return score_digits(context.scores.indices[0].total) + 1 if context.scores.indices else 1


def _problem_parts(pair: Pair) -> Iterator[Block]:
    """What the change of PP100 is made of: the groups' own rates and their mix, and its categories."""
    context, compared = pair.context, pair.comparison
    splits = [("dealer", compared.pp100_by_dealer), ("model", compared.pp100_by_model)]
    told = [(name, split) for name, split in splits if split is not None]
    if told:
        yield _split_table(context, told)
    if compared.pp100_by_category is not None:
        whole, steps = compared.pp100_by_category.change, compared.pp100_by_category.categories
        rows = [Row((context.say("problems.total"), *_contrast(context, whole)), "total")]
        rows += [Row((context.label(step.category), *_contrast(context, step.change))) for step in steps]
        yield _contrast_table(context, "compare.steps", context.say("problems.category"), tuple(rows))
    common = compared.pp100_common
    if common is not None:
        fields = {
            "problems": context.number(common.problems),
            "was": context.value(common.before, 1),
            "value": context.value(common.after, 1),
            "ratio": context.number(common.ratio, 2),
            "interval": context.interval(common.ci_low, common.ci_high, 2),
            "p": p_text(context, common.p_value),
        }
        yield Paragraph(context.say("compare.common", **fields), lead=context.say("change.bridge"))


def _split_table(context: Context, splits: list[tuple[str, Decomposition]]) -> Table:
    rows = []
    for name, split in splits:
        by = context.say(f"change.by.{name}")
        rows.append(Row((by, *_contrast(context, split.change)), "total"))
        rows.append(Row((context.say("change.performance"), *_contrast(context, split.performance))))
        rows.append(Row((context.say("change.mix"), *_contrast(context, split.mix))))
    return _contrast_table(context, "compare.pp100_split", context.say("change.part"), tuple(rows))


def _contrast_table(context: Context, title: str, head: str, rows: tuple[Row, ...]) -> Table:
    columns = (
        Column(head, 0.44, "left"),
        Column(context.say("compare.pp100_change"), 0.18),
        Column(context.say("interval95"), 0.24),
        Column("p", 0.14),
    )
    return Table(context.say(title), columns, rows, context.say(f"{title}.note"))


def _contrast(context: Context, told: Contrast) -> tuple[str, str, str]:
    return context.signed(told.value, 1), context.interval(told.ci_low, told.ci_high, 1), p_text(context, told.p_value)
