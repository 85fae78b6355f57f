"""Two definitions side by side: which results may be compared, change by change."""

import dataclasses

import pytest
from forms_compared import (
    INDEX,
    SEATS,
    Edit,
    add_calm,
    add_problem,
    at,
    compared,
    defined,
    items,
    move,
    on,
    speak_only,
    swap_pages,
    swap_problems,
    verdicts,
)

from surveyplat.forms.comparing import compare_definitions
from surveyplat.forms.differences import Difference, Status

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
