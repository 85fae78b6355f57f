"""Rows as Triple-S 3.0, the interchange standard of survey programs: what the variables are as XML, the data as CSV.

Every column is one variable, as in all other exports. Scale points, choices and marks are ``single`` variables whose
codes are those of the rows, kinds of missing included; they are ``literal``, as numeric codes may not be negative. The
points of a scale have their number as the score, and kinds of missing have none, so that means leave them out. Amounts
are ``quantity`` with a range of their answers.

The data have the name of the description and end with .csv, which is where the standard looks for them: both may be
renamed together. Source: Triple-S XML version 3.0 (The Triple-S Group, November 2016), its document type definition.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

import polars as pl

import surveyplat
from surveyplat.exports.extents import Extent, extents_of
from surveyplat.exports.frozen_rows import FrozenRows
from surveyplat.exports.spreadsheet_texts import harmless_frame, write_csv
from surveyplat.exports.variables import Value, Variable
from surveyplat.exports.workbook import Progress

_VERSION = "3.0"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_RECORD = {"ident": "A", "format": "csv", "encoding": "UTF-8", "skip": "1"}
"""Data that do not say that they are UTF-8 are read as Windows-1252."""
_NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))
"""Characters that XML has no place for."""
_DECIMALS_OF_CALCULATED = 6
_LINE_BREAKS = r"[\r\n]+"


def write_triple_s(xml: Path, data: Path, rows: FrozenRows, progress: Progress, *, with_texts: bool) -> int:
    """Write both files and give the number of rows.

    Line breaks within texts become spaces, as each line of the data is one row; days are written YYYYMMDD.
    """
    variables = rows.chosen(with_texts=with_texts)
    pieces = list(_plain(rows, variables, with_texts))
    extents = extents_of(map(harmless_frame, pieces))
    root = _describe(rows, variables, extents)
    ElementTree.indent(root)
    xml.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
    return write_csv(data, pieces, rows.count, progress, date_format="%Y%m%d", float_scientific=False)


def _plain(rows: FrozenRows, variables: Sequence[Variable], with_texts: bool) -> Iterator[pl.DataFrame]:
    """Texts on one line, numbers with the decimals of their range and no more."""
    numbers = {each.name: _decimals(each) for each in variables if each.column.type == "Float64"}
    rounded = [pl.col(name).round(decimals) for name, decimals in numbers.items()]
    whole = [pl.col(name).cast(pl.Int64) for name, decimals in numbers.items() if decimals == 0]
    lines = pl.col(pl.String).str.replace_all(_LINE_BREAKS, " ")
    for piece in rows.slices(with_texts=with_texts):
        yield piece.with_columns(lines, *rounded).with_columns(whole)


def _decimals(variable: Variable) -> int:
    return _DECIMALS_OF_CALCULATED if variable.column.kind == "calculated" else variable.decimals


def _describe(rows: FrozenRows, variables: Sequence[Variable], extents: Mapping[str, Extent]) -> ElementTree.Element:
    root = ElementTree.Element("sss", {"version": _VERSION, _LANGUAGE: rows.language})
    _text(root, "date", f"{rows.frozen_at:%Y-%m-%d}")
    _text(root, "time", f"{rows.frozen_at:%H:%M:%S}")
    _text(root, "origin", f"surveyplat {surveyplat.__version__}")
    survey = ElementTree.SubElement(root, "survey")
    _text(survey, "name", rows.name)
    _text(survey, "version", str(rows.manifest["definition_version"]))
    _text(survey, "title", rows.title)
    record = ElementTree.SubElement(survey, "record", _RECORD)
    for place, variable in enumerate(variables, start=1):
        _variable(record, place, variable, extents[variable.name])
    return root


def _variable(record: ElementTree.Element, place: int, variable: Variable, extent: Extent) -> None:
    kind = _type_of(variable)
    element = ElementTree.SubElement(record, "variable", ident=str(place), type=kind)
    if variable.name == "response_id":
        element.set("use", "serial")
    if kind == "single":
        element.set("format", "literal")
    _text(element, "name", variable.name)
    _text(element, "label", variable.label)
    ElementTree.SubElement(element, "position", start=str(place))
    if kind == "character":
        _text(element, "size", str(max(1, extent.longest)))
    elif kind == "single":
        _codes(element, tuple(_all_codes(variable)))
    elif kind == "quantity":
        _quantity(element, variable, extent)


def _type_of(variable: Variable) -> str:
    column = variable.column
    if column.type == "Date":
        return "date"
    if column.type == "Float64" or column.kind in ("constant_sum", "seconds"):
        return "quantity"
    return "single" if variable.values else "character"


def _all_codes(variable: Variable) -> Iterator[Value]:
    """The codes that have a wording, and every other point of a scale under its number."""
    worded = {value.code: value for value in variable.values}
    if variable.column.scale and variable.column.kind in ("rating", "recommendation"):
        low, high = (int(end) for end in variable.column.scale)
        points = {point: worded.pop(point, Value(point, str(point))) for point in range(low, high + 1)}
        yield from points.values()
    yield from worded.values()


def _codes(element: ElementTree.Element, values: Sequence[Value]) -> None:
    held = ElementTree.SubElement(element, "values")
    for value in values:
        told = _text(held, "value", value.text)
        told.set("code", str(value.code))
        if isinstance(value.code, int) and not value.is_missing:
            told.set("score", str(value.code))


def _quantity(element: ElementTree.Element, variable: Variable, extent: Extent) -> None:
    """The range that answers may have, or do have where none is set, beside the codes of missing."""
    held = ElementTree.SubElement(element, "values")
    low, high = variable.column.scale or (extent.low or 0.0, extent.high or 0.0)
    digits = _decimals(variable)
    ElementTree.SubElement(held, "range", {"from": f"{low:.{digits}f}", "to": f"{high:.{digits}f}"})
    for value in variable.values:
        _text(held, "value", value.text).set("code", str(value.code))


def _text(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    """An element with its text on one line: a line break within it would be an element of its own."""
    element = ElementTree.SubElement(parent, name)
    element.text = " ".join(text.translate(_NO_XML).splitlines())
    return element
