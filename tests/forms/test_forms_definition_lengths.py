"""How long a questionnaire takes, and how wide its texts are: what counts, and for how much."""

import pytest

from surveyplat.forms.reading_time import SECONDS_PER_ANSWER, minutes_needed
from surveyplat.forms.text_checking import MOST_COLUMNS, columns
from surveyplat.forms.yaml_positions import parse

WORDS = "word " * 228
"""One minute of reading."""
ANSWER = SECONDS_PER_ANSWER / 60


def minutes(items: str, show: str = "") -> float:
    page = f'pages:\n  - {{id: p, title: {{en: "1"}}{show}, items: [{items}]}}\n'
    root, faults = parse(page.encode())
    assert root is not None
    assert faults == []
    return minutes_needed(root, "en") - minutes_of_the_title * (0.5 if show else 1)


minutes_of_the_title = 1 / 228


def test_what_everybody_sees_counts_whole() -> None:
    assert minutes(f"{{id: a, type: single, text: {{en: {WORDS}}}}}") == pytest.approx(1 + ANSWER)


@pytest.mark.parametrize("show", [", show: {answer: x, answered: true}"])
def test_what_some_see_counts_half_however_many_conditions_there_are(show: str) -> None:
    half = (1 + ANSWER) / 2
    text = f"text: {{en: {WORDS}}}"
    item = f"{{id: a, type: single, {text}}}"
    assert minutes(f"{{id: a, type: single, {text}{show}}}") == pytest.approx(half)
    assert minutes(item, show) == pytest.approx(half)
    assert minutes(f"{{id: b, type: block, items: [{item}]{show}}}") == pytest.approx(half)
    assert minutes(
        f"{{id: b, type: block, items: [{{id: a, type: single, {text}{show}}}]{show}}}", show
    ) == pytest.approx(half)


def test_a_battery_counts_its_introduction_once_and_an_answer_for_each_row() -> None:
    row = f"text: {{en: {WORDS}}}"
    battery = f"{{id: b, type: battery, text: {{en: {WORDS}}}, rows: [{{id: r, {row}}}, {{id: s, {row}}}]}}"
    assert minutes(battery) == pytest.approx(3 + 2 * ANSWER)


def test_each_place_of_a_ranking_and_each_share_of_a_total_is_an_answer() -> None:
    choices = ", ".join(f'{{code: c{number}, text: {{en: ""}}}}' for number in range(4))
    assert minutes(f"{{id: a, type: ranking, places: 2, choices: [{choices}]}}") == pytest.approx(2 * ANSWER)
    assert minutes(f"{{id: a, type: ranking, choices: [{choices}]}}") == pytest.approx(4 * ANSWER)
    assert minutes(f"{{id: a, type: constant_sum, choices: [{choices}]}}") == pytest.approx(4 * ANSWER)


def test_the_details_of_problems_count_for_one_in_twenty() -> None:
    problems = ", ".join(f'{{id: p{number}, text: {{en: ""}}}}' for number in range(20))
    questions = f"[{{id: q, text: {{en: {WORDS}}}}}, {{id: r, text: {{en: {WORDS}}}}}]"
    item = f"{{id: a, type: problems, problems: [{problems}], details: {{title: {{en: x}}, questions: {questions}}}}}"
    assert minutes(item) == pytest.approx(ANSWER + 2 + 2 * ANSWER)


def test_an_optional_text_and_an_information_cost_no_answer() -> None:
    assert minutes('{id: a, type: text, text: {en: ""}}') == pytest.approx(0)
    assert minutes('{id: a, type: information, text: {en: ""}}') == pytest.approx(0)
    assert minutes('{id: a, type: text, required: true, text: {en: ""}}') == pytest.approx(ANSWER)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("How clean the shop was", 22),
        ("店内的整洁", 10),
        ("「はい」", 8),
        ("e\u0301", 1),
        ("مرحبا", 5),
        ("{{x}}", 3),
        ("Your {model|car}", 8),
        ("Your {answer.town}", 17),
        ("a lone { brace", 14),
    ],
)
def test_a_text_is_as_wide_as_its_signs_and_what_stands_for_its_placeholders(text: str, width: int) -> None:
    assert columns(text) == width


def test_a_line_holds_half_as_many_chinese_characters_as_letters() -> None:
    line = MOST_COLUMNS["unit"] // 2
    assert columns("字" * line) <= MOST_COLUMNS["unit"] < columns("字" * (line + 1))
