"""How answers are spread: shares of scale points with their base, medians and quartiles, and gaps to expectations."""

from collections.abc import Iterator, Sequence

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import (
    Block,
    Column,
    Dot,
    DotChart,
    DotRow,
    Figure,
    Key,
    Part,
    Reference,
    Row,
    Section,
    StackedChart,
    StackedRow,
    Table,
)
from surveyplat.reports.context import Context, score_digits
from surveyplat.reports.sections.telling import signed_with_interval, told_estimate
from surveyplat.scoring.records.spread import GapScore, IndexDistribution, ItemDistribution, PointShare, Quantile

_ALPHA = 0.05
_LEAST_TEXT = 0.5


def distributions(context: Context) -> Section | None:
    items = context.scores.distributions
    blocks: list[Block] = [*_figures(context, items)]
    if items:
        blocks.append(_table(context, items, context.scores.index_distributions))
    if not blocks:
        return None
    return Section("distributions", context.say("spread"), _heading(context, items), tuple(blocks))


def _heading(context: Context, items: Sequence[ItemDistribution]) -> str:
    shown = [each for each in items if each.points]
    if not shown:
        return context.say("spread.heading.none")
    return context.say("spread.heading.one" if len(shown) == 1 else "spread.heading", count=context.number(len(shown)))


# stacked bars, one figure for each scale


def _figures(context: Context, items: Sequence[ItemDistribution]) -> Iterator[Figure]:
    scales = dict.fromkeys(_scale(each) for each in items if each.points)
    for low, high in scales:
        held = [each for each in items if each.points and _scale(each) == (low, high)]
        yield _figure(context, held, low, high)


def _scale(item: ItemDistribution) -> tuple[int, int]:
    return (item.points[0].lowest, item.points[-1].highest) if item.points else (0, 0)


def _figure(context: Context, items: Sequence[ItemDistribution], low: int, high: int) -> Figure:
    span = max(1, high - low)
    points = tuple((str(point), (point - low) / span) for point in range(low, high + 1))
    rows = tuple(
        StackedRow(
            context.label(item.id),
            tuple(_part(context, share, low, span) for share in item.points),
            (context.number(item.answered), _widest_margin(context, item.points)),
        )
        for item in items
    )
    listed = "; ".join(f"{row.label} {_top(context, item)}" for row, item in zip(rows, items, strict=True))
    scale = f"{context.number(low)}–{context.number(high)}"
    titles = (context.say("answers"), context.say("spread.margin"))
    return Figure(
        context.say("spread.figure", scale=scale),
        StackedChart(rows, points, titles),
        (),
        context.say("spread.alternative", scale=scale, list=listed),
    )


def _part(context: Context, share: PointShare, low: int, span: int) -> Part:
    """The point's share; several points that few gave are one part, in the shade of their middle."""
    value = share.share.value or 0.0
    middle = (share.lowest + share.highest) / 2
    text = context.number(value) if value >= _LEAST_TEXT else ""
    return Part(value, text, (middle - low) / span)


def _widest_margin(context: Context, points: Sequence[PointShare]) -> str:
    """Half of the widest interval among the row's shares."""
    widths = [(each.share.ci_high or 0.0) - (each.share.ci_low or 0.0) for each in points]
    return "±" + context.number(max(widths, default=0.0) / 2, 1)


def _top(context: Context, item: ItemDistribution) -> str:
    best = item.points[-1]
    named = str(best.highest) if best.lowest == best.highest else f"{best.lowest}–{best.highest}"
    return f"{named}{context.colon}{context.percent((best.share.value or 0.0) / 100)}"


# medians and quartiles


def _table(context: Context, items: Sequence[ItemDistribution], indices: Sequence[IndexDistribution]) -> Table:
    columns = (
        Column(context.say("items.item"), 0.30, "left"),
        Column(context.say("answers"), 0.09),
        Column(context.say("spread.lower"), 0.12),
        Column(context.say("spread.median"), 0.12),
        Column(context.say("spread.upper"), 0.12),
        Column(context.say("spread.not_answered"), 0.09),
        Column(context.say("spread.dont_know"), 0.09),
        Column(context.say("spread.not_asked"), 0.08),
    )
    totals = {index.id: index.total for index in context.scores.indices}
    rows = [_index_row(context, each, score_digits(totals[each.id])) for each in indices if each.id in totals]
    rows += [_item_row(context, each) for each in items]
    return Table(context.say("spread.table"), columns, tuple(rows), context.say("spread.note"))


def _index_row(context: Context, index: IndexDistribution, digits: int) -> Row:
    quartiles = _quartiles(context, index.quartiles, digits)
    return Row((context.label(index.id), context.number(index.answered), *quartiles, "", "", ""), "total")


def _item_row(context: Context, item: ItemDistribution) -> Row:
    return Row(
        (
            context.label(item.id),
            context.number(item.answered),
            *_quartiles(context, item.quartiles, 0),
            context.number(item.not_answered),
            context.number(item.dont_know),
            context.number(item.not_asked),
        ),
        "plain" if item.points else "muted",
    )


def _quartiles(context: Context, quartiles: Sequence[Quantile], digits: int) -> tuple[str, ...]:
    if not quartiles:
        return (context.say("suppressed.base"),) * 3
    return tuple(
        f"{context.number(each.value, digits)} ({context.interval(each.ci_low, each.ci_high, digits)})"
        for each in quartiles
    )


# gaps


def gaps(context: Context) -> Section | None:
    found = context.scores.gaps
    if not found:
        return None
    blocks: list[Block] = [*_gap_figure(context, found), _gap_table(context, found)]
    clear = [each for each in found if _is_clear(each) and (each.gap.value or 0.0) < 0]
    key = "gaps.heading" if clear else "gaps.heading.none"
    names = context.names([context.label(each.id) for each in sorted(clear, key=lambda gap: gap.gap.value or 0.0)])
    return Section("gaps", context.say("gaps"), context.say(key, names=names), tuple(blocks))


def _is_clear(gap: GapScore) -> bool:
    return gap.p_adjusted is not None and gap.p_adjusted <= _ALPHA


def _gap_figure(context: Context, gaps: Sequence[GapScore]) -> Iterator[Figure]:
    rows = [_gap_dot(context, each) for each in gaps if each.gap.ci_low is not None]
    if not rows:
        return
    ends = [end for row in rows for dot in row.dots if dot for end in (dot.low, dot.high)]
    axis = axis_over([*ends, 0.0], context.number, context.say("gaps.axis"))
    listed = "; ".join(f"{row.label} {row.dots[0].text}" for row in rows if row.dots[0])
    reference = Reference(0, 0.0, context.say("gaps.none"))
    keys = [Key("plain", context.say("key.value")), Key("below", context.say("gaps.key"))]
    chart = DotChart((axis,), tuple(rows), (reference,), context.say("answers"))
    yield Figure(context.say("gaps.figure"), chart, tuple(keys), context.say("gaps.alternative", list=listed))


def _gap_dot(context: Context, gap: GapScore) -> DotRow:
    value, low, high = gap.gap.value or 0.0, gap.gap.ci_low or 0.0, gap.gap.ci_high or 0.0
    dot = Dot(value, low, high, context.signed(value, 1), "below" if _is_clear(gap) and value < 0 else "plain")
    return DotRow(context.label(gap.id), (dot,), context.number(gap.gap.unweighted_base))


def _gap_table(context: Context, gaps: Sequence[GapScore]) -> Table:
    columns = (
        Column(context.say("gaps.name"), 0.22, "left"),
        Column(context.say("answers"), 0.09),
        Column(context.say("gaps.expectation"), 0.17),
        Column(context.say("gaps.perception"), 0.17),
        Column(context.say("gaps.gap"), 0.20),
        Column(context.say("factors.verdict"), 0.15, "left"),
    )
    return Table(
        context.say("gaps.table"), columns, tuple(_gap_row(context, each) for each in gaps), context.say("gaps.note")
    )


def _gap_verdict(gap: GapScore) -> str:
    if gap.gap.value is None:
        return "hidden"
    if not _is_clear(gap):
        return "open"
    return "below" if gap.gap.value < 0 else "above"


def _gap_row(context: Context, gap: GapScore) -> Row:
    told = gap.gap
    return Row(
        (
            context.label(gap.id),
            context.number(told.unweighted_base),
            told_estimate(context, gap.expectation, 1),
            told_estimate(context, gap.perception, 1),
            context.value(told, 1)
            if told.value is None
            else signed_with_interval(context, told.value, told.ci_low, told.ci_high, 1),
            context.say(f"gaps.{_gap_verdict(gap)}"),
        ),
        "muted" if told.suppressed else "plain",
    )
