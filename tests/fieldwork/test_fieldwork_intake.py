"""Events in: good rows stored, bad ones quarantined with every fault, and the same file twice changes nothing."""

import asyncio
import csv
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from fieldwork_cases import NOW, csv_text, row, workbook

from surveyplat.errors import InvalidInput
from surveyplat.fieldwork.events import intake
from surveyplat.fieldwork.people import Person, SealedPerson, Vault
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, open_database
from surveyplat.storage.tables import Customer, CustomerContact, Dealer, Event, Vehicle

pytestmark = pytest.mark.anyio


def quarantined(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text("utf-8-sig"), newline="")))


async def everything(db: Database) -> list[Any]:
    return [
        await db.read(table.select().order_by(table.id))
        for table in (Dealer, Customer, CustomerContact, Vehicle, Event)
    ]


async def test_a_good_row_becomes_event_dealer_customer_vehicle_and_sealed_contact(
    db: Database, vault: Vault, take: Any
) -> None:
    report = await take([row(1, occurred_at="2026-08-31T17:30:00Z")])
    assert (report.rows, report.new, report.refused, report.quarantine) == (1, 1, 0, None)
    [event] = await db.read(
        Event.select(Event.reference, Event.kind, Event.occurred_on, Event.dealer.code, Event.customer.reference)
    )
    assert event == {
        "reference": "E1",
        "kind": "service",
        "occurred_on": NOW.date().replace(month=9, day=1),
        "dealer.code": "D01",
        "customer.reference": "C1",
    }
    [contact] = await db.read(CustomerContact.select(CustomerContact.wrapped_key, CustomerContact.ciphertext))
    assert vault.open("C1", SealedPerson(**contact)) == Person("李伟", "person1@example.com", "+8613800138000")


async def test_the_same_file_twice_changes_nothing(db: Database, take: Any) -> None:
    rows = [row(number) for number in range(1, 4)]
    assert (await take(rows)).new == 3
    before = await everything(db)
    again = await take(rows)
    assert (again.new, again.unchanged, again.refused) == (0, 3, 0)
    assert await everything(db) == before


async def test_an_event_id_with_other_content_is_refused_and_named(db: Database, take: Any) -> None:
    await take([row(1)])
    before = await everything(db)
    for change in ({"model": "Aurora 7"}, {"phone": "13900139000"}, {"occurred_at": "2026-09-14"}):
        report = await take([row(1, **change), row(2)])
        assert report.refused == 1
        [refused] = quarantined(report.quarantine)
        assert (refused["row"], refused["column"]) == ("2", "event_id")
        assert "E1 is stored already with other content" in refused["cause"]
    after = await everything(db)
    assert [table[:1] for table in after] == before


async def test_a_repeated_row_is_unchanged_and_a_contradicting_one_is_refused(take: Any) -> None:
    report = await take([row(1), row(1), row(1, model="Aurora 7")])
    assert (report.new, report.unchanged, report.refused) == (1, 1, 1)
    [refused] = quarantined(report.quarantine)
    assert refused["row"] == "4"
    assert "stands in row 2 with other content" in refused["cause"]


async def test_all_faults_of_a_row_are_told_at_once_and_the_good_rows_are_kept(db: Database, take: Any) -> None:
    bad = row(
        2, kind="repair", vin="SHORT", email="nobody", phone="1", time_zone="Mars", occurred_at="soon", language="?"
    )
    report = await take([row(1), bad, row(3)])
    assert (report.new, report.refused) == (2, 1)
    [refused] = quarantined(report.quarantine)
    assert refused["column"] == "kind; occurred_at; time_zone; email; phone; language; vin"
    assert refused["email"] == "nobody"
    assert refused["row"] == "3"
    assert [event["reference"] for event in await db.read(Event.select(Event.reference).order_by(Event.id))] == [
        "E1",
        "E3",
    ]


async def test_a_corrected_quarantine_file_can_be_taken_in(take: Any, settings: Settings) -> None:
    first = await take([row(1), row(2, vin="SHORT", customer_name="=cmd()", phone="+8613800138000")])
    text = first.quarantine.read_text("utf-8-sig")
    assert "'=cmd()" in text
    assert ",+8613800138000," in text
    report = await take(text.replace("SHORT", "LSVAA000000000002").encode())
    assert (report.new, report.refused, report.unknown_columns) == (1, 0, ())
    unchanged = await take([row(2, customer_name="=cmd()", phone="+8613800138000")])
    assert unchanged.unchanged == 1


async def test_the_quarantine_file_is_its_owners_alone_and_corrections_in_it_are_kept(
    take: Any, settings: Settings
) -> None:
    first = (await take([row(1, vin="SHORT")])).quarantine
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert (await take([row(1, vin="SHORT")])).quarantine == first
    first.write_text("being corrected")
    second = (await take([row(1, vin="SHORT")])).quarantine
    assert second.name == f"{first.stem}.2.csv"
    assert first.read_text() == "being corrected"


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (csv_text([row(1)]).encode(), "UTF-8"),
        (csv_text([row(1)]).encode("utf-8-sig"), "UTF-8"),
        (csv_text([row(1)]).encode("gb18030"), "GB18030"),
        (csv_text([row(1)]).replace(",", ";").encode(), "UTF-8"),
        (csv_text([row(1)], list(reversed(row(1)))).encode(), "UTF-8"),
    ],
    ids=["utf-8", "with BOM", "Chinese Excel", "semicolons", "other column order"],
)
async def test_encodings_separators_and_column_orders_give_the_same_event(
    db: Database, vault: Vault, take: Any, content: bytes, read_as: str
) -> None:
    report = await take(content)
    assert (report.new, report.read_as) == (1, read_as)
    assert [dealer["name"] for dealer in await db.read(Dealer.select(Dealer.name))] == ["上海浦东店"]
    assert (await take([row(1)])).unchanged == 1


async def test_a_workbook_is_read_as_text(take: Any) -> None:
    report = await take(workbook([list(row(1)), list(row(1).values())]))
    assert (report.new, report.read_as) == (1, "XLSX")
    assert (await take([row(1)])).unchanged == 1


async def test_unknown_columns_are_named_and_absent_optional_ones_are_fine(take: Any) -> None:
    without = {name: cell for name, cell in row(1).items() if name != "built_on"}
    report = await take([without | {"mileage": "12000", "colour": "red"}])
    assert (report.new, report.unknown_columns) == (1, ("mileage", "colour"))


async def test_missing_columns_are_one_error_and_nothing_is_stored(db: Database, take: Any) -> None:
    without = {name: cell for name, cell in row(1).items() if name not in ("vin", "email")}
    with pytest.raises(InvalidInput) as caught:
        await take([without])
    [fault] = caught.value.faults
    assert (fault.place, fault.cause) == ("events.csv", "lacks the columns email, vin")
    assert await db.read(Event.select()) == []


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "has no header"),
        (b"\xff\xff\xff", "is neither UTF-8 nor GB18030"),
        (b'event_id,kind\n"E1,sale\n', "is not CSV"),
        (b"event_id,kind,event_id\n", "names a column twice: event_id"),
        (b"PK\x03\x04 no workbook", "is not a workbook"),
    ],
)
async def test_a_file_that_is_no_table_is_refused_by_name(take: Any, content: bytes, cause: str) -> None:
    with pytest.raises(InvalidInput, match=r"events\.csv.*" + cause):
        await take(content)


async def test_a_row_with_too_many_cells_is_a_fault_of_that_row(take: Any) -> None:
    lines = csv_text([row(1), row(2)]).splitlines()
    report = await take("\n".join([lines[0], lines[1] + ",surplus", lines[2]]).encode())
    assert (report.new, report.refused) == (1, 1)
    assert "18 cells and the header 17" in quarantined(report.quarantine)[0]["cause"]


async def test_future_events_and_impossible_days_are_refused(take: Any) -> None:
    report = await take(
        [
            row(1, occurred_at="2026-09-21"),
            row(2, occurred_at="2026-09-20"),
            row(3, delivered_on="2025-01-01", built_on="2025-06-01"),
        ]
    )
    assert [refused["row"] for refused in quarantined(report.quarantine)] == ["2", "4"]


async def test_one_dealer_told_in_two_ways_is_a_fault_within_a_file(take: Any) -> None:
    report = await take([row(1), row(2, dealer_name="另一个名字", region="华南")])
    [refused] = quarantined(report.quarantine)
    assert refused["column"] == "dealer_name; region"
    assert "differs from row 2 for dealer D01" in refused["cause"]


async def test_the_newest_file_renames_a_dealer_and_an_old_one_does_not_rename_it_back(db: Database, take: Any) -> None:
    old = [row(1)]
    await take(old)
    await take([row(2, dealer_name="上海浦东旗舰店")])
    await take(old)
    assert await db.read(Dealer.select(Dealer.name)) == [{"name": "上海浦东旗舰店"}]


async def test_a_newer_event_brings_a_new_contact_and_an_empty_one_takes_none_away(
    db: Database, vault: Vault, take: Any
) -> None:
    await take([row(1)])
    await take([row(2, customer_id="C1", email="new@example.com", language="en")])
    await take([row(3, customer_id="C1", email="", phone="", customer_name="", language="")])
    [contact] = await db.read(CustomerContact.select(CustomerContact.wrapped_key, CustomerContact.ciphertext))
    assert vault.open("C1", SealedPerson(**contact)).email == "new@example.com"
    assert await db.read(Customer.select(Customer.language)) == [{"language": "en"}]


async def test_a_later_event_does_not_forget_when_a_car_was_built(db: Database, take: Any) -> None:
    await take([row(1)])
    await take([row(2, vin=row(1)["vin"], built_on="", delivered_on="2026-01-06")])
    [vehicle] = await db.read(Vehicle.select(Vehicle.built_on, Vehicle.delivered_on))
    assert (str(vehicle["built_on"]), str(vehicle["delivered_on"])) == ("2025-12-01", "2026-01-06")


async def test_a_customer_without_any_contact_is_stored_and_counted(db: Database, take: Any) -> None:
    report = await take([row(1, email="", phone="", customer_name="")])
    assert (report.new, report.unreachable) == (1, 1)
    assert len(await db.read(CustomerContact.select())) == 1


@pytest.mark.parametrize("reference", ["li.wei@example.com", "13800138000"])
async def test_a_reference_that_is_personal_data_is_refused(take: Any, reference: str) -> None:
    report = await take([row(1, customer_id=reference)])
    assert [refused["column"] for refused in quarantined(report.quarantine)] == ["customer_id"]


async def test_personal_data_are_nowhere_in_clear(db: Database, database_url: str, take: Any) -> None:
    await take([row(number) for number in range(1, 20)])
    secrets = ["李伟", "person7@example.com", "13800138000", "person7"]
    rows = repr(await everything(db))
    assert not [secret for secret in secrets if secret in rows]
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        stored = b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
        assert b"LSVAA000000000007" in stored
        assert not [secret for secret in secrets if secret.encode() in stored]


async def test_more_rows_than_a_transaction_takes_are_all_stored(db: Database, take: Any) -> None:
    report = await take([row(number) for number in range(1, 1204)])
    assert report.new == 1203
    assert len(await db.read(Event.select(Event.id))) == 1203


async def test_an_interrupted_intake_goes_on_where_it_stopped(
    db: Database, settings: Settings, vault: Vault, take: Any, tmp_path: Path
) -> None:
    class PowerCutError(Exception):
        pass

    def cut(done: int, total: int) -> None:
        raise PowerCutError

    rows = [row(number) for number in range(1, 1103)]
    path = tmp_path / "large.csv"
    path.write_text(csv_text(rows), "utf-8")
    with pytest.raises(PowerCutError):
        await intake(db, vault, path, now=NOW, data_dir=tmp_path, on_progress=cut)
    report = await take(rows)
    assert (report.new, report.unchanged) == (602, 500)


async def test_one_file_taken_in_by_two_processes_at_once_is_stored_once(
    database_url: str, vault: Vault, tmp_path: Path
) -> None:
    path = tmp_path / "large.csv"
    path.write_text(csv_text([row(number) for number in range(1, 1103)]), "utf-8")
    async with open_database(database_url) as one, open_database(database_url) as other:
        reports = await asyncio.gather(*(intake(db, vault, path, now=NOW, data_dir=tmp_path) for db in (one, other)))
        assert sum(report.new for report in reports) == 1102
        assert sum(report.unchanged for report in reports) == 1102
        assert len(await one.read(Event.select(Event.id))) == 1102
