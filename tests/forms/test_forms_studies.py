"""Every shipped study goes its whole way: its pages in every language, a receipt, a frozen period with its numbers."""

import math
from datetime import UTC, datetime

import cast
import numpy as np
import pytest
from litestar.testing import AsyncTestClient
from markupsafe import escape

from surveyplat.app import create_app
from surveyplat.audit.periods import parse_period
from surveyplat.demo.customers import Customer, fill_directly, form_fields
from surveyplat.forms.answers import DONT_KNOW, Answer
from surveyplat.forms.asked import AskedPage
from surveyplat.forms.items import Item, ProblemsItem, RatingItem, RecommendationItem
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definitions
from surveyplat.forms.pages import Survey
from surveyplat.pipeline import freeze_period, score_period
from surveyplat.shipped import shipped_folder
from surveyplat.simulation.behaviour import FilledPage, FilledSurvey

pytestmark = pytest.mark.anyio

STUDIES = {definition.study: definition for definition in load_definitions([shipped_folder("questionnaires")])}
LATER = datetime(2027, 6, 1, tzinfo=UTC)
QUARTER = parse_period("2026-Q3")
FEWEST_RESPONDENTS = 40
CASES_PER_ATTRIBUTE = 5
"""What a driver model asks for, complete ones."""
UNSURE = 3
"""Respondents who know no answer to the first page."""


@pytest.fixture
def engine_name() -> str:
    """What a definition says does not depend on the engine, so one will do."""
    return "sqlite"


@pytest.fixture
async def browser(settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as client:
        yield client


def typed(definition: Definition, item: Item, mood: float, rng: np.random.Generator) -> Answer:
    """An answer of this kind; ratings follow the respondent's mood (0-1) with noise, so that no two items are alike."""
    if isinstance(item, RatingItem | RecommendationItem):
        points = definition.scale_of(item).points
        return int(np.clip(round(points.start + mood * (len(points) - 1) + rng.normal(0, 1.5)), points[0], points[-1]))
    if isinstance(item, ProblemsItem):
        return [problem.id for problem in item.problems if rng.random() < 0.05]
    if item.type == "single":
        return str(rng.choice([choice.code for choice in item.choices]))
    if item.type == "multiple":
        return [item.choices[int(rng.integers(len(item.choices)))].code]
    return "好 / good"


def filled(definition: Definition, page: AskedPage, mood: float, rng: np.random.Generator) -> FilledPage:
    answers = {item.id: typed(definition, item, mood, rng) for item in page.items if item.type != "information"}
    return FilledPage(page.id, answers, 20.0)


def surveys(definition: Definition) -> list[FilledSurvey]:
    """As many as the study's largest driver model needs."""
    rng = np.random.default_rng(2026)
    attributes = max((len(driver.attributes) for driver in definition.measurement.drivers), default=0)
    made = []
    for number in range(max(FEWEST_RESPONDENTS, CASES_PER_ATTRIBUTE * attributes + UNSURE)):
        mood = rng.uniform(0.2, 0.9)
        pages = [filled(definition, page, mood, rng) for page in definition.asked]
        if number < UNSURE:
            pages[0] = unsure(definition, pages[0])
        made.append(FilledSurvey(definition.languages[0], tuple(pages), True))
    return made


def unsure(definition: Definition, page: FilledPage) -> FilledPage:
    """The same page, with "don't know" wherever it can be said."""
    ratings = (item for item in definition.page(page.id).items if isinstance(item, RatingItem))
    unknown = {item.id: DONT_KNOW for item in ratings if definition.scale_of(item).dont_know}
    return FilledPage(page.id, {**page.answers, **unknown}, page.seconds)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("study", STUDIES)
async def test_every_page_shows_its_questions_and_the_last_one_leads_to_the_receipt(
    db, settings, browser, study, language
):
    definition, rng = STUDIES[study], np.random.default_rng(1)
    link = f"/s/{(await cast.invite(db, settings, definition)).token}"
    assert str(escape(definition.title[language])) in (await browser.get(f"{link}?lang={language}")).text
    for page in definition.asked:
        place = f"{link}/{page.id}?lang={language}"
        shown = await browser.get(place)
        assert shown.status_code == 200
        assert [item.id for item in page.items if str(escape(item.text[language])) not in shown.text] == []
        fields = form_fields(filled(definition, page, 0.7, rng), "")
        body = {name: [value for other, value in fields if other == name] for name, _ in fields}
        shown = await browser.post(place, data=body)
    assert shown.url.path == f"{link}/receipt"
    assert str(escape(definition.thanks[language])) in shown.text


@pytest.mark.parametrize("study", STUDIES)
async def test_what_a_study_measures_comes_out_as_numbers(db, settings, study):
    definition, answers = STUDIES[study], surveys(STUDIES[study])
    invited = [await cast.invite(db, settings, definition, number) for number, _ in enumerate(answers, start=1)]
    customers = [Customer(one.token, survey) for one, survey in zip(invited, answers, strict=True)]
    await fill_directly(Survey(db, settings, lambda: cast.NOW), customers, lambda: None)
    frozen = await freeze_period(db, settings, study, QUARTER, now=LATER)
    assert frozen.manifest["row_count"] == len(answers)
    scores = (await score_period(db, settings, study, QUARTER)).scores
    measured = definition.measurement
    assert [index.id for index in scores.indices] == [index.id for index in measured.indices]
    assert all(0 < index.score.value < index.total for index in scores.indices)
    named = {"csat": measured.overall, "nps": measured.recommend}
    assert {rate.id for rate in scores.rates} == {rate for rate, item in named.items() if item}
    assert all(math.isfinite(rate.rate.value) for rate in scores.rates)
    assert [driver.id for driver in scores.drivers] == [driver.id for driver in measured.drivers]
    assert scores.drivers_refused == {}
    for driver in scores.drivers:
        assert math.fsum(each.share for each in driver.importances) == pytest.approx(1)
    assert (scores.pp100 is not None) == bool(measured.categories)
