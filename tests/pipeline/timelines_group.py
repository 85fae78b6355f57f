"""Twenty-four dealers of whom customers answer for nine months, stored in a real database."""

import calendar
from collections.abc import Generator
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import numpy as np

from surveyplat.audit.canonical import canonical_json as canonical_text
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.forms.versions import canonical_json, content_hash
from surveyplat.storage.database import Database
from surveyplat.storage.tables import (
    Customer,
    Dealer,
    Event,
    Invitation,
    QuestionnaireVersion,
    Response,
)

ITEMS = ("greeted", "heard", "told", "mended", "clean", "quick")
DEALERS = tuple(f"D{number:02}" for number in range(1, 25))
SMALL = "D24"
TREATED = DEALERS[:8]
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3")
A_MONTH_TOO = "2026-07"
"""Frozen beside the quarters, which hold more of the months that an effect is asked of."""
NOW = datetime(2026, 11, 1, tzinfo=UTC)
A_MONTH = 14
"""Answers of a dealer in a month; the small one has one."""

_RATINGS = "\n".join(f"      - {{id: {item}, type: rating, scale: ten, text: {{en: Was it {item}}}}}" for item in ITEMS)
YAML = f"""
surveyplat: 1
study: visits
version: "1"
title: {{en: Your visit}}
languages: [en]
minutes: 2
introduction: {{en: Please tell us}}
thanks: {{en: Thank you}}
scales:
  ten: {{minimum: 1, maximum: 10, labels: {{1: {{en: worst}}, 10: {{en: best}}}}}}
pages:
  - id: service
    title: {{en: Service}}
    items:
{_RATINGS}
  - id: car
    title: {{en: Your car}}
    items:
      - id: climate
        type: problems
        category: climate
        text: {{en: Climate}}
        problems:
          - {{id: noise, kind: malfunction, text: {{en: Noise}}}}
          - {{id: knob, kind: design, text: {{en: Knob}}}}
measurement:
  categories: {{climate: {{en: Climate}}}}
  indices:
    - id: visits
      title: {{en: Visits}}
      total: 1000
      usable_share: 0.5
      weights_source: equal
      factors:
        - {{id: people, title: {{en: People}}, weight: 1, items: [greeted, heard, told]}}
        - {{id: work, title: {{en: Work}}, weight: 1, items: [mended, clean, quick]}}
fieldwork: {{trigger: service, delay_days: 3, expires_days: 14, occasion: event}}
"""


def questionnaire() -> Definition:
    return definition_from_yaml(YAML.encode(), "visits.yaml")


class Group:
    """Answers of nine months: every dealer at its own level, the treated ones better from July on."""

    def __init__(self) -> None:
        self.definition = questionnaire()
        self.rng = np.random.default_rng(11)
        self.visits = [
            (dealer, date(2026, month, 1 + (number * 3 + place) % calendar.monthrange(2026, month)[1]))
            for place, dealer in enumerate(DEALERS)
            for month in range(1, 10)
            for number in range(1 if dealer == SMALL else A_MONTH)
        ]

    def answers(self, dealer: str, day: date) -> dict[str, Any]:
        level = 6.0 + 0.06 * DEALERS.index(dealer) + (1.0 if dealer in TREATED and day.month >= 7 else 0.0)
        factors = np.repeat(level + self.rng.normal() + 0.8 * self.rng.normal(size=2), 3)
        points = np.clip(np.rint(factors + self.rng.normal(size=6)), 1, 10).astype(int).tolist()
        ticked = [name for name, rate in (("noise", 0.4), ("knob", 0.3)) if self.rng.random() < rate]
        return {**dict(zip(ITEMS, points, strict=True)), "climate": ticked}

    async def store(self, db: Database) -> None:
        await db.write(self._unit([QuestionnaireVersion(**self._version())]))
        region = {"region": "East", "brand": "Sample", "time_zone": "Asia/Shanghai"}
        await db.write(self._unit([Dealer(code=code, name=code, **region) for code in DEALERS]))
        dealers = {row["code"]: row["id"] for row in await db.read(Dealer.select(Dealer.id, Dealer.code))}
        references = [f"C{number:05}" for number in range(len(self.visits))]
        await self._insert(db, [Customer(reference=name, language="en") for name in references])
        customers = [row["id"] for row in await db.read(Customer.select(Customer.id).order_by(Customer.reference))]
        await self._insert(db, [self._event(number, dealers, customers) for number in range(len(self.visits))])
        events = [row["id"] for row in await db.read(Event.select(Event.id).order_by(Event.reference))]
        await self._insert(db, [self._invitation(number, event) for number, event in enumerate(events)])
        await self._insert(db, [self._response(number) for number in range(len(self.visits))])

    async def _insert(self, db: Database, rows: list[Any]) -> None:
        for start in range(0, len(rows), 400):
            await db.write(self._unit(rows[start : start + 400]))

    def _unit(self, rows: list[Any]) -> Any:
        def unit() -> Generator[Any, Any, None]:
            yield type(rows[0]).insert(*rows)

        return unit

    def _version(self) -> dict[str, Any]:
        held = self.definition
        body = {"content_hash": content_hash(held), "body": canonical_json(held)}
        return {**body, "study": "visits", "version": "1", "stored_at": NOW}

    def _event(self, number: int, dealers: dict[str, int], customers: list[int]) -> Event:
        dealer, day = self.visits[number]
        return Event(
            reference=f"E{number:05}",
            kind="service",
            occurred_on=day,
            dealer=dealers[dealer],
            customer=customers[number],
            content_hash="0" * 64,
            taken_in_at=NOW,
        )

    def _invitation(self, number: int, event: int) -> Invitation:
        return Invitation(
            id=uuid5(NAMESPACE_OID, f"invitation {number}"),
            key=f"visits:E{number:05}",
            event=event,
            study="visits",
            definition_hash=content_hash(self.definition),
            nonce=number.to_bytes(16, "big"),
            token_hash=f"{number:064}",
            language="en",
            occasion_on=self.visits[number][1],
            send_after=NOW,
            expires_at=NOW,
            created_at=NOW,
        )

    def _response(self, number: int) -> Response:
        dealer, day = self.visits[number]
        submitted = datetime(day.year, day.month, day.day, tzinfo=UTC)
        pages = {page: {"saved_at": submitted.isoformat(), "seconds": 20} for page in ("service", "car")}
        return Response(
            id=uuid5(NAMESPACE_OID, f"response {number}"),
            key=f"invitation:{number}",
            invitation=uuid5(NAMESPACE_OID, f"invitation {number}"),
            study="visits",
            definition_hash=content_hash(self.definition),
            source="web",
            language="en",
            state="complete",
            outcome="complete",
            answers=canonical_text(self.answers(dealer, day)),
            pages=canonical_text(pages),
            occasion_on=day,
            started_at=submitted,
            updated_at=submitted,
            submitted_at=submitted,
        )
