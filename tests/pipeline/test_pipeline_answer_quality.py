"""Visitors on their phones, one in a hurry: their pages' times come through the freeze into the quality of answers."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import cast
import polars as pl
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.audit.periods import parse_period
from surveyplat.forms.items import RatingItem, RecommendationItem
from surveyplat.forms.loading import load_study
from surveyplat.measurement import participation
from surveyplat.pipeline import freeze_period, score_period

pytestmark = pytest.mark.anyio

CSI = load_study("csi")
QUARTER = parse_period("2026-Q3")
RATED = [item.id for _, item in CSI.items() if isinstance(item, RatingItem | RecommendationItem)]
HONEST = [8, 9, 7, 10, 9, 8, 6, 9, 10, 7, 8, 9, 9, 8, 4, 9, 8, 10, 8, 9]
COPIED = [7, 6, 8, 9, 5, 6, 8, 7, 9, 6, 7, 8, 5, 6, 7, 9, 8, 7, 6, 7]


class Phones:
    """Visitors who read every page for some seconds before they send it; time passes for all of them."""

    def __init__(self, db, settings):
        self.db, self.settings, self.now, self.browser = db, settings, cast.NOW, None

    def clock(self):
        return self.now

    async def visit(self, number, answers, seconds, pages=None):
        link = f"/s/{(await cast.invite(self.db, self.settings, CSI, number)).token}"
        typed = dict(zip(RATED, answers, strict=True))
        for page in CSI.asked[:pages]:
            html = (await self.browser.get(f"{link}/{page.id}?lang=en")).text
            stamp = re.search(r'name="stamp" value="([^"]+)"', html)[1]
            self.now += timedelta(seconds=seconds)
            fields = {item.id: typed[item.id] for item in page.items if item.id in typed}
            sent = {**fields, "stamp": stamp}
            response = await self.browser.post(f"{link}/{page.id}?lang=en", data=sent, follow_redirects=False)
            assert response.status_code == 303


@pytest.fixture
async def phones(db, settings) -> AsyncIterator[Phones]:
    phones = Phones(db, settings)
    async with AsyncTestClient(create_app(settings, phones.clock)) as phones.browser:
        yield phones


async def scored(phones):
    later = phones.now + timedelta(days=60)
    await freeze_period(phones.db, phones.settings, "csi", QUARTER, now=later)
    return await score_period(phones.db, phones.settings, "csi", QUARTER)


async def test_a_visitor_in_a_hurry_is_flagged_and_one_who_reads_is_not(phones):
    await phones.visit(1, HONEST, seconds=25)
    await phones.visit(2, HONEST[::-1], seconds=3)
    found = await scored(phones)
    checks = {check.check: (check.flagged, check.told) for check in found.scores.answer_quality.checks}
    assert checks == {"speeding": (1, 2), "straight_lining": (0, 2), "duplicates": (0, 2), "any": (1, 2)}
    rows = pl.read_parquet(found.frozen.path, columns=["seconds__initiation", "seconds__closing"])
    assert sorted(rows["seconds__initiation"]) == sorted(rows["seconds__closing"]) == [3, 25]


async def test_a_line_and_a_copy_are_flagged_and_full_marks_are_not(phones):
    await phones.visit(1, [5] * len(RATED), seconds=25)
    await phones.visit(2, [10] * len(RATED), seconds=25)
    await phones.visit(3, COPIED, seconds=25)
    await phones.visit(4, COPIED, seconds=25)
    await phones.visit(5, HONEST, seconds=25)
    quality = (await scored(phones)).scores.answer_quality
    checks = {check.check: (check.flagged, check.told) for check in quality.checks}
    assert checks == {"speeding": (0, 5), "straight_lining": (1, 5), "duplicates": (2, 5), "any": (3, 5)}
    assert quality.full_marks == 1
    assert [(each.measure, each.flagged, each.withheld) for each in quality.measures] == [("csi", 3, "few_flagged")]


async def test_participation_counts_everybody_who_was_asked_once(phones):
    await phones.visit(1, HONEST, seconds=25)
    await phones.visit(2, HONEST, seconds=25, pages=2)
    await phones.visit(3, HONEST, seconds=25, pages=0)
    found = participation((await scored(phones)).frozen.manifest)
    counts = found.dispositions
    assert (counts.complete, counts.refusal, counts.non_contact, counts.unknown) == (1, 1, 1, 0)
    assert (found.rates.rr1, found.rates.coop1, found.rates.con1) == pytest.approx((1 / 3, 1 / 2, 2 / 3))


async def test_of_answers_collected_elsewhere_nobody_knows_who_was_asked(phones):
    await phones.visit(1, HONEST, seconds=25)
    manifest = (await scored(phones)).frozen.manifest
    assert participation(manifest) is not None
    assert participation({**manifest, "rows_by_source": {"import": 1}}) is None
    assert participation({name: value for name, value in manifest.items() if "opened" not in name}) is None
