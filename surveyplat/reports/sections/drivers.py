"""Drivers: how much each attribute matters, and how it performs."""

from collections.abc import Iterator

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import (
    Axis,
    Block,
    Dot,
    DotChart,
    DotRow,
    Figure,
    Key,
    Paragraph,
    Reference,
    Section,
)
from surveyplat.reports.context import Context
from surveyplat.reports.findings import improvable_drivers, mean_performance
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.driver_map import map_blocks
from surveyplat.scoring.results import DriverImportance, DriverScore


def drivers(context: Context) -> Section | None:
    blocks: list[Block] = []
    for driver in context.scores.drivers:
        blocks += _driver_blocks(context, driver)
    for name, refusal in sorted(context.scores.drivers_refused.items()):
        words = reasons_text(refusal, context.language, context.label)
        blocks.append(Paragraph(f"{context.label(name)}{context.colon}{words}", lead=context.say("drivers.refused")))
    if not blocks:
        return None
    return Section("drivers", context.say("drivers"), _heading(context), tuple(blocks))


def _heading(context: Context) -> str:
    strongest = context.found("strongest_driver")
    if not strongest:
        return context.say("drivers.refused_heading")
    certainty = "apart" if strongest[0].certainty == "apart" else "descriptive"
    return context.say(f"drivers.heading.{certainty}", name=context.label(strongest[0].subject))


def _driver_blocks(context: Context, driver: DriverScore) -> Iterator[Block]:
    if not driver.importances:
        return
    target = context.label(driver.target)
    yield _figure(context, driver)
    note = context.say(
        f"drivers.note.{driver.method}",
        target=target,
        r_squared=context.percent(driver.r_squared),
        n=context.number(driver.complete_cases),
        orders=context.number(driver.orders),
    )
    yield Paragraph(note, style="note")
    yield from map_blocks(context, driver)


def _figure(context: Context, driver: DriverScore) -> Figure:
    improvable = {importance.item for importance in improvable_drivers(driver)}
    rows = tuple(_chart_row(context, each, each.item in improvable) for each in driver.importances)
    keys = [Key("plain", context.say("key.value"))]
    if improvable:
        keys.append(Key("improve", context.say("key.improve")))
    listed = "; ".join(f"{row.label} {row.dots[0].text if row.dots[0] else ''}" for row in rows)
    return Figure(
        context.say("drivers.figure"),
        DotChart(_axes(context, driver), rows, tuple(_references(context, driver))),
        tuple(keys),
        context.say("drivers.alternative", list=listed),
    )


def _axes(context: Context, driver: DriverScore) -> tuple[Axis, Axis]:
    shares = [share * 100 for each in driver.importances for share in (each.share, each.share_high)]
    performances = [end for each in driver.importances for end in (each.performance.ci_low, each.performance.ci_high)]
    return (
        axis_over(shares, context.number, context.say("drivers.share_axis"), from_zero=True),
        axis_over(performances, context.number, context.say("drivers.performance_axis"), floor_at=0.0),
    )


def _references(context: Context, driver: DriverScore) -> Iterator[Reference]:
    equal = 1 / len(driver.importances)
    yield Reference(0, equal * 100, context.say("drivers.equal", value=context.percent(equal, 1)))
    mean = mean_performance(driver)
    if mean is not None:
        yield Reference(1, mean, context.say("drivers.mean", value=context.number(mean, 1)))


def _chart_row(context: Context, importance: DriverImportance, improvable: bool) -> DotRow:
    mark = "improve" if improvable else "plain"
    share = Dot(
        importance.share * 100,
        importance.share_low * 100,
        importance.share_high * 100,
        context.percent(importance.share, 1),
        "improve" if improvable else "plain",
    )
    score = importance.performance
    performance = None
    if score.value is not None and score.ci_low is not None and score.ci_high is not None:
        text = context.number(score.value, 1)
        performance = Dot(score.value, score.ci_low, score.ci_high, text, "improve" if mark == "improve" else "plain")
    return DotRow(context.label(importance.item), (share, performance))
