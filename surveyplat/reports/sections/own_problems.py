"""A dealer's problems per 100 vehicles by category, beside those of all dealers."""

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import Block, Column, DotChart, DotRow, Figure, Row, Section, Table
from surveyplat.reports.sections.own import Own, apart
from surveyplat.scoring.records.dealers import OwnCategory


def own_problems(own: Own) -> Section | None:
    categories = sorted(own.results.categories, key=lambda each: -(each.own.value or 0.0))
    if not categories:
        return None
    blocks: tuple[Block, ...] = (_figure(own, categories), _table(own, categories))
    return Section("problems", own.say("dealer.problems"), _heading(own, categories), blocks)


def _heading(own: Own, categories: list[OwnCategory]) -> str:
    found = apart([(each.id, each.own, each.group) for each in categories], as_ratio=True)
    more = [own.label(name) for name, higher in found.items() if higher]
    fewer = [own.label(name) for name, higher in found.items() if not higher]
    if not found:
        return own.say("dealer.problems.heading.same")
    return own.say(f"dealer.problems.heading.{'more' if more else 'fewer'}", names=own.names(more or fewer))


def _figure(own: Own, categories: list[OwnCategory]) -> Figure:
    rows: list[DotRow] = []
    for each in categories:
        rows += own.rows(own.label(each.id), each.own, (("group", each.group),))
    ends = [dot.high for row in rows for dot in row.dots if dot]
    axis = axis_over(ends, own.number, own.say("problems.axis"), from_zero=True)
    listed = "; ".join(f"{row.label.strip()} {row.dots[0].text}" for row in rows if row.dots[0])
    keys = tuple(key for key in own.legend() if key.symbol in ("plain", "group"))
    return Figure(
        own.say("dealer.problems.figure"),
        DotChart((axis,), tuple(rows), side_title=own.say("answers")),
        keys,
        own.say("dealer.problems.alternative", list=listed),
    )


def _table(own: Own, categories: list[OwnCategory]) -> Table:
    columns = (
        Column(own.say("problems.category"), 0.36, "left"),
        Column(own.say("dealer.own"), 0.26),
        Column(own.say("dealer.scores.n"), 0.10),
        Column(own.say("dealer.group_short"), 0.28),
    )
    rows = [_row(own, each) for each in categories]
    total = own.results.pp100
    if total is not None:
        group = own.results.group.pp100 if own.results.group else None
        mine = total.pp100
        cells = (own.whole(mine, 1), own.number(mine.unweighted_base), own.whole(group, 1))
        rows.insert(0, Row((own.say("problems.total"), *cells), "total"))
    return Table(own.say("dealer.problems.table"), columns, tuple(rows), own.say("dealer.problems.note"))


def _row(own: Own, each: OwnCategory) -> Row:
    cells = (own.whole(each.own, 1), own.number(each.own.unweighted_base), own.whole(each.group, 1))
    return Row((own.label(each.id), *cells))
