"""Every sentence and number of a report, decided here from its bundle; drawing comes later and decides nothing."""

from collections.abc import Callable, Iterator

from surveyplat.reports import formats
from surveyplat.reports.blocks import Content, Cover, Section
from surveyplat.reports.bundle import SHORT_HASH, ReportBundle, report_id
from surveyplat.reports.contents import reference_words, with_contents
from surveyplat.reports.context import Context, context_of
from surveyplat.reports.sections.actions import current_actions
from surveyplat.reports.sections.answer_quality import answer_quality
from surveyplat.reports.sections.audit import audit, code_alternative, code_text
from surveyplat.reports.sections.complaints import complaints
from surveyplat.reports.sections.corrections import status_text
from surveyplat.reports.sections.dealers import dealers, every_dealer
from surveyplat.reports.sections.details import details
from surveyplat.reports.sections.distributions import distributions, gaps
from surveyplat.reports.sections.drivers import drivers
from surveyplat.reports.sections.factors import factors, results
from surveyplat.reports.sections.judged import judged_actions
from surveyplat.reports.sections.latent import latent
from surveyplat.reports.sections.method import method
from surveyplat.reports.sections.problems import problems
from surveyplat.reports.sections.questionnaire import questionnaire
from surveyplat.reports.sections.reading import reading
from surveyplat.reports.sections.structure import structure
from surveyplat.reports.sections.summary import headline, summary
from surveyplat.reports.sections.trend import trend
from surveyplat.reports.sections.verbatims import verbatims


def build_content(bundle: ReportBundle) -> Content:
    """The whole report as data. Raises ``ScoringError`` or ``ReportError`` when the bundle's documents are damaged."""
    context = context_of(bundle)
    period = context.period(bundle.period)
    opening, *rest = _sections(context)
    return Content(
        language=bundle.language,
        title=f"{bundle.title} · {period}",
        subject=context.say("subject", title=bundle.title, period=period),
        header=" · ".join(part for part in (bundle.title, period, bundle.brand_group) if part),
        running_banner=_running_banner(context),
        cover=_cover(context, bundle, period),
        sections=with_contents(context, [opening], rest),
        references=reference_words(context),
    )


def _sections(context: Context) -> Iterator[Section]:
    """In reading order; a section without anything to show is left out."""
    for section in _ORDER:
        made = section(context)
        if made is not None:
            yield made


_ORDER: tuple[Callable[[Context], Section | None], ...] = (
    summary,
    reading,
    trend,
    problems,
    factors,
    results,
    drivers,
    latent,
    gaps,
    dealers,
    verbatims,
    complaints,
    judged_actions,
    current_actions,
    details,
    every_dealer,
    distributions,
    structure,
    answer_quality,
    method,
    questionnaire,
    audit,
)


def _running_banner(context: Context) -> str:
    marks = [context.say("synthetic_short")] if context.bundle.synthetic else []
    if context.bundle.status == "DRAFT":
        marks.append(context.say("draft_short"))
    return " · ".join(marks)


def _cover(context: Context, bundle: ReportBundle, period: str) -> Cover:
    banners = [context.say("synthetic")] if bundle.synthetic else []
    if bundle.status == "DRAFT":
        banners.append(context.say("draft"))
    facts = (
        (context.say("cover.brand"), bundle.brand_group or context.say("not_recorded")),
        (context.say("cover.base"), context.number(context.scores.unweighted_base)),
        (context.say("cover.status"), status_text(context)),
        (context.say("cover.as_of"), formats.long_time(bundle.as_of, context.language)),
        (context.say("cover.data_hash"), context.scores.snapshot_hash[:SHORT_HASH]),
        (context.say("cover.report_id"), report_id(bundle)),
    )
    return Cover(
        banner=" · ".join(banners),
        kicker=f"{context.say('cover.kicker')} · {period}",
        title=bundle.title,
        subtitle=headline(context),
        facts=facts,
        footnote=context.say("cover.footnote"),
        code=code_text(bundle),
        code_alternative=code_alternative(context, bundle),
    )
