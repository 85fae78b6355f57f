"""Sending the invitations that are due by mail, each once.

An invitation is claimed in the database before its message leaves, so that two processes never send it twice. A process
that dies in between leaves the claim: whether that message arrived is unknown, and it is not sent again.
"""

from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Literal

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream
from piccolo.query.functions.aggregate import Count

from surveyplat.errors import DeliveryError, DeliveryUnsure
from surveyplat.fieldwork.contact_rules import Study
from surveyplat.fieldwork.mail import MailServer, Postbox
from surveyplat.fieldwork.messages import Letter, compose
from surveyplat.fieldwork.outbox import State, Waiting, move, settle, waiting
from surveyplat.fieldwork.people import Vault
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Invitation

CONNECTIONS = 4
"""Connections to the mail server at once."""
Handed = Literal["sent", "refused", "postponed", "unsure", "taken", "without_mail", "unreadable"]
"""``taken``: another process was faster; ``unreadable``: the customer's personal data cannot be opened."""

_TO_SEND: tuple[State, ...] = ("created",)


@dataclass
class DeliveryReport:
    """What became of the invitations of one run.

    ``interrupted`` counts messages that an earlier run had begun to send: perhaps delivered, not sent again.
    ``trouble`` is the first reason why the server could not be used.
    """

    counts: Counter[Handed] = field(default_factory=Counter)
    interrupted: int = 0
    trouble: str | None = None


@dataclass(frozen=True)
class _Run:
    db: Database
    settings: Settings
    study: Study
    server: MailServer
    now: datetime
    report: DeliveryReport


async def deliver(db: Database, settings: Settings, study: Study, smtp_url: str, *, now: datetime) -> DeliveryReport:
    """Mail every invitation of ``study`` that is due, not yet sent and whose customer has an address.

    A refused message never stops the others; what the server could not take now is tried again by the next run.
    """
    run = _Run(db, settings, study, MailServer.from_url(smtp_url), now, DeliveryReport())
    run.report.interrupted = await _begun(db, study.study)
    sender, receiver = anyio.create_memory_object_stream[Waiting](0)
    async with anyio.create_task_group() as tasks:
        for _ in range(CONNECTIONS):
            tasks.start_soon(_work, run, receiver.clone())
        receiver.close()
        people = waiting(db, Vault(settings.keys.data), study.study, now=now, states=_TO_SEND)
        async with sender, aclosing(people):
            async for item in people:
                obstacle = _obstacle(item)
                if obstacle is not None:
                    run.report.counts[obstacle] += 1
                    continue
                try:
                    await sender.send(item)
                except anyio.BrokenResourceError:  # no connection is left
                    run.report.counts["postponed"] += 1
    return run.report


def _obstacle(item: Waiting) -> Handed | None:
    if item.person is None:
        return "unreadable"
    return None if item.person.email else "without_mail"


async def _work(run: _Run, items: MemoryObjectReceiveStream[Waiting]) -> None:
    """Send what comes, over one connection; end when the server cannot be used."""
    postbox = Postbox(run.server)
    try:
        async with items:
            async for item in items:
                try:
                    await postbox.open()
                except DeliveryError as error:
                    run.report.counts["postponed"] += 1
                    run.report.trouble = run.report.trouble or str(error)
                    return
                run.report.counts[await _send(run, postbox, item)] += 1
    finally:
        with anyio.CancelScope(shield=True):
            await postbox.close()


async def _send(run: _Run, postbox: Postbox, item: Waiting) -> Handed:
    message = _message(run, item)
    if not await move(run.db, [item.id], _TO_SEND, "sending", now=run.now):
        return "taken"
    state: State = "sent"
    handed: Handed = "sent"
    failure = None
    try:
        await postbox.send(message, str(message["To"]))
    except DeliveryUnsure as error:
        state, handed, failure = "sending", "unsure", str(error)
    except DeliveryError as error:
        state, handed = ("failed", "refused") if error.permanent else ("created", "postponed")
        failure = str(error)
    with anyio.CancelScope(shield=True):
        await settle(run.db, item.id, state, now=run.now, failure=failure)
    return handed


def _message(run: _Run, item: Waiting) -> EmailMessage:
    person = item.person
    if person is None:
        raise ValueError("an invitation without a person cannot be written")
    letter = Letter(
        invitation=item.id,
        generation=item.generation,
        language=item.language,
        title=run.study.title.get(item.language) or run.study.title[run.study.languages[0]],
        name=person.name,
        kind=item.kind,
        occurred_on=item.occurred_on,
        dealer=item.dealer,
        model=item.model,
        minutes=run.study.minutes,
        last_day=item.last_day(),
        link=item.link(run.settings.keys.link, run.settings.base_url),
        synthetic=run.settings.synthetic,
    )
    return compose(letter, sender=run.settings.mail_from, recipient=person.email, now=run.now)


async def _begun(db: Database, study: str) -> int:
    query = Invitation.select(Count()).where(Invitation.study == study, Invitation.state == "sending")
    return int((await db.read(query))[0]["count"])
