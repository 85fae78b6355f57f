"""Truth tables: what conditions and calculated values amount to, and what a missing answer means in them."""

from datetime import date

import pytest
from pydantic import TypeAdapter

from surveyplat.forms.conditions import Calculated, Condition
from surveyplat.forms.evaluation import Facts, calculate, holds

CONDITION = TypeAdapter(Condition)
ANSWERS = {
    "seven": 7,
    "half": 0.5,
    "code": "partly",
    "ticked": ["product", "price"],
    "unticked": [],
    "unsure": {"missing": "dont_know"},
    "unasked": {"missing": "not_asked"},
    "day": "2026-09-15",
    "agreed": True,
    "refused": False,
    "shared": {"points": {"price": 60, "colour": 40, "name": 0}},
    "words": "very good",
}
EVENT = {"kind": "service", "date": date(2026, 9, 15), "model": None, "delivered_on": date(2026, 6, 17)}
FACTS = Facts(ANSWERS, EVENT, {"language": "en"})

T, F, U = {"answer": "seven", "equals": 7}, {"answer": "seven", "equals": 8}, {"answer": "gone", "equals": 7}


def truth(condition, facts=FACTS):
    return holds(CONDITION.validate_python(condition), facts)


@pytest.mark.parametrize(
    ("parts", "in_all", "in_any"),
    [
        ([T], True, True),
        ([F], False, False),
        ([U], None, None),
        ([T, T], True, True),
        ([T, F], False, True),
        ([T, U], None, True),
        ([F, F], False, False),
        ([F, U], False, None),
        ([U, U], None, None),
        ([T, F, U], False, True),
    ],
)
def test_all_any_and_none_follow_three_valued_logic(parts, in_all, in_any):
    in_none = None if in_any is None else not in_any
    for ordered in (parts, parts[::-1]):
        assert truth({"all": ordered}) is in_all
        assert truth({"any": ordered}) is in_any
        assert truth({"none": ordered}) is in_none


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ({"answer": "seven", "equals": 7}, True),
        ({"answer": "seven", "equals": 7.0}, True),
        ({"answer": "seven", "equals": "7"}, False),
        ({"answer": "agreed", "equals": True}, True),
        ({"answer": "agreed", "equals": 1}, False),
        ({"answer": "refused", "equals": False}, True),
        ({"answer": "refused", "differs": True}, True),
        ({"answer": "seven", "differs": 8}, True),
        ({"answer": "code", "one_of": ["partly", "no"]}, True),
        ({"answer": "code", "one_of": ["yes", "no"]}, False),
        ({"answer": "code", "none_of": ["yes", "no"]}, True),
        ({"answer": "seven", "one_of": [6, 7]}, True),
        ({"answer": "seven", "at_least": 7, "at_most": 7}, True),
        ({"answer": "seven", "at_least": 7, "at_most": 6}, False),
        ({"answer": "seven", "above": 7}, False),
        ({"answer": "seven", "below": 7.5}, True),
        ({"answer": "seven", "above": {"answer": "half"}}, True),
        ({"answer": "seven", "above": {"answer": "gone"}}, None),
        ({"answer": "seven", "above": "six"}, None),
        ({"answer": "day", "equals": {"event": "date"}}, True),
        ({"answer": "day", "below": "2026-10-01"}, True),
        ({"event": "delivered_on", "at_most": "2026-06-17"}, True),
        ({"event": "kind", "equals": "service"}, True),
        ({"event": "model", "equals": "Aurora"}, None),
        ({"customer": "language", "equals": "en"}, True),
        ({"answer": "ticked", "includes": "price"}, True),
        ({"answer": "ticked", "includes": "service"}, False),
        ({"answer": "unticked", "includes": "price"}, False),
        ({"answer": "shared", "includes": "colour"}, True),
        ({"answer": "shared", "includes": "name"}, False),
        ({"answer": "gone", "includes": "price"}, None),
    ],
)
def test_a_comparison_is_true_false_or_unknown(comparison, expected):
    assert truth(comparison) is expected


@pytest.mark.parametrize("item", ["gone", "unsure", "unasked"])
@pytest.mark.parametrize(
    "operator",
    [{"equals": 1}, {"differs": 1}, {"one_of": [1]}, {"none_of": [1]}, {"includes": "a"}]
    + [{name: 1} for name in ("at_least", "at_most", "above", "below")],
)
def test_whatever_the_reason_for_a_missing_answer_a_comparison_with_it_is_unknown(item, operator):
    assert truth({"answer": item, **operator}) is None


@pytest.mark.parametrize(
    ("item", "answered", "dont_know"),
    [
        ("seven", True, False),
        ("unticked", True, False),
        ("refused", True, False),
        ("shared", True, False),
        ("gone", False, False),
        ("unasked", False, False),
        ("unsure", False, True),
    ],
)
def test_whether_something_was_answered_is_never_unknown(item, answered, dont_know):
    assert truth({"answer": item, "answered": True}) is answered
    assert truth({"answer": item, "answered": False}) is not answered
    assert truth({"answer": item, "dont_know": True}) is dont_know
    assert truth({"answer": item, "dont_know": False}) is not dont_know


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"answer": "code"}, "partly"),
        ({"event": "date"}, "2026-09-15"),
        ({"event": "model"}, None),
        ({"sum": [{"answer": "seven"}, {"answer": "half"}, 1]}, 8.5),
        ({"sum": [{"answer": "seven"}, {"answer": "gone"}]}, None),
        ({"difference": [{"answer": "seven"}, 10]}, -3),
        ({"product": [{"answer": "seven"}, {"answer": "half"}, 2]}, 7),
        ({"mean": [{"answer": "seven"}, {"answer": "gone"}, 2]}, 4.5),
        ({"mean": [{"answer": "gone"}, {"answer": "unsure"}]}, None),
        ({"lowest": [{"answer": "seven"}, {"answer": "half"}]}, 0.5),
        ({"highest": [{"answer": "seven"}, {"answer": "gone"}]}, 7),
        ({"sum": [{"answer": "code"}, 1]}, None),
        ({"count": ["ticked", "unticked"]}, 2),
        ({"count": ["ticked", "gone"]}, 2),
        ({"count": ["gone"]}, None),
        ({"days": {"since": {"event": "delivered_on"}, "to": {"event": "date"}}}, 90),
        ({"days": {"since": {"answer": "day"}, "to": "2026-09-10"}}, -5),
        ({"days": {"since": {"answer": "code"}, "to": "2026-09-10"}}, None),
        ({"choose": [{"when": F, "then": "a"}, {"when": U, "then": "b"}, {"when": T, "then": "c"}]}, "c"),
        ({"choose": [{"when": F, "then": "a"}], "otherwise": {"answer": "seven"}}, 7),
        ({"choose": [{"when": U, "then": "a"}]}, None),
    ],
)
def test_a_calculated_value_comes_from_its_parts(rule, expected):
    value = calculate(Calculated.model_validate(rule), FACTS)
    assert (value, type(value)) == (expected, type(expected))


def test_a_calculated_value_may_rest_on_another_and_one_that_leads_back_to_itself_is_missing():
    rules = {
        "twice": {"product": [{"answer": "seven"}, 2]},
        "four_times": {"sum": [{"calculated": "twice"}, {"calculated": "twice"}]},
        "chicken": {"sum": [{"calculated": "egg"}, 1]},
        "egg": {"sum": [{"calculated": "chicken"}, 1]},
    }
    facts = Facts(ANSWERS, calculated={name: Calculated.model_validate(rule) for name, rule in rules.items()})
    assert facts.calculation("four_times") == 28
    assert facts.calculation("chicken") is None
    assert facts.calculation("unheard_of") is None
    assert truth({"calculated": "four_times", "above": {"calculated": "twice"}}, facts) is True
