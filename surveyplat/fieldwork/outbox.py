"""The invitations that wait to be handed over, and the states that they go through.

    created -> sending -> sent        by mail; ``sending`` with a failure: perhaps delivered, so never sent again
    created -> sending -> created     the server could not take it now; the next run tries again
    created -> sending -> failed      it can never reach this address
    created | failed -> listed        its link was written to a file, for another channel
    any, while it is open -> erased   the person was erased: its link is nobody's any more

Each step is an update on the state that it starts from: of two processes the database lets one win.
"""

from collections.abc import AsyncGenerator, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from surveyplat.errors import PersonSealed
from surveyplat.event_kinds import EventKind
from surveyplat.fieldwork.people import Person, SealedPerson, Vault
from surveyplat.links import link_for, make_token
from surveyplat.storage.batches import batches
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import Database
from surveyplat.storage.tables import CustomerContact, Invitation, Response

State = Literal["created", "sending", "sent", "failed", "listed", "erased"]
BATCH_INVITATIONS = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation and whom it is for; its link and its person are not in the representation."""

    id: UUID
    state: State
    generation: int
    nonce: bytes
    language: str
    send_after: datetime
    expires_at: datetime
    customer: str
    kind: EventKind
    occurred_on: date
    dealer: str
    time_zone: str
    model: str
    """Empty for an event without a vehicle."""
    person: Person | None
    """None when the stored data cannot be opened."""

    def link(self, link_key: bytes, base_url: str) -> str:
        """The personal link, derived anew."""
        return link_for(base_url, make_token(link_key, self.nonce, self.generation))

    def last_day(self) -> date:
        """The last day, at the dealer, on which the link works."""
        return (self.expires_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.time_zone)).date()


async def waiting(
    db: Database, vault: Vault, study: str, *, now: datetime, states: Collection[State]
) -> AsyncGenerator[Waiting, None]:
    """The invitations of ``study`` in ``states`` whose link still works and was not used to the end, oldest first.

    A customer whose data were erased is left out; one whose data cannot be opened comes without a person.
    """
    rows = await db.read(_open_invitations(study, now, states))
    done = Response.select(Response.invitation).where(Response.study == study, Response.state == "complete")
    answered = {row["invitation"] for row in await db.read(done)}
    unanswered = (row for row in rows if row["id"] not in answered)
    for batch in batches(unanswered, BATCH_INVITATIONS):
        people = await _people(db, vault, {row["customer_id"]: row["customer"] for row in batch})
        for row in batch:
            customer_id = row.pop("customer_id")
            if customer_id in people:
                yield Waiting(**row | {"model": row["model"] or ""}, person=people[customer_id])


async def move(db: Database, ids: Sequence[UUID], since: Collection[State], to: State, *, now: datetime) -> set[UUID]:
    """Set the state of those of ``ids`` that are in ``since``; gives the ids that this call moved, after the commit."""
    return await db.write(partial(_moved, ids, since, to, now))


async def settle(db: Database, invitation: UUID, to: State, *, now: datetime, failure: str | None = None) -> None:
    """End a claim: ``sending`` becomes ``to``; what failed is kept with it."""
    await db.write(partial(_settled, invitation, to, now, failure))


def _open_invitations(study: str, now: datetime, states: Collection[State]) -> AnyQuery:
    return (
        Invitation.select(
            Invitation.id,
            Invitation.state,
            Invitation.generation,
            Invitation.nonce,
            Invitation.language,
            Invitation.send_after,
            Invitation.expires_at,
            Invitation.event.customer.as_alias("customer_id"),
            Invitation.event._.customer._.reference.as_alias("customer"),
            Invitation.event.kind.as_alias("kind"),
            Invitation.event.occurred_on.as_alias("occurred_on"),
            Invitation.event._.dealer._.name.as_alias("dealer"),
            Invitation.event._.dealer._.time_zone.as_alias("time_zone"),
            Invitation.event._.vehicle._.model.as_alias("model"),
        )
        .where(
            Invitation.study == study,
            Invitation.state.is_in(list(states)),
            Invitation.send_after <= now,
            Invitation.expires_at > now,
        )
        .order_by(Invitation.send_after)
        .order_by(Invitation.key)
    )


async def _people(db: Database, vault: Vault, customers: Mapping[int, str]) -> dict[int, Person | None]:
    rows = await db.read(
        CustomerContact.select(CustomerContact.customer, CustomerContact.wrapped_key, CustomerContact.ciphertext).where(
            CustomerContact.customer.is_in(list(customers))
        )
    )
    return {row["customer"]: _opened(vault, customers[row["customer"]], row) for row in rows}


def _opened(vault: Vault, reference: str, row: Mapping[str, bytes]) -> Person | None:
    try:
        return vault.open(reference, SealedPerson(row["wrapped_key"], row["ciphertext"]))
    except PersonSealed:
        return None


def _moved(
    ids: Sequence[UUID], since: Collection[State], to: State, now: datetime
) -> Generator[AnyQuery, Rows, set[UUID]]:
    rows = yield (
        Invitation.update({Invitation.state: to, Invitation.sent_at: now})
        .where(Invitation.id.is_in(list(ids)), Invitation.state.is_in(list(since)))
        .returning(Invitation.id)
    )
    return {row["id"] for row in rows}


def _settled(invitation: UUID, to: State, now: datetime, failure: str | None) -> Generator[AnyQuery, Rows, None]:
    yield Invitation.update(
        {
            Invitation.state: to,
            Invitation.sent_at: None if to == "created" else now,
            Invitation.failure: failure,
        }
    ).where(Invitation.id == invitation, Invitation.state == "sending")
