"""Two definitions side by side: what differs, and which results may be compared, change by change."""

import copy
import dataclasses
import json
from collections.abc import Callable, Iterator
from itertools import combinations, permutations
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.forms.comparing import Comparison, compare_definitions
from surveyplat.forms.differences import Difference, Status, displaced
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import definition_from_yaml, load_study

Plain = dict[str, Any]
Edit = Callable[[Plain], object]

TINY = """
surveyplat: 1
study: tiny
version: "1"
title: {en: Title, de: Titel}
languages: [en, de]
minutes: 2
introduction: {en: Hello, de: Hallo}
thanks: {en: Thanks, de: Danke}
scales:
  five:
    minimum: 1
    maximum: 5
    labels: {1: {en: Bad, de: Schlecht}, 5: {en: Good, de: Gut}}
    dont_know: {en: Not sure, de: Unsicher}
  ten:
    minimum: 1
    maximum: 10
    labels: {1: {en: Bad, de: Schlecht}, 10: {en: Good, de: Gut}}
pages:
  - id: visit
    title: {en: The visit, de: Der Besuch}
    items:
      - {id: speed, type: rating, scale: five, text: {en: Speed, de: Tempo}}
      - {id: price, type: rating, scale: five, text: {en: Price, de: Preis}}
      - {id: care, type: rating, scale: five, text: {en: Care, de: Sorgfalt}, hint: {en: Of you, de: Um Sie}}
  - id: car
    title: {en: The car, de: Das Auto}
    items:
      - id: seats
        type: problems
        category: inside
        text: {en: What broke, de: Was kaputt ging}
        problems:
          - {id: seat_loose, kind: malfunction, text: {en: Seat loose, de: Sitz lose}}
          - {id: seat_hard, kind: design, text: {en: Seat hard, de: Sitz hart}}
      - id: paint
        type: problems
        category: outside
        text: {en: What broke, de: Was kaputt ging}
        problems:
          - {id: paint_dull, kind: design, text: {en: Paint dull, de: Lack stumpf}}
  - id: whole
    title: {en: All in all, de: Alles in allem}
    items:
      - {id: overall, type: rating, scale: ten, text: {en: Overall, de: Insgesamt}}
      - id: recommend
        type: recommendation
        text: {en: Recommend, de: Empfehlen}
        labels: {0: {en: "No", de: Nein}, 10: {en: "Yes", de: Ja}}
      - id: reason
        type: single
        text: {en: Reason, de: Grund}
        choices: [{code: a, text: {en: A, de: A}}, {code: b, text: {en: B, de: B}}, {code: c, text: {en: C, de: C}}]
      - {id: comment, type: text, max_length: 100, text: {en: Comment, de: Kommentar}}
measurement:
  overall: overall
  recommend: recommend
  categories: {inside: {en: Inside, de: Innen}, outside: {en: Outside, de: Außen}}
  indices:
    - id: service
      title: {en: Service, de: Service}
      weights_source: Decided
      factors:
        - {id: work, title: {en: Work, de: Arbeit}, weight: 3, items: [speed, care]}
        - {id: cost, title: {en: Cost, de: Kosten}, weight: 1, items: [price]}
  drivers:
    - {id: why, target: overall, attributes: [speed, price]}
  derived_indices:
    - {id: derived, title: {en: Derived, de: Abgeleitet}, driver: why, rescaling: minmax}
fieldwork: {trigger: sale, delay_days: 3, expires_days: 21, occasion: event}
"""


def defined(*edits: Edit) -> Definition:
    plain = yaml.safe_load(TINY)
    for edit in edits:
        edit(plain)
    return definition_from_yaml(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False).encode(), "tiny.yaml")


def compared(*edits: Edit) -> Comparison:
    return compare_definitions(defined(), defined(*edits))


def items(plain: Plain) -> Iterator[Plain]:
    return (item for page in plain["pages"] for item in page["items"])


def on(name: str, **values: Any) -> Edit:
    """Set values of an item."""
    return lambda plain: next(item for item in items(plain) if item["id"] == name).update(values)


def at(*path: str | int, **values: Any) -> Edit:
    """Set values of the part that the path leads to."""

    def edit(plain: Any) -> None:
        for step in path:
            plain = plain[step]
        plain.update(values)

    return edit


def take_out(plain: Plain, name: str) -> Plain:
    for page in plain["pages"]:
        for item in page["items"]:
            if item["id"] == name:
                page["items"].remove(item)
                return copy.deepcopy(item)
    raise KeyError(name)


def move(name: str, page: int, place: int) -> Edit:
    return lambda plain: plain["pages"][page]["items"].insert(place, take_out(plain, name))


def without(name: str) -> Edit:
    return lambda plain: take_out(plain, name)


def speak_only(*languages: str) -> Edit:
    def strip(node: Any) -> None:
        for value in list(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()):
            strip(value)
        if isinstance(node, dict) and "de" in node:
            for gone in {"en", "de"} - set(languages):
                del node[gone]

    def edit(plain: Plain) -> None:
        strip(plain)
        plain["languages"] = list(languages)

    return edit


INDEX = ("measurement", "indices", 0)
SEATS = ("pages", 1, "items", 0)
NEW_ITEM = {"id": "calm", "type": "rating", "scale": "five", "text": {"en": "Calm", "de": "Ruhe"}}
NEW_PROBLEM = {"id": "seat_cold", "kind": "design", "text": {"en": "Seat cold", "de": "Sitz kalt"}}
add_calm: Edit = lambda plain: plain["pages"][0]["items"].insert(0, copy.deepcopy(NEW_ITEM))
add_problem: Edit = lambda plain: plain["pages"][1]["items"][0]["problems"].append(copy.deepcopy(NEW_PROBLEM))


def swap_pages(plain: Plain) -> None:
    pages = plain["pages"]
    pages[0], pages[1] = pages[1], pages[0]


def swap_problems(plain: Plain) -> None:
    plain["pages"][1]["items"][0]["problems"].reverse()


def verdicts(comparison: Comparison) -> dict[str, str]:
    """The measures that are not comparable."""
    return {each.id: each.verdict for each in comparison.standings if each.verdict != "comparable"}


EVERY = ("survey", "service", "derived", "pp100", "recommend", "overall")
REFUSED = dict.fromkeys(EVERY, "refuse")

TABLE: dict[str, tuple[tuple[Edit, ...], dict[str, str], str]] = {
    "nothing": ((), {}, ""),
    "version": ((at(version="2"),), {}, ""),
    "title and introduction": ((at(introduction={"en": "Hi", "de": "Hallo"}),), {}, ""),
    "wording of an item of two measures": (
        (on("speed", text={"en": "How fast", "de": "Tempo"}),),
        {"service": "refuse", "derived": "refuse"},
        "wording changed in en: speed",
    ),
    "wording in both languages": (
        (on("care", text={"en": "Caring", "de": "Pflege"}),),
        {"service": "refuse"},
        "wording changed in en, de: care",
    ),
    "wording of an unmeasured item": ((on("comment", text={"en": "Words", "de": "Worte"}),), {}, ""),
    "wording of a driver's target": (
        (on("overall", text={"en": "Total", "de": "Insgesamt"}),),
        {"derived": "refuse", "overall": "refuse"},
        "wording changed in en: overall",
    ),
    "length of a scale": (
        (at("scales", "five", maximum=4, labels={1: {"en": "Bad", "de": "Schlecht"}, 4: {"en": "Good", "de": "Gut"}}),),
        {"service": "refuse", "derived": "refuse"},
        "scale or codes changed from rating 1–5 or dont_know to rating 1–4 or dont_know: speed",
    ),
    "way out of a scale": (
        (at("scales", "five", dont_know=None),),
        {"service": "refuse", "derived": "refuse"},
        "from rating 1–5 or dont_know to rating 1–5: speed",
    ),
    "labels of a scale": (
        (at("scales", "ten", labels={1: {"en": "Awful", "de": "Schlecht"}, 10: {"en": "Good", "de": "Gut"}}),),
        {"derived": "refuse", "overall": "refuse"},
        "labels changed in en: overall",
    ),
    "labels of the recommendation": (
        (on("recommend", labels={0: {"en": "Never", "de": "Nein"}, 10: {"en": "Yes", "de": "Ja"}}),),
        {"recommend": "refuse"},
        "labels changed in en: recommend",
    ),
    "title of a page": (
        (at("pages", 0, title={"en": "Your visit", "de": "Der Besuch"}),),
        {"service": "refuse", "derived": "refuse"},
        "title of its page changed in en: speed",
    ),
    "codes of an unmeasured item": (
        (lambda plain: next(item for item in items(plain) if item["id"] == "reason")["choices"].pop(),),
        {},
        "",
    ),
    "hint": ((on("care", hint={"en": "Of us", "de": "Um Sie"}),), {}, ""),
    "required": ((on("speed", required=True),), {}, ""),
    "order within a page": ((move("care", 0, 0),), {}, ""),
    "order of pages": ((swap_pages,), {}, ""),
    "weights": (
        (at(*INDEX, "factors", 0, weight=4),),
        {"service": "bridge"},
        "weights changed, work 75.0% then 80.0%, cost 25.0% then 20.0%: show both periods under both sets",
    ),
    "unit of the weights": ((at(*INDEX, "factors", 0, weight=75), at(*INDEX, "factors", 1, weight=25)), {}, ""),
    "source of the weights": ((at(*INDEX, weights_source="Published"),), {}, ""),
    "title of the index": ((at(*INDEX, title={"en": "Serving", "de": "Service"}),), {}, ""),
    "items of the index": (
        (add_calm, at(*INDEX, "factors", 0, items=["calm", "care"])),
        {"service": "bridge"},
        "only before speed; only after calm: compare on the 2 in common",
    ),
    "factor of an item": (
        (at(*INDEX, "factors", 0, items=["speed"]), at(*INDEX, "factors", 1, items=["price", "care"])),
        {"service": "bridge"},
        "care counts towards work, then towards cost",
    ),
    "total": ((at(*INDEX, total=100),), {"service": "bridge"}, "total changed from 1000 to 100"),
    "usable share": ((at(*INDEX, usable_share=0.8),), {"service": "bridge"}, "usable share changed from 0.5 to 0.8"),
    "name of the index": (
        (at(*INDEX, id="serving"),),
        {"service": "refuse", "serving": "refuse"},
        "measured only before",
    ),
    "items without any in common": (
        (add_calm, at(*INDEX, factors=[{"id": "f", "title": {"en": "F", "de": "F"}, "weight": 1, "items": ["calm"]}])),
        {"service": "refuse"},
        "no item in common",
    ),
    "item that no measure uses": ((add_calm,), {}, ""),
    "attributes of a driver": (
        (at("measurement", "drivers", 0, attributes=["speed", "price", "care"]),),
        {"derived": "bridge"},
        "only after care: compare on the 2 in common",
    ),
    "target of a driver": (
        (at("measurement", "drivers", 0, target="care"),),
        {"derived": "bridge"},
        "target changed from overall to care",
    ),
    "rescaling": (
        (at("measurement", "derived_indices", 0, total=100),),
        {"derived": "bridge"},
        "total changed from 1000 to 100",
    ),
    "wording of a problem": (
        (at(*SEATS, "problems", 0, text={"en": "Seat wobbles", "de": "Sitz lose"}),),
        {"pp100": "refuse"},
        "wording changed in en: seat_loose",
    ),
    "question above the problems": (
        (on("seats", text={"en": "What failed", "de": "Was kaputt ging"}),),
        {"pp100": "refuse"},
        "the question above it changed in en: seat_loose, seat_hard",
    ),
    "added problem": ((add_problem,), {"pp100": "bridge"}, "only after seat_cold: compare on the 3 in common"),
    "kind of a problem": (
        (at(*SEATS, "problems", 0, kind="design"),),
        {"pp100": "bridge"},
        "seat_loose counts towards inside (malfunction), then towards inside (design)",
    ),
    "order of problems": ((swap_problems,), {}, ""),
    "headline item": (
        (at("measurement", overall="speed"),),
        {"overall": "refuse"},
        "no item in common",
    ),
    "absent headline": ((at("measurement", recommend=None),), {"recommend": "refuse"}, "measured only before"),
    "trigger": ((at("fieldwork", trigger="service"),), REFUSED, "who is asked changed: after a sale, then after a"),
    "occasion": ((at("fieldwork", occasion="due"),), REFUSED, "who belongs to a period changed: by the event date"),
    "delay": ((at("fieldwork", delay_days=90),), {}, ""),
    "study": (
        (at(study="other"),),
        REFUSED,
        "the studies differ",
    ),
    "language less": ((speak_only("en"),), {}, ""),
}


@pytest.mark.parametrize(("edits", "expected", "reason"), TABLE.values(), ids=TABLE.keys())
def test_each_change_has_its_verdict_on_each_measure(
    edits: tuple[Edit, ...], expected: dict[str, str], reason: str
) -> None:
    found = compared(*edits)
    assert verdicts(found) == expected
    reasons = [reason.text for standing in found.standings for reason in standing.reasons]
    assert bool(reasons) == bool(expected)
    assert any(reason in words for words in reasons) or not reason
    worst = "refuse" if "refuse" in expected.values() else "bridge" if expected else "comparable"
    assert found.verdict == worst


@pytest.mark.parametrize(("edits", "expected", "reason"), TABLE.values(), ids=TABLE.keys())
def test_a_change_is_found_whichever_way_it_is_read(
    edits: tuple[Edit, ...], expected: dict[str, str], reason: str
) -> None:
    first, second = defined(), defined(*edits)
    there, back = compare_definitions(first, second), compare_definitions(second, first)
    for section in ("survey", "items", "problems", "measurement", "fieldwork"):
        assert facts(tuple(map(turned, getattr(there, section)))) == facts(getattr(back, section))
    names = {standing.id: standing.verdict for standing in there.standings[1:]}
    assert {standing.id: standing.verdict for standing in back.standings[1:]} == names
    assert set(there.comparable) == set(back.comparable)


def facts(differences: tuple[Difference, ...]) -> set[object]:
    return {(each.kind, each.id, each.status, frozenset(each.changes)) for each in differences}


def turned(difference: Difference) -> Difference:
    swapped: dict[Status, Status] = {"added": "removed", "removed": "added"}
    changes = tuple(dataclasses.replace(each, before=each.after, after=each.before) for each in difference.changes)
    return dataclasses.replace(difference, status=swapped.get(difference.status, difference.status), changes=changes)


WARNED = {
    "order within a page": ("service", "moved in the order of the questions: care"),
    "order of pages": ("pp100", "moved in the order of the questions: seats, paint"),
    "order of problems": ("pp100", "moved in the order of the questions: seat_loose, seat_hard"),
    "hint": ("service", "hint changed in en: care"),
    "required": ("derived", "required changed from no to yes: speed"),
    "source of the weights": ("service", "the source of the weights changed from Decided to Published"),
    "delay": ("recommend", "timing: people are asked after 3 days, then after 90"),
    "language less": ("survey", "asked only before in de"),
}


@pytest.mark.parametrize(("case", "warning"), WARNED.items(), ids=WARNED.keys())
def test_what_may_still_move_the_answers_is_a_warning(case: str, warning: tuple[str, str]) -> None:
    name, words = warning
    (standing,) = [each for each in compared(*TABLE[case][0]).standings if each.id == name]
    assert standing.verdict == "comparable"
    assert any(words in said.text for said in standing.warnings), standing.warnings


@pytest.mark.parametrize(
    ("days", "warned"), [(3, False), (16, False), (17, True), (90, True)], ids=["same", "13 later", "14 later", "more"]
)
def test_timing_is_warned_of_from_fourteen_days_on(days: int, warned: bool) -> None:
    assert bool(compared(at("fieldwork", delay_days=days)).standings[0].warnings) == warned


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


def everything(found: Comparison) -> tuple[Difference, ...]:
    return (*found.survey, *found.items, *found.problems, *found.measurement, *found.fieldwork)


def sentences(found: Comparison) -> list[str]:
    return [
        " ".join(part for part in (each.kind, each.id, c.aspect, c.language, c.code) if part)
        + f": {c.before} -> {c.after}"
        for each in everything(found)
        for c in each.changes
    ]


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
