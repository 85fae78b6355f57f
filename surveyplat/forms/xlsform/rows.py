"""The rows of the sheet survey: each one's type, and the groups that it stands in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.workbook import SheetRow, Worksheet

_TYPES: Mapping[str, str] = {
    "select_one": "single",
    "select one": "single",
    "select1": "single",
    "select_multiple": "multiple",
    "select multiple": "multiple",
    "rank": "ranking",
    "integer": "integer",
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "text": "text",
    "string": "text",
    "note": "note",
    "calculate": "calculate",
    "hidden": "hidden",
}
"""What a form writes -> the kind of row. What ends in a list's name is matched by its start."""
OF_A_LIST = frozenset({"single", "multiple", "ranking"})
KNOWN_ELSEWHERE = frozenset(
    (
        "acknowledge",
        "audio",
        "audit",
        "background-audio",
        "barcode",
        "begin_repeat",
        "csv-external",
        "dateTime",
        "deviceid",
        "email",
        "end",
        "end_repeat",
        "file",
        "geopoint",
        "geoshape",
        "geotrace",
        "image",
        "osm",
        "phonenumber",
        "photo",
        "range",
        "select_one_external",
        "select_one_from_file",
        "select_multiple_from_file",
        "simserial",
        "start",
        "start-geopoint",
        "subscriberid",
        "time",
        "today",
        "trigger",
        "username",
        "video",
        "xml-external",
    )
)
"""Types of XLSForm that have no counterpart here."""
_OR_OTHER = re.compile(r"\s+(or_other|or specify other|or other)$")
_GROUP = re.compile(r"(begin|end)[ _](group|repeat)$")


@dataclass(frozen=True, eq=False)
class FormGroup:
    """A group of the form: the row that begins it. Each is itself alone, whatever it is called."""

    row: SheetRow
    name: str


@dataclass(frozen=True, eq=False)
class FormItem:
    """A row that asks, tells or calculates something. ``groups`` are those around it, the outermost first."""

    row: SheetRow
    kind: str
    name: str
    list_name: str = ""
    or_other: bool = False
    groups: tuple[FormGroup, ...] = ()


@dataclass
class FormRows:
    items: list[FormItem] = field(default_factory=list)
    unconverted: dict[str, int] = field(default_factory=dict)
    """Names of rows that have no counterpart -> the row's number."""


def read_rows(survey: Worksheet, remarks: Remarks) -> FormRows:
    """Every row in its groups. What is of no known type, or not closed, is told."""
    found = FormRows()
    opened: list[FormGroup] = []
    for row in survey.rows:
        if row.cell("disabled").lower() in ("yes", "true", "1"):
            remarks.note("disabled", row, "disabled", f"row {row.number} is disabled", "It is left out")
            continue
        written = " ".join(row.cell("type").split())
        boundary = _GROUP.fullmatch(written.lower())
        if boundary:
            _take_boundary(row, boundary.group(1), boundary.group(2), opened, remarks)
        elif written:
            _take_item(row, written, tuple(opened), found, remarks)
        elif set(row.cells) & {"name", "relevant"} or any(column.startswith("label") for column in row.cells):
            remarks.fault("missing-type", row, "type", f"row {row.number} has no type", "Write one, such as text")
    for group in opened:
        fix = "Write a row of the type end_group where it ends; it is taken to end with the form"
        remarks.fault("missing-end", group.row, "type", f"the group {group.name} begins here and never ends", fix)
    return found


def _take_boundary(row: SheetRow, side: str, kind: str, opened: list[FormGroup], remarks: Remarks) -> None:
    if side == "begin":
        name = row.cell("name") or f"group_{row.number}"
        if not row.cell("name"):
            remarks.note("assumed", row, "name", f"the group at row {row.number} has no name", f"It is called {name}")
        if kind == "repeat":
            remarks.unsupported(row, "type", f"repeat {name}", "Its questions are asked once, as those of a group")
        opened.append(FormGroup(row, name))
    elif opened:
        opened.pop()
    else:
        cause = f"an end_{kind} stands at row {row.number}, and no group is open there"
        remarks.fault("missing-begin", row, "type", cause, f"Write begin_{kind} where it starts, or remove this row")


def _take_item(row: SheetRow, written: str, groups: tuple[FormGroup, ...], found: FormRows, remarks: Remarks) -> None:
    name = row.cell("name")
    start, list_name = _type_and_list(written)
    kind = _TYPES.get(start)
    if kind is None or (kind in OF_A_LIST) != bool(list_name):
        found.unconverted[name] = row.number
        _tell_type(row, written, kind, remarks)
        return
    or_other = bool(_OR_OTHER.search(list_name))
    if not name:
        name = f"row_{row.number}"
        if kind != "note":
            remarks.fault("missing-name", row, "name", f"row {row.number} has no name", f"Give it one, such as {name}")
    found.items.append(FormItem(row, kind, name, _OR_OTHER.sub("", list_name), or_other, groups))


def _type_and_list(written: str) -> tuple[str, str]:
    """``select_one cars or_other`` -> its type and the rest."""
    lower = written.lower()
    for start in sorted(_TYPES, key=len, reverse=True):
        if _TYPES[start] in OF_A_LIST and (lower == start or lower.startswith(f"{start} ")):
            return start, written[len(start) :].strip()
    return lower, ""


def _tell_type(row: SheetRow, written: str, kind: str | None, remarks: Remarks) -> None:
    if kind is not None:
        fix = f"Write the name of a list of the sheet choices: {written.split()[0]} LIST"
        remarks.fault("missing-list", row, "type", f"the type at row {row.number} names no list", fix)
        return
    meant = did_you_mean(written, (*_TYPES, "begin_group", "end_group"))
    fix = "It is left out" if written.split()[0] in KNOWN_ELSEWHERE or not meant else f"{meant}It is left out"
    remarks.unsupported(row, "type", f"type {written}", fix)
