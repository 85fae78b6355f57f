"""A password leaves only over an encrypted connection to a server whose certificate was verified."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from fieldwork_cases import NOW, StudyCase, row
from fieldwork_secure_mail import (
    PASSWORD,
    USER,
    Certificate,
    certificate,
    plain_server,
    server_without_login,
    smtps_server,
    starttls_server,
)

from surveyplat.errors import DeliveryError, SettingsError
from surveyplat.fieldwork.delivery import deliver
from surveyplat.fieldwork.invitations import invite
from surveyplat.fieldwork.mail import MailServer, Postbox
from surveyplat.settings import Settings, load_settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Invitation

pytestmark = pytest.mark.anyio

ENCRYPTED = pytest.mark.parametrize(
    ("serving", "scheme"), [(starttls_server, "smtp"), (smtps_server, "smtps")], ids=["starttls", "smtps"]
)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """An authority of one's own, named as such."""
    made = certificate(tmp_path, "authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.public))
    return made


@pytest.fixture
def trusted(tmp_path: Path, authority: Certificate) -> Certificate:
    return certificate(tmp_path, "trusted", issuer=authority)


@pytest.fixture
def self_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    return certificate(tmp_path, "selfsigned")


async def send(url: str) -> None:
    message = EmailMessage()
    message["From"] = "surveys@example.com"
    message["To"] = "person1@example.com"
    message.set_content("text")
    postbox = Postbox(MailServer.from_url(url))
    try:
        await postbox.open()
        await postbox.send(message, "person1@example.com")
    finally:
        await postbox.close()


async def refusal(url: str) -> str:
    with pytest.raises(DeliveryError) as caught:
        await send(url)
    assert not caught.value.permanent
    return str(caught.value)


@ENCRYPTED
async def test_the_login_and_the_message_go_encrypted_to_a_verified_server(
    serving: Callable[..., Any], scheme: str, trusted: Certificate
) -> None:
    async with serving(trusted) as server:
        await send(server.url(scheme))
    assert server.logins == [(USER, PASSWORD, True)]
    assert server.received == [("person1@example.com", True)]


@ENCRYPTED
async def test_a_self_signed_certificate_is_refused_and_the_fix_is_named(
    serving: Callable[..., Any], scheme: str, self_signed: Certificate
) -> None:
    async with serving(self_signed) as server:
        sentence = await refusal(server.url(scheme))
    assert "certificate cannot be verified (self-signed certificate" in sentence
    assert "SSL_CERT_FILE" in sentence
    assert (server.logins, server.received) == ([], [])


@ENCRYPTED
async def test_a_certificate_of_another_host_is_refused(
    serving: Callable[..., Any], scheme: str, authority: Certificate, tmp_path: Path
) -> None:
    async with serving(certificate(tmp_path, "other", address="192.0.2.1", issuer=authority)) as server:
        sentence = await refusal(server.url(scheme))
    assert "not valid for '127.0.0.1'" in sentence
    assert (server.logins, server.received) == ([], [])


async def test_a_self_signed_certificate_is_refused_without_a_password_too(self_signed: Certificate) -> None:
    async with starttls_server(self_signed) as server:
        assert "SSL_CERT_FILE" in await refusal(server.url("smtp", userinfo=""))
    assert server.received == []


async def test_a_password_is_never_sent_to_a_server_without_encryption() -> None:
    async with plain_server() as server:
        sentence = await refusal(server.url("smtp"))
    assert "offers no encryption" in sentence
    assert "password was not sent" in sentence
    assert (server.logins, server.received) == ([], [])


async def test_a_relay_that_needs_no_password_may_do_without_encryption() -> None:
    async with plain_server() as server:
        await send(server.url("smtp", userinfo=""))
    assert (server.logins, server.received) == ([], [("person1@example.com", False)])


@ENCRYPTED
async def test_a_wrong_password_is_said_to_be_wrong_and_not_repeated(
    serving: Callable[..., Any], scheme: str, trusted: Certificate
) -> None:
    async with serving(trusted) as server:
        server.password = "another"
        sentence = await refusal(server.url(scheme))
    assert "does not accept the user and the password (SMTP 535 5.7.8)" in sentence
    assert "SURVEYPLAT_SMTP_URL" in sentence
    assert PASSWORD not in sentence
    assert server.received == []


async def test_a_server_that_asks_for_no_password_is_said_to(trusted: Certificate) -> None:
    async with server_without_login(trusted) as server:
        assert "offers no login with a password" in await refusal(server.url("smtp"))


async def test_invitations_wait_while_the_certificate_is_refused_and_go_once_it_is_trusted(
    db: Database, settings: Settings, take: Any, self_signed: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take([row(1), row(2)])
    await invite(db, StudyCase(), "ab" * 32, settings.keys.link, now=NOW)
    async with starttls_server(self_signed) as server:
        report = await deliver(db, settings, StudyCase(), server.url("smtp"), now=NOW)
        assert report.counts == {"postponed": 2}
        assert report.trouble is not None
        assert "SSL_CERT_FILE" in report.trouble
        monkeypatch.setenv("SSL_CERT_FILE", str(self_signed.public))
        report = await deliver(db, settings, StudyCase(), server.url("smtp"), now=NOW)
    assert (report.counts, report.trouble) == ({"sent": 2}, None)
    assert {made["state"] for made in await db.read(Invitation.select(Invitation.state))} == {"sent"}


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://mail.example.com", 25), ("smtp://u:p@mail.example.com", 587), ("smtps://u:p@mail.example.com", 465)],
)
def test_the_usual_port_is_meant_unless_another_is_named(url: str, port: int) -> None:
    assert MailServer.from_url(url).port == port


@pytest.mark.parametrize(
    "url",
    [
        "smtp://user:s3cret@mail.example.com:many",
        "smtp://user:s3cret@mail.example.com:99999",
        "smtp://user:12#s3cret@mail.example.com",
        "smtp://user:12/s3cret@mail.example.com",
        "smtp://user:12?s3cret@mail.example.com",
        "smtp://user@mail.example.com",
        "smtp://:s3cret@mail.example.com",
        "http://user:s3cret@mail.example.com",
    ],
)
def test_an_address_that_would_be_misread_is_refused_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEYPLAT_SMTP_URL", url)
    with pytest.raises(SettingsError, match="SURVEYPLAT_SMTP_URL") as caught:
        load_settings(_env_file=None)
    assert "s3cret" not in str(caught.value)
    assert "%" in str(caught.value)
