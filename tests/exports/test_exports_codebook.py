"""The codebook: complete, in both languages, as a table and as a tagged PDF that says the same."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from exports_cast import TEXTS, every_type, made_rows
from pypdfium2 import PdfDocument
from reports_texts import texts_of

from surveyplat.errors import ExportError
from surveyplat.exports.codebook import COLUMNS, Codebook, codebook_csv, make_codebook
from surveyplat.exports.codebook_content import codebook_content, codebook_pdf
from surveyplat.exports.variables import describe_columns
from surveyplat.reports import theme
from surveyplat.reports.blocks import Table
from surveyplat.reports.typesetting import normalised, visible

both_languages = pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])


def lines_of(codebook: Codebook) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(codebook_csv(codebook).decode("utf-8-sig"), newline="")))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text.replace("\ufffe", "-").replace("\x02", "-"))


@both_languages
def test_every_column_has_its_line_and_every_code_its_meaning(tmp_path: Path, language: str) -> None:
    rows = made_rows(tmp_path, language)
    lines = lines_of(make_codebook(rows))
    assert list(lines[0]) == list(COLUMNS)
    assert [line["variable"] for line in lines if not line["code"]] == rows.frame(with_texts=True).columns
    assert all(line["label"] for line in lines if not line["code"])
    assert all(line["meaning"] for line in lines if line["code"])


def test_the_base_and_the_kinds_of_missing_add_up_to_the_rows(tmp_path: Path) -> None:
    rows = made_rows(tmp_path)
    frame = rows.frame(with_texts=True)
    for entry in make_codebook(rows).entries:
        values = frame[entry.variable.name].to_list()
        coded = entry.variable.column.counts_missing
        answers = [value for value in values if value not in (None, "") and not (coded and value < 0)]
        assert entry.base == len(answers)
        assert sum(entry.missing.values()) == (sum(value < 0 for value in values) if coded else 0)
    lines = {(line["variable"], line["code"]): line for line in lines_of(make_codebook(rows))}
    assert lines["polite", "-1"]["rows"] == str(frame["polite"].to_list().count(-1))
    assert lines["polite", "5"]["rows"] == ""
    assert (lines["remark", ""]["base"], lines["consumption", ""]["maximum"]) == (str(len(TEXTS) - 2), "40")


@both_languages
def test_the_pdf_says_what_its_content_says(tmp_path: Path, language: str) -> None:
    codebook = make_codebook(made_rows(tmp_path, language))
    pdf = codebook_pdf(codebook)
    printed = squeezed("".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf)))
    for text in texts_of(codebook_content(codebook)):
        assert squeezed(visible(normalised(text), theme.glyphs(theme.REGULAR))) in printed, text
    assert codebook_pdf(codebook) == pdf


def test_the_pdf_is_tagged_with_heads_for_every_table(tmp_path: Path) -> None:
    codebook = make_codebook(made_rows(tmp_path))
    sections = codebook_content(codebook).sections
    with pikepdf.open(io.BytesIO(codebook_pdf(codebook))) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        kinds = Counter(str(element.S) for element in elements(pdf.Root.StructTreeRoot))
    assert kinds["/H2"] == len(sections)
    assert kinds["/Table"] == kinds["/THead"] == len(sections) - 1
    rows = sum(len(block.rows) for section in sections for block in section.blocks if isinstance(block, Table))
    assert kinds["/TR"] == rows + kinds["/Table"]


def test_the_pdf_is_whole_and_carries_its_fonts(tmp_path: Path) -> None:
    for language in ("en", "zh-Hans"):
        pdf_bytes = codebook_pdf(make_codebook(made_rows(tmp_path / language, language)))
        with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
            assert pdf.check_pdf_syntax() == []
            fonts = {str(font.BaseFont): font for page in pdf.pages for font in page.Resources.Font.values()}
            assert len(fonts) >= 2
            assert all("/FontFile2" in font.FontDescriptor for font in fonts.values())


def elements(parent: Any) -> Iterator[Any]:
    """Every structure element below one."""
    kids = parent.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def test_words_of_ours_are_in_a_language_that_the_questionnaire_lacks(tmp_path: Path) -> None:
    described = {variable.name: variable for variable in made_rows(tmp_path, "zh-Hant").variables}
    assert described["polite"].label == "礼貌"
    assert described["dealer"].label == "經銷商代碼；未知時為空，問卷過少而不單獨公布時為 withheld"


def test_an_item_is_told_behind_what_is_read_before_it(tmp_path: Path) -> None:
    described = {variable.name: variable for variable in made_rows(tmp_path).variables}
    assert (described["polite"].label, described["polite"].question) == (
        "Polite",
        "How do you rate our staff? – Polite",
    )
    labels = [described[name].label for name in ("noise__when", "start__when", "start__repaired__words")]
    assert labels == [
        "Strange noises – When did it begin?",
        "Hard to start – When did it begin?",
        "Hard to start – Was it repaired? – In another way",
    ]


def test_a_column_that_the_definition_does_not_explain_is_named() -> None:
    with pytest.raises(ExportError, match=r"does not explain: ghost\."):
        describe_columns(every_type(), ["dealer", "ghost"], "en")
