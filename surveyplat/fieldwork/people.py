"""Personal data of a customer, sealed under a key of the subject's own.

Each record has a random 256-bit key; that key is wrapped with the instance's data key. Both layers are AES-256-GCM and
bind the customer's reference, so that a record copied to another customer does not open. Without the wrapped key the
ciphertext is noise: deleting the row makes what it held unreadable, but for backups that hold the row.
"""

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import digest
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveyplat.errors import PersonSealed

_NONCE_BYTES = 12
_KEY_BITS = 256


@dataclass(frozen=True, slots=True)
class Person:
    """Who a customer is. An unknown part is empty. The representation shows nothing, for logs and tracebacks."""

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    def known(self) -> bool:
        return bool(self.name or self.email or self.phone)

    def reachable(self) -> bool:
        return bool(self.email or self.phone)


@dataclass(frozen=True, slots=True)
class SealedPerson:
    """The two columns of a stored contact: nonce and ciphertext of the key, nonce and ciphertext of the data."""

    wrapped_key: bytes
    ciphertext: bytes


class Vault:
    """Seals and opens personal data with one instance's data key (32 bytes)."""

    def __init__(self, data_key: bytes) -> None:
        self._wrapping = AESGCM(data_key)
        self._fingerprint_key = digest(data_key, b"event content", sha256)
        self._tombstone_key = digest(data_key, b"erased reference", sha256)

    def seal(self, reference: str, person: Person) -> SealedPerson:
        """Seal ``person`` for the customer ``reference`` under a fresh key; twice the same person gives two texts."""
        key = AESGCM.generate_key(_KEY_BITS)
        text = json.dumps(
            {"name": person.name, "email": person.email, "phone": person.phone}, ensure_ascii=False
        ).encode("utf-8")
        return SealedPerson(
            wrapped_key=_encrypt(self._wrapping, key, _bound("key", reference)),
            ciphertext=_encrypt(AESGCM(key), text, _bound("person", reference)),
        )

    def open(self, reference: str, sealed: SealedPerson) -> Person:
        """Open what ``seal`` made. Raises ``PersonSealed`` when the key, the record or the reference is another."""
        try:
            key = _decrypt(self._wrapping, sealed.wrapped_key, _bound("key", reference))
            text = _decrypt(AESGCM(key), sealed.ciphertext, _bound("person", reference))
        except (InvalidTag, ValueError):
            raise PersonSealed(
                f"The personal data of customer {reference!r} cannot be opened: they were altered, or sealed under "
                "another data key. Restore the data key of this instance"
            ) from None
        return Person(**json.loads(text))

    def fingerprint(self, text: str) -> str:
        """HMAC-SHA-256 of ``text``, 64 hexadecimal digits; keyed, for texts that a plain hash would let one guess."""
        return digest(self._fingerprint_key, text.encode("utf-8"), sha256).hex()

    def tombstone(self, kind: Literal["customer", "event"], reference: str) -> str:
        """What may be kept of an erased reference: its HMAC-SHA-256, 64 hexadecimal digits."""
        return digest(self._tombstone_key, f"{kind}|{reference}".encode(), sha256).hex()

    def __repr__(self) -> str:
        return "Vault(...)"


def _bound(layer: str, reference: str) -> bytes:
    return f"{layer}\0{reference}".encode()


def _encrypt(cipher: AESGCM, text: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, text, bound)


def _decrypt(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
