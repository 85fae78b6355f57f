"""Rows as an SPSS file: labels of variables and values, user-missing codes, levels of measurement."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from surveyplat.errors import ExportError
from surveyplat.exports.spss_names import spss_names
from surveyplat.exports.spss_sets import add_response_sets, response_sets
from surveyplat.exports.variables import Value, Variable
from surveyplat.missing import Missing

if TYPE_CHECKING:
    from pyreadstat.pyclasses import MissingRange

_MISSING = (Missing.NOT_ASKED, Missing.NOT_ANSWERED, Missing.DONT_KNOW)
"""What rows hold; what is suppressed is suppressed in results."""
_LONGEST_LABEL = 250
"""Bytes of UTF-8, within what SPSS takes for a variable (256) and a file (64)."""
_LONGEST_VALUE_LABEL = 120
_LONGEST_FILE_LABEL = 64
_LONGEST_TEXT = 32_767
_WIDEST = 40
"""Characters that a column of texts is shown with."""
_MADE_AT = 92
"""Where the file says when it was made: nine characters of the day, eight of the time."""


def write_spss(path: Path, frame: pl.DataFrame, variables: Sequence[Variable], *, title: str, moment: datetime) -> None:
    """Write a row for each of the frame's, a variable for each of ``variables``, whose columns the frame has.

    -3 to -1 are declared as user-missing where a column may hold them; what is null in the frame is system-missing,
    and an empty text in a column of texts. ``moment`` is when the file says that it was made, so that the same rows
    have the same bytes. Raises ``ExportError`` for a text that SPSS has no room for.
    """
    import pyreadstat

    _demand_room(path, frame)
    names = spss_names(variable.name for variable in variables)
    coded = [variable for variable in variables if variable.column.counts_missing]
    missing: MissingRange = {"lo": int(min(_MISSING)), "hi": int(max(_MISSING))}
    pyreadstat.write_sav(
        frame.select(variable.name for variable in variables).rename(names),
        path,
        row_compress=True,
        file_label=clipped(title, _LONGEST_FILE_LABEL),
        column_labels={names[variable.name]: clipped(variable.label, _LONGEST_LABEL) for variable in variables},
        variable_value_labels={names[each.name]: _labels(each.values) for each in variables if each.values},
        missing_ranges={names[variable.name]: [missing] for variable in coded},
        variable_measure={names[variable.name]: variable.measure for variable in variables},
        variable_format=_formats(variables, names),
        variable_display_width={names[each.name]: _WIDEST for each in variables if each.holds_texts},
    )
    _date(path, moment)
    add_response_sets(path, response_sets(variables, names))


def _demand_room(path: Path, frame: pl.DataFrame) -> None:
    for name, kind in frame.schema.items():
        longest = frame[name].str.len_bytes().max() if kind == pl.String else 0
        if isinstance(longest, int) and longest > _LONGEST_TEXT:
            cause = f"a text of {longest} bytes, and SPSS takes {_LONGEST_TEXT}"
            raise ExportError(f"{path.name}, column {name}: {cause}. Export csv or parquet")


def clipped(text: str, most: int) -> str:
    """The text, cut between characters and with an ellipsis where it has more than ``most`` bytes of UTF-8."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len("…".encode())].decode(errors="ignore") + "…"


def _labels(values: Sequence[Value]) -> dict[Any, str]:
    return {value.code: clipped(value.text, _LONGEST_VALUE_LABEL) for value in values}


def _formats(variables: Sequence[Variable], names: dict[str, str]) -> dict[str, str]:
    formats = {}
    for variable in variables:
        if variable.column.counts_missing:
            formats[names[variable.name]] = "F8.0"
        elif variable.column.kind == "number":
            formats[names[variable.name]] = f"F{12 + variable.decimals}.{variable.decimals}"
        elif variable.column.type == "Date":
            formats[names[variable.name]] = "SDATE10"
    return formats


def _date(path: Path, moment: datetime) -> None:
    """Write when the file was made into its header, in English as SPSS does, whatever the locale."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    made = f"{moment:%d} {months[moment.month - 1]} {moment:%y}{moment:%H:%M:%S}"
    with path.open("r+b") as file:
        file.seek(_MADE_AT)
        file.write(made.encode())
