"""Intake from a file, and a real mail server, for the fieldwork tests."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
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
        return await intake(db, vault, path, now=now, data_dir=settings.data_dir)

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
            server.transport.abort()
        return self.data_answer


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServerAtWork]:
    at_work = MailServerAtWork()
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: SMTP(at_work), "127.0.0.1", 0) as server:
        at_work.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield at_work


@pytest.fixture
def unused_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
