"""PP100 taken apart: the most frequent problems with their cumulative share, models, build months and regions."""

from collections.abc import Callable, Iterator, Sequence

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import Bar, BarChart, Block, Column, Figure, Key, Paragraph, Row, Table
from surveyplat.reports.context import Context
from surveyplat.reports.languages import joined
from surveyplat.reports.sections.telling import told_estimate
from surveyplat.scoring.records.rates import RestContrast
from surveyplat.scoring.results import Change, Pp100Cell, Pp100Score

MOST_PROBLEMS = 20


def top_problems(context: Context, pp100: Pp100Score, cells: Sequence[Pp100Cell]) -> Iterator[Block]:
    """The Pareto chart of the most frequent problems, and their table."""
    shown = [cell for cell in cells if cell.pp100.value][:MOST_PROBLEMS]
    if not shown:
        return
    shares = {part.id: part.cumulative for part in pp100.pareto_problems}
    yield _pareto(context, shown, shares)
    yield _problem_table(context, shown)


def _pareto(context: Context, cells: Sequence[Pp100Cell], shares: dict[str, float]) -> Figure:
    bars = tuple(_bar(context, cell, shares.get(cell.id)) for cell in cells)
    axis = axis_over([bar.high for bar in bars], context.number, context.say("problems.axis"), from_zero=True)
    listed = "; ".join(f"{bar.label} {bar.text}" for bar in bars)
    return Figure(
        context.say("problems.top_figure", count=context.number(len(bars))),
        BarChart(axis, bars, context.say("problems.cumulative") if shares else ""),
        (Key("bar", context.say("key.bar")),),
        context.say("problems.top_alternative", list=listed),
    )


def _bar(context: Context, cell: Pp100Cell, cumulative: float | None) -> Bar:
    value = cell.pp100.value or 0.0
    low, high = (value if end is None else end for end in (cell.pp100.ci_low, cell.pp100.ci_high))
    told = context.percent(cumulative) if cumulative is not None else ""
    return Bar(context.label(cell.id), value, low, high, context.number(value, 1), told)


def _problem_table(context: Context, cells: Sequence[Pp100Cell]) -> Table:
    columns = (
        Column(context.say("problems.problem"), 0.50, "left"),
        Column(context.say("problems.kind"), 0.14, "left"),
        Column(context.say("pp100_short"), 0.11),
        Column(context.say("interval95"), 0.15),
        Column(context.say("problems.count"), 0.10),
    )
    rows = tuple(_problem_row(context, cell) for cell in cells)
    return Table(context.say("problems.top", count=context.number(len(cells))), columns, rows)


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


def breakdowns(context: Context, pp100: Pp100Score) -> Iterator[Block]:
    """Models, build months and regions, each against all other vehicles; then how all this was told."""
    parts = (
        ("model", pp100.models, pp100.models_against_rest, context.label),
        ("month", pp100.build_months, pp100.build_months_against_rest, context.period),
        ("region", pp100.regions, pp100.regions_against_rest, context.label),
    )
    for name, cells, contrasts, named in parts:
        if cells:
            yield _breakdown(context, name, cells, contrasts, named)
    yield from _method(context, pp100)


def _breakdown(
    context: Context,
    name: str,
    cells: Sequence[Pp100Cell],
    contrasts: Sequence[RestContrast],
    named: Callable[[str], str],
) -> Table:
    columns = [
        Column(context.say(f"problems.{name}"), 0.17, "left"),
        Column(context.say("answers"), 0.09),
        Column(context.say("pp100_short"), 0.15),
        Column(context.say("problems.malfunction"), 0.15),
        Column(context.say("problems.design"), 0.14),
    ]
    if contrasts:
        columns += [
            Column(context.say("problems.against_rest"), 0.15),
            Column(context.say("factors.verdict"), 0.15, "left"),
        ]
    against = {each.id: each for each in contrasts}
    rows = tuple(_part_row(context, named(cell.id), cell, against, told=bool(contrasts)) for cell in cells)
    note = context.say("problems.against_note") if contrasts else ""
    return Table(context.say(f"problems.{name}s"), tuple(columns), rows, note)


def _part_row(context: Context, name: str, cell: Pp100Cell, against: dict[str, RestContrast], *, told: bool) -> Row:
    cells = [
        name,
        context.number(cell.pp100.unweighted_base),
        told_estimate(context, cell.pp100, 1),
        *(
            told_estimate(context, part, 1) if part else context.number(None)
            for part in (cell.malfunction, cell.design)
        ),
    ]
    if told:
        contrast = against.get(cell.id)
        cells += [_ratio(context, contrast), _verdict(context, contrast)]
    return Row(tuple(cells), "muted" if cell.pp100.suppressed else "plain")


def _ratio(context: Context, contrast: RestContrast | None) -> str:
    """The ratio with its interval; at least its lower end where the others have no problem."""
    if contrast is None:
        return context.number(None)
    low, high = context.number(contrast.ci_low, 2), context.number(contrast.ci_high, 2)
    if contrast.ratio is None or contrast.ci_high is None:
        return context.say("problems.at_least", low=low)
    return f"{context.number(contrast.ratio, 2)} ({low}–{high})"


def _verdict(context: Context, contrast: RestContrast | None) -> str:
    if contrast is None:
        return context.say("not_compared")
    if not contrast.significant:
        return context.say("problems.not_apart")
    return context.say("problems.more" if contrast.ci_low > 1 else "problems.fewer")


def _method(context: Context, pp100: Pp100Score) -> Iterator[Paragraph]:
    told = []
    if pp100.total.dispersion is not None:
        told.append(context.say("problems.dispersion", dispersion=context.number(pp100.total.dispersion, 2)))
    contrasts = (*pp100.models_against_rest, *pp100.build_months_against_rest, *pp100.regions_against_rest)
    methods = {each.method for each in contrasts}
    methods |= {each.method for each in _changes(context) if each.method != "difference"}
    told += [context.say(f"problems.method.{method}") for method in sorted(methods)]
    intervals = {cell.interval for cell in (pp100.total, *pp100.categories, *pp100.problems, *pp100.models)}
    told += [context.say(f"problems.interval.{kind}") for kind in sorted(intervals - {"log_linearised"})]
    if told:
        yield Paragraph(joined(told, context.language), lead=context.say("problems.method"), style="note")


def _changes(context: Context) -> tuple[Change, ...]:
    compared = context.comparable
    return (*compared.pp100_total, *compared.pp100_categories) if compared else ()
