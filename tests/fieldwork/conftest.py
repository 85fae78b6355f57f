"""Intake from a file, and a real mail server, for the fieldwork tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from fieldwork_cases import NOW, StudyCase, csv_text

from surveyplat.fieldwork.contact_rules import Study
from surveyplat.fieldwork.events import IntakeReport, intake
from surveyplat.fieldwork.people import Vault
from surveyplat.settings import Settings
from surveyplat.storage.database import Database


@pytest.fixture
def study() -> Study:
    return StudyCase()


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return Vault(settings.keys.data)


Take = Callable[..., Any]


@pytest.fixture
def take(db: Database, settings: Settings, vault: Vault, tmp_path: Path) -> Take:
    """Take rows (or a file's bytes) in, as a file."""

    async def taken(content: bytes | Sequence[Mapping[str, str]], *, now: datetime = NOW) -> IntakeReport:
        path = tmp_path / "events.csv"
        path.write_bytes(content if isinstance(content, bytes) else csv_text(content).encode())
        return await intake(db, vault, path, now=now, quarantine_dir=settings.data_dir / "quarantine")

    return taken


@dataclass
class MailServerAtWork:
    """A real SMTP server in this process. ``refusals`` maps a recipient to the answer to its RCPT."""

    url: str = ""
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 taken"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=default)
            self.received.append((envelope.rcpt_tos[0], message))
        elif self.data_answer == "hang up":
            session.peer_closed = True
            server.transport.abort()
        return self.data_answer


@pytest.fixture
def mail_server() -> Iterator[MailServerAtWork]:
    at_work = MailServerAtWork()
    controller = Controller(at_work, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        at_work.url = f"smtp://127.0.0.1:{controller.server.sockets[0].getsockname()[1]}"
        yield at_work
    finally:
        controller.stop()
