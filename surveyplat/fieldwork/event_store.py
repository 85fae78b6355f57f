"""A batch of checked events -> rows, in one transaction that finds out which of them are new.

Dealer, customer, vehicle and contact follow the newest *new* event: an event that is stored already changes nothing, so
that an old file taken in again cannot bring old master data back. Of an erased person nothing comes back either: its
events are counted without whatever tells whose they are.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from piccolo.columns import Column
from piccolo.querystring import QueryString
from piccolo.table import Table

from surveyplat.fieldwork.event_rows import EventRow
from surveyplat.fieldwork.people import Person, SealedPerson, Vault
from surveyplat.fieldwork.tombstones import (
    Tombstone,
    lay_tombstones,
    random_reference,
    random_vin,
    tombstones,
)
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.tables import Customer, CustomerContact, Dealer, Event, Vehicle

Outcome = Literal["new", "unchanged", "conflict", "erased"]


@dataclass(frozen=True, slots=True)
class PreparedEvent:
    """A checked event with what is computed outside of the transaction: its content's hash, its person sealed.

    ``tombstone`` and ``persons_tombstone`` are the keys under which it, or its customer, may have been erased.
    """

    row: EventRow
    content_hash: str
    person: SealedPerson
    tombstone: str
    persons_tombstone: str


def prepare(row: EventRow, vault: Vault) -> PreparedEvent:
    """The hash is keyed, because the content is partly personal and a plain hash of it could be guessed."""
    return PreparedEvent(
        row,
        vault.fingerprint(row.canonical()),
        vault.seal(row.customer_id, row.person),
        vault.tombstone("event", row.event_id),
        vault.tombstone("customer", row.customer_id),
    )


def store_events(
    batch: Sequence[PreparedEvent], taken_in_at: datetime
) -> Generator[AnyQuery, Rows, dict[str, Outcome]]:
    """A unit of work: store the events of ``batch`` that are new; gives each event id's outcome.

    Event ids must differ within the batch. ``conflict`` means: stored before, with other content. ``erased``: of an
    erased person, counted once and without anything personal.
    """
    erased = yield from tombstones(key for event in batch for key in (event.tombstone, event.persons_tombstone))
    stored = yield from _stored_hashes(batch)
    fresh = [event for event in batch if event.row.event_id not in stored and event.tombstone not in erased]
    named = [event for event in fresh if event.persons_tombstone not in erased]
    nameless = [event for event in fresh if event.persons_tombstone in erased]
    inserted = (yield from _insert(named, taken_in_at, with_contacts=True)) if named else set()
    if len(inserted) < len(named):  # another process was faster
        stored |= yield from _stored_hashes([event for event in named if event.row.event_id not in inserted])
    if nameless:
        counted = [_without_person(event, erased) for event in nameless]
        yield from _insert(counted, taken_in_at, with_contacts=False)
        yield from lay_tombstones({event.tombstone: "" for event in nameless}, taken_in_at)
    return {event.row.event_id: _outcome(event, stored, erased) for event in batch}


def _without_person(event: PreparedEvent, erased: Mapping[str, Tombstone]) -> PreparedEvent:
    """What counts of an erased person's event: kind, day, dealer, model and month of building."""
    row = event.row
    counted = replace(
        row,
        event_id=random_reference(),
        customer_id=erased[event.persons_tombstone].alias,
        person=Person(),
        language="",
        vin=random_vin() if row.vin else "",
        delivered_on=None,
        built_on=row.built_on and row.built_on.replace(day=1),
    )
    return replace(event, row=counted, content_hash="")


def _outcome(event: PreparedEvent, stored: dict[str, str], erased: Mapping[str, Tombstone]) -> Outcome:
    known = stored.get(event.row.event_id)
    if known is None:
        return "erased" if event.tombstone in erased or event.persons_tombstone in erased else "new"
    return "unchanged" if known == event.content_hash else "conflict"


def _stored_hashes(batch: Sequence[PreparedEvent]) -> Generator[AnyQuery, Rows, dict[str, str]]:
    references = [event.row.event_id for event in batch]
    rows = yield Event.select(Event.reference, Event.content_hash).where(Event.reference.is_in(references))
    return {row["reference"]: row["content_hash"] for row in rows}


def _insert(
    fresh: Sequence[PreparedEvent], taken_in_at: datetime, *, with_contacts: bool
) -> Generator[AnyQuery, Rows, set[str]]:
    dealers = yield from _dealers(fresh)
    customers = yield from _customers(fresh)
    vehicles = yield from _vehicles(fresh)
    if with_contacts:
        yield from _contacts(fresh, customers, taken_in_at)
    rows = yield (
        Event.insert(
            *(
                Event(
                    reference=event.row.event_id,
                    kind=event.row.kind,
                    occurred_on=event.row.occurred_on,
                    dealer=dealers[event.row.dealer.code],
                    customer=customers[event.row.customer_id],
                    vehicle=vehicles.get(event.row.vin),
                    content_hash=event.content_hash,
                    taken_in_at=taken_in_at,
                )
                for event in fresh
            )
        )
        .on_conflict(target=Event.reference, action="DO NOTHING")
        .returning(Event.reference)
    )
    return {row["reference"] for row in rows}


def _dealers(fresh: Sequence[PreparedEvent]) -> Generator[AnyQuery, Rows, dict[str, int]]:
    newest = {event.row.dealer.code: event.row.dealer for event in fresh}
    rows = [
        Dealer(code=code, name=dealer.name, region=dealer.region, brand=dealer.brand, time_zone=dealer.time_zone)
        for code, dealer in sorted(newest.items())
    ]
    yield Dealer.insert(*rows).on_conflict(
        target=Dealer.code, action="DO UPDATE", values=[Dealer.name, Dealer.region, Dealer.brand, Dealer.time_zone]
    )
    return (yield from _ids(Dealer, Dealer.code, newest))


def _customers(fresh: Sequence[PreparedEvent]) -> Generator[AnyQuery, Rows, dict[str, int]]:
    newest: dict[str, str] = {}
    for event in fresh:
        newest[event.row.customer_id] = event.row.language or newest.get(event.row.customer_id, "")
    rows = [Customer(reference=reference, language=language) for reference, language in sorted(newest.items())]
    known = _newer_unless(Customer.language, "''")
    yield Customer.insert(*rows).on_conflict(target=Customer.reference, action="DO UPDATE", values=[known])
    return (yield from _ids(Customer, Customer.reference, newest))


def _vehicles(fresh: Sequence[PreparedEvent]) -> Generator[AnyQuery, Rows, dict[str, int]]:
    """The ids of the events' vehicles, by VIN; an event may have none."""
    newest: dict[str, dict[str, Any]] = {}
    for event in fresh:
        if not event.row.vin:
            continue
        told = {"model": event.row.model, "delivered_on": event.row.delivered_on, "built_on": event.row.built_on}
        newest.setdefault(event.row.vin, {}).update({name: value for name, value in told.items() if value is not None})
    if not newest:
        return {}
    rows = [Vehicle(vin=vin, **told) for vin, told in sorted(newest.items())]
    days = [_newer_unless(column, "NULL") for column in (Vehicle.delivered_on, Vehicle.built_on)]
    yield Vehicle.insert(*rows).on_conflict(target=Vehicle.vin, action="DO UPDATE", values=[Vehicle.model, *days])
    return (yield from _ids(Vehicle, Vehicle.vin, newest))


def _contacts(
    fresh: Sequence[PreparedEvent], customers: dict[str, int], taken_in_at: datetime
) -> Generator[AnyQuery, Rows, None]:
    """Who is known replaces what was stored; who is not leaves it, and gets an empty record when there is none."""
    told = {event.row.customer_id: event for event in fresh if event.row.person.known()}
    untold = {event.row.customer_id: event for event in fresh if event.row.customer_id not in told}
    if told:
        newer = [CustomerContact.wrapped_key, CustomerContact.ciphertext, CustomerContact.updated_at]
        yield CustomerContact.insert(*_sealed(told, customers, taken_in_at)).on_conflict(
            target=CustomerContact.customer, action="DO UPDATE", values=newer
        )
    if untold:
        yield CustomerContact.insert(*_sealed(untold, customers, taken_in_at)).on_conflict(
            target=CustomerContact.customer, action="DO NOTHING"
        )


def _sealed(newest: Mapping[str, PreparedEvent], customers: Mapping[str, int], at: datetime) -> list[CustomerContact]:
    return [
        CustomerContact(
            customer=customers[reference],
            wrapped_key=event.person.wrapped_key,
            ciphertext=event.person.ciphertext,
            updated_at=at,
        )
        for reference, event in sorted(newest.items())
    ]


def _newer_unless(column: Column, unknown: str) -> tuple[Column, QueryString]:
    """On conflict: the new value unless it is the unknown one, then the stored one."""
    name, table = column._meta.db_column_name, column._meta.table._meta.tablename
    return column, QueryString(f'COALESCE(NULLIF(EXCLUDED."{name}", {unknown}), "{table}"."{name}")')


def _ids(table: type[Table], column: Column, wanted: Iterable[str]) -> Generator[AnyQuery, Rows, dict[str, int]]:
    name = column._meta.name
    rows = yield table.select(table._meta.primary_key, column).where(column.is_in(list(wanted)))
    return {row[name]: row["id"] for row in rows}
