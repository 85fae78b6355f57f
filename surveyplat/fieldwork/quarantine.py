"""Refused rows, in a file that a person corrects and takes in again.

The file holds personal data: only its owner may read it. It carries the original columns, then the row's number, the
columns at fault, the causes and the fixes; intake ignores those four when the corrected file comes back.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surveyplat.durable import write_durably
from surveyplat.fieldwork.event_rows import RowFault
from surveyplat.fieldwork.sheets import Row, Sheet, neutralised

REPORT_COLUMNS = ("row", "column", "cause", "fix")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused row and all of its faults."""

    row: Row
    faults: tuple[RowFault, ...]


def write_quarantine(folder: Path, sheet: Sheet, refusals: Sequence[Refusal]) -> Path:
    """Write the refused rows to ``<folder>/<file hash>.csv`` (mode 0600) and give its path.

    A file of that name with other content may hold corrections in progress: it is kept, and the next free
    ``<file hash>.2.csv`` taken. Cells that a spreadsheet would run as a formula are neutralised.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = _content(sheet, refusals)
    path, number = folder / f"{sheet.file_hash}.csv", 1
    while path.exists() and path.read_bytes() != content:
        number += 1
        path = folder / f"{sheet.file_hash}.{number}.csv"
    if not path.exists():
        write_durably(path, content, mode=0o600)
    return path


def _content(sheet: Sheet, refusals: Sequence[Refusal]) -> bytes:
    kept = [place for place, name in enumerate(sheet.columns) if name and name not in REPORT_COLUMNS]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([neutralised(sheet.columns[place]) for place in kept] + list(REPORT_COLUMNS))
    for refusal in refusals:
        cells = refusal.row.cells
        original = [neutralised(cells[place]) if place < len(cells) else "" for place in kept]
        writer.writerow(original + _reported(refusal))
    return text.getvalue().encode("utf-8-sig")


def _reported(refusal: Refusal) -> list[str]:
    columns = "; ".join(fault.column for fault in refusal.faults)
    causes = "; ".join(f"{fault.column} {fault.cause}" for fault in refusal.faults)
    fixes = "; ".join(dict.fromkeys(fault.fix for fault in refusal.faults))
    return [str(refusal.row.number), *map(neutralised, (columns, causes, fixes))]
