"""Problems per 100 vehicles: the Pareto figure, categories, the most frequent problems, models."""

from collections.abc import Iterator, Sequence

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import Bar, BarChart, Block, Column, Figure, Key, Row, Section, Table
from surveyplat.reports.context import Context, by_id
from surveyplat.reports.sections.factors import rates
from surveyplat.scoring.results import Change, Estimate, Pp100Cell, Pp100Score

MOST_PROBLEMS = 20


def problems(context: Context) -> Section | None:
    pp100 = context.scores.pp100
    if pp100 is None:
        return None
    changes = by_id(context.comparable.pp100_categories) if context.comparable else {}
    blocks: list[Block] = [*_pareto(context, pp100, changes), _category_table(context, pp100, changes)]
    blocks += [*_top_problems(context, pp100), *_models(context, pp100)]
    if not context.scores.indices:
        blocks += rates(context)
    return Section("problems", context.say("problems"), _heading(context, pp100), tuple(blocks))


def _heading(context: Context, pp100: Pp100Score) -> str:
    rose = context.found("category_rose")
    if rose:
        return context.say("problems.heading.rose", name=context.names([context.label(each.subject) for each in rose]))
    top = context.found("top_category")
    if not top:
        return context.say("problems.heading.none")
    cells = _sorted(pp100.categories)
    if top[0].certainty == "apart" or len(cells) < 2:
        value = context.number(top[0].evidence["value"], 1)
        return context.say("problems.heading.apart", name=context.label(top[0].subject), value=value)
    return context.say(
        "problems.heading.descriptive", name=context.label(cells[0].id), second=context.label(cells[1].id)
    )


def _sorted(cells: Sequence[Pp100Cell]) -> list[Pp100Cell]:
    """Shown cells from the largest, suppressed ones after them in their order."""
    shown = sorted(
        (cell for cell in cells if cell.pp100.value is not None), key=lambda cell: -(cell.pp100.value or 0.0)
    )
    return shown + [cell for cell in cells if cell.pp100.value is None]


def _pareto(context: Context, pp100: Pp100Score, changes: dict[str, Change]) -> Iterator[Figure]:
    cells = [cell for cell in _sorted(pp100.categories) if cell.pp100.value is not None]
    if not cells:
        return
    bars = tuple(_bars(context, cells, pp100.total.problems, changes))
    ends = [value for bar in bars for value in (bar.high, bar.before)]
    axis = axis_over(ends, context.number, context.say("problems.axis"), from_zero=True)
    keys = [Key("bar", context.say("key.bar"))]
    if any(bar.strong for bar in bars):
        keys.append(Key("strong_bar", context.say("key.rose")))
    if any(bar.before is not None for bar in bars):
        keys.append(Key("before", context.say("key.before")))
    listed = "; ".join(f"{bar.label} {bar.text}" for bar in bars)
    yield Figure(
        context.say("problems.figure"),
        BarChart(axis, bars, context.say("problems.cumulative")),
        tuple(keys),
        context.say("problems.alternative", list=listed),
    )


def _bars(context: Context, cells: list[Pp100Cell], total: int | None, changes: dict[str, Change]) -> Iterator[Bar]:
    reported = 0
    for cell in cells:
        reported += cell.problems or 0
        change = changes.get(cell.id)
        value = cell.pp100.value or 0.0
        yield Bar(
            context.label(cell.id),
            value,
            cell.pp100.ci_low if cell.pp100.ci_low is not None else value,
            cell.pp100.ci_high if cell.pp100.ci_high is not None else value,
            context.number(value, 1),
            context.percent(reported / total) if total else "",
            change.before.value if change else None,
            strong=bool(change and change.significant and (change.change or 0.0) > 1),
        )


def _category_table(context: Context, pp100: Pp100Score, changes: dict[str, Change]) -> Table:
    columns = [
        Column(context.say("problems.category"), 0.22, "left"),
        Column(context.say("pp100_short"), 0.10),
        Column(context.say("interval95"), 0.15),
        Column(context.say("problems.malfunction"), 0.12),
        Column(context.say("problems.design"), 0.10),
        Column(context.say("problems.count"), 0.10),
    ]
    total_change: Change | None = None
    if context.comparable:
        total_change = next(iter(context.comparable.pp100_total), None)
        columns += [
            Column(context.before, 0.11),
            Column(context.say("problems.ratio"), 0.09),
            Column(context.say("factors.verdict"), 0.16, "left"),
        ]
    rows = [_category_row(context, cell, changes.get(cell.id), "plain") for cell in _sorted(pp100.categories)]
    rows.insert(0, _category_row(context, pp100.total, total_change, "total"))
    return Table(context.say("problems.table"), tuple(columns), tuple(rows), context.say("problems.note"))


def _category_row(context: Context, cell: Pp100Cell, change: Change | None, style: str) -> Row:
    total = style == "total"
    cells = [
        context.say("problems.total") if total else context.label(cell.id),
        context.value(cell.pp100, 1),
        context.estimate_interval(cell.pp100, 1),
        _part(context, cell.malfunction),
        _part(context, cell.design),
        context.number(cell.problems),
    ]
    if context.comparable:
        cells += [
            context.value(change.before, 1) if change else context.number(None),
            context.number(change.change if change else None, 2),
            context.verdict(change),
        ]
    return Row(tuple(cells), "total" if total else "plain")


def _part(context: Context, estimate: Estimate | None) -> str:
    return context.value(estimate, 1) if estimate is not None else context.number(None)


def _top_problems(context: Context, pp100: Pp100Score) -> Iterator[Table]:
    cells = [cell for cell in _sorted(pp100.problems) if cell.pp100.value][:MOST_PROBLEMS]
    if not cells:
        return
    columns = (
        Column(context.say("problems.problem"), 0.50, "left"),
        Column(context.say("problems.kind"), 0.14, "left"),
        Column(context.say("pp100_short"), 0.11),
        Column(context.say("interval95"), 0.15),
        Column(context.say("problems.count"), 0.10),
    )
    rows = tuple(_problem_row(context, cell) for cell in cells)
    yield Table(context.say("problems.top", count=context.number(len(cells))), columns, rows)


def _problem_row(context: Context, cell: Pp100Cell) -> Row:
    kind = "malfunction" if cell.malfunction is not None else "design"
    return Row(
        (
            context.label(cell.id),
            context.say(f"problems.kind.{kind}"),
            context.value(cell.pp100, 1),
            context.estimate_interval(cell.pp100, 1),
            context.number(cell.problems),
        )
    )


def _models(context: Context, pp100: Pp100Score) -> Iterator[Table]:
    if not pp100.models:
        return
    columns = (
        Column(context.say("problems.model"), 0.40, "left"),
        Column(context.say("answers"), 0.14),
        Column(context.say("pp100_short"), 0.14),
        Column(context.say("interval95"), 0.18),
        Column(context.say("problems.count"), 0.14),
    )
    rows = tuple(
        Row(
            (
                context.label(cell.id),
                context.number(cell.pp100.unweighted_base),
                context.value(cell.pp100, 1),
                context.estimate_interval(cell.pp100, 1),
                context.number(cell.problems),
            ),
            "muted" if cell.pp100.suppressed else "plain",
        )
        for cell in pp100.models
    )
    yield Table(context.say("problems.models"), columns, rows)
