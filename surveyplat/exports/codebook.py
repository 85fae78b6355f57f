"""The codebook of a frozen period: every variable with its codes, and how many rows have an answer.

It counts answers and kinds of missing of the whole study, never how often a code was chosen: it may go wherever the
study's published bases go.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from surveyplat.exports.frozen_rows import FrozenRows
from surveyplat.exports.spss_names import spss_names
from surveyplat.exports.variables import Variable
from surveyplat.missing import Missing
from surveyplat.reports.attachments import harmless

COLUMNS = (
    "variable",
    "spss_name",
    "page",
    "label",
    "question",
    "kind",
    "type",
    "measure",
    "unit",
    "minimum",
    "maximum",
    "base",
    "code",
    "meaning",
    "is_missing",
    "rows",
)
"""Of the codebook as a table: a line for each variable, then one for each of its codes."""
Cell = str | int | float | None


@dataclass(frozen=True)
class Entry:
    """One variable with its counts: ``base`` rows with an answer, ``missing`` rows by the code of missing."""

    variable: Variable
    spss_name: str
    base: int
    missing: Mapping[int, int]


@dataclass(frozen=True)
class Codebook:
    """Every variable of a frozen period, in the order of the columns."""

    rows: FrozenRows
    count: int
    entries: tuple[Entry, ...]


def make_codebook(rows: FrozenRows) -> Codebook:
    """Describe and count every column of the frozen rows."""
    counts = rows.lazy.select(pl.len().alias("<rows>"), *_counts(rows)).collect().row(0, named=True)
    count, names = int(counts["<rows>"]), spss_names(variable.name for variable in rows.variables)
    entries = []
    for variable in rows.variables:
        missing = {code: int(counts[f"{variable.name}|{code}"]) for code in _missing_codes(variable)}
        absent = sum(missing.values()) + int(counts[f"{variable.name}|empty"])
        entries.append(Entry(variable, names[variable.name], count - absent, missing))
    return Codebook(rows, count, tuple(entries))


def _missing_codes(variable: Variable) -> tuple[int, ...]:
    return tuple(int(kind) for kind in Missing) if variable.column.counts_missing else ()


def _counts(rows: FrozenRows) -> Iterator[pl.Expr]:
    for variable in rows.variables:
        column = pl.col(variable.name)
        is_text = variable.column.type == "String"
        empty = column.is_null() | (column == "") if is_text else column.is_null()
        yield empty.sum().alias(f"{variable.name}|empty")
        for code in _missing_codes(variable):
            yield (column == code).sum().alias(f"{variable.name}|{code}")


def codebook_lines(codebook: Codebook) -> Iterator[tuple[Cell, ...]]:
    """The codebook as lines of cells under ``COLUMNS``: numbers as numbers, None where a line has nothing to tell."""
    for entry in codebook.entries:
        variable = entry.variable
        column = variable.column
        words = variable.name, entry.spss_name, variable.page, variable.label, variable.question
        ends = (int(end) if end == int(end) else end for end in column.scale) if column.scale else (None, None)
        kinds = column.kind, column.type, variable.measure, variable.unit
        yield (*words, *kinds, *ends, entry.base, None, None, None, None)
        for value in variable.values:
            rows = entry.missing.get(int(value.code), 0) if value.is_missing else None
            told = value.code, value.text, "yes" if value.is_missing else "no", rows
            yield (variable.name, entry.spss_name, *(None,) * 10, *told)


def codebook_csv(codebook: Codebook) -> bytes:
    """The lines as CSV in UTF-8 with a byte order mark; texts that a spreadsheet would run are made harmless."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for line in codebook_lines(codebook):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in line])
    return target.getvalue().encode("utf-8-sig")
