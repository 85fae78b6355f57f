"""The tables behind the figures: every item with its base and non-response, every driver model in numbers."""

from surveyplat.reports.blocks import Block, Column, Row, Section, Table
from surveyplat.reports.context import Context
from surveyplat.reports.sections.driver_map import contrast_tables
from surveyplat.scoring.results import DriverImportance, DriverScore, ItemScore


def details(context: Context) -> Section | None:
    blocks: list[Block] = [_driver_table(context, driver) for driver in context.scores.drivers if driver.importances]
    if context.scores.items:
        blocks.insert(0, _item_table(context))
    blocks += contrast_tables(context)
    if not blocks:
        return None
    return Section("details", context.say("details"), context.say("details.heading"), tuple(blocks))


def _item_table(context: Context) -> Table:
    columns = (
        Column(context.say("items.item"), 0.46, "left"),
        Column(context.say("answers"), 0.11),
        Column(context.say("items.mean"), 0.10),
        Column(context.say("interval95"), 0.15),
        Column(context.say("items.score100"), 0.09),
        Column(context.say("items.nonresponse"), 0.12),
    )
    rows = tuple(_item_row(context, item) for item in context.scores.items)
    return Table(context.say("items.table"), columns, rows, context.say("items.note"))


def _item_row(context: Context, item: ItemScore) -> Row:
    return Row(
        (
            context.label(item.id),
            context.number(item.mean.unweighted_base),
            context.value(item.mean, 2),
            context.estimate_interval(item.mean, 2),
            context.number(item.score100, 1),
            context.percent(item.item_nonresponse, 1),
        )
    )


def _driver_table(context: Context, driver: DriverScore) -> Table:
    columns = (
        Column(context.say("drivers.attribute"), 0.37, "left"),
        Column(context.say("drivers.share"), 0.11),
        Column(context.say("interval95"), 0.14),
        Column(context.say("drivers.performance"), 0.12),
        Column(context.say("interval95"), 0.14),
        Column(context.say("drivers.coefficient"), 0.17),
    )
    note = context.say(
        "drivers.table_note",
        condition=context.number(driver.condition_number, 1),
        vif=context.number(driver.largest_vif, 1),
        replicates=context.number(driver.replicates),
    )
    rows = tuple(_driver_row(context, each) for each in driver.importances)
    return Table(context.say("drivers.table", target=context.label(driver.target)), columns, rows, note)


def _driver_row(context: Context, importance: DriverImportance) -> Row:
    coefficient = context.signed(importance.coefficient, 3)
    return Row(
        (
            context.label(importance.item),
            context.percent(importance.share, 1),
            context.percent_interval(importance.share_low, importance.share_high),
            context.value(importance.performance, 1),
            context.estimate_interval(importance.performance, 1),
            f"{coefficient} ({context.number(importance.coefficient_std_error, 3)})",
        )
    )
