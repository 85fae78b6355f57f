"""Two devices that answered differently: the newest answer stands, the other one is named, nothing is final yet."""

import json
import re
from html import unescape

import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.forms.loading import load_study
from surveyplat.storage.tables import Response

pytestmark = pytest.mark.anyio

CSI = load_study("csi")
PAGES = [page.id for page in CSI.pages]


@pytest.fixture
async def invited(db, settings):
    return await cast.invite(db, settings, CSI)


@pytest.fixture
async def browser(settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as client:
        yield client


def stamp_in(html):
    return re.search(r'name="stamp" value="([^"]+)"', html)[1]


async def opened(browser, invited, page):
    return stamp_in((await browser.get(f"/s/{invited.token}/{page}")).text)


async def send(browser, invited, page, answers, stamp, lang="en"):
    fields = {**answers, "stamp": stamp}
    return await browser.post(f"/s/{invited.token}/{page}?lang={lang}", data=fields, follow_redirects=False)


async def stored(db):
    (row,) = await db.read(Response.select())
    return row, json.loads(row["answers"])


def lines(html):
    """What the notice says of each conflict: the field it leads to and its words."""
    found = re.findall(r'<li><a href="#([^"]+)">[^<]*</a>\s*<p>(.*?)</p>', html, re.DOTALL)
    return {field: unescape(re.sub(r"<.*?>", " ", words)).split() for field, words in found}


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
async def test_a_conflict_is_shown_with_both_answers_and_the_newest_stands(db, browser, invited, lang):
    phone, tablet = [await opened(browser, invited, "initiation") for _ in range(2)]
    await send(browser, invited, "initiation", {"booking_ease": "9", "reception_promptness": "4"}, phone)
    answer = await send(browser, invited, "initiation", {"booking_ease": "2"}, tablet, lang)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    words = {"en": "On the other device: 9 Saved now: 2", "zh-Hans": "另一台设备上： 9 现已保存： 2"}[lang]
    assert lines(answer.text) == {"booking_ease": words.split()}
    assert re.search(r'name="booking_ease" value="2" checked', answer.text)
    assert re.search(r'name="reception_promptness" value="4" checked', answer.text)
    assert (await stored(db))[1] == {"booking_ease": 2, "reception_promptness": 4}


async def test_the_page_goes_on_once_the_conflict_was_seen(db, browser, invited):
    phone, tablet = [await opened(browser, invited, "initiation") for _ in range(2)]
    await send(browser, invited, "initiation", {"booking_ease": "9"}, phone)
    seen = await send(browser, invited, "initiation", {"booking_ease": "2"}, tablet)
    answer = await send(browser, invited, "initiation", {"booking_ease": "9"}, stamp_in(seen.text))
    assert answer.status_code == 303
    assert (await stored(db))[1] == {"booking_ease": 9}


async def test_a_response_is_not_submitted_before_its_last_conflict_was_seen(db, browser, invited):
    phone, tablet = [await opened(browser, invited, PAGES[-1]) for _ in range(2)]
    for page in PAGES[:-1]:
        await send(browser, invited, page, {}, await opened(browser, invited, page))
    await send(browser, invited, PAGES[-1], {"overall": "9", "comment": "x" * 1001}, phone)
    answer = await send(browser, invited, PAGES[-1], {"overall": "2"}, tablet)
    assert answer.status_code == 409
    assert (await stored(db))[0]["state"] == "partial"
    answer = await send(browser, invited, PAGES[-1], {"overall": "2"}, stamp_in(answer.text))
    assert "/receipt" in answer.headers["location"]


async def test_the_same_post_again_is_no_conflict(db, browser, invited):
    stamp = await opened(browser, invited, "initiation")
    for _ in range(3):
        assert (await send(browser, invited, "initiation", {"booking_ease": "9"}, stamp)).status_code == 303


async def test_a_changed_mind_on_the_same_page_is_no_conflict(db, browser, invited):
    stamp = await opened(browser, invited, "initiation")
    for point in ("9", "3", "5"):
        assert (await send(browser, invited, "initiation", {"booking_ease": point}, stamp)).status_code == 303
    assert (await stored(db))[1] == {"booking_ease": 5}


async def test_answers_of_two_devices_to_different_items_or_alike_are_no_conflict(db, browser, invited):
    phone, tablet = [await opened(browser, invited, "initiation") for _ in range(2)]
    await send(browser, invited, "initiation", {"booking_ease": "9", "needs_understood": "dk"}, phone)
    answer = await send(browser, invited, "initiation", {"reception_promptness": "4", "needs_understood": "dk"}, tablet)
    assert answer.status_code == 303
    missing = {"missing": "dont_know"}
    assert (await stored(db))[1] == {"booking_ease": 9, "reception_promptness": 4, "needs_understood": missing}


async def test_an_answer_that_the_older_page_only_repeats_does_not_take_a_newer_one_back(db, browser, invited):
    await send(browser, invited, "initiation", {"booking_ease": "5"}, await opened(browser, invited, "initiation"))
    phone, tablet = [await opened(browser, invited, "initiation") for _ in range(2)]
    await send(browser, invited, "initiation", {"booking_ease": "7"}, phone)
    answer = await send(browser, invited, "initiation", {"booking_ease": "5", "needs_understood": "8"}, tablet)
    assert answer.status_code == 303
    assert (await stored(db))[1] == {"booking_ease": 7, "needs_understood": 8}


async def test_dont_know_and_words_are_named_as_they_read(db, browser, invited):
    phone, tablet = [await opened(browser, invited, "initiation") for _ in range(2)]
    await send(browser, invited, "initiation", {"needs_understood": "dk"}, phone)
    answer = await send(browser, invited, "initiation", {"needs_understood": "10"}, tablet)
    scale = CSI.scale_of(next(item for _, item in CSI.items() if item.id == "needs_understood"))
    there, now = scale.dont_know["en"], f"10 ({scale.labels[10]['en']})"
    assert lines(answer.text) == {"needs_understood": f"On the other device: {there} Saved now: {now}".split()}

    phone, tablet = [await opened(browser, invited, "closing") for _ in range(2)]
    await send(browser, invited, "closing", {"comment": "<b>good"}, phone)
    answer = await send(browser, invited, "closing", {"comment": "bad"}, tablet)
    assert "On the other device: <b>&lt;b&gt;good</b><br>Saved now: <b>bad</b>" in answer.text


async def test_a_page_with_a_fault_and_a_conflict_shows_both(db, browser, invited):
    phone, tablet = [await opened(browser, invited, "closing") for _ in range(2)]
    await send(browser, invited, "closing", {"overall": "9"}, phone)
    answer = await send(browser, invited, "closing", {"overall": "2", "comment": "x" * 1001}, tablet)
    assert answer.status_code == 422
    assert 'href="#comment"' in answer.text
    assert set(lines(answer.text)) == {"overall"}
    assert answer.text.count("autofocus") == 1
