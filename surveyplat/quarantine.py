"""Rows that were refused, in a file that a person corrects and takes in again.

It carries the source's columns, then the row's number, the columns at fault, the causes and the fixes. It may hold
personal data, so its owner alone can read it, and a cell that a spreadsheet would run as a formula is made plain text.
"""

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surveyplat.durable import write_durably

REPORT_COLUMNS = ("row", "column", "cause", "fix")
"""The columns that a quarantine file has after the source's own; taking it in again, they are ignored."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_SIGNED_NUMBER = re.compile(r"[+-]\d+(\.\d+)?")


@dataclass(frozen=True)
class CellFault:
    """One fault of a row: the column, what it does wrong (``is empty``), and how to mend it."""

    column: str
    cause: str
    fix: str

    def __str__(self) -> str:
        return f"{self.column} {self.cause}. {self.fix}".strip()


@dataclass(frozen=True)
class QuarantinedRow:
    """A refused row: its number in the source (the header is row 1), its cells as they came, its faults."""

    row: int
    values: Mapping[str, str]
    faults: Sequence[CellFault]


def write_quarantine(data_dir: Path, source_hash: str, columns: Sequence[str], rows: Sequence[QuarantinedRow]) -> Path:
    """Write ``<data_dir>/quarantine/<source_hash>.csv`` (mode 0600), one line a refused row, and give its path.

    A file of that name with other content may hold corrections in progress: it is kept, and the next free
    ``<source_hash>.2.csv`` taken.
    """
    folder = data_dir / "quarantine"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = _content([name for name in columns if name not in REPORT_COLUMNS], rows)
    path, number = folder / f"{source_hash}.csv", 1
    while path.exists() and path.read_bytes() != content:
        number += 1
        path = folder / f"{source_hash}.{number}.csv"
    if not path.exists():
        write_durably(path, content, mode=0o600)
    return path


def quarantined_with(data_dir: Path, cells: Collection[str]) -> tuple[Path, ...]:
    """The quarantine files of which a cell holds one of ``cells``, in the order of their names."""
    return tuple(path for path in sorted((data_dir / "quarantine").glob("*.csv")) if _holds(path, cells))


def _holds(path: Path, cells: Collection[str]) -> bool:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return any(restored(cell) in cells for row in csv.reader(file) for cell in row)


def neutralised(cell: str) -> str:
    """The cell as a spreadsheet may open it: what would start a formula gets an apostrophe; a signed number is none."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) and not _SIGNED_NUMBER.fullmatch(cell) else cell


def restored(cell: str) -> str:
    """The cell as it was before ``neutralised``, without blanks at its ends."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def _content(columns: Sequence[str], rows: Sequence[QuarantinedRow]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*map(neutralised, columns), *REPORT_COLUMNS])
    for row in sorted(rows, key=lambda row: row.row):
        cells = [row.values.get(column, "") for column in columns]
        writer.writerow([*map(neutralised, cells), str(row.row), *map(neutralised, _report(row.faults))])
    return text.getvalue().encode("utf-8-sig")


def _report(faults: Sequence[CellFault]) -> tuple[str, str, str]:
    """The columns at fault, the causes, and each fix once."""
    columns = "; ".join(dict.fromkeys(fault.column for fault in faults))
    causes = "; ".join(f"{fault.column} {fault.cause}" for fault in faults)
    return columns, causes, "; ".join(dict.fromkeys(fault.fix for fault in faults))
