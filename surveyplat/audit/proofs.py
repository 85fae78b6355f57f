"""What the audit log proves: read from the database, written as one document, checked without either.

A proof document is JSON: what it proves, the hashes on the way, and the signed checkpoint that they lead to.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from surveyplat.audit.checkpoint import Checkpoint, checkpoint_of
from surveyplat.audit.log import leaf_hash
from surveyplat.audit.notes import PublicKey, Signer, read_note
from surveyplat.audit.tree import consistency_proof, inclusion_proof, is_consistent, root_from_inclusion, root_hash
from surveyplat.errors import ProofError
from surveyplat.storage.database import Database
from surveyplat.storage.tables import AuditEntry

FROZEN = ("period_frozen", "period_corrected")
"""The kinds of entries that record which rows a period is frozen as."""


@dataclass(frozen=True)
class AuditLog:
    """The entries as they are stored, in order, and their leaf hashes, each of which was recomputed."""

    entries: tuple[Mapping[str, Any], ...]
    leaves: tuple[bytes, ...]

    def checkpoint(self, signer: Signer, size: int | None = None) -> str:
        """The signed checkpoint of the first ``size`` entries, of all of them by default."""
        count = len(self.leaves) if size is None else size
        if not 0 <= count <= len(self.leaves):
            raise ProofError(f"size {count}: the log has {len(self.leaves)} entries")
        return signer.note(checkpoint_of(signer.public.name, self.leaves[:count]).text)

    def recorded(self, size: int) -> dict[str, Any]:
        """The log as of its first ``size`` entries, unsigned: size, and root in hexadecimal."""
        return {"size": size, "root": root_hash(self.leaves[:size]).hex()}

    def inclusion(self, index: int, signer: Signer) -> dict[str, Any]:
        """The proof that the log holds the entry ``index``. Raises ``ProofError`` when it does not."""
        hashes = _hex(inclusion_proof(self.leaves, index))
        return {
            "proves": "inclusion",
            "entry": dict(self.entries[index]),
            "hashes": hashes,
            "checkpoint": self.checkpoint(signer),
        }

    def proofs(self, indices: Collection[int], signer: Signer, beginning: int = 0) -> dict[str, Any]:
        """Proofs that the log holds several entries, and how it began, all against one signed checkpoint.

        The checkpoint is of the log up to the last of these entries, so that it is the same whenever it is made.
        ``beginning`` is the size of an earlier state of the log, whose root the proof leads from.
        """
        size = max((beginning, *(index + 1 for index in indices)))
        leaves = self.leaves[:size]
        return {
            "beginning": _hex(consistency_proof(leaves, beginning)),
            "checkpoint": self.checkpoint(signer, size),
            "entries": [
                {"entry": dict(self.entries[index]), "hashes": _hex(inclusion_proof(leaves, index))}
                for index in sorted(set(indices))
            ],
        }

    def frozen_as(self, subject: str, manifest_hash: str) -> int:
        """The number of the entry that froze a period with a manifest. Raises ``ProofError`` when there is none."""
        for entry in self.entries:
            if is_freeze_of(entry, subject, manifest_hash):
                return int(entry["index"])
        raise ProofError(f"the log has no entry that {subject} was frozen with the manifest {manifest_hash}")

    def index_of(self, kind: str, subject: str) -> int:
        """The number of the first entry of a kind about a subject. Raises ``ProofError`` when there is none."""
        for entry in self.entries:
            if (entry["kind"], entry["subject"]) == (kind, subject):
                return int(entry["index"])
        raise ProofError(f"the log has no entry {kind} {subject}")

    def check_kept(self, origin: str, kept: Collection[Checkpoint]) -> None:
        """That the log begins with every checkpoint that somebody kept.

        Raises ``ProofError`` naming the entries among which the first wrong one is: the more checkpoints, the fewer.
        """
        sound = 0
        for before in sorted(kept, key=lambda checkpoint: checkpoint.size):
            _check_same_log(before, checkpoint_of(origin, self.leaves))
            if root_hash(self.leaves[: before.size]) != before.root:
                last = before.size - 1
                among = f"entry {last}" if last == sound else f"one of the entries {sound} to {last}"
                raise ProofError(f"{among} is not what it was at the checkpoint of {before.size} entries")
            sound = before.size

    def consistency(self, before: Checkpoint, signer: Signer) -> dict[str, Any]:
        """The proof that this log begins with the one of an earlier checkpoint."""
        return {
            "proves": "consistency",
            "size_before": before.size,
            "hashes": _hex(consistency_proof(self.leaves, before.size)),
            "checkpoint": self.checkpoint(signer),
        }


def is_freeze_of(entry: Mapping[str, Any], subject: str, manifest_hash: str) -> bool:
    """Whether an entry records that a period was frozen, at first or corrected, with the manifest of this hash."""
    named = entry["kind"] in FROZEN and entry["subject"] == subject
    return named and entry["payload"].get("manifest_hash") == manifest_hash


async def read_log(db: Database) -> AuditLog:
    """The whole log. Raises ``ProofError`` at the first entry that is absent, doubled, or not what it was."""
    rows = await db.read(AuditEntry.select().order_by(AuditEntry.index))
    entries, leaves = [], []
    for place, row in enumerate(rows):
        if row["index"] != place:
            raise ProofError(f"entry {place}: it is absent from the log; the next one is {row['index']}")
        entry = _entry(row)
        found = leaf_of(entry)
        if found.hex() != row["leaf_hash"]:
            raise ProofError(f"entry {place} ({row['kind']} {row['subject']}): it is not what was recorded")
        entries.append(entry)
        leaves.append(found)
    return AuditLog(tuple(entries), tuple(leaves))


def leaf_of(entry: Mapping[str, Any]) -> bytes:
    """The leaf hash of an entry as a proof tells it. Raises ``ProofError`` when it is malformed."""
    try:
        when = datetime.fromisoformat(entry["recorded_at"])
        return bytes.fromhex(leaf_hash(entry["index"], when, entry["kind"], entry["subject"], entry["payload"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ProofError(f"entry: it is no entry of an audit log ({error})") from None


def signed_checkpoint(note: str, key: PublicKey | None) -> Checkpoint:
    """The checkpoint in a note. Raises ``ProofError`` unless ``key``, when given, has signed it under its name."""
    read = read_note(note)
    checkpoint = Checkpoint.parse(read.text)
    if key is not None and not (checkpoint.origin == key.name and read.is_signed_by(key)):
        raise ProofError(f"checkpoint of {checkpoint.origin}: {key.name} has not signed it with the given key")
    return checkpoint


def check_inclusion(document: Mapping[str, Any], key: PublicKey | None) -> Checkpoint:
    """The checkpoint that provably holds the document's entry. Raises ``ProofError`` otherwise."""
    checkpoint = signed_checkpoint(_text(document, "checkpoint"), key)
    check_entry(document, checkpoint)
    return checkpoint


def check_entry(document: Mapping[str, Any], checkpoint: Checkpoint) -> Mapping[str, Any]:
    """The document's entry, when its hashes prove that the checkpoint holds it. Raises ``ProofError`` otherwise."""
    entry = document.get("entry")
    if not isinstance(entry, Mapping):
        raise ProofError("proof: it holds no entry")
    leaf, index = leaf_of(entry), entry["index"]
    if not isinstance(index, int):
        raise ProofError(f"entry {index!r}: its number is none")
    if root_from_inclusion(leaf, index, checkpoint.size, hashes_in(document)) != checkpoint.root:
        raise ProofError(f"entry {index} ({entry['kind']} {entry['subject']}): it is not in the checkpoint's log")
    return entry


def check_consistency(document: Mapping[str, Any], before: Checkpoint, key: PublicKey | None) -> Checkpoint:
    """The later checkpoint whose log provably begins with ``before``'s. Raises ``ProofError`` otherwise."""
    after = signed_checkpoint(_text(document, "checkpoint"), key)
    check_beginning(before, after, hashes_in(document))
    return after


def check_beginning(before: Checkpoint, after: Checkpoint, hashes: Sequence[bytes]) -> None:
    """That the later log begins with the earlier one, by a proof of consistency. Raises ``ProofError`` otherwise."""
    _check_same_log(before, after)
    if not is_consistent(before.size, before.root, after.size, after.root, hashes):
        raise ProofError(
            f"the log of {after.size} entries does not begin with the {before.size} of the earlier checkpoint: "
            "entries were changed or taken away since"
        )


def _check_same_log(before: Checkpoint, after: Checkpoint) -> None:
    """That both are of one log, which has not become shorter."""
    if before.origin != after.origin:
        raise ProofError(f"checkpoint of {before.origin}: the other one is of {after.origin}, which is another log")
    if before.size > after.size:
        gone = f"entries {after.size} to {before.size - 1} were taken away"
        raise ProofError(f"the log has {after.size} entries, and the earlier checkpoint is of {before.size}: {gone}")


def read_proof(text: str) -> dict[str, Any]:
    """Raises ``ProofError`` when the text is no proof document."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ProofError(f"proof: it is not JSON ({error})") from None
    if not isinstance(document, dict) or document.get("proves") not in ("inclusion", "consistency"):
        raise ProofError(
            "proof: it proves neither inclusion nor consistency. `surveyplat audit prove` writes such a file"
        )
    return document


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "index": row["index"],
        "recorded_at": row["recorded_at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": row["kind"],
        "subject": row["subject"],
        "payload": json.loads(row["payload"]),
    }


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


def hashes_in(document: Mapping[str, Any], name: str = "hashes") -> list[bytes]:
    """The hashes that a proof holds under a name. Raises ``ProofError`` when they are none."""
    try:
        return [bytes.fromhex(each) for each in document[name]]
    except (KeyError, TypeError, ValueError):
        raise ProofError(f"proof: its {name} are no list of hexadecimal numbers") from None


def _text(document: Mapping[str, Any], name: str) -> str:
    text = document.get(name)
    if not isinstance(text, str):
        raise ProofError(f"proof: it holds no {name}")
    return text
