"""Three languages: the same keys and fields, a glyph for every character, and the nearest wording of a definition."""

import string
import tomllib
from importlib.resources import files

import pytest

from surveyplat.errors import ReportError
from surveyplat.reports import formats, theme
from surveyplat.reports.bundle import LANGUAGES
from surveyplat.reports.languages import joined, nearest, wording_of
from surveyplat.reports.phrases import phrases
from surveyplat.reports.typesetting import normalised, visible

SIMPLIFIED_ONLY = "这个们来时说对无发为经问题见觉长车门应与产际单据显满"
"""Everyday characters that traditional Chinese writes otherwise."""


def own_keys(language: str) -> list[str]:
    """The keys in the language's own files, in case a key stands in two of them."""
    folder = files("surveyplat.reports.phrases")
    mine = [each for each in folder.iterdir() if f".{each.name}".endswith(f".{language}.toml")]
    return [key for each in mine for key in tomllib.loads(each.read_text(encoding="utf-8"))]


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key_once(language: str) -> None:
    keys = own_keys(language)
    assert len(keys) == len(set(keys))
    assert set(keys) == set(own_keys("zh-Hans"))


def test_a_sentence_names_the_same_fields_in_both_chinese_scripts() -> None:
    simplified, traditional = phrases("zh-Hans"), phrases("zh-Hant")
    assert {key: fields(said) for key, said in simplified.items()} == {
        key: fields(said) for key, said in traditional.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("font", [theme.REGULAR, theme.BOLD])
def test_there_is_a_glyph_for_every_character(language: str, font: str) -> None:
    said = normalised("".join(phrases(language).values()))
    assert visible(said, theme.glyphs(font)) == said


def test_traditional_chinese_holds_no_simplified_character() -> None:
    said = "".join(phrases("zh-Hant").values())
    assert [character for character in SIMPLIFIED_ONLY if character in said] == []
    assert "品質" in said
    assert "信賴區間" in said


def test_numbers_days_and_periods_are_written_as_in_chinese() -> None:
    assert formats.period_name("2026-Q3", "zh-Hant") == "2026年第三季度"
    assert formats.period_name("2026-09", "zh-Hant") == "2026年9月"
    assert formats.long_date("2026-10-20", "zh-Hant") == "2026年10月20日"
    assert formats.interval(-4.0, 10.0, 0, "zh-Hant") == "−4 至 +10"
    assert formats.named("星辰汽車", "D01", "zh-Hant") == "星辰汽車（D01）"


def test_a_definition_is_read_in_the_nearest_language_that_it_has() -> None:
    text = {"en": "Quality", "zh-Hans": "质量"}
    assert wording_of(text, "zh-Hant") == "质量"
    assert wording_of(text | {"zh-Hant": "品質"}, "zh-Hant") == "品質"
    assert wording_of({"en": "Quality"}, "zh-Hant") == "Quality"
    assert nearest(("de", "en"), "zh-Hans") == "de"
    with pytest.raises(ReportError, match="no language"):
        nearest((), "en")


def test_sentences_are_joined_as_their_language_joins_them() -> None:
    assert joined(("One.", "", "Two."), "en") == "One. Two."
    assert joined(("一。", "二。"), "zh-Hant") == "一。二。"
