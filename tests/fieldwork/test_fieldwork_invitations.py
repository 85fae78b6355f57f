"""Each due event is invited once, whoever runs the command and however often; the population follows the same rules."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fieldwork_cases import NOW, StudyCase, TimingCase, row

from surveyplat.fieldwork.invitations import InviteReport, invite
from surveyplat.fieldwork.population import EventCell, by_dealer, eligible_events
from surveyplat.links import make_token, token_hash
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, open_database
from surveyplat.storage.tables import Customer, CustomerContact, Invitation

pytestmark = pytest.mark.anyio

VERSION = "ab" * 32
IQS = StudyCase(study="iqs", fieldwork=TimingCase("sale", 90, 21, "due"))


async def run(db: Database, settings: Settings, study: Any = None, **options: Any) -> InviteReport:
    return await invite(db, study or StudyCase(), VERSION, settings.keys.link, **({"now": NOW} | options))


async def test_a_due_event_is_invited_with_its_days_language_and_hashed_token(
    db: Database, settings: Settings, take: Any
) -> None:
    await take([row(1, language="en-GB")])
    assert (await run(db, settings)).counts == {"invited": 1, "expired": 0, "already_invited": 0}
    [made] = await db.read(Invitation.select())
    assert made["key"] == "csi:E1"
    assert made["language"] == "en"
    assert made["occasion_on"] == date(2026, 9, 15)
    assert made["send_after"] == datetime(2026, 9, 17, 16, 0, tzinfo=UTC)
    assert made["expires_at"] == datetime(2026, 10, 8, 16, 0, tzinfo=UTC)
    assert (made["state"], made["generation"], made["definition_hash"]) == ("created", 1, VERSION)
    assert made["token_hash"] == token_hash(make_token(settings.keys.link, made["nonce"], 1))


async def test_an_occasion_after_ninety_days_counts_for_the_due_day(
    db: Database, settings: Settings, take: Any
) -> None:
    await take([row(1, kind="sale", occurred_at="2026-06-20"), row(2, kind="sale", occurred_at="2026-06-30")])
    assert (await run(db, settings, IQS)).counts["not_due"] == 1
    assert await db.read(Invitation.select(Invitation.occasion_on)) == [{"occasion_on": date(2026, 9, 18)}]


async def test_the_same_command_twice_invites_nobody_twice(db: Database, settings: Settings, take: Any) -> None:
    await take([row(number) for number in range(1, 6)])
    assert (await run(db, settings)).invited == 5
    before = await db.read(Invitation.select())
    again = await run(db, settings)
    assert (again.invited, again.counts["already_invited"]) == (0, 5)
    assert await db.read(Invitation.select()) == before


async def test_events_that_may_not_be_asked_about_are_counted_by_reason(
    db: Database, settings: Settings, take: Any
) -> None:
    rows = [
        row(1),
        row(2, occurred_at="2026-09-19"),
        row(3, occurred_at="2026-08-27"),
        row(4, occurred_at="2025-08-27"),
        row(5, customer_id="C1", occurred_at="2026-09-16"),
        row(6, kind="sale"),
        row(7),
    ]
    await take(rows)
    [erased] = await db.read(Customer.select(Customer.id).where(Customer.reference == "C7"))
    await db.write(lambda: _erase(erased["id"]))
    assert (await run(db, settings)).counts == {
        "invited": 1,
        "not_due": 1,
        "expired": 2,
        "recently_asked": 1,
        "erased": 1,
        "already_invited": 0,
    }


async def test_the_next_visit_is_asked_about_when_the_first_invitation_has_closed(
    db: Database, settings: Settings, take: Any
) -> None:
    await take([row(1, occurred_at="2026-09-15")])
    await run(db, settings)
    later = NOW + timedelta(days=40)
    await take([row(2, customer_id="C1", occurred_at="2026-10-06")], now=later)
    await take([row(3, customer_id="C1", occurred_at="2026-10-07")], now=later)
    assert (await run(db, settings, now=datetime(2026, 10, 11, tzinfo=UTC))).counts["recently_asked"] == 1
    assert [made["key"] for made in await db.read(Invitation.select(Invitation.key))] == ["csi:E1", "csi:E2"]


async def test_invitations_up_to_a_day_are_made_ahead(db: Database, settings: Settings, take: Any) -> None:
    await take([row(1, occurred_at="2026-09-18"), row(2, occurred_at="2026-09-19")])
    assert (await run(db, settings)).invited == 0
    assert (await run(db, settings, until=date(2026, 9, 21))).invited == 1


async def test_two_studies_may_ask_one_customer(db: Database, settings: Settings, take: Any) -> None:
    await take([row(1), row(2, customer_id="C1", kind="sale", occurred_at="2026-06-20")])
    assert (await run(db, settings)).invited == 1
    assert (await run(db, settings, IQS)).invited == 1


async def test_two_processes_at_once_invite_each_event_once(database_url: str, settings: Settings, take: Any) -> None:
    await take([row(number) for number in range(1, 41)])
    async with open_database(database_url) as one, open_database(database_url) as other:
        reports = await asyncio.gather(run(one, settings), run(other, settings), run(one, settings))
        assert sum(report.invited for report in reports) == 40
        assert len(await one.read(Invitation.select(Invitation.id))) == 40


async def test_a_seeded_draw_gives_the_same_links_again(db: Database, settings: Settings, take: Any) -> None:
    await take([row(number) for number in range(1, 4)])
    await run(db, settings, draw=random.Random(7).randbytes)
    first = await db.read(Invitation.select(Invitation.id, Invitation.nonce).order_by(Invitation.key))
    await db.write(_forget_invitations)
    await run(db, settings, draw=random.Random(7).randbytes)
    assert await db.read(Invitation.select(Invitation.id, Invitation.nonce).order_by(Invitation.key)) == first
    assert len({made["nonce"] for made in first}) == 3


async def test_tokens_are_nowhere_in_the_database(db: Database, settings: Settings, take: Any) -> None:
    await take([row(number) for number in range(1, 6)])
    await run(db, settings)
    rows = await db.read(Invitation.select())
    tokens = [make_token(settings.keys.link, made["nonce"], made["generation"]) for made in rows]
    stored = repr(rows) + "".join(value.hex() for made in rows for value in made.values() if isinstance(value, bytes))
    assert not [token for token in tokens if token in stored]
    assert token_hash(tokens[0]) in stored


async def test_the_population_counts_each_dealers_events_by_the_same_rules(
    db: Database, settings: Settings, take: Any
) -> None:
    second = {"dealer_code": "D02", "dealer_name": "北京朝阳店", "region": "华北"}
    await take(
        [
            row(1, occurred_at="2026-07-01"),
            row(2, occurred_at="2026-09-30", **second) | {"occurred_at": "2026-09-15"},
            row(3, occurred_at="2026-06-30"),
            row(4, customer_id="C1", occurred_at="2026-07-10"),
            row(5, customer_id="C3", occurred_at="2026-07-05"),
            row(6, kind="sale", occurred_at="2026-07-05"),
        ]
    )
    before = await eligible_events(db, StudyCase(), date(2026, 7, 1), date(2026, 9, 30))
    assert by_dealer(before) == {"D01": 1, "D02": 1}
    await run(db, settings)
    assert await eligible_events(db, StudyCase(), date(2026, 7, 1), date(2026, 9, 30)) == before


async def test_an_invited_event_counts_in_place_of_an_earlier_one_that_came_in_too_late(
    db: Database, settings: Settings, take: Any
) -> None:
    await take([row(1, occurred_at="2026-09-15")])
    await run(db, settings)
    await take([row(2, customer_id="C1", occurred_at="2026-09-10", dealer_code="D09", dealer_name="迟报店")])
    assert by_dealer(await eligible_events(db, StudyCase(), date(2026, 7, 1), date(2026, 9, 30))) == {"D01": 1}


async def test_events_are_counted_by_dealer_model_and_the_month_of_their_occasion(db: Database, take: Any) -> None:
    events = [
        row(1, kind="sale", occurred_at="2026-04-30", model="Aurora"),
        row(2, kind="sale", occurred_at="2026-05-01", model="Aurora"),
        row(3, kind="sale", occurred_at="2026-05-20", model="Aurora"),
        row(4, kind="sale", occurred_at="2026-05-20", model="Borealis"),
    ]
    await take(events)
    # due after 90 days: 2026-07-29, 2026-07-30, and twice 2026-08-18
    assert await eligible_events(db, IQS, date(2026, 7, 1), date(2026, 9, 30)) == {
        EventCell("D01", "Aurora", "2026-07"): 2,
        EventCell("D01", "Aurora", "2026-08"): 1,
        EventCell("D01", "Borealis", "2026-08"): 1,
    }


async def test_the_population_of_a_due_occasion_is_shifted_by_its_delay(db: Database, take: Any) -> None:
    await take([row(1, kind="sale", occurred_at="2026-04-02"), row(2, kind="sale", occurred_at="2026-07-03")])
    assert by_dealer(await eligible_events(db, IQS, date(2026, 7, 1), date(2026, 9, 30))) == {"D01": 1}


def _erase(customer: int) -> Any:
    yield CustomerContact.delete().where(CustomerContact.customer == customer)


def _forget_invitations() -> Any:
    yield Invitation.delete(force=True)
