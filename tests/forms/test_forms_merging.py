"""Two devices on one link: three things are known of an item (shown, there, sent), and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.forms.answers import DONT_KNOW, AnswerFault, PageAnswers
from surveyplat.forms.merging import Merged, answer_digest, digests, merge, shown_by, shown_now

SENT_5, SENT_NONE, SENT_NO_TICK = (
    PageAnswers({"a": 5}, (), ()),
    PageAnswers({}, ("a",), ()),
    PageAnswers({"a": []}, (), ()),
)
NONE = ""


@pytest.mark.parametrize(
    ("shown", "there", "sent", "after", "conflicts"),
    [
        (None, {}, SENT_5, {"a": 5}, {}),
        (7, {"a": 7}, SENT_5, {"a": 5}, {}),
        (7, {"a": 7}, SENT_NONE, {}, {}),
        (["x"], {"a": ["x"]}, SENT_NO_TICK, {"a": []}, {}),
        (None, {}, SENT_NO_TICK, {"a": []}, {}),
        (5, {"a": 7}, SENT_5, {"a": 7}, {}),
        (5, {}, SENT_5, {}, {}),
        (None, {"a": 5}, SENT_5, {"a": 5}, {}),
        (None, {"a": 7}, SENT_NONE, {"a": 7}, {}),
        (None, {"a": ["x"]}, SENT_NO_TICK, {"a": ["x"]}, {}),
        (None, {"a": 7}, SENT_5, {"a": 5}, {"a": 7}),
        (3, {"a": DONT_KNOW}, SENT_5, {"a": 5}, {"a": DONT_KNOW}),
        (3, {}, SENT_5, {"a": 5}, {}),
    ],
    ids=[
        "answered first here",
        "changed here",
        "taken away here",
        "unticked here",
        "nothing to tick",
        "changed there",
        "taken away there",
        "answered alike",
        "answered there",
        "ticked there",
        "answered differently",
        "changed differently",
        "changed here, taken away there",
    ],
)
def test_an_item_is_merged_by_what_was_shown_is_there_and_was_sent(shown, there, sent, after, conflicts):
    known = {"a": answer_digest(shown)}
    assert merge(there, sent, known, newest=False, typing=False) == Merged(after, conflicts)


def test_what_the_newest_page_sends_is_taken_whatever_it_had_shown():
    assert merge({"a": 7}, SENT_5, {"a": NONE}, newest=True, typing=False) == Merged({"a": 5}, {})
    assert merge({"a": 7}, SENT_NONE, {"a": NONE}, newest=True, typing=False) == Merged({}, {})


def test_a_page_of_which_no_stamp_tells_takes_no_answer_away():
    assert merge({"a": 7}, SENT_5, None, newest=False, typing=False) == Merged({"a": 5}, {})
    assert merge({"a": 7}, SENT_NONE, None, newest=False, typing=False) == Merged({"a": 7}, {})
    assert merge({"a": ["x"]}, SENT_NO_TICK, None, newest=False, typing=False) == Merged({"a": ["x"]}, {})


def test_while_typing_a_conflict_is_left_to_the_submission():
    assert merge({"a": 7}, SENT_5, {"a": NONE}, newest=False, typing=True) == Merged({"a": 7}, {"a": 7})


def test_while_typing_a_list_without_a_tick_says_nothing_until_something_was_ticked():
    assert merge({}, SENT_NO_TICK, {"a": NONE}, newest=True, typing=True) == Merged({}, {})
    assert merge({"a": ["x"]}, SENT_NO_TICK, {}, newest=True, typing=True) == Merged({"a": []}, {})


def test_while_typing_what_the_page_would_refuse_is_left_alone():
    required = PageAnswers({}, ("a",), (AnswerFault("a", "fault_required"),))
    assert merge({"a": 7}, required, {}, newest=True, typing=True) == Merged({"a": 7}, {})
    assert merge({"a": 7}, required, {}, newest=True, typing=False) == Merged({}, {})


def test_digests_tell_answers_apart_and_nothing_from_something():
    answers = [None, 0, 1, "1", "", "some words", ["x"], ["y"], ["x", "y"], DONT_KNOW]
    assert len({answer_digest(answer) for answer in answers}) == len(answers)
    assert answer_digest([]) == answer_digest(None) == ""


ITEMS = [f"item{number}" for number in range(6)]
ANSWERS = st.dictionaries(
    st.sampled_from(ITEMS), st.integers(0, 10) | st.text("xyz") | st.lists(st.sampled_from("xyz"))
)


@given(ANSWERS)
def test_what_a_page_showed_is_read_as_it_was_written(answers):
    text = digests(ITEMS, answers)
    assert shown_by(ITEMS, text) == {item: answer_digest(answers.get(item)) for item in ITEMS}
    assert text.replace("-", "").isalnum() or text == ""


@given(ANSWERS, ANSWERS, ANSWERS)
def test_no_item_that_only_one_of_two_devices_changed_is_lost(shown, there, sent):
    known = {item: answer_digest(shown.get(item)) for item in ITEMS}
    after = merge(there, PageAnswers(sent, (), ()), known, newest=False, typing=False)
    for item in ITEMS:
        if answer_digest(there.get(item)) != known[item] and answer_digest(sent.get(item)) == known[item]:
            assert after.answers.get(item) == there.get(item)
        if answer_digest(there.get(item)) == known[item] and item in sent:
            assert after.answers[item] == sent[item]
        if after.answers.get(item) != there.get(item) and there.get(item) and item not in after.conflicts:
            assert answer_digest(there[item]) == known[item]


def test_a_page_that_stays_open_shows_what_it_sent_except_what_was_not_saved():
    shown = {"a": "AAAA", "b": "BBBB", "c": "CCCC", "d": ""}
    sent = PageAnswers({"a": 1, "b": 2}, ("d",), (AnswerFault("c", "fault_too_long"),))
    assert shown_now("abcd", sent, shown, {"b": 7}) == f"{answer_digest(1)}-BBBB-CCCC"
