"""One SMTP connection: connects, hands over messages, and sorts failures by what they allow to be done next.

A certificate is always verified, where encryption is offered too, and a password leaves only over an encrypted
connection. The authorities are OpenSSL's own; the environment variable SSL_CERT_FILE names another file of them.

The server's own words never leave this file, because they repeat the recipient's address; its codes do.
"""

import re
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
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
    """Where mail goes: ``encrypted`` from the first byte, else upgraded with STARTTLS, on which a password insists."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    encrypted: bool

    @classmethod
    def from_url(cls, url: str) -> "MailServer":
        """Read ``smtp://user:password@host:port`` or ``smtps://...``.

        Unless said, the port is 465 for ``smtps``, 587 for a login (submission, RFC 6409), else 25.
        """
        parts = urlsplit(url)
        encrypted = parts.scheme == "smtps"
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        usual = 465 if encrypted else 587 if user else 25
        return cls(parts.hostname or "localhost", parts.port or usual, user, password, encrypted)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Postbox:
    """A connection that is opened when it is needed and opened again after it broke."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client = _client_of(server)

    async def open(self) -> None:
        """Connect and log in. Raises ``DeliveryError`` that names the server, the fault and what to look at."""
        if self._client.is_connected:
            return
        self._client = _client_of(self._server)
        try:
            await self._client.connect()
            if self._server.user is not None:
                await self._log_in(self._server.user, self._server.password or "")
        except (SMTPException, OSError) as error:
            raise self._give_up(*_obstacle(error)) from None

    async def _log_in(self, user: str, password: str) -> None:
        if self._client.get_transport_info("sslcontext") is None:
            fix = "write smtps:// or another port in SURVEYPLAT_SMTP_URL, or no user and password"
            raise self._give_up("offers no encryption, so the password was not sent", fix)
        await self._client.ehlo()
        if not self._client.supported_auth_methods:
            fix = "write another port in SURVEYPLAT_SMTP_URL, or no user and password"
            raise self._give_up("offers no login with a password", fix)
        await self._client.login(user, password)

    def _give_up(self, cause: str, fix: str) -> DeliveryError:
        """Let go of the connection; gives what to raise."""
        self._client.close()
        sentence = f"The mail server {self._server} {cause}. Nothing was lost: {fix}, then run the command again"
        return DeliveryError(sentence, permanent=False)

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
    """A client that upgrades with STARTTLS when that is offered, and does not log in by itself."""
    return SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.encrypted,
        local_hostname="localhost",
        timeout=_TIMEOUT_SECONDS,
    )


def _obstacle(error: Exception) -> tuple[str, str]:
    """Why a connection cannot be used, and what to look at."""
    untrusted = next((it for it in (error, error.__cause__) if isinstance(it, ssl.SSLCertVerificationError)), None)
    if untrusted is not None:
        cause = f"cannot be trusted: its certificate cannot be verified ({untrusted.verify_message.rstrip('.')})"
        fix = "check the host's name in SURVEYPLAT_SMTP_URL, or name your own authority's certificate in SSL_CERT_FILE"
        return cause, fix
    if isinstance(error, SMTPAuthenticationError):
        return f"does not accept the user and the password ({_described(error)})", "check them in SURVEYPLAT_SMTP_URL"
    return f"cannot be used ({_described(error)})", "check SURVEYPLAT_SMTP_URL"


def _is_about_recipient(error: SMTPResponseException) -> bool:
    """Whether the same message can never arrive. A matter of policy (5.7, 530) is the operator's to mend."""
    return 500 <= error.code < 600 and error.code != 530 and not error.message.startswith("5.7.")


def _described(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        enhanced = _ENHANCED_CODE.match(error.message)
        return f"SMTP {error.code} {enhanced[0]}" if enhanced else f"SMTP {error.code}"
    return type(error).__name__
