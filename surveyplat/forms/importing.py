"""``surveyplat import-responses``: answers collected elsewhere become submitted responses of a period.

A row is known by its respondent, or without one by the content of its file and its place there: the same file again
changes nothing. The same respondent with other answers is refused, because a submitted response never changes.
"""

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from surveyplat.forms.imported_rows import ImportedRow, check_columns, read_rows, read_table
from surveyplat.forms.language import Definition
from surveyplat.forms.stored import store_definition
from surveyplat.forms.versions import content_hash
from surveyplat.quarantine import QuarantinedRow, write_quarantine
from surveyplat.storage.database import Database, Unit
from surveyplat.storage.tables import PeriodSnapshot, Response

IMPORTED = "import"
LANGUAGE_UNKNOWN = "und"
"""The language tag of answers whose language is not known (BCP 47)."""

_ROWS_A_UNIT = 500
_NAMESPACE = UUID("5a1f7c9e-9a0e-5d7c-8f57-0c9a4f1f6f0d")


@dataclass(frozen=True)
class ImportReport:
    """What became of a file's rows: ``stored`` + ``unchanged`` + the ``refused`` ones are all of them."""

    stored: int
    unchanged: int
    refused: tuple[QuarantinedRow, ...]
    quarantine: Path | None
    """The file with the refused rows; None without any."""
    not_asked: tuple[str, ...]
    """Items that have no column."""
    period_is_frozen: bool
    """The period was frozen before: what was stored now will not enter its snapshot."""


@dataclass(frozen=True)
class _Taken:
    stored: int
    unchanged: int
    refused: Sequence[QuarantinedRow]


async def import_responses(
    db: Database,
    definition: Definition,
    path: Path,
    period: str,
    *,
    data_dir: Path,
    now: datetime,
    on_progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Take in the CSV file at ``path`` as responses of ``period``, in units of at most 500 rows.

    Bad rows go to the quarantine below ``data_dir``, each with all of its faults; the good ones beside them are stored.
    ``on_progress`` is told the rows done and their total. Raises ``InvalidInput`` when the file cannot be read as a
    table or has columns that are no items.
    """
    table = read_table(path)
    check_columns(definition, table)
    rows, refused = read_rows(definition, table)
    await db.write(store_definition(definition, now))
    stored, unchanged = 0, 0
    for start in range(0, len(rows), _ROWS_A_UNIT):
        taken = await db.write(_take(definition, period, rows[start : start + _ROWS_A_UNIT], now))
        stored, unchanged = stored + taken.stored, unchanged + taken.unchanged
        refused += taken.refused
        if on_progress is not None:
            on_progress(min(start + _ROWS_A_UNIT, len(rows)), len(rows))
    return ImportReport(
        stored=stored,
        unchanged=unchanged,
        refused=tuple(sorted(refused, key=lambda row: row.row)),
        quarantine=write_quarantine(data_dir, table.content_hash, table.columns, refused) if refused else None,
        not_asked=tuple(
            item.id for _, item in definition.items() if item.type != "information" and item.id not in table.columns
        ),
        period_is_frozen=await _is_frozen(db, definition.study, period),
    )


async def _is_frozen(db: Database, study: str, period: str) -> bool:
    query = PeriodSnapshot.select(PeriodSnapshot.id)
    return bool(await db.read(query.where((PeriodSnapshot.study == study) & (PeriodSnapshot.period == period))))


def _take(definition: Definition, period: str, rows: Sequence[ImportedRow], now: datetime) -> Unit[_Taken]:
    """The unit that stores the rows that are new; of a repeated respondent the first row counts."""
    keys = [f"{IMPORTED}:{definition.study}:{period}:{row.identity}" for row in rows]
    definition_hash = content_hash(definition)

    def unit() -> Generator[Any, list[dict[str, Any]], _Taken]:
        found = yield Response.select(Response.key, Response.answers, Response.pages).where(Response.key.is_in(keys))
        known = {row["key"]: (row["answers"], sorted(json.loads(row["pages"]))) for row in found}
        new: list[Response] = []
        unchanged, refused = 0, []
        for key, row in zip(keys, rows, strict=True):
            content = (_json(row.answers), sorted(row.pages))
            if key not in known:
                known[key] = content
                new.append(_response(definition, definition_hash, period, key, row, now))
            elif known[key] == content:
                unchanged += 1
            else:
                refused.append(
                    row.refused("was taken in before with other answers", "Remove the row, or correct who it is")
                )
        if new:
            yield Response.insert(*new)
        return _Taken(len(new), unchanged, refused)

    return unit


def _response(
    definition: Definition, definition_hash: str, period: str, key: str, row: ImportedRow, now: datetime
) -> Response:
    return Response(
        id=uuid5(_NAMESPACE, key),
        key=key,
        invitation=None,
        study=definition.study,
        definition_hash=definition_hash,
        source=IMPORTED,
        language=LANGUAGE_UNKNOWN,
        state="complete",
        outcome="complete",
        answers=_json(row.answers),
        pages=_json({page: {"saved_at": now.isoformat(), "seconds": None} for page in row.pages}),
        period=period,
        started_at=now,
        updated_at=now,
        submitted_at=now,
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
