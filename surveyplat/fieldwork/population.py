"""How many events a study could have asked about, by dealer, model and month: the population of its answers."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from surveyplat.fieldwork.contact_rules import (
    Study,
    Window,
    contact_window,
    event_days,
    is_free,
    occasion_day,
)
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Event, Invitation


class EventCell(NamedTuple):
    """What events are counted by: the dealer's code, the vehicle's model and the month of the occasion.

    ``model`` is "" for an event without a vehicle, ``month`` is written "2026-07".
    """

    dealer: str
    model: str
    month: str


def month_of(day: date) -> str:
    """The name of a day's month."""
    return f"{day:%Y-%m}"


def by_dealer(events: Mapping[EventCell, int]) -> dict[str, int]:
    """The events of each dealer, in the order of codes."""
    counts: Counter[str] = Counter()
    for cell, count in events.items():
        counts[cell.dealer] += count
    return dict(sorted(counts.items()))


async def eligible_events(db: Database, study: Study, first_day: date, last_day: date) -> dict[EventCell, int]:
    """Events with an occasion from ``first_day`` to ``last_day`` that may be asked about, by cell.

    The rules are those of ``invite``: of a customer's events whose windows overlap one counts: the invited one, or the
    earliest. An erased customer's events count as everybody's do: they happened. Whether an invitation was sent or
    answered plays no part. A cell without eligible events is absent.
    """
    first, last = event_days(first_day, last_day, study.fieldwork)
    invited = await _invited_windows(db, study)
    taken: defaultdict[int, list[Window]] = defaultdict(list)
    for customer, window in invited.values():
        taken[customer].append(window)
    counts: Counter[EventCell] = Counter()
    for row in await _events_until(db, study, last):
        if row["id"] not in invited:
            window = contact_window(row["occurred_on"], row["time_zone"], study.fieldwork)
            if not is_free(window, taken[row["customer"]], study.fieldwork):
                continue
            taken[row["customer"]].append(window)
        if row["occurred_on"] >= first:
            occasion = occasion_day(row["occurred_on"], study.fieldwork)
            counts[EventCell(row["dealer_code"], row["model"] or "", month_of(occasion))] += 1
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
            Event.vehicle.model.as_alias("model"),
        )
        .where(Event.kind == study.fieldwork.trigger, Event.occurred_on <= last)
        .order_by(Event.occurred_on)
        .order_by(Event.reference)
    )
