"""A page saves while somebody is typing on it: good answers are kept, but it is not submitted."""

import json
import re
from datetime import timedelta

import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_study
from surveyplat.forms.pages import STAMP_HEADER
from surveyplat.storage.tables import Response

pytestmark = pytest.mark.anyio

CSI = load_study("csi")
IQS = load_study("iqs")
PAGES = [page.id for page in CSI.pages]


class Clock:
    def __init__(self):
        self.now = cast.NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def invited(db, settings):
    return await cast.invite(db, settings, CSI)


@pytest.fixture
async def browser(settings, clock):
    async with AsyncTestClient(create_app(settings, clock)) as client:
        yield client


async def opened(browser, invited, page):
    """The page's stamp."""
    html = (await browser.get(f"/s/{invited.token}/{page}")).text
    return re.search(r'name="stamp" value="([^"]+)"', html)[1]


async def typed(browser, invited, page, answers, stamp):
    return await send(browser, invited, page, {**answers, "saving": "draft"}, stamp)


async def send(browser, invited, page, answers, stamp):
    fields = {**answers, **({"stamp": stamp} if stamp else {})}
    return await browser.post(f"/s/{invited.token}/{page}?lang=en", data=fields, follow_redirects=False)


async def stored(db):
    (row,) = await db.read(Response.select())
    return row, json.loads(row["answers"])


async def test_typing_is_saved_and_the_page_stays_open(db, browser, invited):
    stamp = await opened(browser, invited, "closing")
    answer = await typed(browser, invited, "closing", {"overall": "8", "comment": "good"}, stamp)
    assert (answer.status_code, answer.content) == (204, b"")
    row, answers = await stored(db)
    assert answers == {"overall": 8, "comment": "good"}
    assert (row["state"], row["receipt"]) == ("partial", None)
    assert f"/{PAGES[0]}?" in (await browser.get(f"/s/{invited.token}")).text


async def test_typing_on_every_page_never_submits_a_response_and_never_gives_a_receipt(db, browser, invited):
    for page in (*PAGES, *PAGES):
        stamp = await opened(browser, invited, page)
        answer = await typed(browser, invited, page, {"overall": "8", "booking_ease": "7"}, stamp)
        assert answer.status_code == 204
        assert set(answer.headers) & {"location", "set-cookie"} == set()
    row, _ = await stored(db)
    assert (row["state"], row["submitted_at"]) == ("partial", None)


async def test_the_new_stamp_keeps_the_time_of_the_first_showing(db, browser, invited, clock):
    stamp = await opened(browser, invited, "initiation")
    for _ in range(3):
        clock.now += timedelta(seconds=20)
        answer = await typed(browser, invited, "initiation", {"booking_ease": "7"}, stamp)
        stamp = answer.headers[STAMP_HEADER]
    assert (await send(browser, invited, "initiation", {"booking_ease": "7"}, stamp)).status_code == 303
    row, _ = await stored(db)
    assert json.loads(row["pages"])["initiation"]["seconds"] == 60


async def test_a_text_that_is_deleted_while_typing_is_deleted(db, browser, invited):
    first = await opened(browser, invited, "closing")
    second = (await typed(browser, invited, "closing", {"comment": "my phone is"}, first)).headers[STAMP_HEADER]
    await typed(browser, invited, "closing", {"comment": ""}, second)
    assert (await stored(db))[1] == {}


async def test_a_text_is_deleted_even_when_the_new_stamp_never_arrived(db, browser, invited):
    stamp = await opened(browser, invited, "closing")
    await typed(browser, invited, "closing", {"comment": "my phone is"}, stamp)
    assert (await send(browser, invited, "closing", {"comment": ""}, stamp)).status_code == 303
    assert (await stored(db))[1] == {}


async def test_an_answer_changed_after_a_save_whose_stamp_never_arrived_is_no_conflict(db, browser, invited):
    stamp = await opened(browser, invited, "closing")
    await typed(browser, invited, "closing", {"comment": "good"}, stamp)
    assert (await send(browser, invited, "closing", {"comment": "good coffee"}, stamp)).status_code == 303
    assert (await stored(db))[1] == {"comment": "good coffee"}


async def test_what_the_page_would_refuse_is_not_saved_and_shows_no_fault(db, settings, browser):
    document = CSI.model_dump(mode="json", exclude_unset=True)
    first = document["pages"][0]["items"][0]
    first["required"] = True
    invited = await cast.invite(db, settings, Definition.model_validate(document))
    stamp = await opened(browser, invited, PAGES[0])
    answer = await typed(browser, invited, PAGES[0], {first["id"]: "9"}, stamp)
    answer = await typed(browser, invited, PAGES[0], {first["id"]: ""}, answer.headers[STAMP_HEADER])
    answer = await typed(browser, invited, PAGES[0], {first["id"]: "forged"}, answer.headers[STAMP_HEADER])
    assert answer.status_code == 204
    assert (await stored(db))[1] == {first["id"]: 9}


async def test_nothing_typed_stores_nothing(db, browser, settings):
    invited = await cast.invite(db, settings, IQS)
    page = IQS.pages[0].id
    answer = await typed(browser, invited, page, {}, await opened(browser, invited, page))
    assert answer.status_code == 204
    assert await db.read(Response.select()) == []


async def test_saving_the_same_again_writes_nothing(db, browser, invited):
    stamp = await opened(browser, invited, "closing")
    for _ in range(3):
        stamp = (await typed(browser, invited, "closing", {"comment": "good"}, stamp)).headers[STAMP_HEADER]
    assert (await stored(db))[0]["revision"] == 1


async def test_a_submitted_response_stays_as_it_is(db, browser, invited):
    stamp = await opened(browser, invited, "closing")
    for page in PAGES:
        await send(browser, invited, page, {"comment": "good"}, await opened(browser, invited, page))
    before = await stored(db)
    answer = await typed(browser, invited, "closing", {"comment": "bad"}, stamp)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await stored(db) == before
    assert set(json.loads(before[0]["pages"])) == set(PAGES)


@pytest.mark.parametrize("stamp", ["", "0.0.x.y.forged", "1.2.3"])
async def test_typing_without_a_stamp_of_ours_costs_no_answer(db, browser, invited, stamp):
    answer = await typed(browser, invited, "closing", {"comment": "good"}, stamp)
    assert answer.status_code == 204
    answer = await typed(browser, invited, "closing", {"comment": "better"}, answer.headers[STAMP_HEADER])
    assert (await stored(db))[1] == {"comment": "better"}


async def test_typing_takes_no_answer_of_another_device_away(db, browser, invited):
    phone, tablet = [await opened(browser, invited, "closing") for _ in range(2)]
    await typed(browser, invited, "closing", {"overall": "9"}, tablet)
    for text in ("g", "go", "goo", "good"):
        phone = (await typed(browser, invited, "closing", {"comment": text}, phone)).headers[STAMP_HEADER]
    await typed(browser, invited, "closing", {"comment": ""}, phone)
    assert (await stored(db))[1] == {"overall": 9}


async def test_typing_over_another_devices_answer_waits_for_the_submission(db, browser, invited):
    phone, tablet = [await opened(browser, invited, "closing") for _ in range(2)]
    await typed(browser, invited, "closing", {"overall": "9"}, tablet)
    answer = await typed(browser, invited, "closing", {"overall": "2", "comment": "good"}, phone)
    assert answer.status_code == 409
    assert (await stored(db))[1] == {"overall": 9, "comment": "good"}


async def test_what_was_typed_earlier_and_arrives_after_the_submission_changes_nothing(db, browser, invited):
    stamp = await opened(browser, invited, "initiation")
    await send(browser, invited, "initiation", {"booking_ease": "9"}, stamp)
    late = await typed(browser, invited, "initiation", {"booking_ease": "2"}, stamp)
    assert late.status_code == 204
    assert (await stored(db))[1] == {"booking_ease": 9}


async def test_a_page_that_is_back_after_its_submission_saves_what_is_typed_on(db, browser, invited):
    stamp = await opened(browser, invited, "initiation")
    await send(browser, invited, "initiation", {"booking_ease": "9"}, stamp)
    for point in ("9", "4", "3"):
        answer = await typed(browser, invited, "initiation", {"booking_ease": point}, stamp)
        stamp = answer.headers[STAMP_HEADER]
    assert (await stored(db))[1] == {"booking_ease": 3}
