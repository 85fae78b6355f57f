"""Mail servers that encrypt and ask for a password, with certificates made here."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

USER, PASSWORD = "surveys@example.com", "p@ss/word: 100 %"
USERINFO = "surveys%40example.com:p%40ss%2Fword%3A%20100%20%25"
"""The same in an address."""


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key; ``file`` holds both, ``public`` the certificate alone."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    file: Path
    public: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context


def certificate(
    folder: Path, name: str, *, address: str = "127.0.0.1", issuer: Certificate | None = None
) -> Certificate:
    """A certificate for ``address``, signed by ``issuer``, else by itself; valid from yesterday for a month."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else key
    yesterday = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(yesterday)
        .not_valid_after(yesterday + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(_usage(authority=issuer is None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    public, file = folder / f"{name}.crt", folder / f"{name}.pem"
    public.write_bytes(made.public_bytes(Encoding.PEM))
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    return Certificate(made, key, file, public)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass
class SecureServer:
    """What the server saw: each login with whether it came encrypted, and each message's recipient likewise."""

    port: int = 0
    password: str = PASSWORD
    logins: list[tuple[str, str, bool]] = field(default_factory=list)
    received: list[tuple[str, bool]] = field(default_factory=list)

    def url(self, scheme: str, userinfo: str = USERINFO) -> str:
        return f"{scheme}://{userinfo}{'@' if userinfo else ''}127.0.0.1:{self.port}"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        login, password = given.login.decode(), given.password.decode()
        self.logins.append((login, password, _is_encrypted(server)))
        return AuthResult(success=(login, password) == (USER, self.password), handled=False)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.received.append((envelope.rcpt_tos[0], _is_encrypted(server)))
        return "250 taken"


def _is_encrypted(server: Any) -> bool:
    return server.transport.get_extra_info("sslcontext") is not None


@asynccontextmanager
async def starttls_server(shown: Certificate) -> AsyncIterator[SecureServer]:
    """Takes nothing before STARTTLS, and no message without a login."""
    context = shown.server_context()
    async with _serving({"tls_context": context, "require_starttls": True, "auth_required": True}) as server:
        yield server


@asynccontextmanager
async def smtps_server(shown: Certificate) -> AsyncIterator[SecureServer]:
    """Encrypted from the first byte, which aiosmtpd does not know of: so it offers the login whatever it thinks."""
    async with _serving({"auth_require_tls": False}, shown.server_context()) as server:
        yield server


@asynccontextmanager
async def server_without_login(shown: Certificate) -> AsyncIterator[SecureServer]:
    """Encrypts, and knows no passwords."""
    options = {"tls_context": shown.server_context(), "auth_exclude_mechanism": ["LOGIN", "PLAIN"]}
    async with _serving(options) as server:
        yield server


@asynccontextmanager
async def plain_server() -> AsyncIterator[SecureServer]:
    """Offers no encryption, and would take a password all the same."""
    async with _serving({"auth_require_tls": False}) as server:
        yield server


@asynccontextmanager
async def _serving(options: dict[str, Any], context: ssl.SSLContext | None = None) -> AsyncIterator[SecureServer]:
    at_work = SecureServer()

    def connected() -> SMTP:
        return SMTP(at_work, authenticator=at_work.authenticate, hostname="localhost", **options)

    async with await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0, ssl=context) as server:
        at_work.port = server.sockets[0].getsockname()[1]
        yield at_work
