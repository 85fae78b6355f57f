"""Faults of rules, each with its code, its place and what it says; and rules in which nothing is wrong."""

import time
from collections.abc import Sequence

import pytest

from surveyplat.forms.rule_checking import rule_faults
from surveyplat.forms.rule_graph import cycles
from surveyplat.forms.yaml_positions import PlacedFault, parse

HEAD = """
languages: [zh-Hans, en]
scales:
  five: {minimum: 1, maximum: 5, dont_know: {en: Don't know}}
  ten: {minimum: 1, maximum: 10}
calculated:
  tier: {choose: [{when: {answer: overall, at_least: 4}, then: high}], otherwise: low}
  ticks: {count: [problems, sights]}
pages:
  - id: first
    items:
      - {id: overall, type: rating, scale: five}
      - {id: comfort, type: rating, scale: ten}
      - {id: reason, type: single, choices: [{code: price}, {code: place, other: true}]}
      - {id: sights, type: multiple, most: 2,
         choices: [{code: sea}, {code: lake}, {code: hill}, {code: none, exclusive: true}]}
      - {id: mileage, type: number, minimum: 0, maximum: 1000}
      - {id: bought, type: date}
      - {id: agreed, type: consent}
      - {id: shares, type: constant_sum, choices: [{code: a}, {code: b}]}
      - {id: hello, type: information}
      - {id: rows, type: battery, scale: five, rows: [{id: row_one}, {id: row_two}]}
  - id: second
    items:
      - {id: problems, type: problems, category: engine, problems: [{id: noise}, {id: leak}],
         details: {questions: [{id: when, choices: [{code: cold}, {code: hot}]}]}}
"""


def faults(rest: str, head: str = HEAD) -> list[PlacedFault]:
    root, broken = parse((head + rest).encode())
    assert root is not None
    assert broken == []
    return sorted(rule_faults(root), key=lambda fault: fault.position)


def shown_when(condition: str) -> list[PlacedFault]:
    return faults(f"  - id: third\n    items:\n      - {{id: asked, type: text, show: {condition}}}\n")


def codes(found: Sequence[PlacedFault]) -> list[str]:
    return [fault.code for fault in found]


@pytest.mark.parametrize(
    "condition",
    [
        "{answer: overall, at_least: 4}",
        "{answer: overall, dont_know: true}",
        "{answer: row_two, at_most: 2}",
        "{answer: reason, equals: price}",
        "{answer: reason__words, answered: true}",
        "{all: [{answer: sights, includes: sea}, {answer: sights, includes: lake}]}",
        "{none: [{answer: sights, includes: none}]}",
        "{answer: mileage, at_least: 100, below: 1000}",
        '{answer: bought, at_least: "2026-01-31"}',
        "{answer: bought, at_least: {event: date}}",
        "{answer: agreed, equals: true}",
        "{answer: noise__when, equals: cold}",
        "{answer: overall, equals: {answer: comfort}}",
        "{calculated: tier, equals: high}",
        "{calculated: ticks, at_least: 4}",
        "{event: kind, equals: sale}",
        "{event: region, one_of: [华东, 华南]}",
        "{customer: language, equals: en}",
        "{any: [{answer: overall, at_least: 5, answered: true}, {answer: agreed, answered: false}]}",
    ],
)
def test_a_rule_that_can_hold_and_fail_has_no_fault(condition: str) -> None:
    assert shown_when(condition) == []


@pytest.mark.parametrize(
    ("condition", "code", "said"),
    [
        ("{answer: overal, at_least: 4}", "unknown-item", "Did you mean overall?"),
        ("{calculated: tir, equals: high}", "unknown-calculated", "Did you mean tier?"),
        ("{answer: overall, at_least: {answer: comfrt}}", "unknown-item", "Did you mean comfort?"),
        ("{answer: overall__words, answered: true}", "unknown-item", "no item is called overall__words"),
        ("{answer: reason, equals: prise}", "rule-type", "Did you mean price?"),
        ("{answer: reason, one_of: [price, plaice]}", "rule-type", "Did you mean place?"),
        ("{answer: sights, includes: see}", "rule-type", "Did you mean sea?"),
        ("{answer: sights, equals: sea}", "rule-type", "Use includes"),
        ("{answer: reason, includes: price}", "rule-type", "Use equals"),
        ("{answer: reason, at_least: price}", "rule-type", "neither more nor less"),
        ("{answer: overall, equals: 7}", "rule-type", "7 is outside of overall, which goes from 1 to 5"),
        ("{answer: overall, equals: good}", "rule-type", "'good' is none"),
        ("{answer: overall, at_least: 2.5}", "rule-type", "2.5 has more"),
        ("{answer: mileage, above: 5000}", "rule-type", "goes from 0 to 1000"),
        ("{answer: comfort, dont_know: true}", "rule-type", "comfort offers no"),
        ("{event: region, dont_know: true}", "rule-type", "region offers no"),
        ("{answer: bought, at_least: 2026}", "rule-type", "Write a day such as 2026-09-30"),
        ('{answer: bought, equals: "2026-02-30"}', "rule-type", "Write a day such as 2026-09-30"),
        ("{answer: agreed, equals: 1}", "rule-type", "Write true or false"),
        ("{answer: hello, answered: true}", "rule-type", "hello has no value of its own"),
        ("{answer: overall, equals: {answer: reason}}", "rule-type", "never equal"),
        ("{answer: reason, equals: {answer: noise__when}}", "rule-type", "no code in common"),
        ("{event: kind, equals: sales}", "rule-type", "Did you mean sale?"),
        ("{event: region, equals: 5}", "rule-type", "Put it in quotes"),
        ("{customer: language, equals: fr}", "rule-type", "zh-Hans, en"),
        ("{calculated: tier, equals: hihg}", "rule-type", "Did you mean high?"),
        ("{calculated: ticks, at_least: 9}", "rule-type", "goes from 0 to 6"),
    ],
)
def test_a_rule_that_names_or_compares_wrongly_is_told_what_was_meant(condition: str, code: str, said: str) -> None:
    (fault,) = shown_when(condition)
    assert fault.code == code
    assert said in f"{fault.cause}. {fault.fix}"


LAKE, HILL = "{answer: sights, includes: lake}", "{answer: sights, includes: hill}"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{all: [{answer: reason, equals: price}, {answer: reason, equals: place}]}", "whatever else is answered"),
        ("{answer: mileage, above: 10, below: 11}", "whatever else is answered"),
        ("{all: [{answer: sights, includes: none}, {answer: sights, includes: sea}]}", "whatever else is answered"),
        (f"{{all: [{{answer: sights, includes: sea}}, {LAKE}, {HILL}]}}", "whatever else is answered"),
        ("{all: [{calculated: tier, equals: low}, {answer: overall, equals: 5}]}", "whatever else is answered"),
        (
            "{none: [{answer: overall, answered: true}, {answer: overall, answered: false}]}",
            "whatever else is answered",
        ),
    ],
)
def test_what_no_answers_show_is_always_hidden(condition: str, said: str) -> None:
    (fault,) = shown_when(condition)
    assert fault.code == "always-hidden"
    assert said in fault.cause


@pytest.mark.parametrize("condition", ["{answer: overall, at_least: 1}", "{answer: reason, one_of: [price, place]}"])
def test_a_condition_that_every_answer_satisfies_decides_nothing(condition: str) -> None:
    assert codes(shown_when(condition)) == ["rule-always"]


CHAIN = """
  - id: third
    items:
      - {id: cheap, type: text, show: {answer: reason, equals: price}}
  - id: fourth
    items:
      - {id: lost, type: text, show: {all: [{answer: cheap, answered: true}, {answer: reason, equals: place}]}}
      - {type: block, id: both, show: {answer: overall, equals: 5}, items: [
          {id: inner, type: text, show: {answer: overall, equals: 4}}]}
"""


def test_an_item_is_hidden_when_what_it_speaks_of_was_shown_to_others_or_its_block_is() -> None:
    lost, inner = faults(CHAIN)
    assert codes([lost, inner]) == ["always-hidden", "always-hidden"]
    assert lost.cause.startswith("lost is never shown: the condition contradicts those under which cheap or reason")
    assert inner.cause.startswith("inner is never shown: the condition contradicts those under which its page or block")


def test_answers_of_the_same_and_of_later_pages_come_too_late() -> None:
    found = faults(
        """
  - id: third
    show: {answer: late, answered: true}
    items:
      - {id: one, type: rating, scale: five, required_when: {answer: two, answered: true}}
      - {id: two, type: text, show: {answer: one, equals: 3}}
      - {id: three, type: text, show: {calculated: hidden, equals: 3}, required_when: {answer: late, answered: true}}
      - {id: four, type: date, latest: {answer: later_day}}
    checks: [{that: {answer: late, answered: true}, at: one}]
    end: {when: {answer: late, answered: true}}
  - id: fourth
    items:
      - {id: late, type: text}
      - {id: later_day, type: date}
""",
        HEAD.replace("pages:", "  hidden: {answer: one}\npages:"),
    )
    assert codes(found) == ["rule-order"] * 7
    assert "depends on one, which is asked on the same page" in found[1].cause
    assert "depends on one (through hidden), which is asked on the same page" in found[2].cause
    assert "the range of four depends on later_day, which is asked on a later page" in found[4].cause


def test_cycles_are_told_once_with_their_names_in_order() -> None:
    found = faults(
        """
  - id: third
    items:
      - {id: one, type: text, show: {answer: three, answered: true}}
      - {id: two, type: text, show: {answer: one, answered: true}}
      - {id: three, type: text, show: {answer: two, answered: true}}
      - {id: own, type: text, show: {answer: own, answered: true}}
""",
        HEAD.replace("pages:", "  b: {sum: [{calculated: c}, 1]}\n  c: {sum: [{calculated: b}, 1]}\npages:"),
    )
    assert codes(found) == ["rule-cycle"] * 3
    ways = [fault.cause.removeprefix("these depend on themselves: ") for fault in found]
    assert ways == ["b -> c -> b", "one -> three -> two -> one", "own -> own"]


def test_pages_after_an_end_for_everybody_are_never_reached() -> None:
    always = "  - id: third\n    items: [{id: a, type: text}]\n    end: {}\n"
    pages = (
        always + "  - id: fourth\n    items: [{id: b, type: text}]\n  - id: fifth\n    items: [{id: c, type: text}]\n"
    )
    (fault,) = faults(pages)
    assert fault.code == "unreachable"
    assert "no answers lead to page fourth, nor to the 1 after it" in fault.cause
    assert faults(pages.replace("id: third", "id: third\n    show: {answer: reason, equals: price}")) == []


def test_two_ends_that_between_them_take_everybody_leave_nobody_for_the_next_page() -> None:
    (fault,) = faults("""
  - id: third
    items: [{id: a, type: text}]
    end: {when: {answer: reason, equals: price}}
  - id: fourth
    items: [{id: b, type: text}]
    end: {when: {none: [{answer: reason, answered: true, equals: price}, {answer: agreed, answered: false}]}}
  - id: fifth
    items: [{id: c, type: text, show: {all: [{answer: reason, equals: place}, {answer: agreed, equals: true}]}}]
""")
    assert fault.code == "always-hidden"
    assert "has come to the end of the survey before" in fault.cause


def test_checks_demands_ends_and_quotas_that_never_hold_are_contradictory() -> None:
    never = "{answer: overall, above: 4, below: 5}"
    found = faults(f"""
  - id: third
    items: [{{id: a, type: text, required_when: {never}}}]
    checks: [{{that: {never}, at: a}}, {{that: {{answer: overall, at_least: 1}}, at: b}}]
    end: {{when: {never}}}
quotas: [{{id: few, when: {never}}}]
""")
    assert sorted(codes(found)) == ["contradictory-rule"] * 4 + ["rule-always", "unknown-item"]


def test_what_cannot_be_calculated_with_is_told() -> None:
    wrong = """  one: {sum: [{answer: reason}, 2]}
  two: {count: [overall]}
  three: {days: {since: {answer: overall}, to: today}}
  four: {choose: [{when: {answer: reason, equals: prise}, then: 1}]}
  five: {mean: [{answer: none_such}]}
pages:"""
    found = faults("", HEAD.replace("pages:", wrong))
    assert codes(found) == ["rule-type"] * 5 + ["unknown-item"]


def test_faulty_parts_are_no_reason_for_further_faults() -> None:
    assert shown_when("{all: [{answer: overall, at_lest: 4}, 5, {any: nothing}, {event: weather, equals: 5}]}") == []
    assert faults("", "pages: [5, {items: nothing, end: soon}]\ncalculated: [a]\nquotas: {a: b}\n") == []


def test_a_thousand_items_with_a_rule_each_are_checked_in_a_moment() -> None:
    show = "{{any: [{{answer: {1}, at_least: 3}}, {{answer: reason, equals: price}}]}}"
    item = f"      - {{{{id: q{{0}}, type: rating, scale: five, show: {show}}}}}\n"
    pages = "".join(
        f"  - id: p{page}\n    items:\n"
        + "".join(item.format(page * 10 + n, f"q{page * 10 - 1}" if page else "overall") for n in range(10))
        for page in range(100)
    )
    root, _ = parse((HEAD + pages).encode())
    assert root is not None
    started = time.process_time()
    assert list(rule_faults(root)) == []
    assert time.process_time() - started < 2


def test_a_rule_that_takes_too_long_to_decide_is_not_accused() -> None:
    clauses = ", ".join(
        f"{{any: [{', '.join(f'{{answer: v{n}_{hole}, equals: 1}}' for hole in range(7))}]}}" for n in range(8)
    )
    apart = ", ".join(
        f"{{none: [{{all: [{{answer: v{one}_{hole}, equals: 1}}, {{answer: v{two}_{hole}, equals: 1}}]}}]}}"
        for hole in range(7)
        for one in range(8)
        for two in range(one)
    )
    names = [f"v{n}_{hole}" for n in range(8) for hole in range(7)]
    asked = "".join(f"      - {{id: {name}, type: rating, scale: five}}\n" for name in names)
    hidden = f"      - {{id: pigeons, type: text, show: {{all: [{clauses}, {apart}]}}}}\n"
    started = time.process_time()
    assert faults(f"  - id: many\n    items:\n{asked}  - id: last\n    items:\n{hidden}") == []
    assert time.process_time() - started < 5


def test_a_cycle_is_found_as_a_shortest_way_back() -> None:
    graph = {"a": ["b", "x"], "b": ["c"], "c": ["a", "d"], "d": ["e"], "e": ["d"], "f": ["a"], "g": ["g"], "x": []}
    assert cycles(graph) == [("a", "b", "c"), ("d", "e"), ("g",)]
    assert cycles({"a": ["b"], "b": ["c"], "c": []}) == []


def test_a_quota_of_those_whom_an_end_has_sent_away_before_counts_nobody() -> None:
    (fault,) = faults("""
  - id: third
    items: [{id: a, type: text}]
    end: {when: {answer: reason, answered: false}}
  - id: fourth
    items: [{id: later, type: rating, scale: five}]
quotas: [{id: few, when: {all: [{answer: reason, answered: false}, {answer: later, equals: 1}]}}]
""")
    assert fault.code == "contradictory-rule"
    assert fault.cause.startswith("nobody ever counts for the quota few")
