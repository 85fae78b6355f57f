"""What the writer's benchmark stores: one page of 30 answers made of csi's items, each for an invitation of its own."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count, islice
from uuid import UUID, uuid5

from surveyplat.forms.answers import PageAnswers, answerable, read_page
from surveyplat.forms.language import Definition, Item, RatingItem, RecommendationItem
from surveyplat.forms.loading import load_study
from surveyplat.forms.responses import Draft, PageSubmission, Visit, receipt_number, save_page
from surveyplat.forms.versions import content_hash
from surveyplat.links import make_token, token_hash
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import Database, Unit
from surveyplat.storage.tables import Customer, Dealer, Event, Invitation, Vehicle

ANSWERS = 30
LANGUAGE = "zh-Hans"
_NOW = datetime(2026, 9, 20, 1, 0, tzinfo=UTC)
_VISIT_ON = date(2026, 9, 15)
_NAMESPACE = UUID("5f0f2c1e-6f38-4c53-9f0e-2b6ad1c6be01")
_LINK_KEY = bytes(32)
_BATCH = 500

Work = Generator[AnyQuery, Rows, None]


@dataclass(frozen=True)
class Submissions:
    """The questionnaire of one page and what a browser sends for it. ``read`` and ``unit`` are what a POST does."""

    definition: Definition
    definition_hash: str
    fields: tuple[tuple[str, str], ...]

    def read(self) -> PageAnswers:
        """The validation of the page's fields."""
        return read_page(self.definition, self.definition.pages[0], self.fields, LANGUAGE)

    def unit(self, number: int) -> Unit[Draft]:
        """Validates the page and gives the unit that submits it for invitation ``number``."""
        invitation = _invitation(number)
        submission = PageSubmission(
            page=self.definition.pages[0].id,
            answers=self.read(),
            language=LANGUAGE,
            based_on=0,
            seconds=60,
            receipt=receipt_number(_LINK_KEY, invitation),
        )
        return save_page(self._visit(invitation), self.definition, submission, _NOW)

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
            model="Benchmark",
            draft=None,
        )


def submissions() -> Submissions:
    """All items of the shipped csi on one page, some of them again under another id until there are ``ANSWERS``."""
    csi = load_study("csi")
    items = tuple(islice(_items_for_ever(csi), ANSWERS))
    page = csi.pages[0].model_copy(update={"items": items})
    definition = csi.model_copy(update={"pages": (page,)})
    fields = tuple((item.id, _value(definition, item, place)) for place, item in enumerate(items))
    return Submissions(definition, content_hash(definition), fields)


def _items_for_ever(definition: Definition) -> Iterator[Item]:
    for turn in count():
        for page in definition.pages:
            for item in answerable(page):
                yield item.model_copy(update={"id": f"{item.id}_{turn}"}) if turn else item


def _value(definition: Definition, item: Item, place: int) -> str:
    if isinstance(item, RatingItem | RecommendationItem):
        points = definition.scale_of(item).points
        return str(points[place % len(points)])
    return "等待时间有点长，其他都很好。"


async def store_invitations(db: Database, made: Submissions, amount: int) -> None:
    """Store one service visit and ``amount`` invitations to it, numbered from 0."""
    event = await db.write(_visit)
    for first in range(0, amount, _BATCH):
        numbers = range(first, min(first + _BATCH, amount))
        await db.write(partial(_invited, made, event, numbers))


def _visit() -> Generator[AnyQuery, Rows, int]:
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
        taken_in_at=_NOW,
    )
    [events] = yield Event.insert(event).returning(Event.id)
    return int(events["id"])


def _invited(made: Submissions, event: int, numbers: range) -> Work:
    yield Invitation.insert(*(_invitation_row(made, event, number) for number in numbers))


def _invitation_row(made: Submissions, event: int, number: int) -> Invitation:
    nonce = number.to_bytes(16, "big")
    return Invitation(
        id=_invitation(number),
        key=f"{made.definition.study}:E{number}",
        event=event,
        study=made.definition.study,
        definition_hash=made.definition_hash,
        nonce=nonce,
        token_hash=token_hash(make_token(_LINK_KEY, nonce, 1)),
        language=LANGUAGE,
        occasion_on=_VISIT_ON,
        send_after=_NOW,
        expires_at=_NOW + timedelta(days=18),
        state="sent",
        created_at=_NOW,
    )


def _invitation(number: int) -> UUID:
    return uuid5(_NAMESPACE, str(number))
