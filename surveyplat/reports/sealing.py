"""What a seal says: who signed which bytes, made from which bundle, and that the freeze stands in the audit log."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from surveyplat.audit.canonical import canonical_json
from surveyplat.audit.notes import PublicKey, Signer, read_note
from surveyplat.audit.proofs import check_inclusion
from surveyplat.errors import ProofError
from surveyplat.reports.bundle import Bundle, bundle_hash
from surveyplat.reports.seal import Sealed, sealed

FREEZE = "period_frozen"


def seal_report(made: bytes, bundle: Bundle, freeze: Mapping[str, Any], signer: Signer) -> bytes:
    """The report with its seal: a signed note of its bytes and its bundle, and the proof ``freeze`` of inclusion.

    The same report, log and key give the same bytes.
    """
    document = {"freeze": freeze, "report": signer.note(_statement(made, bundle)), "seal": 1}
    return sealed(made, canonical_json(document).encode())


def check_seal(apart: Sealed, bundle: Bundle, key: PublicKey) -> Mapping[str, Any]:
    """The entry of the freeze that the seal proves. Raises ``ProofError`` naming the first thing that is not so."""
    document = _document(apart.seal)
    note = read_note(str(document.get("report")))
    if not note.is_signed_by(key):
        raise ProofError(f"seal: {key.name} has not signed this report with the given key")
    if note.text != _statement(apart.made, bundle):
        raise ProofError("seal: it was signed for other bytes: the report was changed, or the seal is another one's")
    freeze = document.get("freeze")
    if not isinstance(freeze, Mapping):
        raise ProofError("seal: it holds no proof of the freeze")
    check_inclusion(freeze, key)
    entry: Mapping[str, Any] = freeze["entry"]
    _check_entry(entry, bundle)
    return entry


def _statement(made: bytes, bundle: Bundle) -> str:
    lines = ("surveyplat report", bundle_hash(bundle), sha256(made).hexdigest(), str(len(made)))
    return "\n".join(lines) + "\n"


def _check_entry(entry: Mapping[str, Any], bundle: Bundle) -> None:
    """That the proved entry froze what the bundle is made from."""
    subject = f"{bundle.study}:{bundle.period}"
    if (entry["kind"], entry["subject"]) != (FREEZE, subject):
        raise ProofError(f"seal: it proves {entry['kind']} {entry['subject']}, not the freeze of {subject}")
    frozen = entry["payload"].get("manifest_hash")
    if frozen != _manifest_hash(bundle):
        raise ProofError(f"seal: the manifest is not the one that was frozen for {subject}")


def _manifest_hash(bundle: Bundle) -> str:
    """An extract's own word for it, which nobody but the signer can have put there: the seal covers the bundle."""
    if not bundle.has_whole_manifest:
        return str(bundle.manifest.get("manifest_hash"))
    return sha256(canonical_json(bundle.manifest).encode()).hexdigest()


def _document(seal: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(seal)
    except ValueError as error:
        raise ProofError(f"seal: it is not JSON ({error})") from None
    if not isinstance(document, Mapping) or document.get("seal") != 1:
        raise ProofError("seal: this program reads seals of version 1, and this is none")
    return document
