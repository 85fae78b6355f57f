"""What a seal says: who signed which bytes, made from which bundle, and that what it rests on is in the audit log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from surveyplat.audit.canonical import canonical_json
from surveyplat.audit.checkpoint import Checkpoint
from surveyplat.audit.notes import Note, PublicKey, Signer, read_note
from surveyplat.audit.proofs import (
    AuditLog,
    check_beginning,
    check_entry,
    hashes_in,
    is_freeze_of,
    signed_checkpoint,
)
from surveyplat.errors import ProofError
from surveyplat.reports.bundle import Bundle, bundle_hash
from surveyplat.reports.foundations import Frozen, document_of, foundations, printed_entries
from surveyplat.reports.seal import Sealed, sealed

VERSION = 2


@dataclass(frozen=True)
class Proved:
    """What a seal proves: the log's entry of every frozen period that the report rests on, its own first."""

    freezes: tuple[Mapping[str, Any], ...]
    checkpoint: Checkpoint


def prove_foundations(log: AuditLog, bundle: Bundle, signer: Signer) -> dict[str, Any]:
    """Proofs, against one signed checkpoint, of every freeze that the report rests on and every entry that it prints.

    Reports of one period in one language rest on the same, whichever dealer they are for. Raises ``ProofError`` when
    the log holds no such freeze.
    """
    document = document_of(bundle)
    indices = {log.frozen_as(each.subject, each.manifest_hash) for each in foundations(document)}
    indices |= {int(entry["index"]) for entry in printed_entries(document)}
    return log.proofs(indices, signer, bundle.log["size"] if bundle.log else 0)


def seal_report(made: bytes, bundle: Bundle, proofs: Mapping[str, Any], signer: Signer) -> bytes:
    """The report with its seal: a signed note of its bytes and its bundle, the signer's key, and ``proofs``.

    The same report, log and key give the same bytes.
    """
    note = signer.note(_statement(made, bundle_hash(bundle)))
    document = {"key": str(signer.public), "log": proofs, "report": note, "seal": VERSION}
    return sealed(made, canonical_json(document).encode())


@dataclass(frozen=True)
class Seal:
    """A seal as it was read; nothing of it is believed yet."""

    document: Mapping[str, Any]
    note: Note
    own_key: PublicKey
    """The key that it brings with it: it shows who signed only to whom it is known from elsewhere."""


def seal_version(text: bytes) -> int | None:
    """Which seals it is one of; None when it is none."""
    try:
        version = json.loads(text).get("seal")
    except (ValueError, AttributeError, RecursionError):
        return None
    return version if isinstance(version, int) else None


def read_seal(text: bytes) -> Seal:
    """Raises ``ProofError`` when it is no seal that this program reads."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProofError(f"seal: it is not JSON ({error})") from None
    if not isinstance(document, dict) or document.get("seal") != VERSION:
        raise ProofError(f"seal: this program reads seals of version {VERSION}, and this is none")
    return Seal(document, read_note(str(document.get("report"))), PublicKey.parse(str(document.get("key"))))


def check_seal(apart: Sealed, bundle: bytes, key: PublicKey) -> Proved:
    """What the seal of a report proves, whose attached ``bundle`` is read as it stands in the file.

    Raises ``ProofError`` or ``ReportError`` naming the first thing that is not so.
    """
    seal = read_seal(apart.seal)
    if not seal.note.is_signed_by(key):
        raise ProofError(f"seal: {key.name} has not signed this report with the key {key.fingerprint}")
    if seal.note.text != _statement(apart.made, sha256(bundle).hexdigest()):
        raise ProofError("seal: it was signed for other bytes: the report was changed, or the seal is another one's")
    document = json.loads(bundle)
    named = document.get("key_name")
    if named and named != key.fingerprint:
        raise ProofError(f"seal: it is by {key.fingerprint}, and the report says that {named} seals it")
    return _check_log(seal.document.get("log"), document, key)


def _check_log(proofs: Any, document: Mapping[str, Any], key: PublicKey) -> Proved:
    if not isinstance(proofs, Mapping) or not isinstance(proofs.get("entries"), list):
        raise ProofError("seal: it holds no proofs of the freezes")
    checkpoint = signed_checkpoint(str(proofs.get("checkpoint")), key)
    _check_log_told(document.get("log"), checkpoint, proofs)
    freezes = tuple(_freeze(each, proofs["entries"], checkpoint) for each in foundations(document))
    for entry in printed_entries(document):
        _check_printed(entry, proofs["entries"], checkpoint)
    return Proved(freezes, checkpoint)


def _check_log_told(told: Mapping[str, Any] | None, checkpoint: Checkpoint, proofs: Mapping[str, Any]) -> None:
    """That the log whose size and root the report prints is the beginning of the checkpoint's."""
    if told is not None:
        before = Checkpoint(checkpoint.origin, int(told["size"]), bytes.fromhex(str(told["root"])))
        check_beginning(before, checkpoint, hashes_in(proofs, "beginning"))


def _freeze(frozen: Frozen, entries: list[Any], checkpoint: Checkpoint) -> Mapping[str, Any]:
    """The proved entry of a freeze. Raises ``ProofError`` naming the period whose proof fails."""
    held = next((each for each in entries if _is_of(each, frozen)), None)
    if held is None:
        raise ProofError(f"seal: {frozen.subject}: it proves no freeze with the manifest that the report is made from")
    try:
        entry = check_entry(held, checkpoint)
    except ProofError as error:
        raise ProofError(f"seal: {frozen.subject}: its freeze is not proved: {error}") from None
    if entry["payload"].get("rows_hash") != frozen.rows_hash:
        raise ProofError(f"seal: {frozen.subject}: the report names other rows than those that were frozen")
    return entry


def _is_of(proof: Any, frozen: Frozen) -> bool:
    try:
        return is_freeze_of(proof["entry"], frozen.subject, frozen.manifest_hash)
    except (TypeError, KeyError, AttributeError):
        return False


def _check_printed(entry: Mapping[str, Any], entries: list[Any], checkpoint: Checkpoint) -> None:
    told = f"entry {entry.get('index')} ({entry.get('kind')} {entry.get('subject')})"
    held = next((each for each in entries if isinstance(each, Mapping) and each.get("entry") == entry), None)
    if held is None:
        raise ProofError(f"seal: {told} is printed, and the seal does not prove that the log holds it")
    check_entry(held, checkpoint)


def _statement(made: bytes, hashed_bundle: str) -> str:
    lines = ("surveyplat report", hashed_bundle, sha256(made).hexdigest(), str(len(made)))
    return "\n".join(lines) + "\n"
