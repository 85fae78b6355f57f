"""What an auditor must hear of a changed rule, range, order, brand wording, quota, model or sample."""

from typing import Any

import pytest
from forms_compared import Edit, Plain, at, defined, on, sentences, verdicts

from surveyplat.forms.comparing import Comparison, compare_definitions

LOW = {"answer": "speed", "at_most": 2}
HIGH = {"answer": "speed", "at_least": 4}
BOTH = {"en": "Sorry", "de": "Leider"}
GAP = {"id": "gap", "title": BOTH, "expectation": "speed", "perception": "price"}
RATE = {"id": "rate", "title": BOTH, "item": "reason", "answers": ["a"]}
MODEL = {
    "id": "model",
    "title": BOTH,
    "constructs": [
        {"id": "work", "title": BOTH, "items": ["speed", "care"]},
        {"id": "whole", "title": BOTH, "items": ["overall"]},
    ],
    "paths": [{"cause": "work", "effect": "whole"}],
    "index": "whole",
}
COMPLAINTS: Edit = on("reason", choices=[{"code": code, "text": BOTH} for code in ("product", "service", "price")])


def item(name: str, kind: str, **values: Any) -> Plain:
    return {"id": name, "type": kind, "text": {"en": name, "de": name}, **values}


def adding(*items: Plain) -> Edit:
    return lambda plain: plain["pages"][0]["items"].extend(dict(each) for each in items)


def measuring(**parts: Any) -> Edit:
    return lambda plain: plain["measurement"].update(parts)


def calculating(**rules: Any) -> Edit:
    return lambda plain: plain.update(calculated=rules)


def quota(limit: int, **values: Any) -> Edit:
    return at(quotas=[{"id": "enough", "limit": limit, "thanks": BOTH, **values}])


def from_to(before: Edit | None, after: Edit | None) -> Comparison:
    return compare_definitions(*(defined(*([edit] if edit else [])) for edit in (before, after)))


EVERYTHING = dict.fromkeys(("survey", "service", "derived", "pp100", "recommend", "overall"), "refuse")

VERDICTS: dict[str, tuple[Edit | None, Edit | None, dict[str, str], str]] = {
    "an item shown to some only": (
        None,
        on("overall", show=LOW),
        {"derived": "refuse", "overall": "refuse"},
        "who is asked it changed from everybody to when answer speed at most 2: overall",
    ),
    "a page shown to others": (
        at("pages", 1, show=LOW),
        at("pages", 1, show=HIGH),
        {"pp100": "refuse"},
        "from when answer speed at most 2 to when answer speed at least 4: seat_loose",
    ),
    "conditions in another order": (
        at("pages", 1, show={"all": [LOW, {"answer": "price", "answered": True}]}),
        at("pages", 1, show={"all": [{"answer": "price", "answered": True}, LOW]}),
        {},
        "",
    ),
    "a calculation behind a condition": (
        lambda plain: (
            calculating(low={"sum": [{"answer": "speed"}, 1]})(plain),
            at("pages", 1, show={"calculated": "low", "at_most": 3})(plain),
        ),
        lambda plain: (
            calculating(low={"sum": [{"answer": "speed"}, 2]})(plain),
            at("pages", 1, show={"calculated": "low", "at_most": 3})(plain),
        ),
        {"pp100": "refuse"},
        "low = sum of answer speed, 1 to when calculated low at most 3; low = sum of answer speed, 2",
    ),
    "an earlier end": (
        None,
        at("pages", 1, end={"when": LOW}),
        {"derived": "refuse", "overall": "refuse", "recommend": "refuse"},
        "from everybody to not after the end of car when answer speed at most 2: overall",
    ),
    "an end after the last page": (None, at("pages", 2, end={}), {}, ""),
    "who is screened out": (
        None,
        at("pages", 2, end={"when": LOW, "outcome": "screened_out"}),
        EVERYTHING,
        "who is screened out changed: nobody, then after whole when answer speed at most 2",
    ),
    "another wording for a brand": (
        None,
        at(variants=[{"brand": "Aurora", "texts": {"care": BOTH}}]),
        {"service": "refuse"},
        "its wording for Aurora changed in en, de: care",
    ),
    "another heading for a brand": (
        None,
        at(variants=[{"brand": "Aurora", "texts": {"car": BOTH}}]),
        {"pp100": "refuse"},
        "its wording for Aurora heading changed in en, de: seat_loose, seat_hard, paint_dull",
    ),
    "an expected item": (
        measuring(gaps=[GAP]),
        measuring(gaps=[{**GAP, "expectation": "care"}]),
        {"gap": "bridge"},
        "only before speed; only after care: compare on the 1 in common",
    ),
    "the answers of a rate": (
        measuring(rates=[RATE]),
        measuring(rates=[{**RATE, "answers": ["b", "a"]}]),
        {"rate": "bridge"},
        "answers changed from a to a, b",
    ),
    "the choices of a rate": (
        measuring(rates=[RATE]),
        lambda plain: (
            measuring(rates=[RATE])(plain),
            on("reason", choices=[{"code": "a", "text": BOTH}, {"code": "b", "text": BOTH, "other": True}])(plain),
        ),
        {"rate": "refuse"},
        "scale or codes changed from single of a, b, c to single of a, b (in words): reason",
    ),
    "the arrows of a model": (
        measuring(models=[MODEL]),
        measuring(models=[{**MODEL, "paths": [{"cause": "whole", "effect": "work"}]}]),
        {"model": "bridge"},
        "paths changed from work to whole to whole to work",
    ),
    "the item of complaints": (
        lambda plain: (COMPLAINTS(plain), measuring(complaints="reason")(plain)),
        COMPLAINTS,
        {"complaints": "refuse"},
        "measured only before",
    ),
}


@pytest.mark.parametrize(("before", "after", "expected", "reason"), VERDICTS.values(), ids=VERDICTS.keys())
def test_a_change_of_what_is_asked_has_its_verdict(
    before: Edit | None, after: Edit | None, expected: dict[str, str], reason: str
) -> None:
    found = from_to(before, after)
    assert verdicts(found) == expected
    reasons = [each.text for standing in found.standings for each in standing.reasons]
    assert any(reason in words for words in reasons) or not reason, reasons


WARNINGS: dict[str, tuple[Edit | None, Edit, str]] = {
    "reminders": (None, at("fieldwork", reminders=[3, 7]), "reminders changed from none to after 3, 7 days"),
    "sampling": (
        None,
        at("fieldwork", sampling={"share": 0.5}),
        "the share of events that are asked about changed from 1 to 0.5",
    ),
    "the most of a dealer": (
        None,
        at("fieldwork", sampling={"most_per_dealer": 50}),
        "the most invitations of a dealer changed from any number to 50",
    ),
    "channels": (None, at("fieldwork", channels=["mail"]), "the channels of invitations changed from any to mail"),
    "a quota": (
        quota(100),
        quota(200, when=LOW, per="month"),
        "quota enough changed from 100 for each study, per all time, of everybody to 200 for each study, per month, of "
        "answer speed at most 2",
    ),
}


@pytest.mark.parametrize(("before", "after", "warning"), WARNINGS.values(), ids=WARNINGS.keys())
def test_what_may_change_the_mix_of_people_is_a_warning_on_the_whole(
    before: Edit | None, after: Edit, warning: str
) -> None:
    found = from_to(before, after)
    assert found.verdict == "comparable"
    assert warning in [each.text for each in found.standings[0].warnings]


@pytest.mark.parametrize(
    ("after", "warning"),
    [
        (on("speed", required_when={"answer": "price", "answered": True}), "when it is required changed from never to"),
        (
            at("pages", 0, checks=[{"that": LOW, "message": BOTH, "at": "speed"}]),
            "what is checked of it changed from nothing to answer speed at most 2: speed",
        ),
    ],
)
def test_what_may_still_move_the_answers_to_an_item_is_a_warning_on_its_measures(after: Edit, warning: str) -> None:
    found = from_to(None, after)
    assert found.verdict == "comparable"
    warnings = [each.text for standing in found.standings if standing.id == "service" for each in standing.warnings]
    assert any(words.startswith(warning) for words in warnings), warnings


NUMBER = item("km", "number", minimum=0, maximum=10, unit={"en": "km", "de": "km"})
DAY = item("day", "date", latest="today")
CHOICES = [{"code": "a", "text": BOTH}, {"code": "b", "text": BOTH}]
ROWS = [{"id": "one", "text": BOTH}, {"id": "two", "text": BOTH}]
BATTERY = item("both", "battery", scale="five", rows=ROWS)
RANKING = item("rank", "ranking", choices=CHOICES)

NAMED: dict[str, tuple[Plain, Plain, str, bool]] = {
    "range": (NUMBER, {**NUMBER, "maximum": 9}, "range: 0 to 10, 0 decimals -> 0 to 9, 0 decimals", False),
    "decimals": (NUMBER, {**NUMBER, "decimals": 1}, "range: 0 to 10, 0 decimals -> 0 to 10, 1 decimals", False),
    "unit": (NUMBER, {**NUMBER, "unit": {"en": "miles", "de": "km"}}, "unit en: km -> miles", False),
    "days": (DAY, {**DAY, "earliest": {"event": "date"}}, "range: any day to today -> event date to today", False),
    "places": (RANKING, {**RANKING, "places": 1}, "range: 2 places -> 1 places", False),
    "order of choices": (RANKING, {**RANKING, "order": "random"}, "order of choices: fixed -> random", True),
    "total": (
        item("sum", "constant_sum", choices=CHOICES),
        item("sum", "constant_sum", choices=CHOICES, total=10),
        "range: 100 in all -> 10 in all",
        False,
    ),
    "ticks": (
        item("ticks", "multiple", choices=CHOICES),
        item("ticks", "multiple", choices=CHOICES, most=1),
        "range: None -> at most 1",
        False,
    ),
    "consent": (item("ok", "consent"), item("ok", "consent", hint=BOTH), "hint en: None -> Sorry", True),
    "type": (item("ok", "consent"), item("ok", "text"), "codes: consent -> text of 2000 characters", False),
    "lead": (BATTERY, {**BATTERY, "text": BOTH}, "lead en: both -> Sorry", False),
    "order of a battery": (BATTERY, {**BATTERY, "order": "random"}, "order of the group: fixed -> random", True),
}


@pytest.mark.parametrize(("before", "after", "change", "kept"), NAMED.values(), ids=NAMED.keys())
def test_every_facet_of_an_item_is_compared(before: Plain, after: Plain, change: str, kept: bool) -> None:
    found = from_to(adding(before), adding(after))
    said = sentences(found)
    assert any(sentence.endswith(change) for sentence in said), said
    names = {"one", "two"} if before["type"] == "battery" else {before["id"]}
    assert names <= set(found.comparable if kept else found.not_comparable)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (
            calculating(worst={"lowest": [{"answer": "speed"}, {"answer": "price"}]}),
            calculating(worst={"highest": [{"answer": "speed"}, {"answer": "price"}], "keep": "number"}),
            "calculated worst formula: lowest of answer speed, answer price -> highest of answer speed, answer price",
        ),
        (
            calculating(
                kind={"choose": [{"when": {"any": [LOW, {"none": [HIGH]}]}, "then": "low"}], "otherwise": "high"}
            ),
            calculating(kind={"choose": [{"when": LOW, "then": "low"}]}),
            'calculated kind formula: "low" when (answer speed at most 2) or (not (answer speed at least 4)); '
            'otherwise "high" -> "low" when answer speed at most 2',
        ),
        (
            calculating(since={"days": {"since": {"event": "date"}, "to": "2026-09-30"}}),
            calculating(since={"count": ["seats", "paint"]}),
            'calculated since formula: days from event date to "2026-09-30" -> count of seats, paint',
        ),
        (quota(5), quota(6), "quota enough limit: 5 -> 6"),
        (measuring(models=[MODEL]), measuring(models=[{**MODEL, "index": None}]), "model model index: whole -> none"),
    ],
)
def test_what_is_calculated_counted_and_modelled_is_compared(before: Edit, after: Edit, change: str) -> None:
    said = sentences(from_to(before, after))
    assert change in said, said
