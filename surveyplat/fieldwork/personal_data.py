"""Everything that is stored about one person: read inside one unit of work, the contact opened."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from surveyplat.errors import UnknownPerson
from surveyplat.fieldwork.people import Person, SealedPerson, Vault
from surveyplat.fieldwork.tombstones import Tombstone, tombstones
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.tables import Customer, CustomerContact, Event, Invitation, Response

Found = Mapping[str, Any]


@dataclass(frozen=True)
class PersonalData:
    """One customer: ``events`` with dealer and vehicle, ``invitations`` and ``responses`` of these, oldest first.

    ``contact`` is None when nothing was ever told, or was deleted. The representation shows nothing personal.
    """

    customer: int
    reference: str = field(repr=False)
    language: str
    contact: Person | None
    contact_updated_at: datetime | None
    events: Sequence[Found] = field(repr=False)
    invitations: Sequence[Found] = field(repr=False)
    responses: Sequence[Found] = field(repr=False)
    """Answers and pages are JSON, as they are stored. Answers collected elsewhere are nobody's and not among them."""


def personal_data(vault: Vault, reference: str) -> Generator[AnyQuery, Rows, PersonalData | Tombstone]:
    """Inside a unit: what is stored about the customer, or when it was erased.

    Raises ``UnknownPerson`` for a reference that was never stored, and ``PersonSealed`` when the contact cannot be
    opened.
    """
    customers = yield Customer.select(Customer.id, Customer.language).where(Customer.reference == reference)
    if not customers:
        return (yield from _erased(vault, reference))
    [customer] = customers
    contacts = yield CustomerContact.select().where(CustomerContact.customer == customer["id"])
    events = yield _events_of(customer["id"])
    invitations = yield from _invitations_of(events)
    responses = yield from _responses_to(invitations)
    return PersonalData(
        customer=customer["id"],
        reference=reference,
        language=customer["language"],
        contact=_opened(vault, reference, contacts[0]) if contacts else None,
        contact_updated_at=contacts[0]["updated_at"] if contacts else None,
        events=events,
        invitations=invitations,
        responses=responses,
    )


def _erased(vault: Vault, reference: str) -> Generator[AnyQuery, Rows, Tombstone]:
    key = vault.tombstone("customer", reference)
    found = yield from tombstones([key])
    if key not in found:
        fix = "Write the customer_id as the events' files have it"
        raise UnknownPerson(f"customer {reference}: nobody is stored under this reference. {fix}")
    return found[key]


def _opened(vault: Vault, reference: str, row: Found) -> Person:
    return vault.open(reference, SealedPerson(row["wrapped_key"], row["ciphertext"]))


def _events_of(customer: int) -> AnyQuery:
    return (
        Event.select(
            Event.id,
            Event.reference,
            Event.kind,
            Event.occurred_on,
            Event.taken_in_at,
            Event.dealer.code.as_alias("dealer_code"),
            Event.dealer.name.as_alias("dealer"),
            Event.vehicle.id.as_alias("vehicle_id"),
            Event.vehicle.vin.as_alias("vin"),
            Event.vehicle.model.as_alias("model"),
            Event.vehicle.built_on.as_alias("built_on"),
            Event.vehicle.delivered_on.as_alias("delivered_on"),
        )
        .where(Event.customer == customer)
        .order_by(Event.occurred_on)
        .order_by(Event.id)
    )


def _invitations_of(events: Rows) -> Generator[AnyQuery, Rows, Rows]:
    if not events:
        return []
    wanted = Invitation.event.is_in([event["id"] for event in events])
    return (yield Invitation.select().where(wanted).order_by(Invitation.created_at).order_by(Invitation.key))


def _responses_to(invitations: Rows) -> Generator[AnyQuery, Rows, Rows]:
    if not invitations:
        return []
    wanted = Response.invitation.is_in([invitation["id"] for invitation in invitations])
    return (yield Response.select().where(wanted).order_by(Response.started_at).order_by(Response.key))
