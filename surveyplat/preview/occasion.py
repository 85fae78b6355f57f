"""The one synthetic occasion of a preview: a person, a dealer, a vehicle, and an invitation without any answer yet."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from surveyplat.forms.language import Definition
from surveyplat.forms.stored import store_definition
from surveyplat.forms.versions import content_hash
from surveyplat.links import NONCE_BYTES, make_token, token_hash
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Customer, Dealer, Event, Invitation, QuotaCount, Response, Vehicle

_NONCE = bytes(NONCE_BYTES)
"""Always the same, so that the link stays as it is: the key that it is derived from lives for one preview only."""
_REFERENCE = "PREVIEW"
_OPEN_FOR = timedelta(days=366)
_AGE_WHEN_DELIVERED = timedelta(days=60)


@dataclass(frozen=True)
class Visitor:
    """Who looks at the questionnaire, and what the texts call the brand, the model and the dealer."""

    language: str
    brand: str
    model: str
    dealer: str


def preview_token(link_key: bytes) -> str:
    """The token of the preview's only link."""
    return make_token(link_key, _NONCE, 1)


async def begin(db: Database, definition: Definition, visitor: Visitor, link_key: bytes, now: datetime) -> None:
    """Store the definition and invite the visitor to it; answers given so far are thrown away."""
    await db.write(store_definition(definition, now))
    happened = now.date() - timedelta(days=definition.fieldwork.delay_days)

    def unit() -> Generator[Any, list[dict[str, Any]], None]:
        for table in (Response, QuotaCount, Invitation, Event, Vehicle, Customer, Dealer):
            yield table.delete(force=True)
        yield from _event(definition, visitor, happened, now)
        events = yield Event.select(Event.id)
        yield Invitation.insert(_invitation(definition, visitor, events[0]["id"], link_key, happened, now))

    await db.write(unit)


def _event(
    definition: Definition, visitor: Visitor, happened: date, now: datetime
) -> Generator[Any, list[dict[str, Any]], None]:
    yield Dealer.insert(
        Dealer(code="D01", name=visitor.dealer, region="Preview", brand=visitor.brand, time_zone="Asia/Shanghai")
    )
    yield Customer.insert(Customer(reference=_REFERENCE, language=visitor.language))
    built = happened - _AGE_WHEN_DELIVERED
    yield Vehicle.insert(Vehicle(vin="LSVAA4187E2000001", model=visitor.model, built_on=built, delivered_on=happened))
    dealers = yield Dealer.select(Dealer.id)
    customers = yield Customer.select(Customer.id)
    vehicles = yield Vehicle.select(Vehicle.id)
    yield Event.insert(
        Event(
            reference=_REFERENCE,
            kind=definition.fieldwork.trigger,
            occurred_on=happened,
            dealer=dealers[0]["id"],
            customer=customers[0]["id"],
            vehicle=vehicles[0]["id"],
            content_hash="0" * 64,
            taken_in_at=now,
        )
    )


def _invitation(
    definition: Definition, visitor: Visitor, event: int, link_key: bytes, happened: date, now: datetime
) -> Invitation:
    return Invitation(
        id=uuid4(),
        key=_REFERENCE,
        event=event,
        study=definition.study,
        definition_hash=content_hash(definition),
        nonce=_NONCE,
        token_hash=token_hash(preview_token(link_key)),
        language=visitor.language,
        occasion_on=happened,
        send_after=now,
        expires_at=now + _OPEN_FOR,
        created_at=now,
    )
