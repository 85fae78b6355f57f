"""Events that were reported wrongly: what is stored of them, and putting the right values in their place.

An intake refuses an event that comes again with other content, because nobody could tell which of the two is right. A
correction says so, with a reason. The hash of what was taken in stays, so that the old file taken in again is still
"unchanged" and brings no wrong value back.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from surveyplat.errors import Fault, InvalidInput
from surveyplat.event_kinds import EventKind
from surveyplat.storage.batches import batches
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Dealer, Event, Invitation, Response, Vehicle

_EVENT: Any = Invitation.event


@dataclass(frozen=True)
class AskedEvent:
    """An event that a study asked about, as it is stored; ``answer`` is the response, finished or not."""

    reference: str
    kind: str
    occurred_on: date
    dealer: str
    model: str
    has_vehicle: bool
    invitation: UUID
    invitation_state: str
    answer: "StartedAnswer | None"


@dataclass(frozen=True)
class StartedAnswer:
    """A stored response, finished or not."""

    id: UUID
    state: str
    outcome: str | None
    submitted_at: datetime | None


@dataclass(frozen=True)
class RightEvent:
    """What an event should have been reported with; None leaves what is stored. A model is its vehicle's."""

    reference: str
    dealer: str | None = None
    model: str | None = None
    occurred_on: date | None = None
    kind: EventKind | None = None


async def asked_events(db: Database, study: str, references: Iterable[str]) -> dict[str, AskedEvent]:
    """The events that the study invited somebody about, by reference."""
    found: dict[str, AskedEvent] = {}
    for batch in batches(references):
        found |= await _asked(db, study, list(batch))
    return found


async def _asked(db: Database, study: str, references: list[str]) -> dict[str, AskedEvent]:
    invited = await db.read(
        Invitation.select(
            Invitation.id,
            Invitation.state,
            _EVENT.reference.as_alias("reference"),
            _EVENT.kind.as_alias("kind"),
            _EVENT.occurred_on.as_alias("occurred_on"),
            _EVENT.dealer.code.as_alias("dealer"),
            _EVENT.vehicle.id.as_alias("vehicle"),
            _EVENT.vehicle.model.as_alias("model"),
        ).where((Invitation.study == study) & _EVENT.reference.is_in(references))
    )
    answers = await _answers(db, [row["id"] for row in invited])
    return {row["reference"]: _event(row, answers.get(row["id"])) for row in invited}


async def _answers(db: Database, invitations: Sequence[UUID]) -> dict[UUID, StartedAnswer]:
    if not invitations:
        return {}
    rows = await db.read(
        Response.select(
            Response.id, Response.invitation, Response.state, Response.outcome, Response.submitted_at
        ).where(Response.invitation.is_in(list(invitations)))
    )
    return {
        row["invitation"]: StartedAnswer(row["id"], row["state"], row["outcome"], row["submitted_at"]) for row in rows
    }


def _event(row: Mapping[str, Any], answer: StartedAnswer | None) -> AskedEvent:
    return AskedEvent(
        reference=row["reference"],
        kind=row["kind"],
        occurred_on=row["occurred_on"],
        dealer=row["dealer"],
        model=row["model"] or "",
        has_vehicle=row["vehicle"] is not None,
        invitation=row["id"],
        invitation_state=row["state"],
        answer=answer,
    )


def correct_events(rights: Sequence[RightEvent]) -> Generator[AnyQuery, Rows, None]:
    """Part of a unit of work: store the right values of events, whose dealers must be known.

    Raises ``InvalidInput`` for an event that is no longer known by its reference: its customer was erased meanwhile.
    """
    for right in rights:
        found = yield Event.select(Event.id, Event.occurred_on, Event.vehicle).where(Event.reference == right.reference)
        if not found:
            fix = "Leave its line out; nothing was recorded"
            raise InvalidInput([Fault("event", right.reference, "there is no such event any more", fix)])
        event = found[0]
        told: dict[Any, Any] = {}
        if right.dealer is not None:
            [dealer] = yield Dealer.select(Dealer.id).where(Dealer.code == right.dealer)
            told[Event.dealer] = dealer["id"]
        if right.kind is not None:
            told[Event.kind] = right.kind
        if right.occurred_on is not None:
            told[Event.occurred_on] = right.occurred_on
            yield from _move_occasions(event, right.occurred_on)
        if told:
            yield Event.update(told).where(Event.id == event["id"])
        if right.model is not None:
            yield Vehicle.update({Vehicle.model: right.model}).where(Vehicle.id == event["vehicle"])


def _move_occasions(event: Mapping[str, Any], day: date) -> Generator[AnyQuery, Rows, None]:
    """Every study's occasion is a fixed number of days after the event, so it moves by as many days."""
    days = day - event["occurred_on"]
    for row in (yield Invitation.select(Invitation.id, Invitation.occasion_on).where(Invitation.event == event["id"])):
        occasion = row["occasion_on"] + days
        yield Invitation.update({Invitation.occasion_on: occasion}).where(Invitation.id == row["id"])
        yield Response.update({Response.occasion_on: occasion}).where(Response.invitation == row["id"])
