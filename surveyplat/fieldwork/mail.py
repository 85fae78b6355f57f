"""One SMTP connection: connects, hands over messages, and sorts failures by what they allow to be done next.

The server's own words never leave this file, because they repeat the recipient's address; its codes do.
"""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from surveyplat.errors import DeliveryError, DeliveryUnsure

_TIMEOUT_SECONDS = 30
_ENHANCED_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class MailServer:
    """Where mail goes: ``encrypted`` from the first byte, or upgraded when the server offers STARTTLS."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    encrypted: bool

    @classmethod
    def from_url(cls, url: str) -> "MailServer":
        """Read ``smtp://user:password@host:port`` or ``smtps://...``; ports 25 and 465 unless said."""
        parts = urlsplit(url)
        encrypted = parts.scheme == "smtps"
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        return cls(parts.hostname or "localhost", parts.port or (465 if encrypted else 25), user, password, encrypted)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Postbox:
    """A connection that is opened when it is needed and opened again after it broke."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client = _client_of(server)

    async def open(self) -> None:
        """Connect and log in. Raises ``DeliveryError`` that names the server and the setting to look at."""
        if self._client.is_connected:
            return
        self._client = _client_of(self._server)
        try:
            await self._client.connect()
        except (SMTPException, OSError) as error:
            raise DeliveryError(
                f"The mail server {self._server} cannot be used ({_described(error)}). Nothing was lost: check "
                "SURVEYPLAT_SMTP_URL, then run the command again",
                permanent=False,
            ) from None

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand over one message. Raises ``DeliveryError``, or ``DeliveryUnsure`` when the server may have taken it."""
        sender = parseaddr(str(message["From"]))[1]
        try:
            await self._client.mail(sender)
            await self._client.rcpt(recipient)
        except (SMTPException, OSError) as error:
            await self._start_over()
            refused = isinstance(error, SMTPRecipientRefused) and _is_about_recipient(error)
            raise DeliveryError(f"The mail server refused: {_described(error)}", permanent=refused) from None
        await self._hand_over(message.as_bytes())

    async def _hand_over(self, content: bytes) -> None:
        try:
            await self._client.data(content)
        except SMTPResponseException as error:
            await self._start_over()
            raise DeliveryError(
                f"The mail server refused the message: {_described(error)}", permanent=_is_about_recipient(error)
            ) from None
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
            self._client.close()
            raise DeliveryUnsure(f"The mail server went away while taking the message ({_described(error)})") from None

    async def close(self) -> None:
        try:
            if self._client.is_connected:
                await self._client.quit()
        except (SMTPException, OSError):
            self._client.close()

    async def _start_over(self) -> None:
        """Leave the transaction that failed; a connection that cannot is closed, and opened again for the next one."""
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            self._client.close()


def _client_of(server: MailServer) -> SMTP:
    return SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.encrypted,
        local_hostname="localhost",
        timeout=_TIMEOUT_SECONDS,
    )


def _is_about_recipient(error: SMTPResponseException) -> bool:
    """Whether the same message can never arrive. A matter of policy (5.7, 530) is the operator's to mend."""
    return 500 <= error.code < 600 and error.code != 530 and not error.message.startswith("5.7.")


def _described(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        enhanced = _ENHANCED_CODE.match(error.message)
        return f"SMTP {error.code} {enhanced[0]}" if enhanced else f"SMTP {error.code}"
    return type(error).__name__
