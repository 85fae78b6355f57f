"""May the periods be compared at all: the verdict on each pair and measure, with every reason and warning."""

from collections.abc import Iterable, Iterator

from surveyplat.reports.blocks import Block, Column, Paragraph, Points, Row, Section, Table
from surveyplat.reports.comparing.pairs import Pair, Pairs
from surveyplat.reports.context import Context
from surveyplat.reports.reasons import reason_text
from surveyplat.reports.sections.sentences import sentences
from surveyplat.scoring.reasons import Reason


def headline(pairs: Pairs) -> str:
    """The report's one sentence: which of the periods may be compared."""
    context, each = pairs.whole, pairs.each
    after = context.period(pairs.bundle.period)
    if len(each) == 1:
        return context.say(f"compare.headline.{_verdict(each[0])}", after=after, before=each[0].context.before)
    comparable = sum(_verdict(pair) == "comparable" for pair in each)
    counts = {"comparable": context.number(comparable), "count": context.number(len(each))}
    return context.say("compare.headline.several", after=after, **counts)


def verdicts(pairs: Pairs) -> Section:
    """The page to begin with: no change is told here that the verdict does not allow."""
    context = pairs.whole
    blocks: list[Block] = [_table(pairs)]
    for pair in pairs.each:
        blocks += _explained(pair)
    blocks.append(Paragraph(context.say("compare.verdict.rules"), style="note"))
    return Section("verdict", context.say("compare.verdict"), headline(pairs), tuple(blocks))


def _verdict(pair: Pair) -> str:
    """A bridge that cannot be built lets nothing be compared."""
    verdict, bridged = pair.comparison.verdict, pair.comparison.bridge or pair.comparison.pp100_common
    return "refuse" if verdict == "bridge" and bridged is None else verdict


def _table(pairs: Pairs) -> Table:
    context = pairs.whole
    columns = (
        Column(context.say("compare.compared"), 0.34, "left"),
        Column(context.say("compare.measure"), 0.26, "left"),
        Column(context.say("compare.verdict"), 0.2, "left"),
        Column(context.say("compare.reasons"), 0.1),
        Column(context.say("compare.warnings"), 0.1),
    )
    return Table(
        context.say("compare.verdict.table"), columns, tuple(row for pair in pairs.each for row in _rows(pair))
    )


def _rows(pair: Pair) -> Iterator[Row]:
    compared = pair.comparison
    yield _row(pair, _first_measure(pair.context), _verdict(pair), compared.reasons, compared.warnings)
    for each in compared.withheld:
        yield _row(pair, _measure(pair.context, each.measure), each.verdict, each.reasons, each.warnings)


def _row(pair: Pair, measure: str, verdict: str, *given: tuple[Reason, ...]) -> Row:
    context = pair.context
    counts = (context.number(len(reasons)) for reasons in given)
    return Row((pair.name, measure, context.say(f"compare.verdict.{verdict}"), *counts))


def _first_measure(context: Context) -> str:
    scores = context.scores
    if scores.indices:
        return context.label(scores.indices[0].id)
    return context.say("pp100_short") if scores.pp100 is not None else context.say("compare.survey")


def _measure(context: Context, name: str) -> str:
    return context.either(f"{name}_short", context.label(name))


def _explained(pair: Pair) -> Iterator[Block]:
    """Every reason and every warning in words, each numbered, none left out."""
    context, compared = pair.context, pair.comparison
    yield Paragraph(pair.name, style="subheading")
    yield Paragraph(context.say(f"compare.told.{_verdict(pair)}"))
    if compared.reasons:
        yield _listed(context, compared.reasons)
    for each in compared.withheld:
        yield Paragraph(context.say("compare.withheld", name=_measure(context, each.measure)))
        yield _listed(context, each.reasons)
    if compared.warnings:
        yield Paragraph(context.say("compare.warned"))
        yield _listed(context, compared.warnings)
    if _verdict(pair) == "comparable":
        yield from _found(pair)


def _found(pair: Pair) -> Iterator[Block]:
    """What changed, in the words of the study's own report."""
    kinds = ("index_change", "index_no_clear_change", "pp100_change", "pp100_no_clear_change")
    yield from sentences(pair.context, pair.context.found(*kinds))


def _listed(context: Context, reasons: Iterable[Reason]) -> Points:
    stop = context.say("compare.stop")
    told = (reason_text(reason, context.language, context.label) + stop for reason in reasons)
    return Points(tuple(Paragraph(text) for text in told))
