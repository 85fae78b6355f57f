"""Problems per 100 vehicles: the Pareto figure, categories, what the change is made of, and the parts."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import Bar, BarChart, Block, Column, Figure, Key, Row, Section, Table
from surveyplat.reports.context import Context, by_id
from surveyplat.reports.sections.change import problem_change
from surveyplat.reports.sections.factors import rates
from surveyplat.reports.sections.problem_parts import breakdowns, top_problems
from surveyplat.reports.sections.telling import told_estimate
from surveyplat.scoring.results import Change, Estimate, Pp100Cell, Pp100Score


def problems(context: Context) -> Section | None:
    pp100 = context.scores.pp100
    if pp100 is None:
        return None
    changes = by_id(context.comparable.pp100_categories) if context.comparable else {}
    blocks: list[Block] = [*_pareto(context, pp100, changes), _category_table(context, pp100, changes)]
    blocks += problem_change(context)
    blocks += [*top_problems(context, pp100, _sorted(pp100.problems)), *breakdowns(context, pp100)]
    if not context.scores.indices:
        blocks += rates(context)
    return Section("problems", context.say("problems"), _heading(context, pp100), tuple(blocks))


def _heading(context: Context, pp100: Pp100Score) -> str:
    rose = context.found("category_rose")
    if rose:
        return context.say("problems.heading.rose", name=context.names([context.label(each.subject) for each in rose]))
    if pp100.total.pp100.value == 0:
        return context.say("problems.heading.zero")
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
    bars = tuple(_bars(context, cells, _cumulative(pp100, cells), changes))
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


def _cumulative(pp100: Pp100Score, cells: list[Pp100Cell]) -> dict[str, float]:
    """Of the weighted shares of all problems, else of the counts."""
    if pp100.pareto_categories:
        return {part.id: part.cumulative for part in pp100.pareto_categories}
    total = pp100.total.problems
    counts = accumulate(cell.problems or 0 for cell in cells)
    return {cell.id: count / total for cell, count in zip(cells, counts, strict=True)} if total else {}


def _bars(
    context: Context, cells: list[Pp100Cell], shares: dict[str, float], changes: dict[str, Change]
) -> Iterator[Bar]:
    for cell in cells:
        change = changes.get(cell.id)
        value = cell.pp100.value or 0.0
        yield Bar(
            context.label(cell.id),
            value,
            cell.pp100.ci_low if cell.pp100.ci_low is not None else value,
            cell.pp100.ci_high if cell.pp100.ci_high is not None else value,
            context.number(value, 1),
            context.percent(shares[cell.id]) if cell.id in shares else "",
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
    return told_estimate(context, estimate, 1) if estimate is not None else context.number(None)
