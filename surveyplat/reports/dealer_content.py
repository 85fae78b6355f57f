"""Every sentence and number of a dealer's report, decided from its bundle."""

from collections.abc import Iterator

from surveyplat.reports import formats
from surveyplat.reports.blocks import Content, Cover, Section
from surveyplat.reports.bundle import SHORT_HASH, report_id
from surveyplat.reports.dealer_bundle import DOCUMENT, DealerBundle
from surveyplat.reports.sections.actions import current_actions, previous_actions
from surveyplat.reports.sections.corrections import status_text
from surveyplat.reports.sections.own import Own
from surveyplat.reports.sections.own_absence import own_absence
from surveyplat.reports.sections.own_levers import own_levers
from surveyplat.reports.sections.own_problems import own_problems
from surveyplat.reports.sections.own_scores import own_scores
from surveyplat.reports.sections.own_summary import own_summary
from surveyplat.reports.sections.own_words import own_reading, own_words
from surveyplat.scoring.documents import comparison_from_document, from_plain_document
from surveyplat.scoring.records.dealers import DealerResults


def build_dealer_content(bundle: DealerBundle) -> Content:
    """The whole report as data. Raises ``ScoringError`` when the bundle's documents are damaged."""
    own = own_of(bundle)
    period, dealer = own.period(bundle.period), own.dealer(bundle.dealer)
    return Content(
        language=bundle.language,
        title=f"{dealer} · {bundle.title} · {period}",
        subject=own.say("dealer.subject", dealer=dealer, title=bundle.title, period=period),
        header=" · ".join((dealer, bundle.title, period)),
        running_banner=own.say("synthetic_short") if bundle.synthetic else "",
        cover=_cover(own, dealer, period),
        sections=tuple(_sections(own)),
    )


def own_of(bundle: DealerBundle) -> Own:
    """Read the bundle's documents."""
    comparison = None if bundle.comparison is None else comparison_from_document(bundle.comparison)
    return Own(bundle, comparison, from_plain_document(DealerResults, DOCUMENT, bundle.results))


def _sections(own: Own) -> Iterator[Section]:
    if own.results.score.suppressed:
        yield own_absence(own)
        return
    yield own_summary(own)
    for section in (own_scores(own), own_problems(own), own_levers(own), previous_actions(own)):
        if section is not None:
            yield section
    if own.bundle.current_actions:
        yield current_actions(own)
    yield own_words(own)
    yield own_reading(own)


def _cover(own: Own, dealer: str, period: str) -> Cover:
    results, bundle = own.results, own.bundle
    facts = (
        (own.say("dealer.study"), bundle.title),
        (own.say("dealer.region"), results.region_name or own.say("not_recorded")),
        (own.say("dealer.answers"), _answers(own)),
        (own.say("cover.status"), status_text(own)),
        (own.say("cover.as_of"), formats.long_time(bundle.as_of, own.language)),
        (own.say("cover.data_hash"), results.snapshot_hash[:SHORT_HASH]),
        (own.say("cover.report_id"), report_id(bundle)),
    )
    return Cover(
        banner=own.say("synthetic") if bundle.synthetic else "",
        kicker=f"{own.say('dealer.kicker')} · {period}",
        title=dealer,
        subtitle="",
        facts=facts,
        footnote=own.say("dealer.footnote"),
        is_masthead=True,
    )


def _answers(own: Own) -> str:
    responses = own.number(own.results.answers)
    if own.results.eligible is None:
        return responses
    return own.say("dealer.answers_of", responses=responses, eligible=own.number(own.results.eligible))
