"""A comparison report's content: its verdict first, then only what the verdict allows."""

from collections.abc import Iterator

from surveyplat.reports import formats
from surveyplat.reports.blocks import Content, Cover, Section
from surveyplat.reports.bundle import report_id
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.comparing.changes import changes
from surveyplat.reports.comparing.fieldwork import fieldwork
from surveyplat.reports.comparing.pairs import Pairs, pairs_of
from surveyplat.reports.comparing.provenance import proof
from surveyplat.reports.comparing.questionnaires import questionnaires
from surveyplat.reports.comparing.restated import restated
from surveyplat.reports.comparing.verdicts import headline, verdicts
from surveyplat.reports.contents import reference_words, with_contents
from surveyplat.reports.context import Context
from surveyplat.reports.sections.corrections import status_text


def comparison_content(bundle: ComparisonBundle) -> Content:
    """The whole report as data. Raises ``ScoringError`` or ``ReportError`` when the bundle's documents are damaged."""
    pairs = pairs_of(bundle)
    context = pairs.whole
    periods = _periods(pairs)
    return Content(
        language=bundle.language,
        title=f"{bundle.title} · {periods}",
        subject=context.say("compare.subject", title=bundle.title, periods=periods),
        header=" · ".join(part for part in (bundle.title, periods, bundle.brand_group) if part),
        running_banner=context.say("synthetic_short") if bundle.synthetic else "",
        cover=_cover(context, pairs, periods),
        sections=with_contents(context, [], tuple(_sections(pairs))),
        references=reference_words(context),
    )


def _sections(pairs: Pairs) -> Iterator[Section]:
    yield verdicts(pairs)
    told = changes(pairs)
    if told is not None:
        yield told
    yield questionnaires(pairs)
    yield fieldwork(pairs)
    yield restated(pairs)
    yield proof(pairs)


def _periods(pairs: Pairs) -> str:
    names = [pairs.whole.period(str(manifest["period"])) for manifest in pairs.manifests]
    return pairs.whole.names(names, most=len(names))


def _cover(context: Context, pairs: Pairs, periods: str) -> Cover:
    bundle = pairs.bundle
    rows = context.say("comma").join(context.number(manifest["row_count"]) for manifest in pairs.manifests)
    facts = (
        (context.say("cover.brand"), bundle.brand_group or context.say("not_recorded")),
        (context.say("compare.cover.rows"), rows),
        (context.say("cover.status"), status_text(context)),
        (context.say("compare.cover.as_of"), formats.long_time(bundle.as_of, context.language)),
        (context.say("compare.cover.periods"), context.number(len(pairs.manifests))),
        (context.say("cover.report_id"), report_id(bundle)),
    )
    return Cover(
        banner=context.say("synthetic") if bundle.synthetic else "",
        kicker=f"{context.say('compare.kicker')} · {periods}",
        title=bundle.title,
        subtitle=headline(pairs),
        facts=facts,
        footnote=context.say("compare.footnote"),
    )
