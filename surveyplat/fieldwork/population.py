"""How many events a study could have asked about, by dealer: the population that its answers speak for."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from surveyplat.fieldwork.contact_rules import (
    Study,
    Window,
    contact_window,
    event_days,
    is_free,
)
from surveyplat.storage.database import Database
from surveyplat.storage.tables import CustomerContact, Event, Invitation


async def eligible_events(db: Database, study: Study, first_day: date, last_day: date) -> dict[str, int]:
    """Dealer code -> events with an occasion from ``first_day`` to ``last_day`` that may be asked about.

    The rules are those of ``invite``: of a customer's events whose windows overlap one counts: the invited one, or the
    earliest. An erased customer's events count only when they were invited. Whether an invitation was sent or answered
    plays no part. A dealer without eligible events is absent.
    """
    first, last = event_days(first_day, last_day, study.fieldwork)
    invited = await _invited_windows(db, study)
    present = {row["customer"] for row in await db.read(CustomerContact.select(CustomerContact.customer))}
    taken: defaultdict[int, list[Window]] = defaultdict(list)
    for customer, window in invited.values():
        taken[customer].append(window)
    counts: Counter[str] = Counter()
    for row in await _events_until(db, study, last):
        if row["id"] not in invited:
            window = contact_window(row["occurred_on"], row["time_zone"], study.fieldwork)
            if row["customer"] not in present or not is_free(window, taken[row["customer"]], study.fieldwork):
                continue
            taken[row["customer"]].append(window)
        if row["occurred_on"] >= first:
            counts[row["dealer_code"]] += 1
    return dict(sorted(counts.items()))


async def _invited_windows(db: Database, study: Study) -> dict[int, tuple[int, Window]]:
    """Event -> its customer and the window of its invitation."""
    rows = await db.read(
        Invitation.select(
            Invitation.event,
            Invitation.event.customer.as_alias("customer"),
            Invitation.send_after,
            Invitation.expires_at,
        ).where(Invitation.study == study.study)
    )
    return {row["event"]: (row["customer"], Window(row["send_after"], row["expires_at"])) for row in rows}


async def _events_until(db: Database, study: Study, last: date) -> list[dict[str, Any]]:
    """All events up to ``last``, early ones too: whether one counts depends on what a customer was asked before."""
    return await db.read(
        Event.select(
            Event.id,
            Event.occurred_on,
            Event.customer,
            Event.dealer.code.as_alias("dealer_code"),
            Event.dealer.time_zone.as_alias("time_zone"),
        )
        .where(Event.kind == study.fieldwork.trigger, Event.occurred_on <= last)
        .order_by(Event.occurred_on)
        .order_by(Event.reference)
    )
