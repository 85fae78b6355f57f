"""A page that is only filled in is the page that its template renders, byte for byte, and shows what was answered."""

import random
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from cast import shown_to, visit_to
from respondents import Respondent, form_fields

from surveyplat.forms.answers import DONT_KNOW, NOT_ANSWERED, AnswerFault, answerable
from surveyplat.forms.items import WORDS_SUFFIX
from surveyplat.forms.loading import load_definition
from surveyplat.forms.rendering import filled_page, introduction, question_page, receipt_page, rendered_page
from surveyplat.forms.responses import Draft
from surveyplat.shipped import shipped_folder

TEXTS = ["", "很好 <b>&amp;</b> \"quoted\" 'single'", "one\n\ntwo\n</textarea><script>", "  spaces  ", "0-1-2-"]
DEFINITIONS = [load_definition(path) for path in sorted(shipped_folder("questionnaires").glob("*.yaml"))]
PAGES = [
    pytest.param(definition, page.whole, language, id=f"{definition.study}-{page.id}-{language}")
    for definition in DEFINITIONS
    for page in definition.asked
    for language in definition.languages
]


def random_answer(rng, definition, item):
    """Of the kinds that are typed here, answers that are hard to show; of the others, any."""
    match item.type:
        case "rating" | "recommendation":
            return rng.choice([*definition.scale_of(item).points, DONT_KNOW, NOT_ANSWERED])
        case "single":
            return rng.choice([choice.code for choice in item.choices])
        case "multiple":
            return [choice.code for choice in item.choices if rng.random() < 0.5]
        case "problems":
            return [problem.id for problem in item.problems if rng.random() < 0.5]
        case "text":
            return rng.choice(TEXTS)
    return Respondent(definition, rng.randrange(1000)).answer(item)


def random_answers(rng, definition, page):
    """Without the words of "other", which ``test_forms_typing`` shows."""
    answered = [item for item in answerable(page) if rng.random() < 0.8]
    return {item.id: random_answer(rng, definition, item) for item in answered}


class Form(HTMLParser):
    """What the browser would send for a page as it is shown; of the stamp and of fields left empty nothing."""

    def __init__(self, html):
        super().__init__()
        self.sent = set()
        self._area = self._list = None
        self.feed(html)
        self.sent = {(name, value) for name, value in self.sent if value}

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "textarea":
            self._area = (attrs["name"], "")
        elif tag == "select":
            self._list = attrs["name"]
        elif tag == "input" and (attrs["type"] in ("text", "date") or "checked" in attrs):
            self.sent.add((attrs["name"], attrs["value"]))
        elif tag == "option" and "selected" in attrs:
            self.sent.add((self._list, attrs["value"]))

    def handle_data(self, data):
        if self._area:
            self._area = (self._area[0], self._area[1] + data)

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.sent.add((self._area[0], self._area[1].removeprefix("\n")))
            self._area = None


def fields_of(definition, page, answers):
    """What the answers of a page look like as form fields."""
    shown = {name: answer for name, answer in answers.items() if answer != NOT_ANSWERED}
    return {
        (name, value)
        for item in answerable(page)
        if not (shown.get(item.id) == DONT_KNOW and not definition.scale_of(item).dont_know)
        for name, value in form_fields(item, shown.get(item.id))
        if value and not name.endswith(WORDS_SUFFIX)
    }


@pytest.mark.parametrize(("definition", "page", "language"), PAGES)
def test_a_filled_page_is_the_rendered_page_and_sends_its_answers_again(definition, page, language):
    rng = random.Random(f"{definition.study} {page.id}")
    first = shown_to(definition, language)
    for number in range(12):
        answers = random_answers(rng, definition, page)
        shown = replace(first, base_path=f"/s/{number:022}")
        html = filled_page(shown, page, answers, f"{number}.1.mac").decode()
        assert html == rendered_page(shown, page, answers, f"{number}.1.mac")
        assert Form(html).sent == fields_of(definition, page, answers)
    assert len(first.pieces) == (not page.page.shuffles)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.study)
def test_nobody_reads_on_the_first_and_the_last_page_what_was_filled_in_for_somebody_else(definition):
    for language in definition.languages:
        pieces = {}
        for number, draft in enumerate([None, Draft({}, {}, 1, language), None]):
            person = {"dealer": f"<{number}> & co", "model": f"model{number}", "occasion_on": date(2026, 9, 1 + number)}
            alone = shown_to(definition, language, draft, token=f"{number:022}", **person)
            visit, together = visit_to(definition, draft, **person), replace(alone, pieces=pieces)
            first = introduction(together, visit).content
            assert first == introduction(replace(alone, pieces={}), visit).content
            assert f"&lt;{number}&gt; &amp; co".encode() in first
            last = receipt_page(together, f"ABCD-{number}", definition.thanks).content
            assert last == receipt_page(replace(alone, pieces={}), f"ABCD-{number}", definition.thanks).content
            assert f"ABCD-{number}".encode() in last
        assert len(pieces) == 3


@pytest.mark.parametrize("synthetic", [False, True])
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.study)
def test_a_page_with_faults_keeps_what_was_answered(definition, synthetic):
    rng = random.Random(definition.study)
    for page in (page.whole for page in definition.asked):
        shown = shown_to(definition, definition.languages[0], synthetic=synthetic)
        faulty = next(iter(answerable(page)))
        answers = {**random_answers(rng, definition, page), faulty.id: NOT_ANSWERED}
        draft = Draft(answers, {}, 1, shown.language)
        refused = question_page(shown, page, draft, "1.1.mac", [AnswerFault(faulty.id, "fault_required")])
        answered = question_page(shown, page, draft, "1.1.mac")
        assert (refused.status_code, answered.status_code) == (422, 200)
        assert f'href="#{faulty.id}"' in refused.content
        assert Form(refused.content).sent == Form(answered.content.decode()).sent


def test_the_words_of_one_person_never_reach_the_page_of_another():
    definition = next(definition for definition in DEFINITIONS if definition.study == "csi")
    page = next(page.whole for page in definition.asked if any(item.type == "text" for item in page.items))
    shown = shown_to(definition, "en")
    comment = next(item.id for item in page.items if item.type == "text")
    empty = rendered_page(shown, page, {}, "1.1.mac")
    assert "private" in filled_page(shown, page, {comment: "private"}, "2.2.mac").decode()
    assert filled_page(shown, page, {}, "1.1.mac").decode() == empty
