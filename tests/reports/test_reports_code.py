"""The QR code on the cover: what it says, how it is drawn, and that it is told to whoever does not see it."""

import pytest
from disclosure_cast import disclosed_bundle
from reports_examples import imported_bundle
from reports_tags import heard

from surveyplat.reports.bundle import bundle_hash, report_id
from surveyplat.reports.code_drawing import code_modules, draw_code
from surveyplat.reports.content import build_content
from surveyplat.reports.pdf import make_report

FINDER = ("#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######")
FORMAT_MASK = 0b101010000010010


def test_the_cover_says_which_report_it_is_and_by_which_key_it_is_checked() -> None:
    made = disclosed_bundle()
    code = build_content(made).cover.code
    assert code.split() == [
        "surveyplat",
        "verify",
        f"report={report_id(made)}",
        f"bundle={bundle_hash(made)}",
        "key=example.com+01020304",
    ]
    assert "key=" not in build_content(imported_bundle()).cover.code


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_the_code_is_a_figure_with_its_text_as_the_alternative(language: str) -> None:
    made = disclosed_bundle(language)
    cover = heard(make_report(made))[0]
    (figure,) = [each for top in cover for each in top.all() if each.kind == "Figure"]
    assert bundle_hash(made) in figure.alternative
    assert "example.com+01020304" in figure.alternative


def test_finder_and_timing_patterns_stand_where_readers_look_for_them() -> None:
    modules = code_modules("surveyplat verify report=0123456789ab")
    last = len(modules) - 7
    for top, left in ((0, 0), (0, last), (last, 0)):
        block = tuple("".join(".#"[modules[top + row][left + column]] for column in range(7)) for row in range(7))
        assert block == FINDER
    assert [modules[6][place] for place in range(8, last - 1)] == [place % 2 == 0 for place in range(8, last - 1)]


def test_both_copies_of_the_format_agree_and_declare_level_m() -> None:
    modules = code_modules("surveyplat verify report=0123456789ab")
    size = len(modules)
    column = [modules[row][8] for row in (0, 1, 2, 3, 4, 5, 7, 8, *range(size - 7, size))]
    row = [modules[8][place] for place in (*range(size - 1, size - 9, -1), 7, 5, 4, 3, 2, 1, 0)]
    assert column == row
    format_bits = sum(dark << place for place, dark in enumerate(row)) ^ FORMAT_MASK
    assert format_bits >> 13 == 0b00


def test_a_code_keeps_its_quiet_zone_at_any_size() -> None:
    drawing = draw_code("surveyplat", 90.0)
    left, bottom, right, top = drawing.contents[0].getBounds()
    modules = len(code_modules("surveyplat"))
    margin = 90.0 * 4 / (modules + 8)
    assert (left, bottom) == pytest.approx((margin, margin))
    assert (right, top) == pytest.approx((90.0 - margin, 90.0 - margin))
