"""``surveyplat invite``: every event that is due and may be asked about gets one invitation, once.

The decision is made inside the transaction that stores it, from what is stored then, so that two processes at once
invite nobody twice. The token is not stored: it is derived again from the nonce when the message is written.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Literal
from uuid import UUID

from piccolo.query.functions.aggregate import Count

from surveyplat.fieldwork.contact_rules import (
    Study,
    Timing,
    Window,
    contact_window,
    due_day,
    is_free,
    occasion_day,
    survey_language,
)
from surveyplat.links import NONCE_BYTES, make_token, token_hash
from surveyplat.storage.batches import batches
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import Database
from surveyplat.storage.tables import CustomerContact, Event, Invitation

BATCH_EVENTS = 500
"""Events of one transaction."""
Draw = Callable[[int], bytes]
"""Gives that many random bytes; a simulation passes a seeded one."""
Disposition = Literal["invited", "already_invited", "not_due", "expired", "recently_asked", "erased"]


@dataclass(frozen=True)
class InviteReport:
    """What became of the events that trigger the study: how many were invited now, the others by reason."""

    counts: Counter[Disposition]

    @property
    def invited(self) -> int:
        return self.counts["invited"]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An event that is due, with everything of its invitation that chance decides."""

    event: int
    customer: int
    reference: str
    occasion_on: date
    window: Window
    language: str
    id: UUID
    nonce: bytes


async def invite(
    db: Database,
    study: Study,
    definition_hash: str,
    link_key: bytes,
    *,
    now: datetime,
    until: date | None = None,
    draw: Draw = secrets.token_bytes,
) -> InviteReport:
    """Invite for every event that is due: by the clock, or up to and including the dealers' day ``until``.

    ``definition_hash`` names the version that is answered; whoever calls has stored it. An invitation made ahead of its
    day is not sent before it. The same call again creates nothing.
    """
    counts: Counter[Disposition] = Counter()
    counts["expired"] = await _long_expired(db, study, now)
    due: list[dict[str, Any]] = []
    for row in await _recent_events(db, study, now):
        disposition = _judged(row, study.fieldwork, now, until)
        if disposition is None:
            due.append(row)
        else:
            counts[disposition] += 1
    candidates = [_candidate(row, study, draw) for row in sorted(due, key=_in_turn)]
    for batch in batches(candidates, BATCH_EVENTS):
        counts.update(await db.write(partial(_store_batch, study, definition_hash, link_key, batch, now)))
    return InviteReport(counts)


def _first_recent_day(study: Study, now: datetime) -> date:
    """No event before this day can still be asked about, in any time zone."""
    timing = study.fieldwork
    return now.date() - timedelta(days=timing.delay_days + timing.expires_days + 2)


async def _long_expired(db: Database, study: Study, now: datetime) -> int:
    """How many events were never asked about and lie too far back; counted, so that history need not be read."""
    first = _first_recent_day(study, now)
    trigger = study.fieldwork.trigger
    events = Event.select(Count()).where(Event.kind == trigger, Event.occurred_on < first)
    asked = Invitation.select(Count()).where(Invitation.study == study.study, Invitation.event.occurred_on < first)
    return int((await db.read(events))[0]["count"] - (await db.read(asked))[0]["count"])


async def _recent_events(db: Database, study: Study, now: datetime) -> Rows:
    """The events that may still be asked about, each with ``invited``: whether the study has asked already."""
    first = _first_recent_day(study, now)
    events = await db.read(
        Event.select(
            Event.id,
            Event.reference,
            Event.occurred_on,
            Event.customer,
            Event.customer.language.as_alias("language"),
            Event.dealer.time_zone.as_alias("time_zone"),
        ).where(Event.kind == study.fieldwork.trigger, Event.occurred_on >= first)
    )
    asked = await db.read(
        Invitation.select(Invitation.event).where(
            Invitation.study == study.study, Invitation.event.occurred_on >= first
        )
    )
    invited = {row["event"] for row in asked}
    return [row | {"invited": row["id"] in invited} for row in events]


def _judged(row: dict[str, Any], timing: Timing, now: datetime, until: date | None) -> Disposition | None:
    """Why the event is not asked about now; None when it is due."""
    if row["invited"]:
        return "already_invited"
    window = contact_window(row["occurred_on"], row["time_zone"], timing)
    if window.closes_at <= now:
        return "expired"
    is_due = window.opens_at <= now if until is None else due_day(row["occurred_on"], timing) <= until
    return None if is_due else "not_due"


def _in_turn(row: dict[str, Any]) -> tuple[date, str]:
    """The order in which events are decided: the earlier one of a customer is asked about."""
    return row["occurred_on"], row["reference"]


def _candidate(row: dict[str, Any], study: Study, draw: Draw) -> _Candidate:
    return _Candidate(
        event=row["id"],
        customer=row["customer"],
        reference=row["reference"],
        occasion_on=occasion_day(row["occurred_on"], study.fieldwork),
        window=contact_window(row["occurred_on"], row["time_zone"], study.fieldwork),
        language=survey_language(row["language"], study.languages),
        id=UUID(bytes=draw(16), version=4),
        nonce=draw(NONCE_BYTES),
    )


def _store_batch(
    study: Study, definition_hash: str, link_key: bytes, batch: Sequence[_Candidate], now: datetime
) -> Generator[AnyQuery, Rows, Counter[Disposition]]:
    """A unit of work: invite those of ``batch`` whose customer is known and has no open invitation."""
    customers = sorted({candidate.customer for candidate in batch})
    known = yield CustomerContact.select(CustomerContact.customer).where(CustomerContact.customer.is_in(customers))
    present = {row["customer"] for row in known}
    taken = yield from _open_windows(study.study, customers, min(candidate.window.opens_at for candidate in batch))
    counts: Counter[Disposition] = Counter()
    chosen: list[_Candidate] = []
    for candidate in batch:
        if candidate.customer not in present:
            counts["erased"] += 1
        elif is_free(candidate.window, taken[candidate.customer], study.fieldwork):
            taken[candidate.customer].append(candidate.window)
            chosen.append(candidate)
        else:
            counts["recently_asked"] += 1
    if chosen:
        rows = [_invitation(candidate, study.study, definition_hash, link_key, now) for candidate in chosen]
        insert = Invitation.insert(*rows).on_conflict(target=Invitation.key, action="DO NOTHING")
        counts["invited"] = len((yield insert.returning(Invitation.key)))
    counts["already_invited"] = len(chosen) - counts["invited"]
    return counts


def _open_windows(
    study: str, customers: Sequence[int], since: datetime
) -> Generator[AnyQuery, Rows, defaultdict[int, list[Window]]]:
    rows = yield Invitation.select(
        Invitation.event.customer.as_alias("customer"), Invitation.send_after, Invitation.expires_at
    ).where(
        Invitation.study == study,
        Invitation.expires_at > since,
        Invitation.event.customer.is_in(list(customers)),
    )
    taken: defaultdict[int, list[Window]] = defaultdict(list)
    for row in rows:
        taken[row["customer"]].append(Window(row["send_after"], row["expires_at"]))
    return taken


def _invitation(candidate: _Candidate, study: str, definition_hash: str, link_key: bytes, now: datetime) -> Invitation:
    return Invitation(
        id=candidate.id,
        key=f"{study}:{candidate.reference}",
        event=candidate.event,
        study=study,
        definition_hash=definition_hash,
        nonce=candidate.nonce,
        generation=1,
        token_hash=token_hash(make_token(link_key, candidate.nonce, 1)),
        language=candidate.language,
        occasion_on=candidate.occasion_on,
        send_after=candidate.window.opens_at,
        expires_at=candidate.window.closes_at,
        created_at=now,
    )
