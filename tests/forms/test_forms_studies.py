"""Every shipped study goes its whole way: its pages in every language, a receipt, a frozen period with its numbers."""

import asyncio
import math
import re
from dataclasses import replace
from datetime import UTC, datetime

import cast
import pytest
from litestar.testing import AsyncTestClient
from markupsafe import escape
from respondents import Respondent, respondents, shown_items

from surveyplat.app import create_app
from surveyplat.audit.periods import parse_period
from surveyplat.forms.elements import Text
from surveyplat.forms.items import InformationItem
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definitions
from surveyplat.forms.pages import Survey
from surveyplat.forms.placeholders import parse
from surveyplat.pipeline import freeze_period, score_period
from surveyplat.shipped import shipped_folder

pytestmark = pytest.mark.anyio

STUDIES = {definition.study: definition for definition in load_definitions([shipped_folder("questionnaires")])}
LATER = datetime(2027, 6, 1, tzinfo=UTC)
QUARTER = parse_period("2026-Q3")
FEWEST_RESPONDENTS = 46
CASES_PER_ATTRIBUTE = 5
"""What a driver model asks for, complete ones."""
UNSURE = 3
"""Respondents who know no answer where that can be said."""
FORWARD = re.compile(r'class="button" href="([^"]+)"')
NAMES = re.compile(r' name="([^"]+)"')


@pytest.fixture
def engine_name() -> str:
    """What a definition says does not depend on the engine, so one will do."""
    return "sqlite"


@pytest.fixture
async def browser(settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as client:
        yield client


def says(html: str, text: Text, language: str) -> bool:
    """Whether a page says a text, whatever stands for its placeholders."""
    return all(str(escape(piece)) in html for piece in parse(text[language]) if isinstance(piece, str))


def said_at_the_end(definition: Definition) -> list[Text]:
    return [definition.thanks, *(page.end.thanks for page in definition.asked if page.end and page.end.thanks)]


async def fill_in_a_browser(browser, link, respondent, language):
    """Go where the pages lead, from the introduction to the receipt; gives the items seen, with their pages."""
    definition, seen = respondent.definition, set()
    shown = await browser.get(f"{link}?lang={language}")
    assert says(shown.text, definition.title, language)
    shown = await browser.get(FORWARD.search(shown.text)[1])
    while not shown.url.path.endswith("/receipt"):
        page = definition.page(shown.url.path.rpartition("/")[2])
        items = shown_items(page, set(NAMES.findall(shown.text)))
        assert shown.status_code == 200
        assert says(shown.text, page.title, language)
        assert [item.id for item in items if not says(shown.text, item.text, language)] == []
        assert not seen & {(page.id, item.id) for item in items}
        seen |= {(page.id, item.id) for item in items}
        body: dict[str, list[str]] = {}
        for name, value in respondent.fields(items):
            body.setdefault(name, []).append(value)
        shown = await browser.post(str(shown.url), data=body)
    assert any(says(shown.text, thanks, language) for thanks in said_at_the_end(definition))
    return seen


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("study", STUDIES)
async def test_whoever_follows_the_pages_reaches_the_receipt_and_every_item_is_asked_of_somebody(
    db, settings, browser, study, language
):
    definition, asked = STUDIES[study], set()
    for number, respondent in enumerate(respondents(definition), start=1):
        link = f"/s/{(await cast.invite(db, settings, definition, number)).token}"
        asked |= await fill_in_a_browser(browser, link, respondent, language)
    answerable = {(page.id, item.id) for page, item in definition.items() if not isinstance(item, InformationItem)}
    assert answerable - asked == set()


@pytest.mark.parametrize("study", STUDIES)
def test_the_items_of_an_index_stand_in_the_same_order_for_everybody(study):
    definition = STUDIES[study]
    rated = {item for index in definition.measurement.indices for factor in index.factors for item in factor.items}
    entries = [entry for page in definition.asked for entry in page.entries]
    assert [entry.item.id for entry in entries if entry.item.id in rated and entry.group and entry.group.shuffled] == []


async def fill_directly(survey: Survey, token: str, respondent: Respondent) -> str:
    """Submit every page through the code that serves the pages, without HTTP around it; gives the outcome."""
    visit = await survey.visit(token)
    while True:
        shown = await survey.present(token, visit, None)
        page = shown.page(shown.progress.open_page)
        saved = await survey.save(visit, shown, page, respondent.fields(page.items))
        if saved.draft.complete:
            return saved.draft.outcome
        assert saved.read.faults == ()
        visit = replace(visit, draft=saved.draft)


async def answered(db, settings, definition: Definition) -> int:
    """As many complete responses as the study's largest driver model needs; how many there are."""
    survey, number, complete = Survey(db, settings, lambda: cast.NOW), 0, 0
    attributes = max((len(driver.attributes) for driver in definition.measurement.drivers), default=0)
    needed = max(FEWEST_RESPONDENTS, CASES_PER_ATTRIBUTE * attributes + UNSURE)

    async def ask(number: int) -> str:
        invited = await cast.invite(db, settings, definition, number)
        return await fill_directly(survey, invited.token, Respondent(definition, number, unsure=number <= UNSURE))

    while complete < needed:
        missing = needed - complete
        outcomes = await asyncio.gather(*(ask(number + place) for place in range(1, missing + 1)))
        number, complete = number + missing, complete + outcomes.count("complete")
    return complete


@pytest.mark.parametrize("study", STUDIES)
async def test_what_a_study_measures_comes_out_as_numbers(db, settings, study):
    definition = STUDIES[study]
    complete = await answered(db, settings, definition)
    frozen = await freeze_period(db, settings, study, QUARTER, now=LATER)
    assert frozen.manifest["row_count"] == complete
    scores = (await score_period(db, settings, study, QUARTER)).scores
    measured = definition.measurement
    assert [index.id for index in scores.indices] == [index.id for index in measured.indices]
    assert all(0 < index.score.value < index.total for index in scores.indices)
    headline = {rate for rate, item in {"csat": measured.overall, "nps": measured.recommend}.items() if item}
    rates = {rate.id: rate.rate for rate in scores.rates}
    complaints = {rate for rate in rates if rate.startswith("complaint_")}
    assert set(rates) == headline | {rate.id for rate in measured.rates} | complaints
    assert ("complaint_any" in complaints) == (measured.complaints is not None)
    assert all(rates[rate].value is None or math.isfinite(rates[rate].value) for rate in rates)
    assert [gap.id for gap in scores.gaps] == [gap.id for gap in measured.gaps]
    assert scores.latent_refused == {}
    assert [model.id for model in scores.latent_models] == [model.id for model in measured.models]
    assert [index.construct for index in scores.latent_indices] == [m.index for m in measured.models if m.index]
    assert [driver.id for driver in scores.drivers] == [driver.id for driver in measured.drivers]
    assert scores.drivers_refused == {}
    for driver in scores.drivers:
        assert math.fsum(each.share for each in driver.importances) == pytest.approx(1)
    assert (scores.pp100 is not None) == bool(measured.categories)
