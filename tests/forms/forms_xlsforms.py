"""Real workbooks for the tests of the import: the smallest XLSX that holds some sheets."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PARTS = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Cell = str | int | float | bool | None
Table = Sequence[Sequence[Cell]]


def write_form(path: Path, sheets: Mapping[str, Table]) -> Path:
    """Write a workbook with these sheets; numbers and booleans are stored as such."""
    entries = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
    links = "".join(_link(f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1))
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PARTS}/content-types"/>',
        "_rels/.rels": _links(_link("r0", "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _links(links),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>',
    }
    for number, table in enumerate(sheets.values(), 1):
        files[f"xl/worksheets/sheet{number}.xml"] = _sheet(table)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    path.write_bytes(content.getvalue())
    return path


def table(text: str) -> list[list[Cell]]:
    """Rows of cells between bars, as in Markdown; blank cells are left out of the workbook."""
    return [[cell.strip() or None for cell in line.split("|")] for line in text.strip().splitlines()]


def _sheet(table: Table) -> str:
    rows = "".join(f'<row r="{number}">{_cells(number, line)}</row>' for number, line in enumerate(table, 1))
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def _cells(number: int, line: Sequence[Cell]) -> str:
    return "".join(_cell(f"{_letters(column)}{number}", cell) for column, cell in enumerate(line))


def _cell(place: str, cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'


def _letters(number: int) -> str:
    upper, lower = divmod(number, 26)
    return (_letters(upper - 1) if upper else "") + chr(ord("A") + lower)


def _links(links: str) -> str:
    return f'<Relationships xmlns="{_PARTS}/relationships">{links}</Relationships>'


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
