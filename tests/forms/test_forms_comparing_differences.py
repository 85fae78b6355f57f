"""What differs between two definitions is named, with what was and what is."""

import dataclasses
import json
from itertools import combinations, permutations

import pytest
from forms_compared import (
    INDEX,
    SEATS,
    Edit,
    add_calm,
    at,
    compared,
    defined,
    everything,
    move,
    on,
    sentences,
    speak_only,
    without,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.forms.comparing import compare_definitions
from surveyplat.forms.differences import displaced
from surveyplat.forms.loading import load_study

CHANGES: dict[str, tuple[Edit, tuple[str, ...]]] = {
    "wording": (on("speed", text={"en": "How fast", "de": "Tempo"}), ("item speed wording en: Speed -> How fast",)),
    "hint": (
        on("speed", hint={"en": "H", "de": "H"}),
        ("item speed hint en: None -> H", "item speed hint de: None -> H"),
    ),
    "required": (on("speed", required=True), ("item speed required: no -> yes",)),
    "codes": (on("speed", scale="ten"), ("item speed codes: rating 1–5 or dont_know -> rating 1–10",)),
    "page": (
        move("comment", 0, 3),
        ("item comment page: whole -> visit", "item comment heading en: All in all -> The"),
    ),
    "choice": (
        lambda plain: plain["pages"][2]["items"][2]["choices"].pop(),
        ("item reason codes: single of a, b, c -> single of a, b", "item reason labels en c: C -> None"),
    ),
    "order of choices": (
        lambda plain: plain["pages"][2]["items"][2]["choices"].reverse(),
        ("item reason codes: single of a, b, c -> single of c, b, a",),
    ),
    "length of a text": (
        on("comment", max_length=200, multiline=True),
        ("item comment codes: text of 100 characters -> text of 200 characters in lines",),
    ),
    "category": (
        lambda plain: plain["measurement"]["categories"].update(inside={"en": "In", "de": "Innen"}),
        ("category inside title en: Inside -> In",),
    ),
    "kind": (at(*SEATS, "problems", 0, kind="design"), ("problem seat_loose kind: malfunction -> design",)),
    "weight": (at(*INDEX, "factors", 0, weight=4), ("factor service/work weight: 3 -> 4",)),
    "factor's items": (
        at(*INDEX, "factors", 0, items=["care", "speed"]),
        ("factor service/work items: speed, care -> care, speed",),
    ),
    "source": (at(*INDEX, weights_source="New"), ("index service source of the weights: Decided -> New",)),
    "driver": (at("measurement", "drivers", 0, target="care"), ("driver why target: overall -> care",)),
    "headline": (at("measurement", overall="speed"), ("overall overall item: overall -> speed",)),
    "trigger": (at("fieldwork", trigger="service"), ("fieldwork fieldwork trigger: sale -> service",)),
    "delay": (at("fieldwork", delay_days=4), ("fieldwork fieldwork delay: 3 days -> 4 days",)),
    "expiry": (at("fieldwork", expires_days=20), ("fieldwork fieldwork expiry: 21 days -> 20 days",)),
    "occasion": (at("fieldwork", occasion="due"), ("fieldwork fieldwork occasion: event -> due",)),
    "minutes": (at(minutes=3), ("survey survey minutes: 2 -> 3",)),
}


@pytest.mark.parametrize(("edit", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_each_change_is_named_with_what_was_and_what_is(edit: Edit, expected: tuple[str, ...]) -> None:
    said = sentences(compared(edit))
    for words in expected:
        assert any(sentence.startswith(words) for sentence in said), said


@pytest.mark.parametrize("study", ["csi", "ecsi", "iqs"])
def test_a_shipped_definition_does_not_differ_from_itself(study: str) -> None:
    found = compare_definitions(load_study(study), load_study(study))
    assert found.before == found.after
    assert found.verdict == "comparable"
    assert {each.status for each in everything(found)} == {"unchanged"}
    assert [each for each in everything(found) if each.changes] == []
    assert [(each.reasons, each.warnings) for each in found.standings if each.reasons or each.warnings] == []
    assert found.not_comparable == ()
    assert len(found.comparable) == len(found.items) + len(found.problems)


def test_two_shipped_studies_are_never_comparable() -> None:
    found = compare_definitions(load_study("csi"), load_study("iqs"))
    assert {standing.verdict for standing in found.standings} == {"refuse"}
    assert found.comparable == ()
    assert {"overall", "recommend", "comment"} == set(found.not_comparable)


def test_a_wave_with_one_item_more_and_one_less_says_which() -> None:
    found = compared(add_calm, without("comment"))
    assert {each.id: each.status for each in found.items if each.status != "unchanged"} == {
        "calm": "added",
        "comment": "removed",
    }
    assert "item calm wording en: None -> Calm" in sentences(found)
    assert "item comment wording de: Kommentar -> None" in sentences(found)
    assert found.not_comparable == ()
    assert "calm" not in found.comparable


def test_an_item_stays_comparable_unless_it_was_asked_in_another_way() -> None:
    found = compared(
        on("speed", text={"en": "How fast", "de": "Tempo"}),
        on("price", required=True),
        on("care", hint={"en": "Of us", "de": "Um Sie"}),
        on("reason", choices=[{"code": code, "text": {"en": code, "de": code}} for code in ("x", "y")]),
    )
    assert found.not_comparable == ("speed", "reason")
    assert {"price", "care"} <= set(found.comparable)


def test_a_language_of_one_side_only_is_no_change_of_wording() -> None:
    found = compare_definitions(defined(speak_only("en")), defined())
    assert [each for each in (*found.items, *found.problems) if each.status != "unchanged"] == []
    assert "survey survey languages: en -> en, de" in sentences(found)


def test_definitions_without_a_language_in_common_are_refused() -> None:
    found = compare_definitions(defined(speak_only("en")), defined(speak_only("de")))
    assert "no language in common" in found.standings[0].reasons[0].text
    assert {standing.verdict for standing in found.standings} == {"refuse"}


def test_the_result_is_data_that_json_can_carry() -> None:
    found = compared(on("speed", required=True))
    assert json.loads(json.dumps(dataclasses.asdict(found)))["verdict"] == "comparable"
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.verdict = "refuse"  # type: ignore[misc]


def test_of_an_item_carried_past_ten_others_only_that_item_has_moved() -> None:
    order = list("abcdefghijk")
    assert displaced(order, [*order[1:], "a"]) == {"a"}


def test_of_two_that_change_places_both_have_moved_and_what_comes_or_goes_moves_nothing() -> None:
    assert displaced("abcd", "acbd") == {"b", "c"}
    assert displaced("abcd", "xabyd") == frozenset()


@given(st.integers(0, 5).flatmap(lambda n: st.sampled_from(list(permutations(range(n))))))
@settings(max_examples=200, deadline=None)
def test_what_kept_its_place_belongs_to_every_longest_series_in_the_same_order(order: tuple[int, ...]) -> None:
    series = [
        set(some) for size in range(len(order) + 1) for some in combinations(order, size) if list(some) == sorted(some)
    ]
    longest = max(map(len, series))
    kept = set(order).intersection(*[some for some in series if len(some) == longest])
    assert displaced(order, sorted(order)) == set(order) - kept
    assert displaced(sorted(order), order) == set(order) - kept
