"""A table of answers collected elsewhere: each row becomes typed answers, or a refused row with all of its faults.

A column is named by its item, that of the words beside an "other" by the item with ``__words``. A cell holds what the
item takes: a scale point, the declared "don't know" text, a code, several codes divided by ``|`` (of a ranking in their
order), ``code=40|code=60``, a number with a decimal point, a day (2026-09-30), yes or no, or a text; an empty one was
not answered. What the survey pages accept is accepted here. What a rule hid and is empty was not asked, as far as the
rule speaks of answers: nothing is known here of the event.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from surveyplat.errors import Fault, InvalidInput
from surveyplat.forms.answers import Answer, PageAnswers, answer_names, answerable, lacks_answer, read_page
from surveyplat.forms.asked import AskedPage
from surveyplat.forms.evaluation import Facts
from surveyplat.forms.imported_cells import cell_fields, what_is_taken
from surveyplat.forms.items import WORDS_SUFFIX, other_choice
from surveyplat.forms.language import Definition
from surveyplat.forms.progress import kept_values
from surveyplat.forms.reading import MOST_WORDS
from surveyplat.forms.routing import route
from surveyplat.quarantine import REPORT_COLUMNS, CellFault, QuarantinedRow, restored

RESPONDENT = "respondent"
"""The optional column that names who answered: a reference, never a person's name."""

NOT_ASKED: dict[str, str] = {"missing": "not_asked"}
"""The answer to an item that has no column, on a page of which other items have one."""

_LONGEST_RESPONDENT = 64
_WAIVED = ("fault_required", "fault_consent", "fault_words")
"""What the pages demand and a table of answers collected elsewhere may lack."""


@dataclass(frozen=True)
class Table:
    """A table of text cells: its rows' numbers as a spreadsheet shows them, and the SHA-256 of what it says."""

    place: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    content_hash: str


@dataclass(frozen=True)
class ImportedRow:
    """One person's answers: ``identity`` tells the row apart from every other of its study and period."""

    number: int
    values: Mapping[str, str]
    identity: str
    answers: Mapping[str, Answer]
    pages: tuple[str, ...]

    def refused(self, cause: str, fix: str) -> QuarantinedRow:
        """The row, refused because of who it says answered."""
        return QuarantinedRow(self.number, self.values, [CellFault(RESPONDENT, cause, fix)])


def read_table(path: Path) -> Table:
    """Read a CSV file in UTF-8, divided by commas, semicolons or tabs; its first row names the columns.

    Raises ``InvalidInput`` when it cannot be read, has no header or no row, or names a column twice.
    """
    lines = _lines(path)
    columns = tuple(cell.strip() for cell in lines[0]) if lines else ()
    rows = tuple((number, tuple(map(restored, line))) for number, line in enumerate(lines[1:], start=2) if any(line))
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise _unreadable(path, f"names a column twice: {', '.join(twice)}", "Keep one column of each name")
    if not rows:
        raise _unreadable(
            path, "has no row of answers", "Name the columns in the first row, and write a row each person"
        )
    said = sha256(repr((columns, rows)).encode()).hexdigest()
    return Table(path.name, columns, rows, said)


def check_columns(definition: Definition, table: Table) -> None:
    """Raises ``InvalidInput`` naming every column that is no item, with a suggestion, or saying that none is."""
    items = [name for page in definition.asked for name in _columns(page)]
    unknown = [name for name in table.columns if name not in (*items, RESPONDENT, *REPORT_COLUMNS)]
    faults = [_unknown_column(table.place, definition.study, name, items) for name in unknown]
    if not faults and not set(items) & set(table.columns):
        cause = f"no column is an item of {definition.study}"
        faults.append(Fault("columns", table.place, cause, f"Name columns by items, such as {items[0]}"))
    if faults:
        raise InvalidInput(faults)


def read_rows(definition: Definition, table: Table) -> tuple[list[ImportedRow], list[QuarantinedRow]]:
    """Type every row: the good ones, and the refused ones with all their faults."""
    good: list[ImportedRow] = []
    refused: list[QuarantinedRow] = []
    for number, cells in table.rows:
        read = _read_row(definition, table, number, cells)
        if isinstance(read, ImportedRow):
            good.append(read)
        else:
            refused.append(read)
    return good, refused


def _read_row(definition: Definition, table: Table, number: int, cells: Sequence[str]) -> ImportedRow | QuarantinedRow:
    values = dict(zip(table.columns, cells, strict=False))
    if len(cells) != len(table.columns):
        cause = f"has {len(cells)} cells where the header has {len(table.columns)}"
        return QuarantinedRow(number, values, [CellFault("row", cause, "Write one cell a column")])
    faults = _respondent_faults(values)
    answers: dict[str, Answer] = {}
    pages = tuple(page for page in definition.asked if any(item.id in values for item in page.items))
    for page in pages:
        read = _read_cells(definition, page, values)
        answers |= _answers(page, read, values)
        faults += _cell_faults(definition, page, read, values)
    if faults:
        return QuarantinedRow(number, values, faults)
    identity = values.get(RESPONDENT) or f"{table.content_hash}:{number}"
    return ImportedRow(
        number, values, identity, _as_asked(definition, pages, answers), tuple(page.id for page in pages)
    )


def _columns(page: AskedPage) -> list[str]:
    """What may name a column: the items that take an answer, and the words of those with an "other"."""
    asked = {item.id for item in answerable(page)}
    return [name for name in answer_names(page) if name.removesuffix(WORDS_SUFFIX) in asked]


def _read_cells(definition: Definition, page: AskedPage, values: Mapping[str, str]) -> PageAnswers:
    """The page's cells, as if a browser had sent them."""
    language = definition.languages[0]
    fields: list[tuple[str, str]] = []
    for item in page.items:
        fields += cell_fields(definition, item, values.get(item.id, ""), language)
        if other_choice(item):
            fields.append((item.id + WORDS_SUFFIX, values.get(item.id + WORDS_SUFFIX, "")))
    return read_page(definition, page, fields, language)


def _answers(page: AskedPage, read: PageAnswers, values: Mapping[str, str]) -> dict[str, Answer]:
    """The typed answers; an item without a column was not asked, an empty choice or consent was not answered."""
    absent: dict[str, Answer] = {
        item.id: dict(NOT_ASKED) for item in page.items if item.type != "information" and item.id not in values
    }
    unticked = {item.id for item in page.items if item.type in ("multiple", "consent") and not values.get(item.id)}
    return {name: answer for name, answer in read.answers.items() if name not in unticked} | absent


def _as_asked(definition: Definition, pages: Sequence[AskedPage], answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers with what the rules make of them: what they hid was not asked, and the values to keep."""
    facts = Facts(answers, calculated=definition.calculated)
    shown = {item for page in route(definition, facts, "").pages for item in page.item_ids}
    hidden = [item.id for page in pages for item in answerable(page) if item.id not in shown]
    unasked = {item: dict(NOT_ASKED) for item in hidden if lacks_answer(answers.get(item))}
    return {**answers, **unasked, **kept_values(facts)}


def _respondent_faults(values: Mapping[str, str]) -> list[CellFault]:
    name = values.get(RESPONDENT)
    if name == "":
        return [CellFault(RESPONDENT, "is empty", "Write who answered, as a reference")]
    if name is not None and len(name) > _LONGEST_RESPONDENT:
        return [CellFault(RESPONDENT, f"has {len(name)} characters", f"Shorten it to {_LONGEST_RESPONDENT}")]
    return []


def _cell_faults(
    definition: Definition, page: AskedPage, read: PageAnswers, values: Mapping[str, str]
) -> list[CellFault]:
    refused = {fault.item for fault in read.faults if fault.sentence not in _WAIVED}
    faults = [_cell_fault(definition, item) for item in answer_names(page) if item in refused]
    for name in (name for name in answer_names(page) if name.endswith(WORDS_SUFFIX) and name not in refused):
        if values.get(name) and name not in read.answers and name.removesuffix(WORDS_SUFFIX) not in refused:
            faults.append(CellFault(name, 'stands beside no "other"', "Choose the code of other, or leave it empty"))
    return faults


def _cell_fault(definition: Definition, name: str) -> CellFault:
    if name.endswith(WORDS_SUFFIX):
        taken = f"a text of at most {MOST_WORDS} characters"
    else:
        taken = what_is_taken(definition, definition.item(name))
    return CellFault(name, f"is not {taken}", f"Write {taken}, or nothing where it was not answered")


def _unknown_column(place: str, study: str, name: str, items: Sequence[str]) -> Fault:
    near = get_close_matches(name, items, n=1) or [item for item in items if item.lower() == name.lower()]
    fix = f"Did you mean {near[0]}?" if near else f"Remove it, or name it by an item or {RESPONDENT}"
    return Fault("column", place, f'"{name}" is no item of {study}', fix)


def _lines(path: Path) -> list[list[str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _unreadable(path, f"cannot be read ({error.strerror})", "Name a readable CSV file") from None
    except UnicodeDecodeError:
        raise _unreadable(path, "is not UTF-8 text", "Save it as CSV UTF-8") from None
    divider = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        place = f"is not CSV in line {reader.line_num} ({error})"
        raise _unreadable(path, place, "Close every quotation mark and double those inside") from None


def _unreadable(path: Path, cause: str, fix: str) -> InvalidInput:
    return InvalidInput([Fault("table", path.name, cause, fix)])
