"""What the benchmarks fill in: 30 answers made of csi's items, on one page or on several; each invitation its own."""

import json
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count, islice
from uuid import UUID, uuid5

from surveyplat.forms.answers import PageAnswers, answerable, read_page
from surveyplat.forms.items import Item, RatingItem, RecommendationItem
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_study
from surveyplat.forms.responses import Draft, PageSubmission, Visit, receipt_number, response_key, save_page
from surveyplat.forms.versions import content_hash
from surveyplat.links import make_token, token_hash
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import Database, Unit
from surveyplat.storage.tables import Customer, Dealer, Event, Invitation, Response, Vehicle

ANSWERS = 30
LANGUAGE = "zh-Hans"
NOW = datetime(2026, 9, 20, 1, 0, tzinfo=UTC)
_VISIT_ON = date(2026, 9, 15)
_NAMESPACE = UUID("5f0f2c1e-6f38-4c53-9f0e-2b6ad1c6be01")
LINK_KEY = bytes(32)
_BATCH = 500

Work = Generator[AnyQuery, Rows, None]


@dataclass(frozen=True)
class Submissions:
    """A questionnaire and what a browser sends for each page. ``read`` and ``unit`` are what a POST of page 1 does."""

    definition: Definition
    definition_hash: str
    forms: tuple[tuple[tuple[str, str], ...], ...]

    def read(self, fields: Iterable[tuple[str, str]] | None = None) -> PageAnswers:
        """The validation of the first page's fields: the own ones, or those given."""
        sent = self.forms[0] if fields is None else fields
        return read_page(self.definition, self.definition.asked[0], sent, LANGUAGE)

    def unit(self, number: int) -> Unit[Draft]:
        """Validates the page and gives the unit that submits it for invitation ``number``."""
        invitation = invitation_of(number)
        submission = PageSubmission(
            page=self.definition.asked[0].whole,
            answers=self.read(),
            language=LANGUAGE,
            based_on=0,
            seconds=60,
            receipt=receipt_number(LINK_KEY, invitation),
        )
        return save_page(self._visit(invitation), self.definition, submission, NOW)

    def _visit(self, invitation: UUID) -> Visit:
        return Visit(
            invitation=invitation,
            study=self.definition.study,
            definition_hash=self.definition_hash,
            language=LANGUAGE,
            occasion_on=_VISIT_ON,
            event_kind="service",
            event_on=_VISIT_ON,
            dealer="Benchmark",
            dealer_code="D01",
            region="Benchmark",
            brand="Benchmark",
            customer_language=LANGUAGE,
            model="Benchmark",
            built_on=None,
            delivered_on=None,
            draft=None,
        )


def submissions(pages: int = 1) -> Submissions:
    """The items of the shipped csi, some again under another id until there are ``ANSWERS``, spread over ``pages``."""
    csi = load_study("csi")
    items = tuple(islice(_items_for_ever(csi), ANSWERS))
    each = ANSWERS // pages
    groups = [items[first : first + each] for first in range(0, ANSWERS, each)]
    made = tuple(
        csi.pages[0].model_copy(update={"id": f"page{number}", "items": group})
        for number, group in enumerate(groups, 1)
    )
    written = {name: getattr(csi, name) for name in csi.model_fields_set}
    definition = Definition.model_validate(written | {"pages": made})
    return Submissions(definition, content_hash(definition), tuple(_form(definition, group) for group in groups))


def _form(definition: Definition, items: tuple[Item, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((item.id, _value(definition, item, place)) for place, item in enumerate(items))


def _items_for_ever(definition: Definition) -> Iterator[Item]:
    for turn in count():
        for page in definition.asked:
            for item in answerable(page):
                yield item.model_copy(update={"id": f"{item.id}_{turn}"}) if turn else item


def _value(definition: Definition, item: Item, place: int) -> str:
    if isinstance(item, RatingItem | RecommendationItem):
        points = definition.scale_of(item).points
        return str(points[place % len(points)])
    return "等待时间有点长，其他都很好。"


async def store_invitations(db: Database, made: Submissions, amount: int) -> None:
    """Store one service visit and ``amount`` invitations to it, numbered from 0."""
    await invite_to(db, made, await db.write(store_visit), range(amount))


async def invite_to(db: Database, made: Submissions, event: int, numbers: range) -> None:
    """Store an invitation to the event for each of ``numbers``."""
    for batch in _batches(numbers):
        await db.write(partial(_invited, made, event, batch))


async def store_filled(db: Database, made: Submissions, event: int, numbers: range) -> None:
    """Store an invitation for each of ``numbers``, and the complete response to it."""
    for batch in _batches(numbers):
        await db.write(partial(_invited, made, event, batch))
        await db.write(partial(_filled, made, batch))


def token_of(number: int) -> str:
    """The token of invitation ``number``, whose link key is ``LINK_KEY``."""
    return make_token(LINK_KEY, _nonce(number), 1)


def _batches(numbers: range) -> Iterator[range]:
    return (numbers[first : first + _BATCH] for first in range(0, len(numbers), _BATCH))


def store_visit() -> Generator[AnyQuery, Rows, int]:
    """The unit that stores one service visit; its value is the event's id."""
    dealer = Dealer(code="D01", name="Benchmark", region="Benchmark", brand="Benchmark", time_zone="Asia/Shanghai")
    [dealers] = yield Dealer.insert(dealer).returning(Dealer.id)
    [customers] = yield Customer.insert(Customer(reference="C1", language=LANGUAGE)).returning(Customer.id)
    [vehicles] = yield Vehicle.insert(Vehicle(vin="LSVAA4187E2000001", model="Benchmark")).returning(Vehicle.id)
    event = Event(
        reference="E1",
        kind="service",
        occurred_on=_VISIT_ON,
        dealer=dealers["id"],
        customer=customers["id"],
        vehicle=vehicles["id"],
        content_hash="0" * 64,
        taken_in_at=NOW,
    )
    [events] = yield Event.insert(event).returning(Event.id)
    return int(events["id"])


def _invited(made: Submissions, event: int, numbers: range) -> Work:
    yield Invitation.insert(*(_invitation_row(made, event, number) for number in numbers))


def _filled(made: Submissions, numbers: range) -> Work:
    answers = json.dumps(made.read().answers, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    saved = {page.id: {"saved_at": NOW.isoformat(), "seconds": 60} for page in made.definition.asked}
    yield Response.insert(*(_response_row(made, number, answers, json.dumps(saved)) for number in numbers))


def _response_row(made: Submissions, number: int, answers: str, pages: str) -> Response:
    invitation = invitation_of(number)
    return Response(
        id=uuid5(invitation, "response"),
        key=response_key(invitation),
        invitation=invitation,
        study=made.definition.study,
        definition_hash=made.definition_hash,
        source="web",
        language=LANGUAGE,
        state="complete",
        outcome="complete",
        answers=answers,
        pages=pages,
        revision=len(made.forms),
        occasion_on=_VISIT_ON,
        started_at=NOW,
        updated_at=NOW,
        submitted_at=NOW,
        receipt=receipt_number(LINK_KEY, invitation),
    )


def _invitation_row(made: Submissions, event: int, number: int) -> Invitation:
    return Invitation(
        id=invitation_of(number),
        key=f"{made.definition.study}:E{number}",
        event=event,
        study=made.definition.study,
        definition_hash=made.definition_hash,
        nonce=_nonce(number),
        token_hash=token_hash(token_of(number)),
        language=LANGUAGE,
        occasion_on=_VISIT_ON,
        send_after=NOW,
        expires_at=NOW + timedelta(days=18),
        state="sent",
        created_at=NOW,
    )


def _nonce(number: int) -> bytes:
    return number.to_bytes(16, "big")


def invitation_of(number: int) -> UUID:
    """The id of invitation ``number``."""
    return uuid5(_NAMESPACE, str(number))
