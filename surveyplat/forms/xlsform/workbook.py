"""A workbook's sheets as rows of text, each cell with the place at which a spreadsheet shows it (``survey!C7``)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surveyplat.errors import Fault, InvalidInput

_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""What neither a YAML file nor a page can carry."""
_HEADER = re.compile(r"\s*:{1,2}\s*")
"""Between a column and its language: two colons, or one as older forms have it."""
_ALIASES = {
    "relevance": "relevant",
    "calculate": "calculation",
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "list": "list_name",
}
"""Other names that forms have for the same columns."""


@dataclass(frozen=True)
class SheetRow:
    """One row: its number as a spreadsheet shows it and its cells that are not blank, by column."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]
    """Column -> the letter that a spreadsheet gives it."""

    def cell(self, column: str) -> str:
        """The cell's text without outer blanks, "" when it is blank or there is no such column."""
        return self.cells.get(column, "")

    def place(self, column: str) -> str:
        """Where the cell is: ``survey!C7``; the row alone when there is no such column."""
        return f"{self.sheet}!{self.letters.get(column, 'A')}{self.number}"


@dataclass(frozen=True)
class Worksheet:
    """``columns`` are as written, the part before ``::`` in lower case; ``rows`` are those that are not blank.

    The first row that is not blank names the columns.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    header: SheetRow


def read_workbook(path: Path) -> dict[str, Worksheet]:
    """The sheets of an XLSX or XLS file that hold anything, by name in lower case.

    Raises ``InvalidInput`` when the file cannot be read, is no workbook, or a sheet names a column twice.
    """
    import fastexcel

    try:
        reader = fastexcel.read_excel(path.read_bytes())
        tables = {name: _table(reader, name) for name in reader.sheet_names}
    except OSError as error:
        raise _refusal(str(path), f"the file cannot be read ({error.strerror})", "Name a readable XLSX file") from None
    except fastexcel.FastExcelError as error:
        cause = f"this is not a workbook that can be read ({str(error).splitlines()[0]})"
        raise _refusal(str(path), cause, "Save the form as XLSX") from None
    return {name.strip().lower(): _worksheet(name.strip().lower(), lines) for name, lines in tables.items() if lines}


def _table(reader: object, name: str) -> list[list[str]]:
    sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")  # type: ignore[attr-defined]
    lines = [[_clean(cell or "") for cell in line] for line in sheet.to_polars().iter_rows()]
    return lines if any(map(any, lines)) else []


def _clean(cell: str) -> str:
    lines = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return _UNREADABLE.sub("", lines).strip()


def _worksheet(name: str, lines: Sequence[Sequence[str]]) -> Worksheet:
    top = next(number for number, line in enumerate(lines) if any(line))
    columns = tuple(map(column_name, lines[top]))
    letters = {column: letter(number) for number, column in enumerate(columns) if column}
    for number, column in enumerate(columns):
        if column and letters[column] != letter(number):
            cause = f"the column {column} is there already, as {letter(columns.index(column))}"
            raise _refusal(f"{name}!{letter(number)}{top + 1}", cause, "Keep one column of each name")
    header = SheetRow(name, top + 1, {column: column for column in letters}, letters)
    return Worksheet(name, tuple(letters), tuple(_rows(header, columns, lines)), header)


def _rows(header: SheetRow, columns: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[SheetRow]:
    for number, line in enumerate(lines[header.number :], start=header.number + 1):
        cells = {column: cell for column, cell in zip(columns, line, strict=True) if column and cell}
        if cells:
            yield SheetRow(header.sheet, number, cells, header.letters)


def column_name(header: str) -> str:
    """``Label :: English (en)`` as ``label::English (en)``, ``List name`` as ``list_name``."""
    kind, *rest = _HEADER.split(header.strip())
    named = kind.strip().lower().replace(" ", "_")
    return "::".join([_ALIASES.get(named, named), *rest])


def letter(number: int) -> str:
    """The letter of a column, counted from 0: A, B ... Z, AA."""
    upper, lower = divmod(number, 26)
    return (letter(upper - 1) if upper else "") + chr(ord("A") + lower)


def _refusal(place: str, cause: str, fix: str) -> InvalidInput:
    return InvalidInput([Fault("workbook", place, cause, fix)])
