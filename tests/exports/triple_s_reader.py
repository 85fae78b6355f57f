"""A reader of Triple-S 3.0 for flat surveys with data as CSV, written from the standard and from nothing of ours.

It believes nothing: what breaks a rule of the standard is refused with the rule. It is told the description alone, and
finds the data as the standard says: under ``href``, else under the description's name with .csv.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

_DTD = etree.DTD(str(Path(__file__).with_name("triple_s.dtd")))
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_ENCODINGS = {"Windows-1252": "cp1252", "UTF-8": "utf-8-sig"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")


class NotTripleS(ValueError):
    """A rule of the standard that the files break."""


@dataclass(frozen=True)
class Variable:
    ident: int
    name: str
    kind: str
    label: str
    column: int
    use: str | None
    literal: bool
    size: int
    ends: tuple[str, str] | None
    labels: dict[str, str] = field(default_factory=dict)
    scores: dict[str, Decimal] = field(default_factory=dict)

    def read(self, cell: str) -> Any:
        """One cell as its type; None where there is no answer."""
        return None if cell == "" else _READERS[self.kind](self, cell)


@dataclass(frozen=True)
class Survey:
    language: str | None
    title: str
    variables: tuple[Variable, ...]
    rows: tuple[dict[str, Any], ...]


def read(description: Path) -> Survey:
    """The whole survey. Raises ``NotTripleS`` at the first rule that is broken."""
    root = etree.parse(description).getroot()
    _demand(_DTD.validate(root), str(_DTD.error_log))
    record = root.find("survey/record")
    _demand(re.fullmatch("[A-Za-z]", record.get("ident")), "a record's ident is one letter")
    _demand(record.get("format") == "csv", "this reader reads data as csv alone")
    variables = tuple(_variable(element) for element in record)
    for what in ("ident", "name", "column"):
        found = [getattr(each, what) for each in variables]
        _demand(len(set(found)) == len(found), f"two variables have one {what}")
    rows = tuple(_rows(description, record, variables))
    _uses(variables, rows)
    return Survey(
        root.get("{http://www.w3.org/XML/1998/namespace}lang"), root.findtext("survey/title"), variables, rows
    )


def _demand(holds: object, rule: str) -> None:
    if not holds:
        raise NotTripleS(rule)


def _variable(element: Any) -> Variable:
    kind, literal = element.get("type"), element.get("format") == "literal"
    _demand(int(element.get("ident")) > 0, "an ident is a positive number")
    _demand(element.get("format") is None or kind in ("single", "multiple"), f"a {kind} has no format")
    _demand((element.find("size") is not None) == (kind == "character"), "a size is of character variables")
    _demand(
        element.find("values") is not None or kind not in ("single", "multiple", "quantity"), f"a {kind} has values"
    )
    _demand(element.find("spread") is None or kind == "multiple", "a spread is of multiples")
    _demand(element.find("filter") is None, "a filter is a logical variable before, and there is none")
    ends = element.find("values/range")
    made = Variable(
        ident=int(element.get("ident")),
        name=element.findtext("name"),
        kind=kind,
        label=element.findtext("label"),
        column=int(element.find("position").get("start")),
        use=element.get("use"),
        literal=literal,
        size=int(element.findtext("size") or 0),
        ends=None if ends is None else (ends.get("from"), ends.get("to")),
        labels={value.get("code"): value.text or "" for value in element.iterfind("values/value")},
        scores={
            value.get("code"): Decimal(value.get("score"))
            for value in element.iterfind("values/value")
            if value.get("score") is not None
        },
    )
    _checked(made, len(element.findall("values/value")))
    return made


def _checked(variable: Variable, values: int) -> None:
    _demand(_NAME.fullmatch(variable.name), f"{variable.name} is no name")
    _demand(variable.column > 0, "fields are counted from 1")
    _demand(variable.kind != "character" or variable.size > 0, "a size is positive")
    _demand(len(variable.labels) == values, f"{variable.name}: a code stands twice")
    _demand(not variable.scores or variable.kind in ("single", "multiple"), f"a {variable.kind} has no scores")
    _demand(not (variable.literal and variable.ends), "a literal variable has no range")
    if variable.kind == "single" and not variable.literal:
        _demand(all(code.isdecimal() for code in variable.labels), "numeric codes are 0 or positive")
    if variable.kind == "quantity":
        _demand(
            all(_NUMBER.fullmatch(code) for code in (*variable.labels, *(variable.ends or ()))), "a value is a number"
        )
    if variable.ends is not None:
        _demand(Decimal(variable.ends[0]) <= Decimal(variable.ends[1]), "a range does not fall")


def _rows(description: Path, record: Any, variables: tuple[Variable, ...]) -> Iterator[dict[str, Any]]:
    data = description.with_name(record.get("href") or description.with_suffix(".csv").name)
    content = data.read_bytes().decode(_ENCODINGS[record.get("encoding", "Windows-1252")])
    lines = content.split("\r\n")
    _demand(lines.pop() == "" and not any(set(line) & set("\r\n") for line in lines), "each record is one line")
    for cells in csv.reader(lines[int(record.get("skip", "0")) :], strict=True):
        _demand(len(cells) >= max(each.column for each in variables), "a record has every field")
        yield {each.name: each.read(cells[each.column - 1]) for each in variables}


def _single(variable: Variable, cell: str) -> str:
    _demand(cell in variable.labels, f"{variable.name}: {cell} is no code of it")
    return cell


def _quantity(variable: Variable, cell: str) -> Decimal:
    _demand(_NUMBER.fullmatch(cell), f"{variable.name}: {cell} is no number")
    if cell not in variable.labels and variable.ends is not None:
        low, high = variable.ends
        _demand(Decimal(low) <= Decimal(cell) <= Decimal(high), f"{variable.name}: {cell} is out of its range")
        _demand(_decimals(cell) <= _decimals(high), f"{variable.name}: {cell} has more decimals than its range")
    return Decimal(cell)


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _character(variable: Variable, cell: str) -> str:
    _demand(len(cell) <= variable.size, f"{variable.name}: a text is longer than its size")
    return cell


def _date(variable: Variable, cell: str) -> Any:
    _demand(re.fullmatch("[0-9]{8}", cell), f"{variable.name}: {cell} is no day")
    return date.fromisoformat(cell)


_READERS = {"single": _single, "quantity": _quantity, "character": _character, "date": _date}


def _uses(variables: tuple[Variable, ...], rows: tuple[dict[str, Any], ...]) -> None:
    """A serial is one character or quantity variable with a value of its own in each record."""
    serials = [each for each in variables if each.use == "serial"]
    _demand(len(serials) <= 1 and sum(each.use == "weight" for each in variables) <= 1, "one serial, one weight")
    for serial in serials:
        _demand(serial.kind in ("character", "quantity"), "a serial is a text or a number")
        found = [row[serial.name] for row in rows]
        _demand(None not in found and len(set(found)) == len(found), "a serial is there once")
