"""What the synthetic dealers' systems report: two quarters of service visits, and the deliveries asked about later.

Initial quality is asked after 90 days of ownership, so the deliveries lie 90 days before the two quarters.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from surveyplat.simulation.group import DEFAULT_SEED, QUARTERS, TIME_ZONE, SyntheticDealer, dealer_group
from surveyplat.simulation.people import SyntheticCustomer, synthetic_customer
from surveyplat.simulation.randomness import stream

EVENTS_FILE_NAME = "synthetic-events.csv"
OWNERSHIP_DAYS = 90
COLUMNS = (
    *("event_id", "kind", "occurred_at", "dealer_code", "dealer_name", "region", "brand", "time_zone"),
    *("customer_id", "customer_name", "email", "phone", "language", "vin", "model", "delivered_on", "built_on"),
)
_CUSTOMERS_PER_VISIT = 0.86
"""The rest of the visits are second and third ones of the same customers."""
_OLDER_CARS = (date(2019, 1, 1), date(2025, 12, 31))
_OPENING_MINUTES = (8 * 60 + 30, 18 * 60)

Kind = Literal["sale", "service"]


@dataclass(frozen=True)
class SyntheticEvent:
    """One sale (delivery) or service visit; ``occurred_at`` carries the dealer's offset."""

    event_id: str
    kind: Kind
    occurred_at: datetime
    dealer: SyntheticDealer
    customer: SyntheticCustomer


def synthetic_events(seed: int = DEFAULT_SEED) -> tuple[SyntheticEvent, ...]:
    """All events in the order of their time, numbered in that order; the seed decides everything."""
    numbers = count()
    events: list[SyntheticEvent] = []
    for dealer in dealer_group(seed):
        rng = stream(seed, "events", dealer.code)
        events.extend(_service_visits(dealer, numbers, rng))
        events.extend(_deliveries(dealer, numbers, rng))
    events.sort(key=lambda event: (event.occurred_at, event.dealer.code, event.customer.id))
    return tuple(replace(event, event_id=f"SYN-{place:05d}") for place, event in enumerate(events, start=1))


def _service_visits(
    dealer: SyntheticDealer, numbers: Iterator[int], rng: np.random.Generator
) -> Iterator[SyntheticEvent]:
    """Each customer of the dealer's pool comes once; chance sends some of them again, in either quarter."""
    visits = len(QUARTERS) * dealer.visits
    pool = [
        synthetic_customer(next(numbers), _day_between(*_OLDER_CARS, rng), rng)
        for _ in range(round(visits * _CUSTOMERS_PER_VISIT))
    ]
    again = rng.integers(len(pool), size=visits - len(pool))
    visitors = rng.permutation(np.concatenate([np.arange(len(pool)), again]))
    for place, visitor in enumerate(visitors):
        quarter = QUARTERS[place // dealer.visits]
        day = _day_between(quarter.first, quarter.last, rng)
        yield SyntheticEvent("", "service", _moment(day, rng), dealer, pool[visitor])


def _deliveries(dealer: SyntheticDealer, numbers: Iterator[int], rng: np.random.Generator) -> Iterator[SyntheticEvent]:
    ownership = timedelta(days=OWNERSHIP_DAYS)
    for quarter in QUARTERS:
        for _ in range(dealer.deliveries):
            day = _day_between(quarter.first - ownership, quarter.last - ownership, rng)
            yield SyntheticEvent("", "sale", _moment(day, rng), dealer, synthetic_customer(next(numbers), day, rng))


def _day_between(first: date, last: date, rng: np.random.Generator) -> date:
    return first + timedelta(days=int(rng.integers((last - first).days + 1)))


def _moment(day: date, rng: np.random.Generator) -> datetime:
    minutes = int(rng.integers(*_OPENING_MINUTES))
    return datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(TIME_ZONE))


def write_events_csv(folder: Path, events: Iterable[SyntheticEvent]) -> Path:
    """Write ``synthetic-events.csv`` with the columns that intake takes into ``folder``; gives the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / EVENTS_FILE_NAME
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_row(event) for event in events)
    return path


def _row(event: SyntheticEvent) -> tuple[str, ...]:
    dealer, customer = event.dealer, event.customer
    return (
        *(event.event_id, event.kind, event.occurred_at.isoformat()),
        *(dealer.code, dealer.name, dealer.region, dealer.brand, dealer.time_zone),
        *(customer.id, customer.name, customer.email, customer.phone, customer.language),
        *(customer.vin, customer.model, customer.delivered_on.isoformat(), customer.built_on.isoformat()),
    )
