"""A page's fields become typed answers; forged ones become faults and never exceptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.forms.answers import DONT_KNOW, AnswerFault, clean_text, read_page
from surveyplat.forms.language import Definition

DEFINITION = Definition.model_validate(
    {
        "surveyplat": 1,
        "study": "small",
        "version": "1",
        "title": {"en": "Small"},
        "languages": ["en"],
        "minutes": 1,
        "introduction": {"en": "Hello"},
        "thanks": {"en": "Thanks"},
        "scales": {
            "ten": {
                "minimum": 1,
                "maximum": 10,
                "labels": {1: {"en": "Bad"}, 10: {"en": "Good"}},
                "dont_know": {"en": "Don't know"},
            }
        },
        "pages": [
            {
                "id": "one",
                "title": {"en": "One"},
                "items": [
                    {"id": "speed", "type": "rating", "scale": "ten", "text": {"en": "Speed"}},
                    {
                        "id": "again",
                        "type": "recommendation",
                        "labels": {0: {"en": "No"}, 10: {"en": "Yes"}},
                        "text": {"en": "Recommend"},
                        "required": True,
                    },
                    {
                        "id": "reason",
                        "type": "single",
                        "choices": [
                            {"code": "near", "text": {"en": "Near"}},
                            {"code": "price", "text": {"en": "Price"}},
                        ],
                        "text": {"en": "Reason"},
                    },
                    {
                        "id": "saw",
                        "type": "multiple",
                        "choices": [
                            {"code": "web", "text": {"en": "Web"}},
                            {"code": "shop", "text": {"en": "Shop"}},
                            {"code": "none", "text": {"en": "None of these"}, "exclusive": True},
                        ],
                        "text": {"en": "Seen"},
                    },
                    {
                        "id": "exterior",
                        "type": "problems",
                        "category": "exterior",
                        "problems": [
                            {"id": "rust", "kind": "malfunction", "text": {"en": "Rust"}},
                            {"id": "noise", "kind": "design", "text": {"en": "Noise"}},
                        ],
                        "text": {"en": "Problems"},
                    },
                    {"id": "words", "type": "text", "max_length": 5, "text": {"en": "Words"}},
                    {"id": "note", "type": "information", "text": {"en": "Note"}},
                ],
            }
        ],
        "measurement": {"categories": {"exterior": {"en": "Exterior"}}},
        "fieldwork": {"trigger": "service", "delay_days": 3, "expires_days": 21, "occasion": "event"},
    }
)
PAGE = DEFINITION.pages[0]
NAMES = [item.id for item in PAGE.items]


def read(*fields: tuple[str, str]):
    return read_page(DEFINITION, PAGE, [("again", "9"), *fields], "en")


@pytest.mark.parametrize(
    ("item", "sent", "answer"),
    [
        ("speed", ["1"], 1),
        ("speed", ["10"], 10),
        ("speed", ["dk"], DONT_KNOW),
        ("speed", ["3", "7"], 7),
        ("again", ["0"], 0),
        ("reason", ["price"], "price"),
        ("saw", ["shop", "web", "web"], ["web", "shop"]),
        ("saw", ["none"], ["none"]),
        ("exterior", ["noise", "rust"], ["rust", "noise"]),
        ("words", ["  好\r\n<b> "], "好\n<b>"),
        ("words", ["a\x00b\ud800"], "ab"),
    ],
)
def test_a_field_becomes_its_typed_answer(item, sent, answer):
    assert read(*((item, value) for value in sent)).answers[item] == answer


@pytest.mark.parametrize(
    ("item", "sent", "sentence"),
    [
        ("speed", ["0"], "fault_unknown_choice"),
        ("speed", ["11"], "fault_unknown_choice"),
        ("speed", ["7.0"], "fault_unknown_choice"),
        ("speed", ["٧"], "fault_unknown_choice"),
        ("again", ["dk"], "fault_unknown_choice"),
        ("reason", ["far"], "fault_unknown_choice"),
        ("saw", ["web", "none"], "fault_exclusive"),
        ("saw", ["tv"], "fault_unknown_choice"),
        ("exterior", ["flat"], "fault_unknown_choice"),
        ("words", ["abcdef"], "fault_too_long"),
    ],
)
def test_a_forged_or_impossible_field_is_a_fault_and_no_answer(item, sent, sentence):
    page = read(*((item, value) for value in sent))
    assert [(fault.item, fault.sentence) for fault in page.faults] == [(item, sentence)]
    assert item not in page.answers


def test_a_good_answer_beside_a_fault_is_kept():
    page = read(("speed", "99"), ("reason", "near"))
    assert page.answers["reason"] == "near"
    assert page.answers["again"] == 9


def test_an_empty_required_item_is_a_fault():
    page = read_page(DEFINITION, PAGE, [], "en")
    assert page.faults == (AnswerFault("again", "fault_required"),)


def test_nothing_ticked_is_an_answer_and_nothing_chosen_is_not():
    page = read()
    assert page.answers["exterior"] == []
    assert page.answers["saw"] == []
    assert page.empty == ("speed", "reason", "words")


@given(st.lists(st.tuples(st.sampled_from(NAMES) | st.text(), st.text() | st.sampled_from(["1", "dk", "web", "none"]))))
def test_whatever_is_sent_gives_answers_of_the_pages_items_only(fields):
    page = read_page(DEFINITION, PAGE, fields, "en")
    assert set(page.answers) <= set(NAMES) - {"note"}
    assert not set(page.answers) & {fault.item for fault in page.faults}


@given(st.text())
def test_clean_text_can_be_stored_anywhere(text):
    cleaned = clean_text(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert "\x00" not in cleaned
    assert clean_text(cleaned) == cleaned
