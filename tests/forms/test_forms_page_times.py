"""How long a page was read: from when it was first shown until it was saved, through faults and going back."""

import json
import re
from datetime import timedelta

import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.forms.loading import load_study
from surveyplat.storage.tables import Response

pytestmark = pytest.mark.anyio

CSI = load_study("csi")


class Phone:
    """One respondent who opens a page, reads for some seconds, and sends it."""

    def __init__(self, db, link):
        self.db, self.link, self.now, self.browser = db, link, cast.NOW, None

    def clock(self):
        return self.now

    async def open(self, page):
        return _stamp((await self.browser.get(f"{self.link}/{page}")).text)

    async def send(self, page, stamp, after, **answers):
        self.now += timedelta(seconds=after)
        sent = await self.browser.post(f"{self.link}/{page}", data={**answers, "stamp": stamp}, follow_redirects=False)
        return _stamp(sent.text)

    async def seconds(self):
        (row,) = await self.db.read(Response.select(Response.pages))
        return {page: kept["seconds"] for page, kept in json.loads(row["pages"]).items() if page}


def _stamp(html):
    found = re.search(r'name="stamp" value="([^"]+)"', html)
    return found and found[1]


@pytest.fixture
async def phone(db, settings):
    invited = await cast.invite(db, settings, CSI)
    phone = Phone(db, f"/s/{invited.token}")
    async with AsyncTestClient(create_app(settings, phone.clock)) as phone.browser:
        yield phone


async def test_a_page_shown_again_for_a_fault_was_read_since_its_first_showing(phone):
    first = await phone.open("initiation")
    again = await phone.send("initiation", first, 40, booking_ease="77")
    assert again != first
    assert await phone.send("initiation", again, 3, booking_ease="7") is None
    assert await phone.seconds() == {"initiation": 43}


async def test_whoever_comes_back_to_change_one_answer_has_read_the_page_before(phone):
    await phone.send("initiation", await phone.open("initiation"), 25, booking_ease="7")
    await phone.send("initiation", await phone.open("initiation"), 2, booking_ease="8")
    assert await phone.seconds() == {"initiation": 25}
    await phone.send("initiation", await phone.open("initiation"), 60, booking_ease="9")
    assert await phone.seconds() == {"initiation": 60}


async def test_a_showing_without_a_stamp_takes_nothing_from_the_one_before(phone):
    await phone.send("initiation", await phone.open("initiation"), 25, booking_ease="7")
    await phone.send("initiation", "0.0.forged", 2, booking_ease="8")
    assert await phone.seconds() == {"initiation": 25}
