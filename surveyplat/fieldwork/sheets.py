"""A table in a file, every cell as text: CSV (UTF-8, or GB18030 as Chinese Excel writes it) and XLSX.

CSV is cut into rows by Python's own reader rather than by polars, because a row with too many cells must be one row's
fault, with its number, and not the end of the file.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from surveyplat.errors import Fault, InvalidInput
from surveyplat.quarantine import restored

_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is 1) and its cells, stripped."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: lower-case column names, the rows that are not blank, what it was read as, SHA-256 of the file."""

    place: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    read_as: str
    file_hash: str


def read_sheet(path: Path) -> Sheet:
    """Read the table in ``path``; its first row names the columns.

    A cell that was neutralised against formula injection (``'=...``) loses its apostrophe again. Raises
    ``InvalidInput`` when the file cannot be read, is in another encoding, has no header or names a column twice.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _refusal(path.name, f"cannot be read ({error.strerror})", "Check the path and the permissions") from None
    workbook = content.startswith(_WORKBOOK_STARTS)
    lines, read_as = _workbook_lines(path.name, content) if workbook else _text_lines(path.name, content)
    if not lines or not any(lines[0]):
        raise _refusal(path.name, "has no header", "Write the columns' names in the first row")
    columns = tuple(name.strip().lower() for name in lines[0])
    _refuse_repeated(path.name, columns)
    rows = tuple(_rows(lines[1:]))
    return Sheet(path.name, columns, rows, read_as, sha256(content).hexdigest())


def _rows(lines: Sequence[Sequence[str]]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=2):
        cells = tuple(restored(cell) for cell in line)
        if any(cells):
            yield Row(number, cells)


def _workbook_lines(place: str, content: bytes) -> tuple[list[Sequence[str]], str]:
    import fastexcel

    try:
        frame = fastexcel.read_excel(content).load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        cause = str(error).splitlines()[0]
        raise _refusal(place, f"is not a workbook that can be read ({cause})", "Save it as XLSX or CSV") from None
    return [[cell or "" for cell in line] for line in frame.iter_rows()], "XLSX"


def _text_lines(place: str, content: bytes) -> tuple[list[Sequence[str]], str]:
    text, read_as = _decoded(place, content)
    header = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return list(reader), read_as
    except csv.Error as error:
        where = f"{place}, line {reader.line_num}"
        raise _refusal(where, f"is not CSV ({error})", "Close every quotation mark and double those inside") from None


def _decoded(place: str, content: bytes) -> tuple[str, str]:
    for encoding, name in (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
        try:
            return content.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise _refusal(place, "is neither UTF-8 nor GB18030 text", "Save it as CSV UTF-8 or as XLSX")


def _refuse_repeated(place: str, columns: Sequence[str]) -> None:
    repeated = sorted({name for name in columns if name and columns.count(name) > 1})
    if repeated:
        raise _refusal(place, f"names a column twice: {', '.join(repeated)}", "Keep one column of each name")


def _refusal(place: str, cause: str, fix: str) -> InvalidInput:
    return InvalidInput([Fault("table", place, cause, fix)])
