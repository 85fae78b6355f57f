"""Salted commitments: how the audit log speaks of a person without saying who.

A commitment is SHA-256 of a random salt of 32 bytes and the canonical JSON of ``{"reference": ...}``. Whoever has the
salt can show whom an entry is about; the log does not, and without it a commitment cannot be guessed.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from surveyplat.audit.canonical import canonical_json
from surveyplat.audit.checkpoint import Checkpoint
from surveyplat.audit.notes import PublicKey
from surveyplat.audit.proofs import AuditLog, check_inclusion, leaf_of
from surveyplat.errors import ProofError

READ, ERASED = "personal_data_read", "person_erased"
"""The kinds of entries about persons; their subject is the commitment."""
_SALT_BYTES = 32


def fresh_salt() -> bytes:
    """32 random bytes: with them a commitment can be opened, without them nobody can guess it."""
    return secrets.token_bytes(_SALT_BYTES)


def commitment(salt: bytes, reference: str) -> str:
    """64 hexadecimal digits."""
    return sha256(salt + canonical_json({"reference": reference}).encode()).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """What shows that an entry of the log is about a person: kept by the operator, or handed to the person.

    ``proof`` is the proof of inclusion, None where nothing signs, and before the entry is made.
    """

    kind: str
    reference: str = field(repr=False)
    salt: bytes = field(repr=False)
    proof: Mapping[str, Any] | None = None

    @property
    def subject(self) -> str:
        """What the log calls the person in this one entry."""
        return commitment(self.salt, self.reference)

    def document(self) -> dict[str, Any]:
        """The receipt as JSON values."""
        return {"receipt": self.kind, "reference": self.reference, "salt": self.salt.hex(), "proof": self.proof}

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read a receipt. Raises ``ProofError`` when the text is none."""
        try:
            told = json.loads(text)
            kind, reference, salt, proof = (told[name] for name in ("receipt", "reference", "salt", "proof"))
            receipt = cls(kind, reference, bytes.fromhex(salt), proof)
        except (ValueError, TypeError, KeyError):
            raise ProofError(
                "receipt: this is none. `surveyplat person erase --receipt FILE` writes such a file"
            ) from None
        if kind not in (READ, ERASED) or not isinstance(reference, str) or len(receipt.salt) != _SALT_BYTES:
            raise ProofError("receipt: its kind, reference or salt is malformed. Take the file as it was written")
        return receipt


def check_receipt(receipt: Receipt, key: PublicKey | None) -> Checkpoint:
    """The checkpoint whose log provably holds the receipt's entry. Raises ``ProofError`` otherwise."""
    proof = receipt.proof
    if not isinstance(proof, Mapping):
        raise ProofError("receipt: it holds no proof. Check it with --log, against the database")
    reached = check_inclusion(proof, key)
    _demand_about(receipt, proof["entry"])
    return reached


def check_in_log(receipt: Receipt, log: AuditLog) -> Mapping[str, Any]:
    """The receipt's entry in the log as it is now. Raises ``ProofError`` when it is absent or another."""
    entry = log.entries[log.index_of(receipt.kind, receipt.subject)]
    if receipt.proof is not None and leaf_of(receipt.proof["entry"]) != leaf_of(entry):
        raise ProofError(f"entry {entry['index']}: the log tells it otherwise than the receipt")
    return entry


def _demand_about(receipt: Receipt, entry: Mapping[str, Any]) -> None:
    if (entry["kind"], entry["subject"]) != (receipt.kind, receipt.subject):
        raise ProofError(
            f"entry {entry['index']}: it is not about this reference and salt. Take the receipt as it was written"
        )
