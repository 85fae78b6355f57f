"""A dealer's index and factors beside region, all dealers and the best quarter."""

from collections.abc import Sequence

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import Block, Column, DotChart, DotRow, Figure, Row, Section, Table
from surveyplat.reports.sections.own import Own, apart
from surveyplat.scoring.results import Estimate, IndexScore

_Measure = tuple[str, Estimate, tuple[tuple[str, Estimate | None], ...]]
"""Its id, the dealer's own estimate, and that of each aggregate."""


def own_scores(own: Own) -> Section | None:
    index = own.results.index
    if index is None:
        return None
    measures = [(index.id, index.score, tuple((which, _of(held.index, "")) for which, held in own.others))]
    for factor in index.factors if len(index.factors) > 1 else ():
        others = tuple((which, _of(held.index, factor.id)) for which, held in own.others)
        measures.append((factor.id, factor.score, others))
    blocks: tuple[Block, ...] = (_figure(own, index, measures), _table(own, index, measures))
    return Section("scores", own.say("dealer.scores"), _heading(own, measures), blocks)


def _of(index: IndexScore | None, factor: str) -> Estimate | None:
    """Of the index itself, or of one of its factors."""
    if index is None:
        return None
    if not factor:
        return index.score
    return next((each.score for each in index.factors if each.id == factor), None)


def _heading(own: Own, measures: Sequence[_Measure]) -> str:
    if own.results.group is None:
        return own.say("dealer.scores.heading")
    found = apart([(name, mine, group) for name, mine, others in measures if (group := dict(others).get("group"))])
    below = [own.label(name) for name, higher in found.items() if not higher]
    above = [own.label(name) for name, higher in found.items() if higher]
    if not found:
        return own.say("dealer.scores.heading.same")
    return own.say(f"dealer.scores.heading.{'below' if below else 'above'}", names=own.names(below or above))


def _figure(own: Own, index: IndexScore, measures: Sequence[_Measure]) -> Figure:
    rows: list[DotRow] = []
    for name, mine, others in measures:
        rows += own.rows(own.label(name), mine, others)
    ends = [end for row in rows for dot in row.dots if dot for end in (dot.low, dot.high)]
    axis = axis_over(ends, own.number, own.say("factors.points_axis"), floor_at=0.0, ceiling_at=index.total)
    listed = "; ".join(f"{row.label.strip()} {row.dots[0].text}" for row in rows if row.dots[0])
    return Figure(
        own.say("dealer.scores.figure"),
        DotChart((axis,), tuple(rows), side_title=own.say("answers")),
        own.legend(),
        own.say("dealer.scores.alternative", list=listed),
    )


def _table(own: Own, index: IndexScore, measures: Sequence[_Measure]) -> Table:
    weights = {factor.id: factor.weight for factor in index.factors} if len(measures) > 1 else {}
    columns = [
        Column(own.say("dealer.scores.name"), 0.22, "left"),
        Column(own.say("factors.weight"), 0.08),
        Column(own.say("dealer.own"), 0.18),
        Column(own.say("dealer.scores.n"), 0.07),
        *(Column(own.say(f"dealer.{which}_short"), 0.18) for which, _ in own.others),
    ]
    rows = []
    for name, mine, others in measures:
        weight = own.percent(weights[name]) if name in weights else ""
        cells = [own.label(name), weight, own.whole(mine, own.digits), own.number(mine.unweighted_base)]
        cells += [own.whole(estimate, own.digits) for _, estimate in others]
        rows.append(Row(tuple(cells), "plain" if name in weights else "total"))
    return Table(own.say("dealer.scores.table"), tuple(columns), tuple(rows), own.say("dealer.scores.note"))
