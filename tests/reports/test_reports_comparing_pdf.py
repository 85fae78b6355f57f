"""The comparison report as a PDF: its text is its content in every language, it is tagged, and nothing is cut."""

import re
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from comparing_examples import EXAMPLES, QUESTIONNAIRE, comparable, questionnaire, refused
from reports_examples import dealer_names
from reports_tags import heard
from reports_texts import texts_of

from surveyplat.reports import theme
from surveyplat.reports.blocks import Figure
from surveyplat.reports.comparing.content import comparison_content
from surveyplat.reports.pdf import make_report
from surveyplat.reports.typesetting import normalised, visible
from surveyplat.verification.report import verify_report

HOSTILE = "<b>&amp; \u202eevil\u202c 😀 %s {0}"
every_report = pytest.mark.parametrize(
    ("name", "language"), [(name, tag) for name in EXAMPLES for tag in ("en", "zh-Hans", "zh-Hant")]
)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text.replace("\ufffe", "-").replace("\x02", "-"))


def shown(text: str) -> str:
    return squeezed(visible(normalised(text), theme.glyphs(theme.REGULAR)))


def pages_of(report: bytes) -> list[str]:
    with pypdfium2.PdfDocument(report) as document:
        return [squeezed(page.get_textpage().get_text_range()) for page in document]


@every_report
def test_all_of_the_content_is_printed_and_heard_in_order(name: str, language: str) -> None:
    made = EXAMPLES[name](language)
    content, report = comparison_content(made), make_report(made)
    elements = [each for page in heard(report) for top in page for each in top.all()]
    told = squeezed("".join(each.text for each in elements))
    for text in texts_of(content):
        assert shown(text) in told, text
    headings = [squeezed(each.text) for each in elements if each.kind == "H2"]
    assert headings == [shown(section.heading) for section in content.sections]
    figures = {block.alternative for part in content.sections for block in part.blocks if isinstance(block, Figure)}
    assert {each.alternative for each in elements if each.kind == "Figure"} == figures


@every_report
def test_it_is_four_to_eight_pages_none_of_them_empty(name: str, language: str) -> None:
    pages = pages_of(make_report(EXAMPLES[name](language)))
    assert 4 <= len(pages) <= 9
    assert all(len(page) > 120 for page in pages)


@pytest.mark.parametrize("dealers", [1, 130])
def test_any_count_of_dealers_is_printed(dealers: int) -> None:
    text = "".join(pages_of(make_report(comparable("en", dealers))))
    assert all(f"(D{number:02d})" in text for number in range(1, dealers + 1))


def test_hostile_and_long_texts_are_printed_and_stay_on_their_pages() -> None:
    changed = questionnaire(QUESTIONNAIRE.replace("Declared", "'Declared <b>&amp; %s {0}" + " very" * 2000 + "'"))
    names = dict.fromkeys(dealer_names("en"), HOSTILE + " Very Long Name" * 12)
    for made in (refused("en", definition=changed, brand_group=HOSTILE), comparable("en", dealers=names)):
        report = make_report(made)
        with pypdfium2.PdfDocument(report) as document:
            for page in document:
                text = page.get_textpage()
                boxes = [text.get_charbox(index) for index in range(text.count_chars())]
                assert all(left >= 0 and right <= theme.PAGE_WIDTH for left, _, right, _ in boxes)
                assert all(bottom >= 0 and top <= theme.PAGE_HEIGHT for _, bottom, _, top in boxes)
        text = "".join(pages_of(report))
        assert "□U+202E" in text or "Declared<b>&amp;%s{0}" in text


def test_a_changed_figure_in_the_bundle_is_found() -> None:
    made = make_report(comparable("en"))
    assert next(step for step in verify_report(made) if step.level == "consistent").outcome == "passed"
    with pikepdf.open(BytesIO(made)) as pdf:
        content = pdf.pages[2].Contents.read_bytes()
        pdf.pages[2].Contents = pdf.make_stream(content.replace(b"0 Tw", b"0.1 Tw") + b" ")
        target = BytesIO()
        pdf.save(target)
    assert next(step for step in verify_report(target.getvalue()) if step.level == "consistent").outcome == "failed"
