"""An erased person does not come back with a file of events: its events count, and nothing personal is stored."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from erased_people import CSI, EMAIL, EVENT, NAME, NAMING, PERSON, REFERENCE, erased, everything, links
from fieldwork_cases import NOW, row

from surveyplat.fieldwork.population import by_dealer, eligible_events
from surveyplat.pipeline import invite_due
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Customer, CustomerContact, Event, Vehicle

pytestmark = pytest.mark.anyio

LATER = PERSON | {"event_id": "WORK-ORDER-90001", "occurred_at": "2026-09-16"}


async def names_found(db: Database) -> list[str]:
    rows = json.dumps(await everything(db), default=str, ensure_ascii=False)
    return [name for name in (*NAMING, LATER["event_id"]) if name in rows]


async def test_the_same_file_again_brings_nothing_back(db: Database, settings: Settings, take: Any) -> None:
    await take([PERSON, row(2)])
    await erased(db, settings)
    before = await everything(db)
    report = await take([PERSON, row(2)])
    assert (report.rows, report.new, report.unchanged, report.erased, report.refused) == (2, 0, 1, 1, 0)
    assert await everything(db) == before


async def test_a_new_event_of_the_person_counts_once_and_nobody_is_invited_for_it(
    db: Database, settings: Settings, take: Any
) -> None:
    await take([PERSON, row(2)])
    await erased(db, settings)
    for _ in range(2):
        report = await take([LATER])
        assert (report.new, report.erased, report.unreachable, report.quarantine) == (0, 1, 0, None)
    assert len(await db.read(Event.select())) == 3
    assert await names_found(db) == []
    assert len(await db.read(CustomerContact.select())) == 1
    found = await invite_due(db, settings, CSI, now=NOW)
    assert (found.invited, found.counts["erased"]) == (1, 2)
    eligible = await eligible_events(db, CSI, date(2026, 7, 1), date(2026, 9, 30))
    assert by_dealer(eligible) == {"D01": 3}


async def test_later_events_are_counted_under_another_customer_than_the_answers(
    db: Database, settings: Settings, take: Any
) -> None:
    """Else the key of the tombstone would lead from the reference to the answers."""
    await take([PERSON])
    await links(db, settings)
    await erased(db, settings)
    await take([LATER, LATER | {"event_id": "WORK-ORDER-90002", "occurred_at": "2026-09-17"}])
    customers = await db.read(Event.select(Event.customer).order_by(Event.id))
    first, *later = [each["customer"] for each in customers]
    assert later[0] == later[1] != first
    nameless = await db.read(Vehicle.select(Vehicle.vin))
    assert all(each["vin"].startswith("O") for each in nameless)
    assert all(each["reference"].startswith("erased-") for each in await db.read(Customer.select()))


async def test_a_refused_row_of_the_person_goes_to_the_quarantine_without_its_contact(
    db: Database, settings: Settings, take: Any
) -> None:
    await take([PERSON])
    await erased(db, settings)
    report = await take([LATER | {"vin": "SHORT"}, row(2, vin="SHORT")])
    assert report.refused == 2
    assert isinstance(report.quarantine, Path)
    text = report.quarantine.read_text("utf-8-sig")
    assert [name for name in (NAME, EMAIL, PERSON["phone"]) if name in text] == []
    assert REFERENCE in text
    assert "person2@example.com" in text


async def test_an_erased_event_is_not_stored_again_whoever_it_is_told_of(
    db: Database, settings: Settings, take: Any
) -> None:
    await take([PERSON])
    await erased(db, settings)
    report = await take([row(2), row(3, event_id=EVENT)])
    assert (report.new, report.erased) == (1, 1)
