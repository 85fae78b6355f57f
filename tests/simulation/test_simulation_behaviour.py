import os
import subprocess
import sys

import pytest

from surveyplat.errors import UnknownStudy
from surveyplat.forms.answers import DONT_KNOW, DONT_KNOW_FIELD, read_page
from surveyplat.forms.loading import load_definition
from surveyplat.forms.page_words import page_words
from surveyplat.scoring.answer_quality import SECONDS_PER_CHINESE_CHARACTER, SECONDS_PER_WORD
from surveyplat.shipped import shipped_folder
from surveyplat.simulation.behaviour import SPEEDER_SHARE, Behaviour
from surveyplat.simulation.group import DEFAULT_SEED

_FILL = """
from hashlib import sha256
from surveyplat.forms.loading import load_definition
from surveyplat.shipped import shipped_folder
from surveyplat.simulation.behaviour import Behaviour
from surveyplat.simulation.events import synthetic_events
behaviour = Behaviour(2026, load_definition(shipped_folder("questionnaires") / "csi.yaml"))
filled = [behaviour.answers_for(event) for event in synthetic_events(2026)[::40]]
print(sha256(repr(filled).encode()).hexdigest())
"""
TRIGGERS = {"csi": "service", "iqs": "sale"}


@pytest.fixture(scope="module", params=["csi", "iqs"])
def study(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def asked(study, events):
    return [event for event in events if event.kind == TRIGGERS[study.study]]


@pytest.fixture(scope="module")
def filled(study, asked):
    behaviour = Behaviour(DEFAULT_SEED, study)
    return [survey for survey in map(behaviour.answers_for, asked) if survey is not None]


def _fields(answers):
    """The fields that a browser would send for these answers."""
    for item, answer in answers.items():
        if answer == DONT_KNOW:
            yield item, DONT_KNOW_FIELD
        elif isinstance(answer, list):
            yield from ((item, code) for code in answer)
        else:
            yield item, str(answer)


def test_the_form_takes_every_page_exactly_as_the_customer_filled_it(study, filled):
    for survey in filled[:600]:
        for page in survey.pages:
            taken = read_page(study, study.page(page.id), _fields(page.answers), survey.language)
            assert taken.faults == ()
            assert taken.answers == page.answers


def test_some_thirty_per_cent_answer(asked, filled):
    assert len(filled) / len(asked) == pytest.approx(0.30, abs=0.02)


def test_a_few_per_cent_stop_half_way_having_saved_the_pages_before(study, filled):
    order = [page.id for page in study.pages]
    stopped = [survey for survey in filled if not survey.complete]
    assert 0.02 < len(stopped) / len(filled) < 0.06
    assert all(asked_of_everybody(study, survey) == order for survey in filled if survey.complete)
    for survey in stopped:
        reached = asked_of_everybody(study, survey)
        assert 0 < len(reached) < len(order)
        assert reached == order[: len(reached)]


def asked_of_everybody(study, survey):
    return [page.id for page in survey.pages if not study.page(page.id).checklist]


def test_whoever_ticks_a_problem_tells_its_details_right_after_it(study, filled):
    for survey in filled:
        pages = [page.id for page in survey.pages]
        assert pages == [page.id for page in study.asked if page.id in pages]
        for page in survey.pages:
            details = study.page(page.id).checklist
            if details:
                [ticked] = [each.answers[details] for each in survey.pages if details in each.answers]
                assert {answer.partition("__")[0] for answer in page.answers} == set(ticked)
        wanted = {
            f"{item}__details"
            for page in survey.pages
            for item, answer in page.answers.items()
            if answer and isinstance(answer, list)
        }
        assert wanted - set(pages) <= {f"{pages[-1]}__details"}


def test_an_answer_depends_on_neither_order_nor_company(study, asked):
    forwards, backwards = Behaviour(DEFAULT_SEED, study), Behaviour(DEFAULT_SEED, study)
    sample = asked[:200]
    first = [forwards.answers_for(event) for event in sample]
    second = [backwards.answers_for(event) for event in reversed(sample)]
    assert first == second[::-1]
    assert any(first)


def test_another_seed_gives_other_answers(study, asked):
    ours, others = Behaviour(DEFAULT_SEED, study), Behaviour(DEFAULT_SEED + 1, study)
    assert [ours.answers_for(event) for event in asked[:50]] != [others.answers_for(event) for event in asked[:50]]


def test_answers_are_the_same_in_every_process():
    def run(hash_seed):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", _FILL]
        return subprocess.run(command, check=True, env=environment, capture_output=True, text=True).stdout

    assert run("0") == run("99")


def test_ratings_pile_up_at_the_top_with_few_left_empty(csi, events):
    behaviour = Behaviour(DEFAULT_SEED, csi)
    surveys = [behaviour.answers_for(event) for event in events if event.kind == "service"]
    pages = [page for survey in surveys if survey is not None for page in survey.pages if page.id == "facility"]
    points = [answer for page in pages for answer in page.answers.values()]
    substantive = [point for point in points if isinstance(point, int)]
    assert max(range(1, 11), key=substantive.count) == 10
    assert 0.003 < points.count(DONT_KNOW) / len(points) < 0.05
    assert 0.001 < 1 - len(points) / (3 * len(pages)) < 0.01


def test_some_write_a_comment_and_a_few_of_them_leave_a_contact(filled):
    comments = [page.answers["comment"] for survey in filled for page in survey.pages if "comment" in page.answers]
    contacts = [
        text for text in comments if "@example." in text or any(code in text for code in ("1990000", "1980000"))
    ]
    assert 0.12 < len(comments) / len(filled) < 0.28
    assert 0.01 < len(contacts) / len(comments) < 0.12


def test_seconds_are_plausible_on_every_page(filled):
    assert all(0.5 < page.seconds < 600 for survey in filled for page in survey.pages)


def test_who_hurries_is_told_by_the_words_of_the_pages_and_nobody_else(study, asked):
    behaviour = Behaviour(DEFAULT_SEED, study)
    filled = [(behaviour.hurries(event), survey) for event in asked if (survey := behaviour.answers_for(event))]
    least = {
        (words.page, words.language): SECONDS_PER_WORD * words.words + SECONDS_PER_CHINESE_CHARACTER * words.characters
        for words in page_words(study)
    }
    found = [
        (
            hurries,
            sum(page.seconds for page in survey.pages) < sum(least[page.id, survey.language] for page in survey.pages),
        )
        for hurries, survey in filled
    ]
    hurried = [fast for hurries, fast in found if hurries]
    assert len(hurried) / len(found) == pytest.approx(SPEEDER_SHARE, abs=0.01)
    assert sum(hurried) / len(hurried) > 0.95
    assert sum(fast for hurries, fast in found if not hurries) / len(found) < 0.005


def test_surveys_are_filled_in_both_languages(filled):
    assert {survey.language for survey in filled} == {"zh-Hans", "en"}


def test_a_study_without_synthetic_customers_is_refused_by_name():
    ecsi = load_definition(shipped_folder("questionnaires") / "ecsi.yaml")
    with pytest.raises(UnknownStudy, match=r"ecsi.*csi and iqs"):
        Behaviour(DEFAULT_SEED, ecsi)
