"""``surveyplat intake``: a file of events of any kind -> stored events, the bad rows quarantined.

A row without mail address and phone number is good: its link can be listed and handed over. The command may be stopped
and run again at any time: what is stored already is left unchanged.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from surveyplat.errors import Fault, InvalidInput
from surveyplat.event_kinds import OF_A_VEHICLE
from surveyplat.fieldwork.cells import BadCell, kind
from surveyplat.fieldwork.event_rows import (
    CHECKS,
    REQUIRED_COLUMNS,
    REQUIRED_OF_A_VEHICLE,
    EventRow,
    RowReader,
)
from surveyplat.fieldwork.event_store import prepare, store_events
from surveyplat.fieldwork.people import Vault
from surveyplat.fieldwork.sheets import Row, Sheet, read_sheet
from surveyplat.fieldwork.tombstones import tombstones
from surveyplat.quarantine import REPORT_COLUMNS, CellFault, QuarantinedRow, write_quarantine
from surveyplat.storage.batches import batches
from surveyplat.storage.database import Database

BATCH_ROWS = 500
"""Rows of one transaction."""
Progress = Callable[[int, int], None]
"""Called with the rows done and the rows in all."""
_OF_THE_PERSON = ("customer_name", "email", "phone")


@dataclass(frozen=True)
class IntakeReport:
    """What became of a file: ``new + unchanged + erased + refused == rows``.

    ``quarantine`` is the refused rows' file.
    """

    rows: int
    new: int
    unchanged: int
    erased: int
    """Rows of erased persons: counted as events, once, and nothing personal of them stored."""
    refusals: tuple[QuarantinedRow, ...]
    unreachable: int
    """New events of customers with neither mail address nor phone number."""
    quarantine: Path | None
    read_as: str
    unknown_columns: tuple[str, ...]

    @property
    def refused(self) -> int:
        return len(self.refusals)


async def intake(
    db: Database,
    vault: Vault,
    path: Path,
    *,
    now: datetime,
    data_dir: Path,
    on_progress: Progress | None = None,
) -> IntakeReport:
    """Take the events of ``path`` in: good rows are stored, bad ones quarantined with every fault they have.

    Raises ``InvalidInput`` when the file is not a table or lacks a required column; then nothing is stored.
    """
    sheet = read_sheet(path)
    _demand_columns(sheet)
    rows = _FileRows(sheet, RowReader(now))
    tally: Counter[str] = Counter()
    for batch in _batches(rows, on_progress):
        prepared = [prepare(event, vault) for _, event in batch]
        outcomes = await db.write(partial(store_events, prepared, now))
        for row, event in batch:
            outcome = outcomes[event.event_id]
            tally[outcome] += 1
            tally["unreachable"] += outcome == "new" and not event.person.reachable()
            if outcome == "conflict":
                rows.refuse(row, _stored_otherwise(event.event_id))
    refusals = await _without_erased_persons(db, vault, sorted(rows.refusals, key=lambda refusal: refusal.row))
    return _report(rows, tally, refusals, data_dir)


async def _without_erased_persons(
    db: Database, vault: Vault, refusals: Sequence[QuarantinedRow]
) -> tuple[QuarantinedRow, ...]:
    """The refused rows, those of erased persons without name, mail address and phone number: they go to a file."""
    keys = {row.row: vault.tombstone("customer", _customer_of(row)) for row in refusals}
    erased: set[str] = set()
    for batch in batches(sorted(set(keys.values()))):
        erased |= (await db.write(partial(tombstones, batch))).keys()
    return tuple(
        replace(row, values={**row.values, **dict.fromkeys(_OF_THE_PERSON, "")}) if keys[row.row] in erased else row
        for row in refusals
    )


def _customer_of(row: QuarantinedRow) -> str:
    try:
        return str(CHECKS["customer_id"](row.values.get("customer_id", "")))
    except BadCell:
        return ""


def _report(
    rows: "_FileRows", tally: Counter[str], refusals: tuple[QuarantinedRow, ...], data_dir: Path
) -> IntakeReport:
    return IntakeReport(
        rows=len(rows.sheet.rows),
        new=tally["new"],
        unchanged=tally["unchanged"] + rows.repeated,
        erased=tally["erased"],
        refusals=refusals,
        unreachable=tally["unreachable"],
        quarantine=_quarantined(rows.sheet, refusals, data_dir) if refusals else None,
        read_as=rows.sheet.read_as,
        unknown_columns=_unknown_columns(rows.sheet),
    )


def _quarantined(sheet: Sheet, refusals: Sequence[QuarantinedRow], data_dir: Path) -> Path:
    return write_quarantine(data_dir, sheet.file_hash, [name for name in sheet.columns if name], refusals)


@dataclass
class _FileRows:
    """The good rows of a file, each event once, in order; what is refused on the way is kept."""

    sheet: Sheet
    reader: RowReader
    refusals: list[QuarantinedRow] = field(default_factory=list)
    repeated: int = 0
    _seen: dict[str, tuple[EventRow, int]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[Row, EventRow] | None]:
        """A good row with its event, or ``None`` for a row that needs no storing."""
        for row in self.sheet.rows:
            yield self._good(row)

    def refuse(self, row: Row, *faults: CellFault) -> None:
        values = dict(zip(self.sheet.columns, row.cells, strict=False))
        self.refusals.append(QuarantinedRow(row.number, values, faults))

    def _good(self, row: Row) -> tuple[Row, EventRow] | None:
        if any(row.cells[len(self.sheet.columns) :]):
            self.refuse(row, _too_long(len(row.cells), len(self.sheet.columns)))
            return None
        event = self.reader.read(row.number, dict(zip(self.sheet.columns, row.cells, strict=False)))
        if not isinstance(event, EventRow):
            self.refuse(row, *event)
            return None
        first, number = self._seen.setdefault(event.event_id, (event, row.number))
        if first is event:
            return row, event
        if first.canonical() == event.canonical():
            self.repeated += 1
        else:
            self.refuse(row, _told_otherwise(event.event_id, number))
        return None


def _batches(rows: _FileRows, on_progress: Progress | None) -> Iterator[Sequence[tuple[Row, EventRow]]]:
    """Full batches and a last one; a batch counts as done when the next one is asked for."""
    total = len(rows.sheet.rows)
    batch: list[tuple[Row, EventRow]] = []
    for done, good in enumerate(rows, start=1):
        if good is not None:
            batch.append(good)
        if batch and (len(batch) == BATCH_ROWS or done == total):
            yield batch
            batch = []
            if on_progress:
                on_progress(done, total)


def _demand_columns(sheet: Sheet) -> None:
    missing = [name for name in REQUIRED_COLUMNS if name not in sheet.columns]
    of_a_vehicle = [name for name in REQUIRED_OF_A_VEHICLE if name not in sheet.columns]
    if of_a_vehicle and _tells_of_a_vehicle(sheet):
        missing += of_a_vehicle
    if missing:
        cause = f"lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
        fix = f"Add {'them' if len(missing) > 1 else 'it'} to the first row; nothing was stored"
        raise InvalidInput([Fault("columns", sheet.place, cause, fix)])


def _tells_of_a_vehicle(sheet: Sheet) -> bool:
    """Whether an event of the file is of a kind that never happens without a vehicle; without kinds they all may be."""
    if "kind" not in sheet.columns:
        return True
    place = sheet.columns.index("kind")
    return any(row.cells[place : place + 1] and _is_of_a_vehicle(row.cells[place]) for row in sheet.rows)


def _is_of_a_vehicle(cell: str) -> bool:
    try:
        return kind(cell) in OF_A_VEHICLE
    except BadCell:
        return False


def _unknown_columns(sheet: Sheet) -> tuple[str, ...]:
    known = {*CHECKS, *REPORT_COLUMNS}
    return tuple(name for name in sheet.columns if name and name not in known)


def _too_long(cells: int, columns: int) -> CellFault:
    return CellFault("", f"the row has {cells} cells and the header {columns}", "Quote the cell that holds a separator")


def _stored_otherwise(event_id: str) -> CellFault:
    fix = "Give another event its own id; what is stored stays until `surveyplat correct` puts it right, with a reason"
    return CellFault("event_id", f"{event_id} is stored already with other content", fix)


def _told_otherwise(event_id: str, row: int) -> CellFault:
    return CellFault("event_id", f"{event_id} stands in row {row} with other content", "Keep one of the two rows")
