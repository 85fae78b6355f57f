"""An action's A3 and 8D sheet: one page, what is recorded in words, room for what is not, and no text ever lost."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from reports_examples import action
from reports_tags import heard
from sheets_examples import DEALER, SHEETS, effect, of_category, of_dealer, of_hidden, sheet

from surveyplat.errors import ReportError
from surveyplat.reports import theme
from surveyplat.reports.bundle import canonical_json
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.sheets.blocks import Field, Sheet
from surveyplat.reports.sheets.bundle import A3Bundle
from surveyplat.reports.sheets.content import sheet_of
from surveyplat.reports.sheets.drawing import HEIGHT, WIDTH
from surveyplat.reports.typesetting import normalised, visible
from surveyplat.verification.report import verify_report

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
HOSTILE = "<script>alert('&amp;')</script> \u202eevil\u202c 😀 مرحبا &lt;b&gt; \x00 ]]> %s {0} \\(\\)"
every_sheet = pytest.mark.parametrize(("name", "language"), [(name, tag) for name in SHEETS for tag in LANGUAGES])


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text.replace("\ufffe", "-").replace("\x02", "-"))


def pages_of(report: bytes) -> list[str]:
    with pypdfium2.PdfDocument(report) as document:
        return [squeezed(page.get_textpage().get_text_range()) for page in document]


def fields(made: Sheet) -> dict[str, list[Field]]:
    """The fields of each box, by its number."""
    return {box.number: list(box.fields) for column in made.columns for box in column}


def texts_of(made: Sheet) -> list[str]:
    found = [made.kicker, made.banner, made.heading, made.footnote, *(text for fact in made.facts for text in fact)]
    for box in (box for column in made.columns for box in column):
        found += [box.title, *(text for field in box.fields for text in (field.label, field.text))]
        if box.figure is not None:
            found += [box.figure.label, box.figure.value, box.figure.detail]
    return [text for text in found if text]


def shown(text: str) -> str:
    return squeezed(visible(normalised(text), theme.glyphs(theme.REGULAR)))


def longer(language: str = "en", **parts: str) -> A3Bundle:
    """With other parts of its plan."""
    plain = action(language)
    return sheet(language, current_actions=(replace(plain, plan=dict(plain.plan) | parts),))


@every_sheet
def test_the_sheet_is_one_landscape_page_that_holds_all_of_its_content(name: str, language: str) -> None:
    made = SHEETS[name](language)
    report = make_report(made)
    with pikepdf.open(BytesIO(report)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(each), 2) for each in pdf.pages[0].MediaBox] == [0, 0, round(WIDTH, 2), round(HEIGHT, 2)]
        assert pdf.Root.Lang == language
    (page,) = pages_of(report)
    for text in texts_of(sheet_of(made)):
        assert shown(text) in page, text


@every_sheet
def test_a_listener_hears_every_box_as_a_heading_and_every_field_with_its_label(name: str, language: str) -> None:
    made = SHEETS[name](language)
    content = sheet_of(made)
    elements = [each for page in heard(make_report(made)) for top in page for each in top.all()]
    heads = [squeezed(each.text) for each in elements if each.kind == "H2"]
    boxes = [box for column in content.columns for box in column]
    assert heads == [squeezed(box.number + box.title) for box in boxes]
    assert [squeezed(each.text) for each in elements if each.kind == "H1"] == [shown(content.heading)]
    labels = [squeezed(each.text) for each in elements if each.kind == "Lbl"]
    assert all(squeezed(field.label) in labels for box in boxes for field in box.fields)


@pytest.mark.parametrize("name", list(SHEETS))
def test_a_bundle_is_read_back_and_the_report_verifies_as_consistent(name: str) -> None:
    made = SHEETS[name]("en")
    again = bundle_from_json(canonical_json(made))
    assert canonical_json(again) == canonical_json(made)
    steps = {step.level: step.outcome for step in verify_report(make_report(again))}
    assert steps["consistent"] == "passed"


def test_an_a3_sheet_has_its_eight_boxes_and_five_empty_whys() -> None:
    content = sheet_of(sheet("en"))
    titles = [box.title for column in content.columns for box in column]
    assert titles == [
        "Background",
        "Present state",
        "Target",
        "Cause: five whys",
        "Countermeasures",
        "Plan",
        "Effect",
        "Follow-up",
    ]
    causes = fields(content)["4"]
    assert [field.label for field in causes][:5] == [f"Why {number}" for number in range(1, 6)]
    assert {field.text for field in causes} == {""}


def test_an_8d_sheet_names_its_eight_disciplines() -> None:
    content = sheet_of(of_category("zh-Hans"))
    assert list(fields(content)) == [f"D{number}" for number in range(1, 9)]


def test_the_present_state_is_a_number_with_its_interval_and_base() -> None:
    figure = sheet_of(sheet("en")).columns[0][1].figure
    assert figure is not None
    assert (figure.value, figure.detail) == ("77.1 of 100 points", "95% interval 76.0–78.2, n 1,801")
    rate = sheet_of(of_category("en")).columns[0][1].figure
    assert rate is not None
    assert rate.value == "24.1 per 100 vehicles"
    state = next(field.text for field in fields(sheet_of(of_category("en")))["D2"] if field.label == "Beside it")
    assert "The period before: 12.0; 2.01 times that rate (95% interval 1.80–2.25)." in state


def test_a_finding_without_a_number_leaves_the_target_to_be_filled_in() -> None:
    content = sheet_of(of_hidden("en"))
    assert content.columns[0][1].figure is None
    assert fields(content)["3"][0].text == ""
    assert "2 of 24 dealers" in fields(content)["2"][0].text


def test_an_effect_is_told_with_its_interval_or_why_it_cannot_be() -> None:
    told = fields(sheet_of(of_dealer("en")))["7"][0].text
    assert told.startswith("+31.2 points of Service Satisfaction Index")
    assert "(95% interval 12.4–50.1; 1 against 21 dealers, 6 months before and 3 after): better." in told
    assert "fewer than 6 of either" in told
    unclear = fields(sheet_of(of_dealer("en", effect=effect(p_value=0.4))))["7"][0].text
    assert "no clear effect" in unclear
    untold = fields(sheet_of(of_dealer("en", effect=effect(p_value=None))))["7"][0].text
    assert untold.startswith("cannot be told")
    assert fields(sheet_of(sheet("en")))["7"][0] == Field("Effect", "", 2)


def test_a_part_that_the_plan_holds_is_printed_where_else_a_line_would_be() -> None:
    content = sheet_of(longer(why_1="Parts come late", target_to="80 of 100"))
    assert fields(content)["4"][0].text == "Parts come late"
    assert fields(content)["3"][1].text == "80 of 100"


def test_hostile_texts_are_shown_raw_and_marked() -> None:
    (page,) = pages_of(make_report(longer(how=HOSTILE, what=HOSTILE, who=HOSTILE)))
    for text in ("<script>alert('&amp;')</script>", "&lt;b&gt;", "□U+1F600", "□U+202E", "□U+0000"):
        assert text in page


def test_a_text_of_ten_thousand_characters_is_cut_on_the_page_and_follows_whole() -> None:
    first, *more = pages_of(make_report(longer("zh-Hans", how="客户等待时间过长需要改进。" * 800)))
    assert "……全文见下一页" in first
    assert "".join(more).count("客") >= 800
    assert "何人" in first
    assert "签字日期" in first


def test_everything_stays_on_its_page_however_long_the_plan_is() -> None:
    report = make_report(longer(how="Wait. " * 600, what="Raise " * 200, why="Because " * 200, where="Here " * 100))
    with pypdfium2.PdfDocument(report) as document:
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_charbox(index) for index in range(text.count_chars())]
            assert all(left >= 0 and right <= WIDTH for left, _, right, _ in boxes)
            assert all(bottom >= 0 and top <= HEIGHT for _, bottom, _, top in boxes)
    assert "Signed,day" in pages_of(report)[0]


def test_a_name_that_has_no_room_in_the_head_ends_with_an_ellipsis_and_its_code() -> None:
    (page,) = pages_of(make_report(of_dealer("en", dealers={"D07": "Northern Star Motors " * 9})))
    assert "…(D07)" in page
    assert "Signed,day" in page


def test_a_name_above_a_whole_text_has_some_of_the_text_below_it_on_its_page() -> None:
    for length in range(3000, 6600, 1200):
        plan = {part: f"{part.upper()}{'W' * length}" for part in action("en").plan}
        pages = pages_of(make_report(sheet("en", current_actions=(replace(action("en"), plan=plan),))))
        for part in plan:
            name, text = f"{part.capitalize()}{part.upper()}", "W" * 100
            assert sum(name + text in page for page in pages[1:]) == 1, (part, length)


def test_nothing_of_other_dealers_is_in_the_bundle() -> None:
    held = canonical_json(of_dealer("en"))
    assert set(re.findall(r"D\d\d", held)) == {DEALER["subject"]}


@pytest.mark.parametrize(("field", "value"), [("form", "5s"), ("current_actions", ())])
def test_a_bundle_that_is_no_sheet_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ReportError, match=field):
        sheet("en", **{field: value})
