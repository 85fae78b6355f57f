"""Rows and results as CSV, workbooks and Parquet: nothing is lost on the way, and nothing in them is run."""

import csv
import io
import re
import zipfile
from concurrent.futures import CancelledError
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest
from exports_cast import TEXTS, exported, made_rows, told

from surveyplat.errors import ExportError
from surveyplat.exports import workbook
from surveyplat.exports.making import file_names, make_export
from surveyplat.exports.result_rows import result_frame
from surveyplat.exports.wanted import Format, Subject, Wanted, subject_of
from surveyplat.exports.workbook import Sheet, write_workbook
from surveyplat.reports.attachments import FORMULA, harmless, results_table

MOMENT = datetime(2026, 10, 27, tzinfo=UTC)
RESULTS = {
    "dealers": [
        {"dealer": "D1", "score": {"value": 812.25, "unweighted_base": 40, "ci_low": -1e-9, "suppressed": None}},
        {"dealer": "=D2", "score": {"value": None, "unweighted_base": 7, "suppressed": "base"}},
    ]
}


def without_apostrophe(text: str) -> str:
    """What ``harmless`` was given."""
    return text[1:] if text.startswith("'") and re.search(FORMULA, text) else text


@pytest.mark.parametrize("text", [text for text in TEXTS if text is not None])
def test_a_harmless_text_is_no_formula_and_can_be_turned_back(text: str) -> None:
    made = harmless(text)
    assert not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", made)
    assert without_apostrophe(made) == text


def test_csv_rows_come_back_as_they_were_frozen(tmp_path: Path) -> None:
    rows = made_rows(tmp_path)
    path, made = exported(rows, Wanted(Format.CSV, Subject.ROWS, with_texts=True), tmp_path / "out")
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    frame = rows.frame(with_texts=True)
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert header == frame.columns
    assert made.rows == len(lines) == frame.height
    for line, row in zip(lines, frame.iter_rows(), strict=True):
        assert [read_as(cell, value) for cell, value in zip(line, row, strict=True)] == list(row)


def read_as(cell: str, like: Any) -> Any:
    """A cell of CSV as the kind of value that it was made from."""
    match like:
        case None | "":
            return like if cell == "" else cell
        case str():
            assert not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell)
            return without_apostrophe(cell)
        case date():
            return date.fromisoformat(cell)
        case _:
            return type(like)(cell)


def test_the_words_of_respondents_leave_only_when_they_are_asked_for(tmp_path: Path) -> None:
    rows = made_rows(tmp_path)
    for format_ in (Format.CSV, Format.XLSX, Format.PARQUET, Format.SAV, Format.TRIPLE_S):
        _, made = exported(rows, Wanted(format_, Subject.ROWS), tmp_path / format_)
        written = b"".join(unpacked(path) for path in made.drafts.values())
        assert "长长长".encode() not in written
    names = rows.frame(with_texts=False).columns
    assert "remark" not in names
    assert {"why", "mileage"} < set(names)


def unpacked(path: Path) -> bytes:
    """What is in a file, in whatever is packed there."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_csv().encode()
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


def test_a_workbook_has_the_rows_as_texts_numbers_and_days_and_no_formula(tmp_path: Path) -> None:
    rows = made_rows(tmp_path)
    path, _ = exported(rows, Wanted(Format.XLSX, Subject.ROWS, with_texts=True), tmp_path / "out")
    with zipfile.ZipFile(path) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)
    frame = rows.frame(with_texts=True)
    read = fastexcel.read_excel(path).load_sheet("rows", dtypes={"remark": "string"}).to_polars()
    assert read.columns == frame.columns
    assert read["polite"].to_list() == frame["polite"].to_list()
    assert read["consumption"].to_list() == frame["consumption"].to_list()
    assert read["picked_up"].cast(pl.Date).to_list() == frame["picked_up"].to_list()
    kept = [without_apostrophe(text) if text else None for text in read["remark"]]
    assert [visible(text) for text in kept] == [visible(text) for text in frame["remark"]]


def visible(text: str | None) -> str | None:
    """Without what a sheet writes otherwise: control characters, the kind of line break, and that nothing is there."""
    return re.sub(r"[\x01\x07\r]|_x000[0-9A-D]_", "", text) if text else None


def test_a_workbook_carries_its_codebook(tmp_path: Path) -> None:
    path, _ = exported(made_rows(tmp_path), Wanted(Format.XLSX, Subject.ROWS), tmp_path / "out")
    read = fastexcel.read_excel(path).load_sheet("codebook", dtypes={"code": "string"}).to_polars()
    assert read["base"].drop_nulls().max() == len(TEXTS)
    told = {(row["variable"], row["code"]): row["meaning"] for row in read.iter_rows(named=True)}
    assert told["polite", "5"] == "Very good"
    assert told["polite", "-2"] == "not answered"


def test_a_workbook_says_what_does_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExportError, match=r"row 1, column 1: a text of 32768 characters"):
        write_workbook(tmp_path / "long.xlsx", [Sheet("rows", ["a"], [["x" * 32_768]], 1)], MOMENT, told)
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(ExportError, match=r"sheet rows: 4 rows, and a sheet takes 3"):
        write_workbook(tmp_path / "many.xlsx", [Sheet("rows", ["a"], [[1]] * 4, 4)], MOMENT, told)


def test_a_workbook_tells_how_far_it_is(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    rows = Sheet("rows", ["a"], [[number] for number in range(4_001)], 4_001)
    write_workbook(tmp_path / "x.xlsx", [rows], MOMENT, lambda *told: heard.append(told))
    assert heard == [("rows", done, 4_001) for done in (0, 2_000, 4_000, 4_001)]


def test_parquet_rows_are_the_frozen_ones_with_their_origin(tmp_path: Path) -> None:
    rows = made_rows(tmp_path)
    path, _ = exported(rows, Wanted(Format.PARQUET, Subject.ROWS, with_texts=True), tmp_path / "out")
    assert pl.read_parquet(path).equals(pl.read_parquet(rows.path))
    about = pl.read_parquet_metadata(path)["surveyplat"]
    assert '"period": "2026-Q3"' in about
    assert '"subject": "rows"' in about


@pytest.mark.parametrize("format_", [Format.CSV, Format.XLSX, Format.PARQUET, Format.SAV, Format.TRIPLE_S])
def test_the_same_rows_have_the_same_bytes(tmp_path: Path, format_: Format) -> None:
    rows = made_rows(tmp_path)
    hashes = [exported(rows, Wanted(format_, Subject.ROWS), tmp_path / name)[1].hashes for name in ("a", "b")]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("format_", [Format.CSV, Format.XLSX, Format.PARQUET])
def test_results_have_no_value_where_it_is_suppressed(tmp_path: Path, format_: Format) -> None:
    path, made = exported(
        made_rows(tmp_path), Wanted(format_, Subject.RESULTS), tmp_path / "out", result_frame(RESULTS)
    )
    match format_:
        case Format.CSV:
            read = pl.read_csv(path)
        case Format.XLSX:
            read = fastexcel.read_excel(path).load_sheet("results").to_polars()
        case _:
            read = pl.read_parquet(path)
    assert made.rows == 2
    assert read["measure"].to_list() == ["dealers/D1/score", "dealers/=D2/score"]
    assert read["value"].to_list() == [812.25, None]
    assert read["ci_low"].to_list() == [-1e-9, None]
    assert read["suppressed"].to_list() == [None, "base"]


def test_results_are_the_table_that_reports_carry(tmp_path: Path) -> None:
    path, _ = exported(
        made_rows(tmp_path), Wanted(Format.CSV, Subject.RESULTS), tmp_path / "out", result_frame(RESULTS)
    )
    attached = pl.read_csv(io.StringIO(results_table(RESULTS)), schema_overrides={"std_error": pl.Float64})
    assert pl.read_csv(path, schema_overrides=attached.schema).equals(attached)


def test_results_are_named_by_what_they_are_about() -> None:
    point = {"value": 1.0, "suppressed": None}
    points = [{"lowest": 0, "highest": 6, "share": point}, {"lowest": 7, "highest": 7, "share": point}]
    document = {"distributions": [{"id": "recommend", "points": points}], "checks": [{"check": "fast", "share": point}]}
    found = result_frame(document)["measure"].to_list()
    assert found == [
        "checks/fast/share",
        "distributions/recommend/points/0-6/share",
        "distributions/recommend/points/7/share",
    ]


def test_a_column_in_which_nobody_wrote_anything_is_there_and_empty(tmp_path: Path) -> None:
    rows = made_rows(tmp_path, texts=False)
    for format_ in (Format.CSV, Format.XLSX, Format.PARQUET, Format.SAV, Format.TRIPLE_S):
        _, made = exported(rows, Wanted(format_, Subject.ROWS, with_texts=True), tmp_path / format_)
        assert made.rows == len(TEXTS)
    assert pl.read_csv(tmp_path / "csv" / "every_type-2026-Q3-rows.csv")["remark"].null_count() == len(TEXTS)


def test_only_the_owner_may_read_what_was_exported(tmp_path: Path) -> None:
    path, _ = exported(made_rows(tmp_path), Wanted(Format.CSV, Subject.ROWS), tmp_path / "out")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failed_export_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, folder = made_rows(tmp_path), tmp_path / "out"
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(ExportError):
        exported(rows, Wanted(Format.XLSX, Subject.ROWS), folder)
    assert list(folder.iterdir()) == []


def test_a_stopped_export_leaves_nothing_behind(tmp_path: Path) -> None:
    rows, folder = made_rows(tmp_path), tmp_path / "out"
    folder.mkdir()
    wanted = Wanted(Format.XLSX, Subject.ROWS)

    def stopped(*_: object) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        make_export(rows, None, wanted, file_names(rows, wanted, folder), stopped)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("format_", "subject", "with_texts", "told"),
    [
        (Format.SAV, Subject.RESULTS, False, "sav: it holds rows, not results"),
        (Format.TRIPLE_S, Subject.RESULTS, False, "triple-s: it holds rows"),
        (Format.CODEBOOK_PDF, Subject.ROWS, False, "codebook-pdf: it cannot hold rows"),
        (Format.CSV, Subject.RESULTS, True, "--with-texts: no texts of respondents belong to results"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(format_: Format, subject: Subject, with_texts: bool, told: str) -> None:
    with pytest.raises(ExportError, match=told):
        Wanted(format_, subject, with_texts)


def test_without_a_word_results_leave_and_rows_only_where_nothing_else_fits() -> None:
    found = {format_: subject_of(format_, ()) for format_ in Format}
    assert {format_ for format_, subject in found.items() if subject == Subject.ROWS} == {Format.SAV, Format.TRIPLE_S}
    assert found[Format.CSV] == found[Format.XLSX] == found[Format.PARQUET] == Subject.RESULTS
    assert found[Format.CODEBOOK_CSV] == found[Format.CODEBOOK_PDF] == Subject.CODEBOOK


def test_no_two_kinds_of_files_have_one_name(tmp_path: Path) -> None:
    rows = made_rows(tmp_path)
    wanted = [Wanted(each, subject_of(each, ())) for each in Format]
    wanted += [Wanted(each, Subject.ROWS) for each in (Format.CSV, Format.XLSX, Format.PARQUET)]
    names = [path.name for each in wanted for path in file_names(rows, each, tmp_path)]
    assert len(set(names)) == len(names) == 11
    with pytest.raises(ExportError, match=r"this is no name for xlsx\. End its name with \.xlsx"):
        file_names(rows, Wanted(Format.XLSX, Subject.ROWS), tmp_path / "rows.csv")
