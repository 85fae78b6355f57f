"""A respondent's path: what is shown to whom, what a change of mind does to it, and what is kept at the end."""

import json
from pathlib import Path

import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.forms.asked import AskedPage
from surveyplat.forms.evaluation import Facts
from surveyplat.forms.loading import load_definition
from surveyplat.forms.routing import may_follow, route
from surveyplat.storage.tables import Response

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).with_name("definitions")
ROUTING, DETAILS = (load_definition(FOLDER / f"{name}.yaml") for name in ("routing", "details"))


@pytest.fixture
def engine_name() -> str:
    """The path does not depend on the engine."""
    return "sqlite"


@pytest.fixture
async def browser(settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as client:
        yield client


@pytest.fixture
async def link(db, settings):
    return f"/s/{(await cast.invite(db, settings, ROUTING)).token}"


def path(**answers):
    found = route(ROUTING, Facts(answers), "seed")
    return {page.id: list(page.item_ids) for page in found.pages}


def test_a_page_and_its_items_are_shown_when_their_rules_hold():
    always = {"entry": ["came"], "rating": ["quality", "price"], "closing": ["again", "why_not"]}
    assert path(came="yes", quality=5, price=4) == always
    assert path(came="yes", quality=2, price=4)["reasons"] == ["quality_reason"]
    assert path(came="yes", quality=1, price=2)["reasons"] == ["quality_reason", "price_reason"]
    assert path(came="yes", quality={"missing": "dont_know"}) == always


def test_an_answer_off_the_path_decides_nothing():
    assert list(path(came="no", quality=1)) == ["entry"]
    assert "reasons" not in path(came="yes", quality=5, price=5, quality_reason="late")


@pytest.mark.parametrize(
    ("answers", "pages"),
    [
        ({}, ["body", "rest"]),
        ({"problems": []}, ["body", "rest"]),
        ({"problems": ["gaps"]}, ["body", "problems__details", "rest"]),
        ({"problems": ["gaps"], "stop": "no"}, ["body", "problems__details"]),
        ({"problems": [], "stop": "no"}, ["body"]),
    ],
)
def test_a_survey_that_ends_after_a_checklist_still_asks_about_what_was_ticked(answers, pages):
    assert [page.id for page in route(DETAILS, Facts(answers), "seed").pages] == pages


def test_details_are_asked_of_each_problem_that_was_ticked():
    [_, details, _] = route(DETAILS, Facts({"problems": ["gaps"]}), "seed").pages
    assert details.item_ids == ("gaps__repaired",)
    assert details.shown[0].group.lead.text == {"en": "Gaps are uneven"}


def test_whether_a_page_is_the_last_one_waits_for_the_answers_that_decide_it():
    pages = {page.id: page for page in ROUTING.asked}
    known = Facts({"came": "yes", "quality": 5, "price": 5})
    found = route(ROUTING, known, "seed")
    assert may_follow(ROUTING, found, known, pages["entry"])
    assert may_follow(ROUTING, found, known, pages["rating"])
    assert not may_follow(ROUTING, found, known, pages["closing"])


async def send(browser, link, page, follow=True, **fields):
    return await browser.post(f"{link}/{page}?lang=en", data=fields, follow_redirects=follow)


async def stored(db):
    [row] = await db.read(Response.select())
    return row | {"answers": json.loads(row["answers"]), "pages": json.loads(row["pages"])}


async def test_a_satisfied_customer_never_sees_the_page_of_reasons(db, browser, link):
    assert (await send(browser, link, "entry", came="yes")).url.path == f"{link}/rating"
    assert (await send(browser, link, "rating", quality="5", price="4")).url.path == f"{link}/closing"
    shown = await browser.get(f"{link}/reasons?lang=en")
    assert shown.url.path == link
    assert (await send(browser, link, "closing", again="yes")).url.path == f"{link}/receipt"
    row = await stored(db)
    assert row["outcome"] == "complete"
    assert row["answers"] == {
        "came": "yes", "quality": 5, "price": 4, "again": "yes", "lowest_mark": 4, "seat": "D01",
    }  # fmt: skip
    assert sorted(row["pages"]) == ["closing", "entry", "rating"]


async def test_placeholders_are_filled_in_by_language_and_escaped(browser, link):
    english, chinese = [await browser.get(f"{link}?lang={language}") for language in ("en", "zh-Hans")]
    assert "Your Aurora was at 示例一店 on September 15, 2026." in english.text
    assert "您的Aurora于2026年9月15日到过示例一店。" in chinese.text
    await send(browser, link, "entry", came="yes")
    shown = await send(browser, link, "rating", quality="1", price="4")
    assert shown.url.path == f"{link}/reasons"
    assert "You gave the work 1 (Bad). Why?" in shown.text
    assert "Why not the price?" not in shown.text


async def test_going_back_on_an_answer_takes_its_follow_up_out_at_completion(db, browser, link):
    await send(browser, link, "entry", came="yes")
    await send(browser, link, "rating", quality="1", price="1")
    await send(browser, link, "reasons", quality_reason="noisy", price_reason="dear")
    await send(browser, link, "rating", quality="5", price="1")
    assert (await stored(db))["answers"]["quality_reason"] == "noisy"
    shown = await browser.get(f"{link}/reasons?lang=en")
    assert "noisy" not in shown.text
    assert "dear" in shown.text
    await send(browser, link, "closing", again="yes")
    row = await stored(db)
    assert "quality_reason" not in row["answers"]
    assert row["answers"]["price_reason"] == "dear"
    assert row["pages"]["reasons"]["items"] == ["price_reason"]


async def test_an_item_that_a_change_of_mind_brings_up_is_asked_before_the_end(db, browser, link):
    await send(browser, link, "entry", came="yes")
    await send(browser, link, "rating", quality="2", price="5")
    await send(browser, link, "reasons", quality_reason="noisy")
    await send(browser, link, "rating", quality="2", price="2")
    shown = await send(browser, link, "closing", again="no", why_not="dear")
    assert shown.url.path == f"{link}/reasons"
    assert "noisy" in shown.text
    assert "Why not the price?" in shown.text
    shown = await send(browser, link, "reasons", quality_reason="noisy", price_reason="dear")
    assert shown.url.path == f"{link}/receipt"


async def test_an_early_end_thanks_in_its_own_words_and_stays_out_of_the_results(db, browser, link):
    shown = await send(browser, link, "entry", came="no")
    assert shown.url.path == f"{link}/receipt"
    assert "Then we have no questions." in shown.text
    row = await stored(db)
    assert (row["state"], row["outcome"], row["answers"]) == ("complete", "screened_out", {"came": "no", "seat": "D01"})


async def test_what_another_answer_makes_necessary_is_asked_for_and_a_check_names_its_item(browser, link):
    await send(browser, link, "entry", came="yes")
    await send(browser, link, "rating", quality="1", price="5")
    await send(browser, link, "reasons", quality_reason="noisy")
    refused = await send(browser, link, "closing", again="no")
    assert (refused.status_code, refused.text.count('href="#why_not"')) == (422, 1)
    refused = await send(browser, link, "closing", again="yes")
    assert refused.status_code == 422
    assert "You gave the work the lowest mark, and would come again?" in refused.text
    assert 'href="#again"' in refused.text
    assert (await send(browser, link, "closing", again="no", why_not="noise")).url.path == f"{link}/receipt"


async def test_a_page_that_is_off_the_path_by_now_still_brings_its_answers(db, browser, link):
    await send(browser, link, "entry", came="yes")
    await send(browser, link, "rating", quality="5", price="5")
    late = await send(browser, link, "reasons", quality_reason="noisy")
    assert late.url.path == f"{link}/closing"
    assert (await stored(db))["answers"]["quality_reason"] == "noisy"


def test_every_page_of_a_definition_has_its_items_written_out():
    assert all(isinstance(page, AskedPage) for page in ROUTING.asked)
    assert [item.id for _, item in ROUTING.items()][:3] == ["came", "quality", "price"]


async def test_a_question_about_a_problem_is_named_by_the_problem_and_the_question(db, settings, browser):
    link = f"/s/{(await cast.invite(db, settings, DETAILS)).token}"
    shown = await send(browser, link, "body", problems=["gaps", "paint"])
    for problem in ("paint", "gaps"):
        lead, legend = f"lead-{problem}__problem", f"legend-{problem}__repaired"
        assert f'<fieldset aria-labelledby="{lead} {legend}">' in shown.text
        assert shown.text.count(f'id="{lead}"') == shown.text.count(f'id="{legend}"') == 1
