"""Wordings of a questionnaire that are hostile to the files they stand in: they come through, and nothing runs."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pyreadstat
import pytest
from exports_cast import exported, made_rows, worded
from lxml import etree
from pypdfium2 import PdfDocument

from surveyplat.exports.codebook import codebook_csv, make_codebook
from surveyplat.exports.codebook_content import codebook_pdf
from surveyplat.exports.frozen_rows import FrozenRows
from surveyplat.exports.spss import clipped
from surveyplat.exports.wanted import Format, Subject, Wanted

WORDINGS = (
    "=cmd|'/c calc'!A1",
    '@now <b>&amp;</b> ]]> "quoted"',
    "-שלום 👍🏽 好",
    "+" + "长" * 21,
)


@pytest.fixture(params=WORDINGS, ids=["formula", "markup", "right to left", "long"])
def wording(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def rows(wording: str, tmp_path: Path) -> FrozenRows:
    return made_rows(tmp_path, definition=worded(wording))


def test_a_codebook_never_starts_a_cell_with_what_a_spreadsheet_runs(wording: str, rows: FrozenRows) -> None:
    table = io.StringIO(codebook_csv(make_codebook(rows)).decode("utf-8-sig"), newline="")
    lines = [line for line in csv.DictReader(table) if line["variable"] == "polite"]
    assert lines[0]["label"] == "'" + wording
    assert lines[0]["question"] == "How do you rate our staff? – " + wording
    assert {line["code"]: line["meaning"] for line in lines}["5"] == "'" + wording


def test_a_workbooks_codebook_has_no_formula(wording: str, rows: FrozenRows, tmp_path: Path) -> None:
    path, _ = exported(rows, Wanted(Format.XLSX, Subject.ROWS), tmp_path / "out")
    with zipfile.ZipFile(path) as packed:
        sheet = etree.fromstring(packed.read("xl/worksheets/sheet2.xml"))
    assert not sheet.xpath("//*[local-name()='f']")
    assert "'" + wording in sheet.xpath("//*[local-name()='t']/text()")


def test_spss_has_the_wording_as_it_is_as_far_as_it_fits(wording: str, rows: FrozenRows, tmp_path: Path) -> None:
    path, _ = exported(rows, Wanted(Format.SAV, Subject.ROWS), tmp_path / "out")
    _, told = pyreadstat.read_sav(path, output_format="polars", metadataonly=True)
    assert told.column_names_to_labels["polite"] == clipped(wording, 250)
    assert told.variable_value_labels["polite"][5] == clipped(wording, 120)


def test_triple_s_has_the_wording_as_it_is(wording: str, rows: FrozenRows, tmp_path: Path) -> None:
    path, _ = exported(rows, Wanted(Format.TRIPLE_S, Subject.ROWS), tmp_path / "out")
    root = etree.parse(path)
    assert root.xpath("//variable[name='polite']/label/text()") == [wording]
    assert root.xpath("//variable[name='polite']/values/value[@code='5']/text()") == [wording]


def test_the_pdf_prints_the_start_of_the_wording(wording: str, rows: FrozenRows) -> None:
    pages = PdfDocument(codebook_pdf(make_codebook(rows)))
    printed = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pages))
    assert re.sub(r"\s", "", wording[:1]) in printed
    assert "5=" + wording[:1] in printed
