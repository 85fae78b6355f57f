"""Sealed reports as witnesses: what each of them proved to be in the audit log when it was published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surveyplat.audit.checkpoint import Checkpoint
from surveyplat.audit.notes import PublicKey
from surveyplat.audit.proofs import AuditLog, check_entry, signed_checkpoint
from surveyplat.errors import ProofError
from surveyplat.reports.sealing import read_seal
from surveyplat.verification.opening import UNREADABLE, bounded, opened


@dataclass(frozen=True)
class Witness:
    """A report's checkpoint of the log, and the entries that it proved to be in it."""

    name: str
    checkpoint: Checkpoint
    entries: tuple[Mapping[str, Any], ...]


def witness_in(name: str, report: bytes, key: PublicKey | None) -> Witness:
    """What a sealed report proves; without ``key`` whoever signed it is believed.

    Raises ``ProofError`` or ``ReportError`` when it proves nothing.
    """
    with bounded():
        apart = opened(report).sealed
    if apart is None:
        raise ProofError(f"{name}: the report is not sealed, and proves nothing of the log")
    seal = read_seal(apart.seal)
    try:
        proofs = seal.document["log"]
        checkpoint = signed_checkpoint(str(proofs["checkpoint"]), key or seal.own_key)
        entries = tuple(check_entry(each, checkpoint) for each in proofs["entries"])
    except UNREADABLE as error:
        raise ProofError(f"{name}: its seal is malformed ({error})") from None
    return Witness(name, checkpoint, entries)


def check_witness(witness: Witness, log: AuditLog) -> None:
    """Raises ``ProofError`` naming the first entry that the log no longer holds as it was published."""
    for entry in sorted(witness.entries, key=lambda entry: int(entry["index"])):
        index, named = int(entry["index"]), f"{entry['kind']} {entry['subject']}"
        if index >= len(log.entries):
            raise ProofError(f"entry {index}: the log ends before it; {witness.name} proves that it was {named}")
        if log.entries[index] != entry:
            held = log.entries[index]
            told = f"the log holds {held['kind']} {held['subject']} of {held['recorded_at']} there"
            raise ProofError(f"entry {index}: {told}; {witness.name} proves {named} of {entry['recorded_at']}")
