"""The driver map: importance against performance with both intervals, how sure each place is, and the three factors."""

from collections.abc import Iterator, Sequence

from surveyplat.reports.axes import axis_of_shares, axis_over
from surveyplat.reports.blocks import Axis, Block, Column, Cross, CrossChart, Figure, Key, Mark, Paragraph, Row, Table
from surveyplat.reports.context import Context
from surveyplat.reports.languages import joined
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.telling import told_bootstrapped, told_contrast, with_interval
from surveyplat.scoring.records.drivers import QUADRANTS, Bootstrapped, PenaltyReward, Priority, PriorityMap
from surveyplat.scoring.results import DriverChecks, DriverScore


def map_blocks(context: Context, driver: DriverScore) -> Iterator[Block]:
    """The map with its table, or why there is none."""
    checks = checks_of(context, driver)
    if driver.priorities is None:
        if driver.priorities_refused:
            words = reasons_text(driver.priorities_refused, context.language, context.label)
            yield Paragraph(words, lead=context.say("map.refused"), style="note")
        return
    items = sorted(driver.priorities.items, key=lambda each: -each.importance.value)
    yield _figure(context, driver.priorities, items)
    yield _table(context, driver.priorities, items, checks)
    if checks is not None and checks.contrasts is None and checks.contrasts_refused:
        words = reasons_text(checks.contrasts_refused, context.language, context.label)
        yield Paragraph(words, lead=context.say("contrasts.refused"), style="note")


def checks_of(context: Context, driver: DriverScore) -> DriverChecks | None:
    return next((each for each in context.scores.driver_checks if each.driver == driver.id), None)


def _figure(context: Context, found: PriorityMap, items: Sequence[Priority]) -> Figure:
    """Performance to the right, importance upwards: what is to be improved stands above on the left."""
    crosses = tuple(_cross(number, each) for number, each in enumerate(items, 1))
    keys = [Key("plain", context.say("map.key"))]
    if any(cross.mark == "improve" for cross in crosses):
        keys.append(Key("improve", context.say("map.key.improve")))
    x_axis, y_axis = _axes(context, crosses, found.importance_mark * 100)
    improve, maintain, low_priority, overkill = (_field(context, quadrant) for quadrant in QUADRANTS)
    chart = CrossChart(
        x_axis,
        y_axis,
        crosses,
        x_line=found.performance_mark,
        y_line=found.importance_mark * 100,
        fields=(improve, maintain, low_priority, overkill),
    )
    listed = "; ".join(f"{number} {_alternative(context, each)}" for number, each in enumerate(items, 1))
    return Figure(context.say("map.figure"), chart, tuple(keys), context.say("map.alternative", list=listed))


def _field(context: Context, quadrant: str) -> str:
    return context.say(f"map.{quadrant}")


def _alternative(context: Context, priority: Priority) -> str:
    return f"{context.label(priority.item)}, {_place(context, priority)}"


def _cross(number: int, priority: Priority) -> Cross:
    x, x_low, x_high = _reach(priority.performance)
    y, y_low, y_high = (end * 100 for end in _reach(priority.importance))
    mark: Mark = "improve" if priority.quadrant == "improve" and priority.settled else "plain"
    return Cross(str(number), x, x_low, x_high, y, y_low, y_high, mark)


def _reach(told: Bootstrapped) -> tuple[float, float, float]:
    low, high = (told.value if end is None else end for end in (told.ci_low, told.ci_high))
    return told.value, low, high


def _axes(context: Context, crosses: tuple[Cross, ...], equal_share: float) -> tuple[Axis, Axis]:
    across = [end for cross in crosses for end in (cross.x_low, cross.x_high)]
    up = [end for cross in crosses for end in (cross.y_low, cross.y_high)]
    return (
        axis_over(across, context.number, context.say("drivers.performance_axis"), floor_at=0.0),
        axis_of_shares(up, equal_share, context.number, context.say("map.share_axis")),
    )


def _table(context: Context, found: PriorityMap, items: Sequence[Priority], checks: DriverChecks | None) -> Table:
    kinds = _kinds(checks)
    columns = [
        Column(context.say("map.number"), 0.05),
        Column(context.say("drivers.attribute"), 0.29, "left"),
        Column(context.say("map.importance"), 0.15),
        Column(context.say("drivers.performance"), 0.16),
        Column(context.say("map.place"), 0.22, "left"),
    ]
    if kinds:
        columns.append(Column(context.say("map.class"), 0.12, "left"))
    rows = tuple(_row(context, number, each, kinds) for number, each in enumerate(items, 1))
    note = context.say("map.note", replicates=context.number(found.replicates))
    if kinds:
        note = joined((note, context.say("map.note.class")), context.language)
    return Table(context.say("map.table"), tuple(columns), rows, note)


def _kinds(checks: DriverChecks | None) -> dict[str, str]:
    """The three-factor class of each attribute; "untold" where it cannot be told."""
    if checks is None or checks.contrasts is None:
        return {}
    return {each.item: each.kind or "untold" for each in checks.contrasts.attributes}


def _row(context: Context, number: int, priority: Priority, kinds: dict[str, str]) -> Row:
    importance, low, high = (end * 100 for end in _reach(priority.importance))
    cells = [
        context.number(number),
        context.label(priority.item),
        with_interval(context, importance, low, high, 1),
        told_bootstrapped(context, priority.performance, 1),
        _place(context, priority),
    ]
    if kinds:
        cells.append(context.say(f"class.{kinds.get(priority.item, 'untold')}"))
    return Row(tuple(cells))


def _place(context: Context, priority: Priority) -> str:
    """The field where the attribute lies when that is settled, else the likeliest ones with their chances."""
    likeliest = sorted(priority.probabilities.items(), key=lambda pair: -pair[1])
    if priority.settled:
        likeliest = [(priority.quadrant, priority.probabilities[priority.quadrant])]
    told = [
        context.say("map.told", field=_field(context, quadrant), share=_share(context, share))
        for quadrant, share in likeliest[:2]
        if share >= 0.05
    ]
    return context.say("map.settled" if priority.settled else "map.open", fields=context.say("map.or").join(told))


def _share(context: Context, share: float) -> str:
    """Replicates tell no certainty, however many agree."""
    return "> 99%" if share > 0.99 else context.percent(share)


# the contrasts behind the classes


def contrast_tables(context: Context) -> Iterator[Table]:
    """For the appendix: what a low and a high answer go with, in points of the outcome."""
    for driver in context.scores.drivers:
        checks = checks_of(context, driver)
        if checks is None or checks.contrasts is None:
            continue
        columns = (
            Column(context.say("drivers.attribute"), 0.34, "left"),
            Column(context.say("contrasts.penalty"), 0.19),
            Column(context.say("contrasts.reward"), 0.19),
            Column(context.say("contrasts.answers"), 0.14),
            Column(context.say("map.class"), 0.14, "left"),
        )
        rows = tuple(_contrast_row(context, each) for each in checks.contrasts.attributes)
        target = context.label(checks.contrasts.target)
        n = context.number(checks.contrasts.complete_cases)
        note = context.say("contrasts.note", n=n, r_squared=context.percent(checks.contrasts.r_squared))
        yield Table(context.say("contrasts.table", target=target), columns, rows, note)


def _contrast_row(context: Context, found: PenaltyReward) -> Row:
    return Row(
        (
            context.label(found.item),
            told_contrast(context, found.penalty, 2),
            told_contrast(context, found.reward, 2),
            context.say(
                "contrasts.counts", low=context.number(found.low_answers), high=context.number(found.high_answers)
            ),
            context.say(f"class.{found.kind or 'untold'}"),
        )
    )
