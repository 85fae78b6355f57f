"""What was published: one row a report, and an entry in the audit log the first time."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveyplat.audit.log import append_entry
from surveyplat.audit.revisions import PUBLISHED, STUDY
from surveyplat.storage.database import Unit
from surveyplat.storage.tables import Report


@dataclass(frozen=True)
class Publication:
    """A report that was made: its subject, the hash of what it was made from, and the hash of its bytes."""

    study: str
    period: str
    language: str
    bundle_hash: str
    pdf_hash: str
    file_name: str
    kind: str = STUDY


def record_publication(made: Publication, now: datetime) -> Unit[None]:
    """The unit that records a report. The same report made again is already recorded, and changes nothing."""
    return record_publications([made], now)


def record_publications(made: Sequence[Publication], now: datetime) -> Unit[None]:
    """The same of several reports at once: all of them are recorded, or none."""

    def unit() -> Generator[Any, list[dict[str, Any]], None]:
        for each in made:
            yield from _record(each, now)

    return unit


def _record(made: Publication, now: datetime) -> Generator[Any, list[dict[str, Any]], None]:
    key = f"{made.bundle_hash}:{made.pdf_hash}"
    row = Report(key=key, made_at=now, **{name: told for name, told in vars(made).items() if name != "kind"})
    stored = yield Report.insert(row).on_conflict(target=Report.key, action="DO NOTHING").returning(Report.id)
    if stored:
        subject = f"{made.study}:{made.period}:{made.language}"
        of_kind = {} if made.kind == STUDY else {"report": made.kind}
        payload = {"bundle_hash": made.bundle_hash, "pdf_hash": made.pdf_hash, **of_kind}
        yield from append_entry(PUBLISHED, subject, payload, now)
