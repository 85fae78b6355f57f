"""What a dealer would win most with: the group's drivers, by what is missing in this dealer's own performance."""

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import Column, Dot, DotChart, DotRow, Figure, Key, Mark, Paragraph, Row, Section, Table
from surveyplat.reports.sections.own import Own, apart
from surveyplat.scoring.records.dealers import Lever

MOST_LEVERS = 6
_FULL_MARKS = 100.0


def own_levers(own: Own) -> Section | None:
    levers = [lever for lever in own.results.levers if lever.own.value is not None]
    if not levers:
        return None
    strongest = sorted(levers, key=_room, reverse=True)[:MOST_LEVERS]
    below = {
        name for name, higher in apart([(each.item, each.own, each.group) for each in levers]).items() if not higher
    }
    blocks = (
        _figure(own, strongest, below),
        Paragraph(own.say("dealer.levers.note"), style="note"),
        _table(own, strongest),
    )
    heading = own.say("dealer.levers.heading", name=own.label(strongest[0].item))
    return Section("levers", own.say("dealer.levers"), heading, blocks)


def _room(lever: Lever) -> float:
    return lever.share * (_FULL_MARKS - (lever.own.value or 0.0))


def _figure(own: Own, levers: list[Lever], below: set[str]) -> Figure:
    rows = tuple(_chart_row(own, lever, "below" if lever.item in below else "plain") for lever in levers)
    shares = [100 * lever.share_high for lever in levers]
    ends = [end for lever in levers for end in (lever.own.ci_low, lever.own.ci_high)]
    axes = (
        axis_over(shares, own.number, own.say("dealer.levers.importance_axis"), from_zero=True),
        axis_over(ends, own.number, own.say("dealer.levers.performance_axis"), floor_at=0.0, ceiling_at=_FULL_MARKS),
    )
    keys = [Key("plain", own.say("key.value"))]
    if any(lever.item in below for lever in levers):
        keys.append(Key("below", own.say("dealer.key_lever")))
    listed = "; ".join(
        f"{row.label} {row.dots[0].text}, {row.dots[1].text}" for row in rows if row.dots[0] and row.dots[1]
    )
    return Figure(
        own.say("dealer.levers.figure"),
        DotChart(axes, rows),
        tuple(keys),
        own.say("dealer.levers.alternative", list=listed),
    )


def _chart_row(own: Own, lever: Lever, mark: Mark) -> DotRow:
    share = Dot(100 * lever.share, 100 * lever.share_low, 100 * lever.share_high, own.percent(lever.share, 1), mark)
    return DotRow(own.label(lever.item), (share, own.dot(lever.own, mark)))


def _table(own: Own, levers: list[Lever]) -> Table:
    columns = (
        Column(own.say("drivers.attribute"), 0.34, "left"),
        Column(own.say("dealer.levers.importance"), 0.18),
        Column(own.say("dealer.levers.own"), 0.19),
        Column(own.say("dealer.scores.n"), 0.08),
        Column(own.say("dealer.levers.group"), 0.20),
    )
    rows = tuple(
        Row(
            (
                own.label(lever.item),
                f"{own.percent(lever.share, 1)} ({own.percent_interval(lever.share_low, lever.share_high)})",
                own.whole(lever.own, 1),
                own.number(lever.own.unweighted_base),
                own.whole(lever.group, 1),
            )
        )
        for lever in levers
    )
    return Table(own.say("dealer.levers.table"), columns, rows)
