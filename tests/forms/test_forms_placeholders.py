"""Placeholders: what a text may name, how it is filled in by language, and what is no placeholder."""

from datetime import date

import pytest
from cast import shown_to

from surveyplat.forms.language import Definition
from surveyplat.forms.placeholders import BadPlaceholder, Placeholder, parse
from surveyplat.forms.responses import Draft
from surveyplat.forms.wording import neutral

CHOICES = [
    {"code": "a", "text": {"en": "Red", "zh-Hans": "红"}},
    {"code": "b", "text": {"en": "Blue", "zh-Hans": "蓝"}},
]
BOTH = {"en": "Text", "zh-Hans": "文字"}
ITEMS = [
    {"id": "colour", "type": "multiple", "text": BOTH, "choices": CHOICES},
    {"id": "km", "type": "number", "text": BOTH, "minimum": 0, "maximum": 10**6, "decimals": 1,
     "unit": {"en": "km", "zh-Hans": "公里"}},
    {"id": "day", "type": "date", "text": BOTH},
    {"id": "words", "type": "text", "text": BOTH},
]  # fmt: skip
DEFINITION = Definition.model_validate(
    {
        "surveyplat": 1, "study": "s", "version": "1", "title": BOTH, "languages": ["en", "zh-Hans"], "minutes": 1,
        "introduction": BOTH, "thanks": BOTH, "pages": [{"id": "p", "title": BOTH, "items": ITEMS}],
        "calculated": {"cost": {"product": [{"answer": "km"}, 2], "decimals": 2}}, "measurement": {},
        "fieldwork": {"trigger": "sale", "delay_days": 1, "expires_days": 9, "occasion": "event"},
    }
)  # fmt: skip
ANSWERS = {"colour": ["a", "b"], "km": 12345.5, "day": "2026-09-05", "words": "<b>so so</b>"}


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("No braces", ("No braces",)),
        ("{model}", (Placeholder("event", "model"),)),
        ("At { dealer }.", ("At ", Placeholder("event", "dealer"), ".")),
        ("{answer.km|some way}", (Placeholder("answer", "km", "some way"),)),
        ("{calculated.cost|}", (Placeholder("calculated", "cost", ""),)),
        ("{{model}} stays", ("{model} stays",)),
        ("{model}{dealer}", (Placeholder("event", "model"), Placeholder("event", "dealer"))),
    ],
)
def test_a_text_is_plain_pieces_and_placeholders(text, pieces):
    assert parse(text) == pieces


@pytest.mark.parametrize(
    ("text", "column"),
    [("a {", 2), ("} b", 0), ("{model", 0), ("{}", 0), ("{a b}", 0), ("ok {weather.today}", 3), ("{a{b}}", 0)],
)
def test_a_brace_that_means_nothing_is_found_where_it_stands(text, column):
    with pytest.raises(BadPlaceholder) as found:
        parse(text)
    assert found.value.column == column


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("{dealer}", "示例一店", "示例一店"),
        ("{date}", "September 15, 2026", "2026年9月15日"),
        ("{delivered_on|then}", "June 1, 2026", "2026年6月1日"),
        ("{built_on|then}", "then", "then"),
        ("{answer.km|some}", "12,345.5 km", "12,345.5 公里"),
        ("{calculated.cost|some}", "24,691", "24,691"),
        ("{answer.colour|some}", "Red, Blue", "红、蓝"),
        ("{answer.day|some}", "September 5, 2026", "2026年9月5日"),
        ("{answer.words|some}", "<b>so so</b>", "<b>so so</b>"),
    ],
)
def test_a_placeholder_is_filled_in_as_the_language_writes(text, english, chinese):
    for language, expected in (("en", english), ("zh-Hans", chinese)):
        shown = shown_to(DEFINITION, language, Draft(ANSWERS, {}, 1, language), delivered_on=date(2026, 6, 1))
        assert shown.wording({language: f"A {text} z"}) == f"A {expected} z"


def test_in_a_report_a_placeholder_says_what_it_names():
    assert neutral("How was {dealer} with your {model|car}?", "en") == "How was the dealer with your car?"
    assert neutral("{dealer}的{model|爱车}", "zh-Hans") == "经销店的爱车"
