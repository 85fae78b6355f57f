"""For the appendix: whether the items of a factor go together, and an index's items hang together as declared."""

from collections.abc import Iterable, Iterator

from surveyplat.reports.blocks import Block, Column, Paragraph, Row, Section, Table
from surveyplat.reports.context import Context
from surveyplat.reports.languages import joined
from surveyplat.reports.reasons import reasons_text
from surveyplat.reports.sections.latent import latent_tables
from surveyplat.reports.sections.telling import with_interval
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.structures import (
    IndexStructure,
    Parameter,
    Reliability,
    StructureScore,
    StructureWarning,
)
from surveyplat.scoring.results import FactorReliability

_GOOD = 0.70


def structure(context: Context) -> Section | None:
    blocks: list[Block] = []
    if context.scores.reliability:
        blocks += _reliability(context)
    for each in context.scores.structures:
        blocks += _structure(context, each)
    blocks += latent_tables(context)
    if not blocks:
        return None
    return Section("structure", context.say("structure"), _heading(context), tuple(blocks))


def _heading(context: Context) -> str:
    """How many factors reach the usual mark of reliability."""
    told = [each.score.raw.alpha for each in context.scores.reliability if each.score]
    if not told:
        return context.say("structure.heading.none")
    good = sum(alpha >= _GOOD for alpha in told)
    return context.say("structure.heading", good=context.number(good), count=context.number(len(told)))


def _reliability(context: Context) -> Iterator[Block]:
    columns = (
        Column(context.say("structure.factor"), 0.30, "left"),
        Column(context.say("structure.items"), 0.08),
        Column(context.say("structure.cases"), 0.12),
        Column(context.say("structure.alpha"), 0.22),
        Column(context.say("structure.weakest"), 0.28, "left"),
    )
    rows = tuple(row for each in context.scores.reliability for row in _factor_rows(context, each))
    if rows:
        yield Table(context.say("structure.reliability"), columns, rows, context.say("structure.reliability_note"))
    for each in context.scores.reliability:
        if each.score is None:
            yield _refused(context, each.factor, each.refused)


def _factor_rows(context: Context, found: FactorReliability) -> Iterator[Row]:
    """A factor, and the item that goes least with the others."""
    if found.score is None:
        return
    told = [item for item in found.score.items if item.correlation is not None]
    weakest = min(told, key=lambda item: item.correlation or 0.0, default=None)
    cell = context.number(None)
    if weakest is not None:
        ends = with_interval(context, weakest.correlation, weakest.ci_low, weakest.ci_high, 2)
        cell = f"{context.label(weakest.item)}{context.colon}{ends}"
    yield Row(
        (
            context.label(found.factor),
            context.number(len(found.score.items)),
            context.number(found.score.complete_cases),
            _alpha(context, found.score.raw),
            cell,
        )
    )


def _alpha(context: Context, told: Reliability) -> str:
    return with_interval(context, told.alpha, told.ci_low, told.ci_high, 2)


def _refused(context: Context, name: str, refused: Iterable[Reason]) -> Paragraph:
    words = reasons_text(refused, context.language, context.label)
    return Paragraph(
        f"{context.label(name)}{context.colon}{words}", lead=context.say("structure.refused"), style="note"
    )


def _structure(context: Context, found: IndexStructure) -> Iterator[Block]:
    if found.score is None:
        yield _refused(context, found.index, found.refused)
        return
    yield Paragraph(_fit(context, found.score), lead=context.say("structure.fit", name=context.label(found.index)))
    columns = (
        Column(context.say("structure.factor"), 0.30, "left"),
        Column(context.say("items.item"), 0.48, "left"),
        Column(context.say("structure.loading"), 0.22),
    )
    rows = tuple(
        Row((context.label(each.factor), context.label(each.item), _parameter(context, each.loading)))
        for each in found.score.loadings
    )
    note = joined((_warning(context, each) for each in found.score.warnings), context.language)
    yield Table(context.say("structure.loadings"), columns, rows, note)
    if found.score.correlations:
        yield _correlations(context, found.score)


def _fit(context: Context, score: StructureScore) -> str:
    fit = score.fit
    if fit.df == 0:
        return context.say("structure.fit.saturated", n=context.number(score.complete_cases))
    return context.say(
        "structure.fit.text",
        n=context.number(score.complete_cases),
        chi_square=context.number(fit.chi_square, 1),
        df=context.number(fit.df),
        cfi=context.number(fit.cfi, 3),
        rmsea=with_interval(context, fit.rmsea, fit.rmsea_low, fit.rmsea_high, 3),
        srmr=context.number(fit.srmr, 3),
    )


def _parameter(context: Context, told: Parameter) -> str:
    return with_interval(context, told.value, told.ci_low, told.ci_high, 2)


def _correlations(context: Context, score: StructureScore) -> Table:
    columns = (
        Column(context.say("structure.factor"), 0.36, "left"),
        Column(context.say("structure.factor"), 0.36, "left"),
        Column(context.say("structure.correlation"), 0.28),
    )
    rows = tuple(
        Row((context.label(each.first), context.label(each.second), _parameter(context, each.correlation)))
        for each in score.correlations
    )
    return Table(context.say("structure.correlations"), columns, rows)


def _warning(context: Context, warning: StructureWarning) -> str:
    names = context.say("and").join(context.label(each) for each in warning.subject)
    return context.say(f"structure.warning.{warning.code}", names=names, value=context.number(warning.value, 2))
