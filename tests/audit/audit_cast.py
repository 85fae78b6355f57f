"""A small questionnaire with every type of item, and a dealer group whose customers answered it."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from surveyplat.audit.canonical import canonical_json as canonical_text
from surveyplat.audit.periods import parse_period
from surveyplat.fieldwork.people import Person, Vault
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.forms.versions import canonical_json, content_hash
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import (
    Customer,
    CustomerContact,
    Dealer,
    Event,
    Invitation,
    QuestionnaireVersion,
    Response,
    Vehicle,
)

QUARTER = parse_period("2026-Q3")
IN_TIME = datetime(2026, 9, 20, tzinfo=UTC)
AFTERWARDS = datetime(2026, 11, 1, tzinfo=UTC)
_NAMESPACE = UUID("00000000-0000-0000-0000-0000000000a0")

_YAML = """
surveyplat: 1
study: visit
version: "{version}"
title: {{en: Your visit}}
languages: [en]
minutes: 2
introduction: {{en: Please tell us}}
thanks: {{en: Thank you}}
scales:
  ten: {{minimum: 1, maximum: 10, labels: {{1: {{en: worst}}, 10: {{en: best}}}}, dont_know: {{en: Cannot say}}}}
pages:
  - id: service
    title: {{en: Service}}
    items:
      - {{id: courtesy, type: rating, scale: ten, text: {{en: Courtesy}}}}
      - {{id: speed, type: rating, scale: ten, text: {{en: Speed}}}}
      - id: reason
        type: single
        text: {{en: Reason}}
        choices: [{{code: repair, text: {{en: Repair}}}}, {{code: check, text: {{en: Check}}}}]
      - id: extras
        type: multiple
        text: {{en: Extras}}
        choices: [{{code: wash, text: {{en: Wash}}}}, {{code: loan, text: {{en: Loan car}}}}]
  - id: car
    title: {{en: Your car}}
    items:
      - id: climate
        type: problems
        category: climate
        text: {{en: Climate}}
        problems:
          - {{id: climate_noise, kind: malfunction, text: {{en: Noise}}}}
          - {{id: climate_knob, kind: design, text: {{en: Knob}}}}
      - id: recommend
        type: recommendation
        text: {{en: Recommend}}
        labels: {{0: {{en: never}}, 10: {{en: surely}}}}
      - {{id: comment, type: text, multiline: true, max_length: 500, text: {{en: Comment}}}}
measurement:
  categories: {{climate: {{en: Climate}}}}
  recommend: recommend
fieldwork: {{trigger: service, delay_days: 3, expires_days: 14, occasion: event}}
"""


def questionnaire(version: str = "1") -> Definition:
    return definition_from_yaml(_YAML.format(version=version).encode(), "visit.yaml")


@dataclass(frozen=True)
class Answered:
    """One customer's visit and what became of the questionnaire; ``answers`` None: invited, nothing begun."""

    number: int
    answers: Mapping[str, Any] | None = field(default_factory=lambda: {"courtesy": 8})
    pages: Sequence[str] = ("service", "car")
    state: str = "complete"
    outcome: str | None = "complete"
    submitted_at: datetime = IN_TIME
    occasion_on: date = date(2026, 9, 15)
    model: str = "Aurora"
    built_on: date | None = None
    person: Person = field(default_factory=Person)
    definition: Definition = field(default_factory=questionnaire)


async def store(db: Database, settings: Settings, visits: Sequence[Answered]) -> None:
    """Two dealers and all that ``visits`` say, in their order."""

    def unit() -> Generator[Any, Any, None]:
        for code in ("D1", "D2"):
            dealer = Dealer(code=code, name=f"Dealer {code}", region="East", brand="Sample", time_zone="Asia/Shanghai")
            yield Dealer.insert(dealer).on_conflict(target=Dealer.code, action="DO NOTHING")
        for visit in visits:
            yield from _visit(settings, visit)

    await db.write(unit)


def _visit(settings: Settings, visit: Answered) -> Generator[Any, Any, None]:
    number, reference = visit.number, f"C{visit.number}"
    dealers = yield Dealer.select(Dealer.id).where(Dealer.code == f"D{1 + number % 2}")
    customers = yield Customer.insert(Customer(reference=reference, language="en")).returning(Customer.id)
    vehicle = Vehicle(vin=f"LSVAA4187E2{number:06}", model=visit.model, built_on=visit.built_on)
    vehicles = yield Vehicle.insert(vehicle).returning(Vehicle.id)
    if visit.person.known():
        sealed = Vault(settings.keys.data).seal(reference, visit.person)
        yield CustomerContact.insert(
            CustomerContact(
                customer=customers[0]["id"],
                wrapped_key=sealed.wrapped_key,
                ciphertext=sealed.ciphertext,
                updated_at=IN_TIME,
            )
        )
    event = Event(
        reference=f"E{number}",
        kind="service",
        occurred_on=visit.occasion_on,
        dealer=dealers[0]["id"],
        customer=customers[0]["id"],
        vehicle=vehicles[0]["id"],
        content_hash="0" * 64,
        taken_in_at=IN_TIME,
    )
    events = yield Event.insert(event).returning(Event.id)
    yield from _version(visit.definition)
    yield from _response(visit, events[0]["id"])


def _version(definition: Definition) -> Generator[Any, Any, None]:
    version = QuestionnaireVersion(
        content_hash=content_hash(definition),
        study=definition.study,
        version=definition.version,
        body=canonical_json(definition),
        stored_at=IN_TIME,
    )
    yield QuestionnaireVersion.insert(version).on_conflict(
        target=QuestionnaireVersion.content_hash, action="DO NOTHING"
    )


def _response(visit: Answered, event: int) -> Generator[Any, Any, None]:
    definition, name = visit.definition, f"{visit.definition.study}:E{visit.number}"
    invitation = uuid5(_NAMESPACE, name)
    yield Invitation.insert(
        Invitation(
            id=invitation,
            key=name,
            event=event,
            study=definition.study,
            definition_hash=content_hash(definition),
            nonce=visit.number.to_bytes(16, "big"),
            token_hash=f"{visit.number:064}",
            language="en",
            occasion_on=visit.occasion_on,
            send_after=IN_TIME,
            expires_at=AFTERWARDS,
            created_at=IN_TIME,
        )
    )
    if visit.answers is None:
        return
    complete = visit.state == "complete"
    yield Response.insert(
        Response(
            id=uuid5(_NAMESPACE, f"response {name}"),
            key=f"invitation:{invitation}",
            invitation=invitation,
            study=definition.study,
            definition_hash=content_hash(definition),
            source="web",
            language="en",
            state=visit.state,
            outcome=visit.outcome if complete else None,
            answers=canonical_text(visit.answers),
            pages=canonical_text({page: {"saved_at": IN_TIME.isoformat(), "seconds": 20} for page in visit.pages}),
            occasion_on=visit.occasion_on,
            started_at=IN_TIME,
            updated_at=IN_TIME,
            submitted_at=visit.submitted_at if complete else None,
        )
    )
