"""The index, its factors or items, the rates, and derived indices."""

from collections.abc import Iterator

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import (
    Axis,
    Block,
    Column,
    Dot,
    DotChart,
    DotRow,
    Figure,
    Key,
    Mark,
    Paragraph,
    Row,
    Section,
    Table,
)
from surveyplat.reports.context import Context, score_digits
from surveyplat.reports.languages import joined
from surveyplat.reports.sections.change import change
from surveyplat.scoring.results import Change, DerivedIndexScore, Estimate, IndexScore, ItemScore

COMPLAINT = "complaint_"
"""What the rates of complaints begin with."""
ANY_COMPLAINT = "complaint_any"
_PLAIN = ("nps", "csat")


def factors(context: Context) -> Section | None:
    if not context.scores.indices:
        return None
    index = context.scores.indices[0]
    blocks: list[Block] = []
    for each in context.scores.indices:
        blocks += _index_blocks(context, each)
        if each is index:
            blocks += change(context)
    blocks += [*_rates(context), *_derived(context)]
    return Section("factors", context.say("factors"), _heading(context, index), tuple(blocks))


def rates(context: Context) -> tuple[Block, ...]:
    """The rates' table, for studies without an index."""
    return tuple(_rates(context))


def results(context: Context) -> Section | None:
    """The rates as a section of their own, for studies that have neither an index nor PP100."""
    if context.scores.indices or context.scores.pp100 is not None:
        return None
    blocks = rates(context)
    return Section("results", context.say("rates"), context.say("rates.table.several"), blocks) if blocks else None


def _heading(context: Context, index: IndexScore) -> str:
    weakest = context.found("weakest_factor")
    if weakest:
        return context.say(f"factors.heading.{weakest[0].certainty}", name=context.label(weakest[0].subject))
    shown = [item.mean.value for item in _items_of(context, index) if item.mean.value is not None]
    if index.score.value is None and not shown:
        return context.say("factors.heading.hidden")
    if index.score.value is not None and len(index.factors) > 1:
        return context.say("factors.heading.alike")
    if not shown:
        return context.say("factors.heading.none")
    return context.say(
        "factors.heading.single",
        name=context.label(index.id),
        count=context.number(len(shown)),
        low=context.number(min(shown), 2),
        high=context.number(max(shown), 2),
    )


def _items_of(context: Context, index: IndexScore) -> tuple[ItemScore, ...]:
    """The index's items in the scores' order: the bundle names them, the scores do not."""
    listed = context.bundle.index_items.get(index.id, ())
    return tuple(item for item in context.scores.items if item.id in listed)


def _index_blocks(context: Context, index: IndexScore) -> Iterator[Block]:
    changes = _factor_changes(context, index)
    if len(index.factors) > 1:
        yield from _factor_figure(context, index, changes)
    elif _items_of(context, index):
        yield from _items_figure(context, index)
    yield _factor_table(context, index, changes)


def _factor_changes(context: Context, index: IndexScore) -> dict[str, Change]:
    """Changes of the index (under its id with a leading "=") and of its factors.

    Where the study has several indices, a comparison names a factor by its index and itself.
    """
    if context.comparable is None:
        return {}
    whole = {f"={change.id}": change for change in context.comparable.indices}
    return whole | {change.id.removeprefix(f"{index.id}/"): change for change in context.comparable.factors}


def _factor_figure(context: Context, index: IndexScore, changes: dict[str, Change]) -> Iterator[Figure]:
    digits = score_digits(index.total)
    rows = [_chart_row(context, index.id, index.score, "group", digits, changes.get(f"={index.id}"))]
    for factor in index.factors:
        rows.append(_chart_row(context, factor.id, factor.score, "plain", digits, changes.get(factor.id)))
    dots = [dot for row in rows for dot in row.dots if dot]
    if not dots:
        return
    axis = _points_axis(context, dots, index.total)
    listed = "; ".join(f"{row.label} {row.dots[0].text}" for row in rows if row.dots[0])
    yield Figure(
        context.say("factors.figure", name=context.label(index.id)),
        DotChart((axis,), tuple(rows), side_title=context.say("answers")),
        _keys(context, any(dot.before is not None for dot in dots)),
        context.say("factors.alternative", name=context.label(index.id), list=listed),
    )


def _chart_row(context: Context, name: str, score: Estimate, mark: Mark, digits: int, change: Change | None) -> DotRow:
    dot = _dot(context, score, digits, mark, change.before.value if change else None)
    return DotRow(context.label(name), (dot,), context.number(score.unweighted_base))


def _dot(context: Context, score: Estimate, digits: int, mark: Mark, before: float | None) -> Dot | None:
    if score.value is None or score.ci_low is None or score.ci_high is None:
        return None
    return Dot(score.value, score.ci_low, score.ci_high, context.number(score.value, digits), mark, before)


def _points_axis(context: Context, dots: list[Dot], total: float) -> Axis:
    values = [value for dot in dots for value in (dot.low, dot.high, dot.before) if value is not None]
    axis = axis_over(values, context.number, context.say("factors.points_axis"), floor_at=0.0)
    return (
        axis if axis.high <= total else Axis(axis.low, total, tuple(t for t in axis.ticks if t[0] <= total), axis.title)
    )


def _keys(context: Context, with_before: bool) -> tuple[Key, ...]:
    keys = (Key("group", context.say("key.group")), Key("plain", context.say("key.value")))
    return (*keys, Key("before", context.say("key.before"))) if with_before else keys


def _items_figure(context: Context, index: IndexScore) -> Iterator[Figure]:
    rows = tuple(
        DotRow(
            context.label(item.id),
            (_dot(context, item.mean, 2, "plain", None),),
            context.number(item.mean.unweighted_base),
        )
        for item in _items_of(context, index)
    )
    dots = [dot for row in rows for dot in row.dots if dot]
    if not dots:
        return
    axis = axis_over(
        [v for dot in dots for v in (dot.low, dot.high)], context.number, context.say("factors.scale_axis")
    )
    listed = "; ".join(f"{row.label} {row.dots[0].text}" for row in rows if row.dots[0])
    yield Figure(
        context.say("factors.items_figure", name=context.label(index.id)),
        DotChart((axis,), rows, side_title=context.say("answers")),
        (Key("plain", context.say("key.value")),),
        context.say("factors.alternative", name=context.label(index.id), list=listed),
    )


def _factor_table(context: Context, index: IndexScore, changes: dict[str, Change]) -> Table:
    several = len(index.factors) > 1
    columns = [
        Column(context.say("factors.name"), 0.26, "left"),
        Column(context.say("factors.weight") if several else "", 0.10),
        Column(context.say("factors.score"), 0.11),
        Column(context.say("interval95"), 0.17),
        Column(context.say("answers"), 0.10),
    ]
    if context.comparable:
        columns += [
            Column(context.before, 0.12),
            Column(context.say("factors.change"), 0.12),
            Column(context.say("factors.verdict"), 0.17, "left"),
        ]
    rows = [_factor_row(context, index.id, None, index.score, changes.get(f"={index.id}"), index.total)]
    for factor in index.factors if several else ():
        rows.append(_factor_row(context, factor.id, factor.weight, factor.score, changes.get(factor.id), index.total))
    note = (
        context.say("factors.note", alpha=context.percent(context.comparable.alpha))
        if context.comparable and several
        else ""
    )
    return Table(context.say("factors.table", total=context.number(index.total)), tuple(columns), tuple(rows), note)


def _factor_row(
    context: Context, name: str, weight: float | None, score: Estimate, change: Change | None, total: float
) -> Row:
    digits = score_digits(total) + 1
    cells = [
        context.label(name),
        context.percent(weight) if weight is not None else "",
        context.value(score, digits),
        context.estimate_interval(score, digits),
        context.number(score.unweighted_base),
    ]
    if context.comparable:
        cells += [
            context.value(change.before, digits) if change else context.number(None),
            context.signed(change.change if change else None, digits),
            context.verdict(change),
        ]
    return Row(tuple(cells), "total" if weight is None else "plain")


def _rates(context: Context) -> Iterator[Table]:
    """Complaints have a section of their own."""
    told = [rate for rate in context.scores.rates if not rate.id.startswith(COMPLAINT)]
    if not told:
        return
    columns = (
        Column(context.say("rates.name"), 0.46, "left"),
        Column(context.say("rates.value"), 0.16),
        Column(context.say("interval95"), 0.22),
        Column(context.say("answers"), 0.16),
    )
    rows = tuple(
        Row(
            (
                context.either(rate.id, context.label(rate.id)),
                context.rate_value(rate, 1),
                context.rate_interval(rate, 1),
                context.number(rate.rate.unweighted_base),
            )
        )
        for rate in told
    )
    is_plain = all(rate.id in _PLAIN for rate in told)
    yield Table(context.say("rates.table" if is_plain else "rates.table.several"), columns, rows, _rates_note(context))


def _rates_note(context: Context) -> str:
    return joined((context.either(f"rates.note.{rate.id}", "") for rate in context.scores.rates), context.language)


def _derived(context: Context) -> Iterator[Block]:
    if not context.scores.derived_indices:
        return
    columns = (
        Column(context.say("index"), 0.30, "left"),
        Column(context.say("derived.rescaling"), 0.32, "left"),
        Column(context.say("factors.score"), 0.11),
        Column(context.say("interval95"), 0.16),
        Column(context.say("answers"), 0.11),
    )
    rows = tuple(_derived_row(context, index) for index in context.scores.derived_indices)
    yield Table(context.say("derived.table"), columns, rows)
    weights = context.scores.derived_indices[0].weights
    listed = context.say("semicolon").join(
        f"{context.label(item)} {context.percent(weight, 1)}" for item, weight in weights.items()
    )
    yield Paragraph(context.say("derived.note", weights=listed), style="note")


def _derived_row(context: Context, index: DerivedIndexScore) -> Row:
    sizes = {"total": context.number(index.total), "factor": context.number(index.total / 10)}
    return Row(
        (
            context.label(index.id),
            context.say(f"derived.rescaling.{index.rescaling}", **sizes),
            context.value(index.score, 1),
            context.estimate_interval(index.score, 1),
            context.number(index.score.unweighted_base),
        )
    )
