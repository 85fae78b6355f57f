"""Signed notes: a text whose last lines are Ed25519 signatures, each with its signer's name.

The format is C2SP's "signed-note", which Go's checksum database and transparency logs speak too, so that an auditor
needs no program of ours: the text, an empty line, then ``— name base64(key id · signature)``. A key is written
``name+key id+base64(1 · public key)``; its id is the beginning of SHA-256 over name, line end, 1 and the public key.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as MalformedBase64
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from surveyplat.errors import Fault, ProofError, SettingsError
from surveyplat.settings import Settings

_ED25519 = b"\x01"
_ID_BYTES = 4
_KEY_BYTES = 32
_NAME = re.compile(r"[^\s+\x00-\x1f]+")


@dataclass(frozen=True)
class PublicKey:
    """Who signs, and the Ed25519 key (32 bytes) that proves it."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, text: str) -> "PublicKey":
        """Read ``name+id+base64``. Raises ``ProofError`` when it is none, or its id is not that of the key."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        content = _decoded(encoded)
        if not _NAME.fullmatch(name) or content[:1] != _ED25519 or len(content) != 1 + _KEY_BYTES:
            raise ProofError("key: this is no public key. Write it as `surveyplat audit key` prints it")
        key = cls(name, content[1:])
        if key.id.hex() != key_id:
            raise ProofError(f"key: its id is {key_id}, and this name and key have {key.id.hex()}. Copy it whole")
        return key

    @cached_property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:_ID_BYTES]

    @property
    def fingerprint(self) -> str:
        """Its name and id: enough to tell whether a key that came from elsewhere is this one."""
        return f"{self.name}+{self.id.hex()}"

    def __str__(self) -> str:
        return f"{self.fingerprint}+{b64encode(_ED25519 + self.key).decode()}"

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def signer_of(settings: Settings) -> "Signer":
    """Who signs for this instance. Raises ``SettingsError`` when production has no key for it."""
    if settings.seal_seed is None:
        cause, fix = "nothing can be signed without it", "Set it to 64 hexadecimal digits"
        raise SettingsError([Fault("setting", "SURVEYPLAT_SEAL_KEY", cause, fix)])
    return Signer(settings.signer_name, settings.seal_seed)


class Signer:
    """A name with its secret key: a seed of 32 bytes. The same text is always signed the same."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not _NAME.fullmatch(name):
            raise ProofError(f"{name!r} cannot sign: a name has no spaces and no +")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(name, self._private.public_key().public_bytes_raw())

    def signature(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def note(self, text: str) -> str:
        """The signed note of a text that ends with a line end."""
        signed = b64encode(self.public.id + self.signature(text.encode())).decode()
        return f"{text}\n— {self.public.name} {signed}\n"

    def __repr__(self) -> str:
        return f"Signer({self.public.name})"


@dataclass(frozen=True)
class Note:
    """A note as it was read: its text, and a (name, key id, signature) for each signer."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def is_signed_by(self, key: PublicKey) -> bool:
        message = self.text.encode()
        return any(
            name == key.name and key_id == key.id and key.has_signed(message, signature)
            for name, key_id, signature in self.signatures
        )


def read_note(note: str) -> Note:
    """Take a note apart. Raises ``ProofError`` when it is none; whether its signatures are true is asked afterwards."""
    text, separator, lines = note.rpartition("\n\n")
    found = [re.fullmatch(r"— (\S+) (\S+)", line) for line in lines.splitlines()]
    if not separator or not found or not all(found):
        raise ProofError("note: this is no signed text. It ends with an empty line and a line that begins with —")
    signatures = [(match[1], _decoded(match[2])) for match in found if match]
    return Note(f"{text}\n", tuple((name, signed[:_ID_BYTES], signed[_ID_BYTES:]) for name, signed in signatures))


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (MalformedBase64, ValueError):
        return b""
