"""Erasing a person from the tables: what names it goes, what is counted stays as nobody's.

Days, dealers, models and months of building stay, and closed answers with them. Every reference that leads from
elsewhere to these rows is replaced by a random one: a workshop's own list tells whose an event's reference or a
vehicle's number is, and a mail server's log whose an invitation's.
"""

import secrets
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from surveyplat.fieldwork.people import Vault
from surveyplat.fieldwork.personal_data import Found, PersonalData
from surveyplat.fieldwork.tombstones import lay_tombstones, random_reference, random_vin
from surveyplat.links import NONCE_BYTES
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.tables import Customer, CustomerContact, Event, Invitation, Response, Vehicle, Withdrawal

_NO_LINKS_HASH_BYTES = 32


@dataclass(frozen=True)
class Erasable:
    """What an erasure takes: how many of each, and of how many texts only the parts that name the person."""

    contacts: int
    """1 when a name, a mail address or a phone number is known."""
    events: int
    """Events that lose their reference."""
    vehicles: int
    """Vehicles that are no longer told of these events."""
    links: int
    """Personal links that end."""
    open_invitations: int
    """Those of them that could still have been answered."""
    drafts: int
    """Half-filled responses, whose answers are deleted."""
    submitted: int
    """Submitted responses, whose closed answers stay."""
    texts_masked: int
    """Texts in submitted responses of which a part is masked."""


def erasable(person: PersonalData, texts: int, now: datetime) -> Erasable:
    """What erasing takes; ``texts`` are those that have something to mask."""
    submitted = [row for row in person.responses if row["state"] == "complete"]
    return Erasable(
        contacts=int(person.contact is not None and person.contact.known()),
        events=len(person.events),
        vehicles=len({event["vehicle_id"] for event in person.events} - {None}),
        links=len(person.invitations),
        open_invitations=len(_open(person, now)),
        drafts=len(person.responses) - len(submitted),
        submitted=len(submitted),
        texts_masked=texts,
    )


def erase(
    vault: Vault, person: PersonalData, masked: Mapping[UUID, str], now: datetime
) -> Generator[AnyQuery, Rows, None]:
    """Inside a unit: erase the person. ``masked`` replaces the answers of these submitted responses (id -> JSON).

    A half-filled response loses all of its answers: nothing will ever be made of them.
    """
    references = {event["id"]: random_reference() for event in person.events}
    yield CustomerContact.delete().where(CustomerContact.customer == person.customer)
    yield Customer.update({Customer.reference: random_reference(), Customer.language: ""}).where(
        Customer.id == person.customer
    )
    vehicles = yield from _nameless_vehicles(person)
    for event in person.events:
        yield _nameless_event(event, references[event["id"]], vehicles)
    yield from _forget_unused_vehicles(vehicles)
    ended = _open(person, now)
    for invitation in person.invitations:
        yield from _end_link(person, invitation, references[invitation["event"]], masked, ended)
    aliases = {vault.tombstone("event", event["reference"]): "" for event in person.events}
    yield from lay_tombstones({**aliases, vault.tombstone("customer", person.reference): random_reference()}, now)


def _open(person: PersonalData, now: datetime) -> set[UUID]:
    """The invitations that could still be answered."""
    answered = {row["invitation"] for row in person.responses if row["state"] == "complete"}
    return {row["id"] for row in person.invitations if row["expires_at"] > now and row["id"] not in answered}


def _nameless_vehicles(person: PersonalData) -> Generator[AnyQuery, Rows, dict[int, int]]:
    """Vehicle -> one without its number that the person's events are told of instead."""
    replaced: dict[int, int] = {}
    for event in person.events:
        vehicle, built_on = event["vehicle_id"], event["built_on"]
        if vehicle is not None and vehicle not in replaced:
            nameless = Vehicle(vin=random_vin(), model=event["model"], built_on=built_on and built_on.replace(day=1))
            rows = yield Vehicle.insert(nameless).returning(Vehicle.id)
            replaced[vehicle] = rows[0]["id"]
    return replaced


def _nameless_event(event: Found, reference: str, vehicles: Mapping[int, int]) -> AnyQuery:
    return Event.update(
        {Event.reference: reference, Event.content_hash: "", Event.vehicle: vehicles.get(event["vehicle_id"])}
    ).where(Event.id == event["id"])


def _forget_unused_vehicles(vehicles: Mapping[int, int]) -> Generator[AnyQuery, Rows, None]:
    """Delete those that no event is told of any more; one that another customer had events with stays."""
    if not vehicles:
        return
    rows = yield Event.select(Event.vehicle).where(Event.vehicle.is_in(list(vehicles)))
    unused = vehicles.keys() - {row["vehicle"] for row in rows}
    if unused:
        yield Vehicle.delete().where(Vehicle.id.is_in(sorted(unused)))


def _end_link(
    person: PersonalData, invitation: Found, event: str, masked: Mapping[UUID, str], ended: set[UUID]
) -> Generator[AnyQuery, Rows, None]:
    """Make the link nobody's: no token has its hash, and its identity is another, which its responses follow."""
    identity = uuid4()
    yield Invitation.update(
        {
            Invitation.id: identity,
            Invitation.key: f"{invitation['study']}:{event}",
            Invitation.nonce: secrets.token_bytes(NONCE_BYTES),
            Invitation.token_hash: secrets.token_hex(_NO_LINKS_HASH_BYTES),
            Invitation.state: "erased" if invitation["id"] in ended else invitation["state"],
            Invitation.failure: None,
        }
    ).where(Invitation.id == invitation["id"])
    for response in person.responses:
        if response["invitation"] == invitation["id"]:
            yield from _nameless_response(response, identity, masked)


def _nameless_response(
    response: Found, invitation: UUID, masked: Mapping[UUID, str]
) -> Generator[AnyQuery, Rows, None]:
    """The response under another identity. That it was withdrawn from its period stays known."""
    identity = uuid4()
    submitted = masked.get(response["id"], response["answers"])
    yield Response.update(
        {
            Response.id: identity,
            Response.key: f"invitation:{invitation}",
            Response.answers: submitted if response["state"] == "complete" else "{}",
            Response.receipt: None,
        }
    ).where(Response.id == response["id"])
    yield Withdrawal.update({Withdrawal.response: identity}).where(Withdrawal.response == response["id"])
