"""Where a line may end, how mixed text is spaced, and what happens to characters that a font lacks."""

import pytest

from surveyplat.reports import theme
from surveyplat.reports.typesetting import Span, atoms, break_lines, normalised, visible

NBSP = "\u00a0"


def wide(text: str, _font: str) -> float:
    """Han and full-width marks 10 points, all else 5."""
    return sum(10.0 if ord(character) > 0x2E7F else 5.0 for character in text)


def lines(text: str, width: float) -> list[str]:
    return [line.text.replace(NBSP, " ") for line in break_lines((Span(normalised(text), "plain"),), width, wide)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("满意", ["满", "意"]),
        ("满意。", ["满", "意。"]),
        ("满意，很好", ["满", "意，", "很", "好"]),
        ("（满意）", ["（满", "意）"]),
        ("《服务》好", ["《服", "务》", "好"]),
        ("好“的”吗", ["好", "“的”", "吗"]),
        ("好）。”", ["好）。”"]),
        ("好——吗", ["好——", "吗"]),
        ("等……了", ["等……", "了"]),
        ("北京、上海", ["北", "京、", "上", "海"]),
        ("the end", ["the ", "end"]),
        ("the (best) end", ["the ", "(best) ", "end"]),
        ("hot-line", ["hot-", "line"]),
        ("2026-Q3", ["2026-Q3"]),
        ("-12.5", ["-12.5"]),
        ("775–789", ["775–789"]),
        ("and/or", ["and/", "or"]),
        ("12%", ["12%"]),
        ("¥100", ["¥100"]),
        ("", []),
    ],
)
def test_lines_may_end_only_where_the_rules_of_chinese_layout_allow(text: str, pieces: list[str]) -> None:
    assert list(atoms(text)) == pieces


@pytest.mark.parametrize(
    ("raw", "spaced"),
    [
        ("本期CSI指数", "本期 CSI 指数"),
        ("本期 CSI 指数", "本期 CSI 指数"),
        ("为784分", f"为 784{NBSP}分"),
        ("共12家", f"共 12{NBSP}家"),
        ("2026年第三季度", f"2026{NBSP}年第三季度"),
        ("95%置信", "95%置信"),
        ("（CSI）", "（CSI）"),
        ("12 points", f"12{NBSP}points"),
        ("n < 30", f"n{NBSP}<{NBSP}30"),
        ("Q3 2026", f"Q3{NBSP}2026"),
        ("20 October 2026", f"20{NBSP}October{NBSP}2026"),
        ("dealer’s “best”", 'dealer\'s "best"'),
        ("他说“好”", "他说“好”"),
        ("two\n\n lines\t", "two lines"),
    ],
)
def test_han_and_latin_are_set_apart_and_numbers_stay_with_their_units(raw: str, spaced: str) -> None:
    assert normalised(raw) == spaced


def test_normalising_again_changes_nothing() -> None:
    text = normalised("本期CSI指数为784分（95%置信区间775–789），没有12 points")
    assert normalised(text) == text


def test_no_line_begins_with_closing_or_ends_with_opening_punctuation_at_any_width() -> None:
    text = "本期“服务满意度”指数为784分（95%置信区间 775–789），与上一期相比：无明确变化；见《方法》。"
    for width in range(60, 400, 5):
        broken = lines(text, width)
        assert not any(line[0] in "，。；：）》”、%" for line in broken), width
        assert not any(line[-1] in "（《“" for line in broken), width
        assert "".join(broken).replace(" ", "") == text.replace(" ", "")


def test_no_line_is_wider_than_its_width() -> None:
    text = (
        "A report of service satisfaction 服务满意度 https://example.com/a/very-long-address-without-any-space-at-all"
    )
    for width in range(30, 300, 7):
        assert all(line.width <= width for line in break_lines((Span(normalised(text), "plain"),), width, wide))


def test_a_piece_wider_than_the_line_is_split_and_nothing_is_lost() -> None:
    digest = "3f2a9c41d07be5586a1f0c93bb7d24e8"
    assert "".join(lines(digest, 50)) == digest
    assert len(lines(digest, 50)) == 4


def test_a_number_never_parts_from_its_unit() -> None:
    assert lines("上升了 12 分", 55) == ["上升了", "12 分"]
    assert lines("it gained 12 points", 95) == ["it gained 12 points"]
    assert lines("it gained 12 points", 80) == ["it gained", "12 points"]


def test_a_last_line_of_one_character_takes_its_neighbour_down() -> None:
    assert lines("服务满意度指数高。", 70) == ["服务满意度指", "数高。"]


def test_bold_lead_and_text_break_as_one_paragraph() -> None:
    spans = (Span("结论：", "bold"), Span("满意度上升。", "plain"))
    first, second = break_lines(spans, 60, wide)
    assert [(span.text, span.font) for span in first.spans] == [("结论：", "bold"), ("满意度", "plain")]
    assert second.text == "上升。"


def test_a_missing_glyph_is_shown_with_its_code() -> None:
    known = theme.glyphs(theme.REGULAR)
    assert visible("好😀", known) == "好□U+1F600"
    assert visible("a\u202eb\x00c", known) == "a□U+202Eb□U+0000c"
    assert visible("<b>&amp; 服务", known) == "<b>&amp; 服务"


def test_rare_characters_of_names_are_in_both_fonts() -> None:
    for font in (theme.REGULAR, theme.BOLD):
        assert visible("喆翀犇淼龑", theme.glyphs(font)) == "喆翀犇淼龑"
