"""Tables as an XLSX workbook, written row by row: texts are always texts, never formulas, links or numbers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from surveyplat.errors import ExportError
from surveyplat.reports.attachments import harmless

MOST_ROWS = 1_048_575
"""Under the header, on one sheet."""
_LONGEST_TEXT = 32_767
_REPORT_EVERY = 2_000

Progress = Callable[[str, int, int], None]
"""Called with what is being written, the rows done and the rows to do."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the header, and as many rows of cells as ``count`` says."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    count: int


def write_workbook(path: Path, sheets: Sequence[Sheet], moment: datetime, progress: Progress) -> None:
    """Write the sheets; ``moment`` is when the workbook says that it was made, so that it has the same bytes again.

    Raises ``ExportError`` when a sheet has more rows than a workbook takes, or a text more characters than a cell.
    """
    from xlsxwriter import Workbook

    for sheet in sheets:
        if sheet.count > MOST_ROWS:
            cause = f"{sheet.count} rows, and a sheet takes {MOST_ROWS}"
            raise ExportError(f"{path.name}, sheet {sheet.name}: {cause}. Export csv, parquet or sav")
    with Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as workbook:
        workbook.set_properties({"created": moment.astimezone(UTC).replace(tzinfo=None)})
        bold = workbook.add_format({"bold": True})
        for sheet in sheets:
            _write_sheet(workbook.add_worksheet(sheet.name), sheet, bold, progress)


def _write_sheet(target: Any, sheet: Sheet, bold: Any, progress: Progress) -> None:
    target.freeze_panes(1, 1)
    target.set_column(0, len(sheet.header) - 1, 14)
    for place, name in enumerate(sheet.header):
        target.write_string(0, place, harmless(name), bold)
    write_number = target.write_number
    for number, row in enumerate(_counted(sheet, progress), start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, int | float):
                write_number(number, place, cell)
            elif cell:
                _write_cell(target, number, place, cell)
    target.autofilter(0, 0, sheet.count, len(sheet.header) - 1)


def _counted(sheet: Sheet, progress: Progress) -> Iterator[Sequence[Any]]:
    for done, row in enumerate(sheet.rows):
        if done % _REPORT_EVERY == 0:
            progress(sheet.name, done, sheet.count)
        yield row
    progress(sheet.name, sheet.count, sheet.count)


def _write_cell(target: Any, row: int, place: int, cell: str | date) -> None:
    if isinstance(cell, date):
        target.write_datetime(row, place, cell)
        return
    text = harmless(cell)
    if len(text) > _LONGEST_TEXT:
        cause = f"a text of {len(text)} characters, and a cell takes {_LONGEST_TEXT}"
        raise ExportError(f"row {row}, column {place + 1}: {cause}. Export csv, parquet or sav")
    target.write_string(row, place, text)
