"""Rows that were refused, kept beside the good ones with the place, the cause and the fix of every fault.

The file is for a person with a spreadsheet: one line per fault, then the row as it came. It may hold personal data,
so its owner alone can read it, and a cell that a spreadsheet would run as a formula is made plain text.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surveyplat.durable import write_durably

FAULT_COLUMNS = ("row", "column", "cause", "fix")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class CellFault:
    """One fault of a row: the column, what is wrong, and how to mend it."""

    column: str
    cause: str
    fix: str


@dataclass(frozen=True)
class QuarantinedRow:
    """A refused row: its number in the source (the header is row 1), its cells as they came, its faults."""

    row: int
    values: Mapping[str, str]
    faults: Sequence[CellFault]


def write_quarantine(data_dir: Path, source_hash: str, columns: Sequence[str], rows: Sequence[QuarantinedRow]) -> Path:
    """Write ``<data_dir>/quarantine/<source_hash>.csv`` and give its path.

    The columns are row, column, cause and fix, then the source's ``columns``. The same source again replaces the file.
    """
    folder = data_dir / "quarantine"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*FAULT_COLUMNS, *map(_plain, columns)])
    writer.writerows(_lines(columns, rows))
    path = folder / f"{source_hash}.csv"
    write_durably(path, text.getvalue().encode("utf-8-sig"), mode=0o600)
    return path


def _lines(columns: Sequence[str], rows: Sequence[QuarantinedRow]) -> Iterator[list[str]]:
    for row in rows:
        cells = [_plain(row.values.get(column, "")) for column in columns]
        for fault in row.faults:
            yield [str(row.row), *map(_plain, (fault.column, fault.cause, fault.fix)), *cells]


def _plain(cell: str) -> str:
    """Spreadsheets run a cell that starts like a formula; a leading apostrophe makes it text."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA_STARTS) else cell
