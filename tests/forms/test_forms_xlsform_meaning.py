"""An expression and its conversion are true of the same answers, whatever is answered and whatever is not.

The reference is XPath 1.0 itself, in a few lines: an answer that is not there is the empty text.
"""

from itertools import product

import pytest
from pydantic import TypeAdapter

from surveyplat.forms.conditions import Calculations as CalculatedValues
from surveyplat.forms.conditions import Condition
from surveyplat.forms.evaluation import Facts, holds
from surveyplat.forms.xlsform.calculations import Calculations
from surveyplat.forms.xlsform.conditions import Conditions
from surveyplat.forms.xlsform.expressions import BadExpression, Binary, Call, Number, Ref, String, parse
from surveyplat.forms.xlsform.names import Names
from surveyplat.forms.xlsform.vocabulary import Named, Vocabulary

CODES = {"1": "1", "2": "2", "none-at-all": "none_at_all"}
NAMED = {
    "one": Named("one", "one", "single", CODES),
    "other": Named("other", "other_id", "single", CODES),
    "many": Named("many", "many", "multiple", CODES),
    "age": Named("age", "age", "number"),
    "limit": Named("limit", "limit", "number"),
    "day": Named("day", "day", "date"),
    "words": Named("words", "words", "text"),
}
ANSWERS = {
    "one": [None, "1", "2", "none-at-all"],
    "other": [None, "1", "none-at-all"],
    "many": [None, [], ["1"], ["1", "none-at-all"], ["1", "2", "none-at-all"]],
    "age": [None, 0, 4, 5, 6],
    "limit": [None, 4, 5],
    "day": [None, "2026-01-01", "2026-09-30"],
    "words": [None, "a", "b"],
}
EXPRESSIONS = [
    "${one} = '1'",
    "${one} != '1'",
    "not(${one} = '1')",
    "not(${one} != '1')",
    "${one} = 1",
    "1 = ${one}",
    "${one} >= 2",
    "not(${one} >= 2)",
    "2 > ${one}",
    "${one} = ''",
    "${one} != ''",
    "not(${one} = '')",
    "${one} = ${other}",
    "${one} != ${other}",
    "not(${one} = ${other})",
    "not(${one} != ${other})",
    "selected(${one}, 'none-at-all')",
    "not(selected(${one}, 'none-at-all'))",
    "selected(${many}, '1')",
    "not(selected(${many}, '1'))",
    "not(not(selected(${many}, '1')))",
    "${many} = ''",
    "${many} != ''",
    "count-selected(${many}) >= 2",
    "count-selected(${many}) < 2",
    "not(count-selected(${many}) < 2)",
    "0 = count-selected(${many})",
    "${age} < 5",
    "not(${age} < 5)",
    "${age} <= 5 and ${age} > 0",
    "not(${age} <= 5 and ${age} > 0)",
    "${age} != 5",
    "${age} > ${limit}",
    "not(${age} > ${limit})",
    "${age} = ${limit}",
    "${age} != ${limit}",
    "${age} = '5'",
    "${age} > -1",
    "${day} >= date('2026-06-01')",
    "not(${day} >= '2026-06-01')",
    "${words} = 'a' or ${age} = 5 and ${one} = '1'",
    "(${words} = 'a' or ${age} = 5) and ${one} = '1'",
    "not(${words} = 'a' or not(${age} = 5 and selected(${many}, '2')))",
]


def xpath(expression, answers):
    """The value of an expression in XPath 1.0, of the functions that are converted."""
    match expression:
        case Number(value) | String(value):
            return value
        case Ref(name):
            value = answers[name]
            return " ".join(value) if isinstance(value, list) else "" if value is None else value
        case Call("and", parts):
            return all(xpath(part, answers) for part in parts)
        case Call("or", parts):
            return any(xpath(part, answers) for part in parts)
        case Call("not", (part,)):
            return not xpath(part, answers)
        case Call("selected", (ref, String(code))):
            return code in str(xpath(ref, answers)).split()
        case Call("count-selected", (ref,)):
            return len(str(xpath(ref, answers)).split())
        case Call("date", (day,)):
            return xpath(day, answers)
        case Binary(sign, left, right):
            return compared(sign, xpath(left, answers), xpath(right, answers))
    raise AssertionError(expression)


def compared(sign, left, right):
    days = [str(value) for value in (left, right) if str(value)[:2] == "20"]
    if sign in ("=", "!="):
        both_texts = isinstance(left, str) and isinstance(right, str)
        same = left == right if both_texts else number(left) == number(right)
        return same == (sign == "=")
    one, two = (left, right) if len(days) == 2 else (number(left), number(right))
    return {"<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[sign]


def number(value):
    try:
        return float(value)
    except ValueError:
        return float("nan")


def vocabulary():
    return Vocabulary(dict(NAMED), {}, Names())


def facts(known, answers):
    stored = {
        NAMED[name].id: [CODES[code] for code in value] if name == "many" else CODES.get(value, value)
        for name, value in answers.items()
        if value is not None
    }
    return Facts(stored, calculated=TypeAdapter(CalculatedValues).validate_python(known.calculated))


def names_in(text):
    return [name for name in NAMED if f"${{{name}}}" in text]


def cases(names):
    for values in product(*(ANSWERS[name] for name in names)):
        yield dict(zip(names, values, strict=True))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_condition_acts_exactly_where_the_expression_is_true(text):
    known = vocabulary()
    conditions = Conditions(known)
    condition = TypeAdapter(Condition).validate_python(conditions.condition(parse(text)))
    assert not conditions.problems
    for answers in cases(names_in(text)):
        expected = xpath(parse(text), answers)
        assert (holds(condition, facts(known, answers)) is True) == expected, answers


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_check_speaks_up_exactly_where_the_expression_is_false(text):
    """The item of the check is answered, as a form tests no constraint of an empty answer."""
    known = vocabulary()
    names = names_in(text)
    for own in names:
        conditions = Conditions(known, NAMED[own])
        condition = TypeAdapter(Condition).validate_python(conditions.condition(parse(text)))
        for answers in cases(names):
            if answers[own] in (None, []):
                continue
            expected = xpath(parse(text), answers)
            assert (holds(condition, facts(known, answers)) is False) == (not expected), (own, answers)


@pytest.mark.parametrize(
    ("text", "answers", "value"),
    [
        ("${age} + ${limit} + 1", {"age": 5, "limit": 4}, 10),
        ("${age} - ${limit} - 1", {"age": 5, "limit": 4}, 0),
        ("${age} + ${limit} * 2", {"age": 5, "limit": 4}, 13),
        ("(${age} + ${limit}) * 2", {"age": 5, "limit": 4}, 18),
        ("-${age}", {"age": 5}, -5),
        ("${age} + ${limit}", {"age": 5}, None),
        ("${one} + 1", {"one": "2"}, None),
        ("count-selected(${many})", {"many": ["1", "2"]}, 2),
        ("if(${age} > 4, 'old', 'young')", {"age": 5}, "old"),
        ("if(${age} > 4, 'old', 'young')", {}, "young"),
        ("if(${age} > 4, '', 1)", {"age": 5}, None),
        ("if(${age} > 4, '', 1)", {"age": 4}, 1),
        ("if(${age} > 4, ${limit} * 2, if(${age} > 3, 1, 0))", {"age": 4}, 1),
        ("${words}", {"words": "a"}, "a"),
        ("7", {}, 7),
    ],
)
def test_a_calculation_has_the_value_that_the_form_gives_it(text, answers, value):
    known = vocabulary()
    conditions = Conditions(known)
    rule, _ = Calculations(known, "result", conditions).rule(parse(text))
    if text == "${one} + 1":
        assert [problem.what for problem in conditions.problems] == ["arithmetic on ${one}, which is no number,"]
        return
    assert not conditions.problems
    known.calculated["result"] = rule
    every = {name: answers.get(name) for name in NAMED}
    assert facts(known, every).calculation("result") == value


def test_codes_that_are_numbers_are_calculated_with():
    known = vocabulary()
    known.named["one"] = Named("one", "one", "single", {"1": "1", "2": "2"})
    known.calculated["result"], kind = Calculations(known, "result", Conditions(known)).rule(parse("${one} * 10"))
    assert kind == "number"
    assert facts(known, {"one": "2"}).calculation("result") == 20
    assert facts(known, {"one": None}).calculation("result") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${a} = ", "it ends too early (character 8)"),
        ("${a} = 'b", '"\'" has no meaning here (character 8)'),
        ("(${a} = 1", "it ends too early (character 10)"),
        ("${a} = 1)", '")" is not expected here (character 9)'),
        ("${a} ${b}", '"${b}" is not expected here (character 6)'),
        ("../a = 1", '".." is a path, and only ${name} is read (character 1)'),
        ("a = 1", '"a" is neither ${a} nor a text in quotes (character 1)'),
        ("selected(${a} 'b')", '"," is expected before "\'b\'" (character 15)'),
        ("(" * 51 + "1" + ")" * 51, "more than 50 brackets are open (character 52)"),
        ("1" + " + 1" * 300, "it has more than 500 parts (character 1001)"),
    ],
)
def test_what_is_no_expression_is_refused_with_its_place(text, said):
    with pytest.raises(BadExpression) as refused:
        parse(text)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("regex(${words}, 'x')", "function regex()"),
        ("${words} = concat('a', 'b')", "function concat()"),
        ("${age} + 1 > 2", "arithmetic"),
        ("${many} = '1'", "= on ${many}, of which several may be chosen,"),
        ("${words} > 'a'", "the text ${words} > what is no text"),
        ("${age} = 'x'", "the number ${age} = what is no number"),
        ("${age} = ${words}", "${age} = ${words} (number and text)"),
        ("${day} = today()", "function today()"),
        ("${age}", "a value where a condition is expected"),
        ("'a' = 'a'", "a comparison without ${...}"),
        (". = 1", "a point without a question of its own"),
        ("${one} > 5", "${one} > 5, which is true of no choice,"),
        ("selected(${words}, 'a')", "selected() on ${words}, which is no choice"),
    ],
)
def test_what_has_no_counterpart_is_named(text, what):
    conditions = Conditions(vocabulary())
    conditions.condition(parse(text))
    assert [(problem.code, problem.what) for problem in conditions.problems] in (
        [("unsupported", what)],
        [("unsupported", what), ("unsupported", "a comparison without ${...}")],
    )


def test_every_problem_of_an_expression_is_told_with_a_suggestion():
    conditions = Conditions(vocabulary())
    conditions.condition(parse("${aeg} = 1 and foo() and ${one} = 'none-at-al'"))
    assert [(problem.code, problem.fix[:25]) for problem in conditions.problems] == [
        ("unknown-name", "Did you mean age? Name a "),
        ("unsupported", "It is left out"),
        ("unknown-choice", "Did you mean none-at-all?"),
    ]
