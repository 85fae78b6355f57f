"""Which columns mean something for which rows. Whatever else is filled in is told, cell by cell."""

from collections.abc import Collection, Iterable

from surveyplat.forms.spelling import did_you_mean
from surveyplat.forms.xlsform.remarks import Remarks
from surveyplat.forms.xlsform.rows import OF_A_LIST, FormGroup, FormItem
from surveyplat.forms.xlsform.workbook import SheetRow, Worksheet

_ALL = frozenset({"type", "name", "label", "relevant", "disabled"})
_TOLD = _ALL | {"hint"}
_ASKED = _TOLD | {"required", "constraint", "constraint_message"}
_CALCULATED = _TOLD | {"calculation", "required"}
SURVEY = _ASKED | {"calculation", "appearance", "parameters"}
"""Columns of the sheet survey that are read."""
CHOICES = frozenset({"list_name", "name", "label"})
SETTINGS = frozenset({"form_title", "form_id", "version", "default_language"})
_OTHERS = frozenset(
    (
        "appearance",
        "default",
        "readonly",
        "read_only",
        "choice_filter",
        "repeat_count",
        "required_message",
        "guidance_hint",
        "trigger",
        "media",
        "image",
        "audio",
        "video",
        "big-image",
        "parameters",
        "body",
        "bind",
        "instance",
        "save_to",
        "note",
        "intent",
        "autoplay",
        "hint",
        "query",
    )
)
"""Columns of XLSForm without a counterpart."""


def tell_unread(
    sheet: Worksheet, rows: Iterable[SheetRow], read: Collection[str], remarks: Remarks, *, named_elsewhere: bool = True
) -> None:
    """Name every filled cell of a known column that is not read, and once each column that nobody knows."""
    unread = [column for column in sheet.columns if _kind(column) not in read]
    filled = list(rows)
    for column in unread:
        kind = _kind(column)
        if kind in _OTHERS or not named_elsewhere:
            for row in filled:
                if row.cell(column):
                    remarks.unsupported(row, column, column)
        elif any(row.cell(column) for row in filled):
            fix = did_you_mean(kind, read) + "The column is left out"
            remarks.unsupported(sheet.header, column, f"column {column}", fix)


def tell_unused(item: FormItem, remarks: Remarks) -> None:
    """Name the cells that are read for other rows and mean nothing, or nothing convertible, for this one."""
    for column in item.row.cells:
        kind, text = _kind(column), item.row.cell(column)
        if kind in SURVEY and kind not in _used(item) and not _says_nothing(kind, text):
            remarks.unsupported(item.row, column, f"{column} {text}" if kind == "appearance" else column)


def tell_unused_of_group(group: FormGroup, remarks: Remarks) -> None:
    for column in group.row.cells:
        kind, text = _kind(column), group.row.cell(column)
        if kind in SURVEY and kind not in _ALL and not _says_nothing(kind, text):
            remarks.unsupported(group.row, column, f"{column} {text}" if kind == "appearance" else column)


def _used(item: FormItem) -> Collection[str]:
    if item.kind == "note":
        return _TOLD
    if item.kind in ("calculate", "hidden"):
        return _CALCULATED - {"relevant"}
    used = set(_ASKED)
    if item.kind == "text" and item.row.cell("appearance") == "multiline":
        used.add("appearance")
    if item.kind in OF_A_LIST and item.row.cell("parameters").replace(" ", "").lower() in _RANDOM:
        used.add("parameters")
    return used


_RANDOM = ("randomize=true", "randomize=false")


def _says_nothing(kind: str, text: str) -> bool:
    return kind == "required" and text.lower() in ("no", "false", "false()")


def _kind(column: str) -> str:
    return column.partition("::")[0]
