"""The path model: its indices on 0-100 points, what leads to what, and, for the appendix, how it measures."""

from collections.abc import Iterator

from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import (
    Block,
    Column,
    Dot,
    DotChart,
    DotRow,
    Figure,
    Key,
    Paragraph,
    Reference,
    Row,
    Section,
    Table,
)
from surveyplat.reports.context import Context
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.telling import told_bootstrapped
from surveyplat.scoring.records.drivers import Bootstrapped
from surveyplat.scoring.records.latent import ConstructQuality, LatentIndex, LatentScore, LatentWarning, Path


def latent(context: Context) -> Section | None:
    blocks: list[Block] = []
    if context.scores.latent_indices:
        blocks.append(_index_table(context))
    for model in context.scores.latent_models:
        blocks += _paths(context, model)
    for name, refusal in sorted(context.scores.latent_refused.items()):
        words = reasons_text(refusal, context.language, context.label)
        blocks.append(Paragraph(f"{context.label(name)}{context.colon}{words}", lead=context.say("latent.refused")))
    if not blocks:
        return None
    return Section("latent", context.say("latent"), _heading(context), tuple(blocks))


def _heading(context: Context) -> str:
    """The strongest path into the first index's construct, or that there is no model."""
    if not context.scores.latent_models:
        return context.say("latent.heading.none")
    ends = {index.construct for index in context.scores.latent_indices}
    paths = [path for model in context.scores.latent_models for path in model.paths]
    wanted = [path for path in paths if path.end in ends] or paths
    strongest = max(wanted, key=lambda path: abs(path.coefficient.value), default=None)
    if strongest is None:
        return context.say("latent")
    return context.say("latent.heading", start=context.label(strongest.start), end=context.label(strongest.end))


def _index_table(context: Context) -> Table:
    columns = (
        Column(context.say("latent.construct"), 0.26, "left"),
        Column(context.say("structure.cases"), 0.12),
        Column(context.say("latent.index"), 0.20),
        Column(context.say("latent.weights"), 0.42, "left"),
    )
    rows = tuple(_index_row(context, each) for each in context.scores.latent_indices)
    return Table(context.say("latent.indices"), columns, rows, context.say("latent.indices_note"))


def _index_row(context: Context, index: LatentIndex) -> Row:
    weights = context.say("semicolon").join(
        f"{context.label(item)} {context.percent(weight)}" for item, weight in index.weights.items()
    )
    return Row(
        (
            context.label(index.construct),
            context.number(index.complete_cases),
            told_bootstrapped(context, index.index, 1),
            weights,
        )
    )


def _paths(context: Context, model: LatentScore) -> Iterator[Block]:
    rows = tuple(_path_row(context, path) for path in model.paths)
    dots = [dot for row in rows for dot in row.dots if dot]
    if dots:
        ends = [end for dot in dots for end in (dot.low, dot.high)]
        axis = axis_over([*ends, 0.0], context.number, context.say("latent.path_axis"))
        listed = "; ".join(f"{row.label} {row.dots[0].text}" for row in rows if row.dots[0])
        yield Figure(
            context.say("latent.paths"),
            DotChart((axis,), rows, (Reference(0, 0.0, context.say("latent.no_path")),)),
            (Key("plain", context.say("key.value")),),
            context.say("latent.paths_alternative", list=listed),
        )
    fields = {"n": context.number(model.complete_cases), "replicates": context.number(model.replicates)}
    yield Paragraph(context.say("latent.note", **fields), style="note")


def _path_row(context: Context, path: Path) -> DotRow:
    told = path.coefficient
    low, high = (told.value if end is None else end for end in (told.ci_low, told.ci_high))
    text = f"{context.signed(told.value, 2)} ({context.signed(low, 2)}{context.say('to')}{context.signed(high, 2)})"
    label = context.say("latent.path", start=context.label(path.start), end=context.label(path.end))
    return DotRow(label, (Dot(told.value, low, high, text),))


# for the appendix


def latent_tables(context: Context) -> Iterator[Block]:
    """Constructs with their reliability, and every item's weight and loading."""
    for model in context.scores.latent_models:
        yield _quality_table(context, model)
        yield _role_table(context, model)
        if model.discriminance:
            yield _discriminance_table(context, model)
        for warning in model.warnings:
            yield Paragraph(_warning(context, warning), style="note")


def _quality_table(context: Context, model: LatentScore) -> Table:
    columns = (
        Column(context.say("latent.construct"), 0.24, "left"),
        Column("R²", 0.19),
        Column(context.say("structure.alpha"), 0.19),
        Column(context.say("latent.rho_c"), 0.19),
        Column(context.say("latent.ave"), 0.19),
    )
    rows = tuple(_quality_row(context, each) for each in model.constructs)
    return Table(context.say("latent.quality"), columns, rows, context.say("latent.quality_note"))


def _quality_row(context: Context, construct: ConstructQuality) -> Row:
    told: tuple[Bootstrapped | None, ...] = (construct.r_squared, construct.alpha, construct.rho_c, construct.ave)
    return Row((context.label(construct.construct), *(told_bootstrapped(context, each, 2) for each in told)))


def _role_table(context: Context, model: LatentScore) -> Table:
    columns = (
        Column(context.say("latent.construct"), 0.22, "left"),
        Column(context.say("items.item"), 0.38, "left"),
        Column(context.say("latent.weight"), 0.20),
        Column(context.say("structure.loading"), 0.20),
    )
    rows = tuple(
        Row(
            (
                context.label(construct.construct),
                context.label(role.item),
                told_bootstrapped(context, role.weight, 2),
                told_bootstrapped(context, role.loading, 2),
            )
        )
        for construct in model.constructs
        for role in construct.items
    )
    return Table(context.say("latent.roles"), columns, rows)


def _discriminance_table(context: Context, model: LatentScore) -> Table:
    columns = (
        Column(context.say("latent.construct"), 0.38, "left"),
        Column(context.say("latent.construct"), 0.38, "left"),
        Column("HTMT", 0.24),
    )
    rows = tuple(
        Row((context.label(each.first), context.label(each.second), told_bootstrapped(context, each.htmt, 2)))
        for each in model.discriminance
    )
    return Table(context.say("latent.discriminance"), columns, rows, context.say("latent.discriminance_note"))


def _warning(context: Context, warning: LatentWarning) -> str:
    return context.say(
        f"latent.warning.{warning.code}",
        construct=context.label(warning.construct),
        item=context.label(warning.item),
        value=context.number(warning.value, 0 if warning.code == "replicates_lost" else 2),
    )
