"""The configuration: environment variables and ``.env``, prefix ``SURVEYPLAT_``, each documented once, here.

``load_settings`` reports every malformed setting at once, by its variable's name, with the fix. In development the two
secrets are created once, beside the data, readable by their owner alone; in production they are demanded.
"""

import os
import re
import secrets
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from hmac import digest
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from surveyplat.errors import Fault, SettingsError

PREFIX = "SURVEYPLAT_"
_KEY_BYTES = 32
_SENDER = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
ROLE = re.compile(r"(?!.*[0-9]{5})[a-z][a-z0-9-]{1,39}")
"""A role as the audit log names it: too plain for a mail address, a phone number or a full name."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    environment: Literal["development", "production"] = Field(
        "development", description="production demands the secrets and refuses a set clock"
    )
    database_url: str = Field(
        "sqlite:///surveyplat-data/surveyplat.db",
        description="sqlite:///relative.db, sqlite:////absolute.db or postgresql://user:password@host:port/name",
    )
    data_dir: Path = Field(
        Path("surveyplat-data"),
        description="folder of snapshots, results, reports, quarantined rows, development secrets",
    )
    questionnaires: Path | None = Field(
        None, description="folder of your own questionnaires; a study there goes before the shipped one of its name"
    )
    base_url: str = Field("http://127.0.0.1:8000", description="the address that personal links start with")
    host: str = Field("127.0.0.1", description="address that the server listens on")
    port: int = Field(8000, ge=1, le=65535, description="port that the server listens on")
    workers: int = Field(1, ge=1, le=64, description="worker processes of the server")
    smtp_url: SecretStr | None = Field(
        None,
        description="smtps://user:password@host:port, or smtp://... with STARTTLS, without which no password is sent; "
        "certificates are verified (SSL_CERT_FILE in the environment names an authority of your own); "
        "unset: links are listed",
    )
    mail_from: str = Field("surveys@localhost", description="sender's address of invitations")
    link_key: SecretStr | None = Field(None, description="64 hexadecimal digits; personal links are derived from it")
    data_key: SecretStr | None = Field(None, description="64 hexadecimal digits; wraps the keys of personal data")
    seal_key: SecretStr | None = Field(
        None, description="64 hexadecimal digits; signs checkpoints of the audit log and reports"
    )
    operator: str = Field(
        "operator",
        description="the role of whoever runs commands here, for instance analyst; the audit log names it with what "
        "leaves and with persons read and erased. "
        "Lower-case letters, digits and hyphens: a role, never a person's name",
    )
    clock: datetime | None = Field(None, description="a fixed time with offset, to live a past day (development)")
    synthetic: bool = Field(False, description="true: everything shown says that the data are synthetic")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (a port that is none raises)
        if parts.scheme == "sqlite" and url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
            return url
        if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
            return url
        raise ValueError("write sqlite:///file.db or postgresql://user:password@host:port/name")

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("write an address such as https://survey.example.com")
        return url.rstrip("/")

    @field_validator("host")
    @classmethod
    def _listening_address(cls, host: str) -> str:
        try:
            return str(ip_address(host))
        except ValueError:
            raise ValueError("write an IP address: 127.0.0.1, or 0.0.0.0 for every network of this machine") from None

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, address: str) -> str:
        if not _SENDER.fullmatch(address):
            raise ValueError("write one mail address, such as surveys@example.com")
        return address

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not _is_mail_address(url.get_secret_value()):
            raise ValueError(
                "write smtps://user:password@host:port or smtp://host:port, special characters as in %40 for @"
            )
        return url

    @field_validator("operator")
    @classmethod
    def _role(cls, role: str) -> str:
        if not ROLE.fullmatch(role):
            raise ValueError("write a role in lower-case letters, digits and hyphens, such as data-analyst; no name")
        return role

    @field_validator("link_key", "data_key", "seal_key")
    @classmethod
    def _key_of_32_bytes(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(_from_hex(key.get_secret_value())) != _KEY_BYTES:
            raise ValueError("write 64 hexadecimal digits, for instance from `openssl rand -hex 32`")
        return key

    @field_validator("clock")
    @classmethod
    def _aware(cls, clock: datetime | None) -> datetime | None:
        if clock is not None and clock.tzinfo is None:
            raise ValueError("write the offset too, for instance 2026-10-20T09:00:00+08:00")
        return clock

    @model_validator(mode="after")
    def _production_is_complete(self) -> "Settings":
        if self.environment == "production":
            missing = [name for name in ("link_key", "data_key") if getattr(self, name) is None]
            if missing:
                names = " and ".join(PREFIX + name.upper() for name in missing)
                raise ValueError(f"production needs {names}: 64 hexadecimal digits each, kept outside the data folder")
            if self.clock is not None:
                raise ValueError(f"production runs on the real clock: unset {PREFIX}CLOCK")
        return self

    def now(self) -> datetime:
        """The clock of this instance: the set one, else the real one, in UTC."""
        return (self.clock or datetime.now(UTC)).astimezone(UTC)

    @cached_property
    def keys(self) -> "Keys":
        """The secrets that are set, and in development the created ones in place of those that are not."""
        link, data = (key and _from_hex(key.get_secret_value()) for key in (self.link_key, self.data_key))
        if link and data:
            return Keys(link, data)
        created = _development_secrets(self.data_dir / "secrets.env", ("LINK_KEY", "DATA_KEY"), "old links end")
        return Keys(link or created[0], data or created[1])

    @cached_property
    def seal_seed(self) -> bytes | None:
        """The secret that signs: the set one, or in development a created one; None in production without it."""
        if self.seal_key is not None:
            return _from_hex(self.seal_key.get_secret_value())
        if self.environment == "production":
            return None
        return _development_secrets(self.data_dir / "seal.env", ("SEAL_KEY",), "old signatures are then another's")[0]

    @property
    def signer_name(self) -> str:
        """The name that signatures stand under: the host (and port) of ``base_url``."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]


class Keys:
    """The two secrets, and what is derived from them for one purpose each."""

    def __init__(self, link: bytes, data: bytes) -> None:
        self.link = link
        self.data = data

    def stamp(self) -> bytes:
        """The key of page stamps: HMAC-SHA-256(link key, "page stamp")."""
        return digest(self.link, b"page stamp", sha256)

    def pseudonym(self) -> bytes:
        """The key of pseudonyms in snapshots: HMAC-SHA-256(data key, "pseudonym")."""
        return digest(self.data, b"pseudonym", sha256)

    def __repr__(self) -> str:
        return "Keys(...)"


def load_settings(**overrides: Any) -> Settings:
    """Read the environment and ``.env``. Raises ``SettingsError`` with every fault, by the variable's name."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError([_fault(problem) for problem in error.errors()]) from None
    except UnicodeDecodeError:
        raise SettingsError([Fault("setting", ".env", "the file is not UTF-8 text", "Save it as UTF-8")]) from None


def _fault(problem: Any) -> Fault:
    name = PREFIX + str(problem["loc"][0]).upper() if problem["loc"] else PREFIX + "ENVIRONMENT"
    described = Settings.model_fields[str(problem["loc"][0])].description if problem["loc"] else None
    cause = str(problem["msg"]).removeprefix("Value error, ")
    return Fault("setting", name, cause, f"It means: {described}" if described else "Set it and start again")


def _is_mail_address(url: str) -> bool:
    """Whether nothing in the address can be misread: a password's # or / would end it, and the rest pass for a host."""
    try:
        parts = urlsplit(url)
        whole = parts.port != 0 and parts.path in ("", "/") and not (parts.query or parts.fragment)
    except ValueError:
        return False
    named = bool(parts.username) == bool(parts.password)
    return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and named and whole


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _development_secrets(path: Path, names: tuple[str, ...], loss: str) -> tuple[bytes, ...]:
    """Read development secrets, creating them once; whoever creates the file first wins."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        fix = "Name a folder that can be made and written"
        place = f"{PREFIX}DATA_DIR"
        raise SettingsError([Fault("setting", place, f"{path.parent}: {fault.strerror}", fix)]) from None
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.writelines(f"{PREFIX}{name}={secrets.token_hex(_KEY_BYTES)}\n" for name in names)
        try:
            os.link(draft, path)
        except FileExistsError:
            draft.unlink()
            return _development_secrets(path, names, loss)
        draft.unlink()
    lines = dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").split() if "=" in line)
    keys = tuple(_from_hex(lines.get(PREFIX + name, "")) for name in names)
    if any(len(key) != _KEY_BYTES for key in keys):
        cause, fix = "the development secrets are damaged", f"Restore it, or delete it: {loss}"
        raise SettingsError([Fault("secrets", str(path), cause, fix)])
    return keys
