"""The people that database tests share: one dealer, one customer, one car, one visit, one invitation."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from surveyplat.forms.language import Definition
from surveyplat.forms.progress import progress_of
from surveyplat.forms.rendering import Presentation
from surveyplat.forms.responses import Draft, Visit
from surveyplat.forms.versions import canonical_json, content_hash
from surveyplat.links import make_token, token_hash
from surveyplat.settings import Settings
from surveyplat.storage.database import Database, Unit
from surveyplat.storage.tables import Customer, Dealer, Event, Invitation, QuestionnaireVersion, Vehicle

NOW = datetime(2026, 9, 20, 1, 0, tzinfo=UTC)
_PEOPLE = UUID("00000000-0000-0000-0000-00000000cafe")


@dataclass(frozen=True)
class Invited:
    token: str
    invitation: UUID


async def invite(db: Database, settings: Settings, definition: Definition, number: int = 1) -> Invited:
    """Store customer ``number`` with a car and a visit on 15 September 2026, invited to the study until October."""
    nonce = number.to_bytes(16, "big")
    token = make_token(settings.keys.link, nonce, 1)
    invitation = uuid5(_PEOPLE, f"{definition.study}:{number}")

    def unit() -> Generator[Any, Any, None]:
        yield _definition(definition)
        yield from _visit(number)
        event = yield Event.select(Event.id).where(Event.reference == f"E{number}")
        yield Invitation.insert(
            Invitation(
                id=invitation,
                key=f"{definition.study}:E{number}",
                event=event[0]["id"],
                study=definition.study,
                definition_hash=content_hash(definition),
                nonce=nonce,
                token_hash=token_hash(token),
                language="zh-Hans",
                occasion_on=date(2026, 9, 15),
                send_after=NOW - timedelta(days=2),
                expires_at=NOW + timedelta(days=16),
                created_at=NOW,
            )
        )

    await db.write(unit)
    return Invited(token, invitation)


def _definition(definition: Definition) -> Any:
    version = QuestionnaireVersion(
        content_hash=content_hash(definition),
        study=definition.study,
        version=definition.version,
        body=canonical_json(definition),
        stored_at=NOW,
    )
    return QuestionnaireVersion.insert(version).on_conflict(
        target=QuestionnaireVersion.content_hash, action="DO NOTHING"
    )


def _visit(number: int) -> Generator[Any, Any, None]:
    dealer = Dealer(code="D01", name="示例一店", region="华东", brand="Sample", time_zone="Asia/Shanghai")
    yield Dealer.insert(dealer).on_conflict(target=Dealer.code, action="DO NOTHING")
    yield Customer.insert(Customer(reference=f"C{number}", language="zh-Hans"))
    yield Vehicle.insert(Vehicle(vin=f"LSVAA4187E2{number:06}", model="Aurora"))
    dealers = yield Dealer.select(Dealer.id).where(Dealer.code == "D01")
    customers = yield Customer.select(Customer.id).where(Customer.reference == f"C{number}")
    vehicles = yield Vehicle.select(Vehicle.id).where(Vehicle.vin == f"LSVAA4187E2{number:06}")
    yield Event.insert(
        Event(
            reference=f"E{number}",
            kind="service",
            occurred_on=date(2026, 9, 15),
            dealer=dealers[0]["id"],
            customer=customers[0]["id"],
            vehicle=vehicles[0]["id"],
            content_hash="0" * 64,
            taken_in_at=NOW,
        )
    )


def visit_to(definition: Definition, draft: Draft | None = None, **facts: Any) -> Visit:
    """The visit of somebody asked about a service on 15 September 2026, with other ``facts`` where given."""
    told: dict[str, Any] = {
        "invitation": uuid5(_PEOPLE, definition.study),
        "study": definition.study,
        "definition_hash": content_hash(definition),
        "language": definition.languages[0],
        "occasion_on": date(2026, 9, 15),
        "event_kind": "service",
        "event_on": date(2026, 9, 15),
        "dealer": "示例一店",
        "dealer_code": "D01",
        "region": "华东",
        "brand": "Sample",
        "customer_language": "zh-Hans",
        "model": "Aurora",
        "built_on": None,
        "delivered_on": None,
    }
    return Visit(**told | facts, draft=draft)


def shown_to(
    definition: Definition,
    language: str,
    draft: Draft | None = None,
    *,
    token: str = "A" * 22,
    synthetic: bool = False,
    **facts: Any,
) -> Presentation:
    """The survey as that person's link shows it."""
    visit = visit_to(definition, draft, **facts)
    answers, saved = (draft.answers, draft.pages) if draft else ({}, {})
    progress = progress_of(definition, visit, answers, saved)
    return Presentation(definition, language, f"/s/{token}", synthetic, {}, progress)


def taking_no_writes(engine_name: str) -> Unit[None]:
    """A unit after which the writer's connection takes no writes any more, as when a disk goes read-only."""
    setting = "PRAGMA query_only" if engine_name == "sqlite" else "SET default_transaction_read_only"

    def unit() -> Generator[Any, Any, None]:
        yield Dealer.raw(f"{setting} = on")

    return unit
