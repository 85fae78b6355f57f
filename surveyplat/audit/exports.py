"""Who took what out: an entry in the audit log for every export, also when the same one is made again."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveyplat.audit.log import append_entry
from surveyplat.storage.database import Unit

EXPORTED = "exported"


@dataclass(frozen=True)
class Export:
    """Files that leave the product: what they hold of which snapshot, and the SHA-256 of each by its ending."""

    study: str
    period: str
    format: str
    subject: str
    """results, comparison, dealers, rows or codebook."""
    language: str
    with_texts: bool
    as_frozen: bool
    """Rows under the snapshot's own pseudonyms, of every dealer."""
    by: str
    """The role of whoever took it out; never a person's name."""
    rows: int
    rows_hash: str
    hashes: Mapping[str, str]


def record_export(made: Export, now: datetime) -> Unit[int]:
    """The unit that records an export and gives its number in the log. Access is told each time that it happens."""

    def unit() -> Generator[Any, list[dict[str, Any]], int]:
        payload = {name: value for name, value in vars(made).items() if name not in ("study", "period")}
        return (yield from append_entry(EXPORTED, f"{made.study}:{made.period}", payload, now))

    return unit
