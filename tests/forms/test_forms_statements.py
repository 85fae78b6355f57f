"""A request of a respondent needs few SQL statements, and finds in one of them all that it needs."""

import json
from datetime import UTC, date, timedelta
from uuid import UUID

import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.bench.counting import CountedDatabase
from surveyplat.forms.answers import PageAnswers
from surveyplat.forms.loading import load_study
from surveyplat.forms.responses import PageSubmission, save_page, visit_of, visit_query
from surveyplat.links import token_hash
from surveyplat.storage.tables import Response, Vehicle

CSI = load_study("csi")
MOST = 3
BUILT, DELIVERED = date(2025, 12, 1), date(2026, 1, 5)
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def invited(db, settings):
    return await cast.invite(db, settings, CSI)


async def visit(db, invited, at=cast.NOW):
    return [visit_of(row) for row in await db.read(visit_query(token_hash(invited.token), at))]


def submission(page, answers, based_on=0):
    return PageSubmission(CSI.page(page).whole, PageAnswers(answers, (), ()), "en", based_on, 10, "ABCD-EFGH")


async def test_no_request_of_a_fill_needs_more_than_three_statements(settings, invited):
    app = create_app(settings, lambda: cast.NOW)
    async with AsyncTestClient(app) as browser:
        await browser.get(f"/s/{invited.token}")
        counted = app.state.survey.db = CountedDatabase(app.state.survey.db)
        paths = [("GET", ""), *((method, f"/{page.id}") for page in CSI.asked for method in ("GET", "POST"))]
        for method, path in [*paths, ("GET", "/receipt"), ("POST", f"/{CSI.asked[0].id}")]:
            counted.statements = 0
            answer = await browser.request(
                method, f"/s/{invited.token}{path}", content="overall=8", headers=FORM, follow_redirects=False
            )
            assert answer.status_code in (200, 303)
            assert 1 <= counted.statements <= MOST


async def test_one_statement_finds_the_invitation_its_occasion_and_the_draft(db, invited):
    [first] = await visit(db, invited)
    assert (first.invitation, first.study, first.language) == (invited.invitation, "csi", "zh-Hans")
    assert isinstance(first.invitation, UUID)
    assert (first.occasion_on, first.event_on) == (date(2026, 9, 15), date(2026, 9, 15))
    assert (first.event_kind, first.dealer, first.model, first.draft) == ("service", "示例一店", "Aurora", None)

    assert (first.dealer_code, first.region, first.brand) == ("D01", "华东", "Sample")
    assert (first.customer_language, first.built_on, first.delivered_on) == ("zh-Hans", None, None)

    stored = await db.write(save_page(first, CSI, submission("advisor", {"advisor_advice": 3}), cast.NOW))
    [second] = await visit(db, invited)
    assert second.draft == stored
    assert (stored.answers, stored.revision, stored.language) == ({"advisor_advice": 3}, 1, "en")
    assert second.language == "zh-Hans"


async def test_the_days_of_the_vehicle_come_as_days(db, invited):
    await db.write(
        lambda: (yield Vehicle.update({Vehicle.delivered_on: DELIVERED, Vehicle.built_on: BUILT}, force=True))
    )
    [found] = await visit(db, invited)
    assert (found.built_on, found.delivered_on) == (BUILT, DELIVERED)


async def test_an_expired_link_finds_nothing(db, invited):
    assert await visit(db, invited, cast.NOW + timedelta(days=17)) == []
    assert len(await visit(db, invited, (cast.NOW + timedelta(days=15)).astimezone(UTC))) == 1


async def test_a_draft_that_another_device_saved_meanwhile_is_read_again_and_kept(db, invited):
    [seen] = await visit(db, invited)
    advisor = submission("advisor", {"advisor_advice": 3})
    facility = submission("facility", {"facility_comfort": 9})
    await db.write(save_page(seen, CSI, advisor, cast.NOW))
    counted = CountedDatabase(db)
    merged = await counted.write(save_page(seen, CSI, facility, cast.NOW))
    assert counted.statements == 3
    assert merged.answers == {"advisor_advice": 3, "facility_comfort": 9}
    [row] = await db.read(Response.select())
    assert json.loads(row["answers"]) == merged.answers
    assert (row["revision"], row["started_at"]) == (2, cast.NOW)


async def test_a_response_that_another_device_submitted_meanwhile_is_given_back_unchanged(db, invited):
    [seen] = await visit(db, invited)
    for page in CSI.asked:
        [before] = await visit(db, invited)
        complete = await db.write(save_page(before, CSI, submission(page.id, {"overall": 8}), cast.NOW))
    assert complete.complete
    stored = await db.read(Response.select())
    again = await db.write(save_page(seen, CSI, submission("closing", {"overall": 1}), cast.NOW))
    assert again == complete
    assert await db.read(Response.select()) == stored
