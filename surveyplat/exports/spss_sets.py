"""Multiple response sets in an SPSS file: which variables are the ticks of one question.

The library that writes the file has no place for them, so that their record is put into the file's dictionary
afterwards. Source: the record of multiple response sets (type 7, subtype 7) in the system file format as GNU PSPP
documents it.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile

from surveyplat.exports.variables import Variable

_HEADER = 176
_VARIABLE, _VALUE_LABELS, _LABELLED, _DOCUMENT, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_SETS, _LONG_NAMES = 7, 13
_COUNTED = "1"
"""The value that says that a choice was ticked or a problem reported."""


@dataclass(frozen=True)
class ResponseSet:
    """The ticks of one question: the set's name without its $, its label, and the variables' names."""

    name: str
    label: str
    variables: tuple[str, ...]


def response_sets(variables: Sequence[Variable], names: Mapping[str, str]) -> tuple[ResponseSet, ...]:
    """A set for each question of several ticks, under its own name; ``names`` are those in the file."""
    asked: dict[str, list[Variable]] = {}
    for variable in variables:
        if variable.column.kind in ("multiple", "problem"):
            asked.setdefault(variable.column.item, []).append(variable)
    return tuple(
        ResponseSet(item, ticks[0].question, tuple(names[tick.name] for tick in ticks))
        for item, ticks in asked.items()
        if len(ticks) > 1
    )


def add_response_sets(path: Path, sets: Sequence[ResponseSet]) -> None:
    """Put the sets into the dictionary of a file that has none; the data behind it move on."""
    if not sets:
        return
    with path.open("r+b") as file, TemporaryFile(dir=path.parent) as data:
        with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            records = list(_records(content))
            short = _short_names(content, records)
        told = "".join(_line(each, short) for each in sets).encode()
        _, end = records[-1]
        file.seek(end)
        copyfileobj(file, data)
        file.seek(end)
        file.write(struct.pack("<4i", _EXTENSION, _SETS, 1, len(told)) + told)
        data.seek(0)
        copyfileobj(data, file)


def _line(each: ResponseSet, short: Mapping[str, str]) -> str:
    members = " ".join(short[name].lower() for name in each.variables)
    label = " ".join(each.label.split())
    return f"${each.name}=D{len(_COUNTED)} {_COUNTED} {len(label.encode())} {label} {members}\n"


def _short_names(content: mmap, records: Sequence[tuple[int, int]]) -> dict[str, str]:
    """The names of eight characters that the file's records know its variables by."""
    for kind, start in records:
        _, subtype, size, count = struct.unpack_from("<4i", content, start)
        if kind == _EXTENSION and subtype == _LONG_NAMES:
            told = content[start + 16 : start + 16 + size * count].decode()
            return {long: name for name, long in (pair.split("=") for pair in told.split("\t"))}
    return {}


def _records(content: mmap) -> Iterator[tuple[int, int]]:
    """Kind and place of each record of the dictionary, its end last."""
    start = _HEADER
    kind = 0
    while kind != _END:
        (kind,) = struct.unpack_from("<i", content, start)
        yield kind, start
        start += _length(content, kind, start)


def _length(content: mmap, kind: int, start: int) -> int:
    if kind == _VARIABLE:
        return _variable_length(content, start)
    if kind == _VALUE_LABELS:
        return _labels_length(content, start)
    if kind == _EXTENSION:
        size, count = struct.unpack_from("<2i", content, start + 8)
        return int(16 + size * count)
    (count,) = struct.unpack_from("<i", content, start + 4)
    return 8 + int(count) * {_LABELLED: 4, _DOCUMENT: 80}.get(kind, 0)


def _variable_length(content: mmap, start: int) -> int:
    """32 bytes, then the label, filled up to words of four bytes, then the missing values of eight bytes each."""
    has_label, missing = struct.unpack_from("<2i", content, start + 8)
    length = 32 + 8 * abs(missing)
    if has_label:
        (label,) = struct.unpack_from("<i", content, start + 32)
        length += 4 + -(-label // 4) * 4
    return int(length)


def _labels_length(content: mmap, start: int) -> int:
    """Its count, then each value of eight bytes with its label, which is filled up to words of eight bytes."""
    (count,) = struct.unpack_from("<i", content, start + 4)
    end = start + 8
    for _ in range(count):
        end += 8 + -(-(1 + content[end + 8]) // 8) * 8
    return end - start
