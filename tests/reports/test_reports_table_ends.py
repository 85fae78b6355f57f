"""Where tables and sections end: no row or two alone on a further page, no note or closing sentence by itself."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from reports_examples import imported_bundle
from reports_tags import Heard, heard

from surveyplat.reports.blocks import Block, Column, Content, Paragraph, Row, Section, Table
from surveyplat.reports.kinds import content_of
from surveyplat.reports.pdf import make_document

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
NOTE = "What the figures of this table rest on."
CLOSING = "The last words of the section."
COLUMNS = (Column("Name", 0.5, "left"), Column("Value", 0.5))


@cache
def whole() -> Content:
    content = content_of(imported_bundle("en"))
    assert isinstance(content, Content)
    return content


def pages_of(*blocks: Block) -> list[list[Heard]]:
    """What is heard on each page of a report of one section, without the cover."""
    section = Section("only", "Only", "A section", blocks)
    return heard(make_document(replace(whole(), sections=(section,), references=None), "0" * 12, NOON))[1:]


def rows_on(page: list[Heard]) -> int:
    """Rows of a table's body."""
    return sum(len(each.parts) for top in page for each in top.all() if each.kind == "TBody")


def texts_on(page: list[Heard]) -> list[str]:
    return [each.text for top in page for each in top.all() if each.kind == "P"]


def table(rows: int, note: str = "") -> Table:
    return Table("A table", COLUMNS, tuple(Row((f"Row {n}", f"{n}.0")) for n in range(rows)), note)


@pytest.mark.parametrize("rows", range(27, 46))
def test_a_table_ends_with_rows_enough_to_be_read_and_with_its_note(rows: int) -> None:
    pages = pages_of(table(rows, NOTE))
    assert sum(map(rows_on, pages)) == rows
    assert all(rows_on(page) >= 2 for page in pages)
    assert NOTE in texts_on(pages[-1])


@pytest.mark.parametrize("rows", range(27, 46, 2))
def test_a_table_without_a_note_leaves_three_rows_at_least(rows: int) -> None:
    pages = pages_of(table(rows))
    assert [rows_on(page) >= 3 for page in pages] == [True] * len(pages)
    assert sum(map(rows_on, pages)) == rows


@pytest.mark.parametrize("lines", range(24, 44, 2))
def test_a_closing_sentence_is_not_alone_on_its_page(lines: int) -> None:
    before = (Paragraph(f"Line {n}.") for n in range(lines))
    pages = pages_of(*before, table(4), Paragraph(CLOSING))
    assert CLOSING in texts_on(pages[-1])
    assert len(pages) == 1 or rows_on(pages[-1]) == 4


def test_rows_taller_than_half_a_page_are_all_printed() -> None:
    tall = "A word and another. " * 130
    rows = tuple(Row((f"Row {n}", tall)) for n in range(5))
    pages = pages_of(Table("Tall", COLUMNS, rows, NOTE))
    assert sum(map(rows_on, pages)) == 5
    assert NOTE in texts_on(pages[-1])
