"""The audit log: every entry has the next index and a leaf hash, from which a tree can prove what was said when."""

from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from surveyplat.audit.canonical import canonical_json
from surveyplat.storage.tables import AuditEntry

_LEAF = b"\x00"
"""The prefix that sets a leaf apart from an inner node (RFC 6962, 2.1)."""


def leaf_hash(index: int, recorded_at: datetime, kind: str, subject: str, payload: Mapping[str, Any]) -> str:
    """SHA-256 of a zero byte and the entry's canonical JSON, 64 hexadecimal digits."""
    entry = {
        "index": index,
        "recorded_at": recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": kind,
        "subject": subject,
        "payload": payload,
    }
    return sha256(_LEAF + canonical_json(entry).encode()).hexdigest()


def append_entry(
    kind: str, subject: str, payload: Mapping[str, Any], now: datetime
) -> Generator[Any, list[dict[str, Any]], int]:
    """Append an entry inside a unit of work (``index = yield from append_entry(...)``) and give its index.

    The writer runs one batch at a time for all processes, so the next index is taken without a gap. ``payload`` is JSON
    without floating-point numbers and without personal data.
    """
    newest = yield AuditEntry.select(AuditEntry.index).order_by(AuditEntry.index, ascending=False).limit(1)
    index = newest[0]["index"] + 1 if newest else 0
    yield AuditEntry.insert(
        AuditEntry(
            index=index,
            recorded_at=now,
            kind=kind,
            subject=subject,
            payload=canonical_json(payload),
            leaf_hash=leaf_hash(index, now, kind, subject, payload),
        )
    )
    return index
