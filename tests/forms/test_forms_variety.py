"""One questionnaire, different for each: random orders that stay, brands' wording, quotas that fill."""

import json
from pathlib import Path

import anyio
import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.forms.conditions import Comparison
from surveyplat.forms.evaluation import Facts
from surveyplat.forms.loading import load_definition
from surveyplat.forms.routing import route
from surveyplat.forms.versions import content_hash
from surveyplat.forms.wording import for_brand
from surveyplat.storage.tables import Dealer, QuotaCount, Response

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).with_name("definitions")
FOR_SALES = Comparison(event="kind", equals="sale")
ORDER, VARIANTS, QUOTAS = (load_definition(FOLDER / f"{name}.yaml") for name in ("order", "variants", "quotas"))


@pytest.fixture
async def browser(settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as client:
        yield client


def rows_shown(seed):
    return route(ORDER, Facts({}), seed).pages[0].item_ids


def choices_shown(seed):
    return [choice.code for choice in route(ORDER, Facts({}), seed).pages[1].items[0].choices]


def test_a_random_order_keeps_its_place_and_its_members_and_is_the_same_for_the_same_invitation():
    orders = {rows_shown(str(number)) for number in range(200)}
    assert len(orders) > 60
    for order in orders:
        assert (order[0], order[-1], set(order[1:-1])) == ("first", "last", {"r1", "r2", "r3", "r4", "r5"})
    assert rows_shown("7") == rows_shown("7")


def test_every_place_of_a_random_order_goes_to_every_row_about_as_often():
    seeds = range(2_000)
    leading = [rows_shown(str(seed))[1] for seed in seeds]
    for row in ("r1", "r2", "r3", "r4", "r5"):
        assert 330 < leading.count(row) < 470  # 400 expected, standard deviation 18


def test_choices_change_places_but_none_and_other_keep_theirs():
    orders = [choices_shown(str(number)) for number in range(50)]
    assert len({tuple(order) for order in orders}) > 10
    assert all(order[4:] == ["other", "nothing"] and set(order[:4]) == {"a", "b", "c", "d"} for order in orders)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_the_order_shown_is_stored_with_the_page(db, settings, browser):
    invited = await cast.invite(db, settings, ORDER)
    html = (await browser.get(f"/s/{invited.token}/parts")).text
    places = sorted(("r1", "r2", "r3", "r4", "r5"), key=lambda row: html.index(f'name="{row}"'))
    assert html.count("How good was it?") == 1
    assert (await browser.get(f"/s/{invited.token}/parts")).text.index(f'name="{places[0]}"') > 0
    await browser.post(f"/s/{invited.token}/parts", data={"r1": "3"})
    [row] = await db.read(Response.select(Response.pages))
    assert json.loads(row["pages"])["parts"]["items"] == ["first", *places, "last"]


def test_a_brand_reads_its_own_wording_of_the_same_version():
    premium = for_brand(VARIANTS, "Premium")
    assert premium.title["en"] == "Premium survey"
    assert premium.thanks["en"] == "The house of Premium thanks you."
    assert premium.asked[0].title["en"] == "Your Premium service"
    assert [item.text["en"] for item in premium.asked[0].items] == ["The Premium lounge", "What was wrong?"]
    assert [problem.text["en"] for _, problem in premium.problems()] == ["The finish"]
    assert for_brand(VARIANTS, "Plain") is VARIANTS
    assert [item.text["en"] for item in VARIANTS.asked[0].items] == ["The service shop", "What was wrong?"]


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_each_brand_is_shown_its_own_wording(db, settings, browser):
    plain = await cast.invite(db, settings, VARIANTS, 1)
    assert "The service shop" in (await browser.get(f"/s/{plain.token}/service")).text
    await db.write(lambda: (yield Dealer.update({Dealer.brand: "Premium"}, force=True)))
    premium = await cast.invite(db, settings, VARIANTS, 2)
    assert "The Premium lounge" in (await browser.get(f"/s/{premium.token}/service")).text
    await browser.post(f"/s/{premium.token}/service", data={"overall": "5"})
    assert "The house of Premium thanks you." in (await browser.get(f"/s/{premium.token}/receipt")).text
    [row] = await db.read(Response.select(Response.definition_hash))
    assert row["definition_hash"] == content_hash(VARIANTS)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_somebody_for_whom_no_page_is_meant_is_thanked(db, settings, browser):
    other = ORDER.model_copy(
        update={"pages": tuple(page.model_copy(update={"show": FOR_SALES}) for page in ORDER.pages)}
    )
    link = f"/s/{(await cast.invite(db, settings, other)).token}"
    shown = await browser.get(link)
    assert "Thank you." in shown.text
    assert 'class="button"' not in shown.text
    assert (await browser.get(f"{link}/parts")).url.path == link
    assert (await browser.post(f"{link}/parts", data={"first": "3"})).url.path == link


async def fill(browser, invited, driver):
    link = f"/s/{invited.token}"
    shown = await browser.post(f"{link}/who", data={"driver": driver})
    return await browser.post(f"{link}/more", data={"comment": "x"}) if shown.url.path.endswith("/more") else shown


async def outcomes(db):
    rows = await db.read(Response.select(Response.outcome))
    return sorted(row["outcome"] for row in rows)


async def test_whoever_comes_when_a_quota_is_full_is_thanked_and_not_asked_on(db, settings, browser):
    invited = [await cast.invite(db, settings, QUOTAS, number) for number in range(1, 6)]
    for number in range(2):
        assert "Thank you." in (await fill(browser, invited[number], "family")).text
    late = await browser.post(f"/s/{invited[2].token}/who", data={"driver": "family"})
    assert late.url.path.endswith("/receipt")
    assert "Enough families have answered." in late.text
    assert "Enough families have answered." in (await browser.get(f"/s/{invited[2].token}/receipt")).text
    assert "Thank you." in (await fill(browser, invited[3], "me")).text
    assert await outcomes(db) == ["complete", "complete", "complete", "over_quota"]
    [count] = await db.read(QuotaCount.select())
    assert (count["key"], count["filled"]) == ("quotas|family|D01|2026-Q3", 2)


async def test_many_at_once_never_take_more_places_than_a_quota_has(db, settings, browser):
    invited = [await cast.invite(db, settings, QUOTAS, number) for number in range(1, 21)]
    async with anyio.create_task_group() as together:
        for each in invited:
            together.start_soon(fill, browser, each, "family")
    assert await outcomes(db) == ["complete"] * 2 + ["over_quota"] * 18
    [count] = await db.read(QuotaCount.select())
    assert count["filled"] == 2
