"""Every kind of field: filled in it is what its template renders, it sends what was answered, and it is read back."""

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import cast
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_forms_rendering import Form

from surveyplat.forms.answers import DONT_KNOW, answerable, as_typed, lacks_answer, read_page
from surveyplat.forms.items import other_choice, places_of
from surveyplat.forms.loading import load_definition
from surveyplat.forms.locales import typed_number
from surveyplat.forms.rendering import filled_page, question_page, rendered_page
from surveyplat.forms.responses import Draft
from surveyplat.forms.typed import day_of, number_of
from surveyplat.forms.weighing import HEAVIEST_BYTES, page_weights

FOLDER = Path(__file__).parent / "definitions"
NAMES = (
    "number",
    "date",
    "ranking",
    "constant_sum",
    "consent",
    "other",
    "scales",
    "groups",
    "problem_details",
    "every_type",
)
DEFINITIONS = {name: load_definition(FOLDER / f"{name}.yaml") for name in NAMES}
NASTY = st.text(st.characters(), max_size=30) | st.sampled_from(["dk", "yes", "1", "-1", "other", "red", "2026-09-16"])


def random_answer(rng, definition, item):
    match item.type:
        case "rating" | "recommendation":
            points = definition.scale_of(item)
            return rng.choice([*points.points, *([DONT_KNOW] if points.dont_know else [])])
        case "single":
            return rng.choice(item.choices).code
        case "multiple":
            return [
                choice.code for choice in item.choices if choice.code in ("web", "elsewhere") and rng.random() < 0.5
            ]
        case "problems":
            return [problem.id for problem in item.problems if rng.random() < 0.5]
        case "number":
            return round(rng.uniform(max(item.minimum, 1), item.maximum), item.decimals) if item.decimals else 7
        case "date":
            return (date(2026, 9, 15) + timedelta(days=rng.randrange(5))).isoformat()
        case "ranking":
            return rng.sample([choice.code for choice in item.choices], places_of(item))
        case "constant_sum":
            shares = [rng.randrange(30) for _ in item.choices[1:]]
            codes = [choice.code for choice in item.choices]
            return {"points": dict(zip(codes, [item.total - sum(shares), *shares], strict=True))}
        case "consent":
            return item.required or rng.random() < 0.5
        case _:
            return rng.choice(["one\n\"two\" <b>'three'</b>", "2026年"]) if item.multiline else 'a "b" <c>'


def random_answers(rng, definition, page):
    answers = {item.id: random_answer(rng, definition, item) for item in answerable(page)}
    for item in page.items:
        other = other_choice(item)
        if other and other.code in (answers[item.id] if isinstance(answers[item.id], list) else [answers[item.id]]):
            answers[f"{item.id}__words"] = 'so "it" is <b>'
    return answers


class Sent(Form):
    """What a browser would send, the chosen option of every list among it."""

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        known = dict(attrs)
        if tag == "select":
            self._name = known["name"]
        elif tag == "option" and "selected" in known:
            self.sent.add((self._name, known["value"]))
        elif known.get("type") == "date":
            self.sent.add((known["name"], known["value"]))


def pages():
    return [
        pytest.param(definition, page, language, id=f"{name}-{page.id}-{language}")
        for name, definition in DEFINITIONS.items()
        for page in definition.asked
        for language in definition.languages
    ]


@pytest.mark.parametrize(("definition", "page", "language"), pages())
def test_a_filled_page_is_the_rendered_page_and_sends_what_was_answered(definition, page, language):
    rng = random.Random(f"{definition.study} {page.id}")
    draft = Draft({"engine": ["noise", "start"]}, {}, 1, language)
    shown = cast.shown_to(definition, language, draft)
    on_path = shown.progress.path.page(page.id)
    for number in range(12):
        answers = random_answers(rng, definition, on_path) if number else {}
        html = filled_page(shown, on_path, answers, f"{number}.1.mac").decode()
        assert html == rendered_page(shown, on_path, answers, f"{number}.1.mac")
        if number:
            read = read_page(definition, on_path, Sent(html).sent, language)
            assert (dict(read.answers), read.faults) == (answers, ())
    assert len(shown.pieces) == 1


@given(st.lists(st.tuples(st.sampled_from(["x", "stamp", *DEFINITIONS["every_type"].asked[0].items]), NASTY)))
def test_whatever_is_sent_is_read_shown_again_and_never_an_exception(sent):
    definition = DEFINITIONS["every_type"]
    shown = cast.shown_to(definition, "en")
    page = shown.progress.path.page("questions")
    fields = [(name, value) for item, value in sent for name in names(item)]
    read = read_page(definition, page, fields, "en")
    refused = {fault.item for fault in read.faults}
    typed = as_typed(page, fields, refused)
    draft = Draft({**read.answers, **typed}, {}, 1, "en")
    assert question_page(shown, page, draft, "1.1.mac", read.faults).status_code == (422 if refused else 200)
    assert not refused & {name for name, answer in read.answers.items() if not lacks_answer(answer)}


def names(item):
    if isinstance(item, str):
        return [item]
    return [item.id, f"{item.id}__1", f"{item.id}__2", f"{item.id}__price", f"{item.id}__words"]


@pytest.mark.parametrize("language", ["en", "zh-Hans", "de", "fr", "ar", "hi", "xx"])
@given(value=st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=3))
def test_a_number_is_read_as_the_page_shows_it(language, value):
    assert number_of(typed_number(float(value), language), language) == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("12,000", "en", "12000"),
        ("12.000,5", "de", "12000.5"),
        ("12 000,5", "fr", "12000.5"),
        ("１２，０００．５", "zh-Hans", "12000.5"),
        ("٣٬٠٠٠٫٥", "en", "3000.5"),
        ("−5", "en", "-5"),
        (" 007 ", "en", "7"),
        ("12,34,567", "hi", "1234567"),
    ],
)
def test_numbers_are_taken_as_people_type_them(text, language, value):
    assert number_of(text, language) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "1,5", "12.5.1", "1e3", "1_000", "NaN", "inf", "0x10", "½", "五", "--1", ".", "9" * 41]
)
def test_what_is_no_number_in_english_is_refused_rather_than_guessed(text):
    with pytest.raises(ValueError, match=r"."):
        number_of(text, "en")


@given(st.dates(date(1, 1, 1)))
def test_days_are_taken_in_every_form_that_names_the_year_first(day):
    forms = (
        "{0:04}-{1:02}-{2:02}",
        "{0:04}/{1}/{2}",
        "{0:04}.{1}.{2}",
        "{0:04}{1:02}{2:02}",
        "{0:04} 年 {1} 月 {2} 日",
    )
    assert {day_of(form.format(day.year, day.month, day.day)) for form in forms} == {day}


@given(NASTY)
def test_any_text_is_a_day_or_a_number_or_neither(text):
    for read in (day_of, lambda text: number_of(text, "en")):
        try:
            read(text)
        except ValueError:
            continue


def test_a_page_with_every_kind_of_question_weighs_less_than_fourteen_kilobytes():
    weights = page_weights([DEFINITIONS["every_type"]])
    assert max(weight.compressed for weight in weights) < HEAVIEST_BYTES
    assert {weight.requests for weight in weights} == {1}
