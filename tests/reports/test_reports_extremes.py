"""Periods at the edge of what can happen: every text on its page, none on another, and sentences that still hold."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from extreme_bundles import CASES, LONG_GERMAN, Scored, dealer_bundles, scored_case, study_bundle
from page_geometry import faults_of
from reports_examples import bundle, service_comparison, service_scores
from reports_texts import texts_of
from test_reports_pdf import pages_of, squeezed

from surveyplat.reports import theme
from surveyplat.reports.blocks import (
    ActionCards,
    Column,
    Content,
    CrowdChart,
    Figure,
    KeyFigures,
    Paragraph,
    Row,
    Section,
    Table,
)
from surveyplat.reports.bundle import Bundle
from surveyplat.reports.kinds import content_of
from surveyplat.reports.pdf import make_report
from surveyplat.reports.sections.own_words import LONGEST_COMMENT
from surveyplat.reports.tables import table_of
from surveyplat.reports.tagging import Element
from surveyplat.reports.typesetting import normalised, visible

Scorer = Callable[[str], Scored]
DRAWN = (
    "one_dealer",
    "unequal_dealers",
    "one_answer",
    "hostile_words",
    "rose_from_worst_to_best",
    "no_problem",
    "followup_7d",
)
"""Cases of which every page is read back; the others differ from them in numbers."""


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    """A case's scores, made once."""
    folder = tmp_path_factory.mktemp("extremes")
    return cache(lambda name: scored_case(CASES[name], folder / name))


def study(made: Scored, language: str = "en") -> Content:
    content = content_of(study_bundle(made, language))
    assert isinstance(content, Content)
    return content


def section(content: Content, name: str) -> Section | None:
    return next((each for each in content.sections if each.id == name), None)


def read_back(bundle: Bundle) -> str:
    """Every text of the content is found on the pages, which have no fault; gives what they say."""
    content, report = content_of(bundle), make_report(bundle)
    assert isinstance(content, Content)
    assert faults_of(report) == []
    furniture = squeezed(content.header + content.running_banner)
    read = "".join(squeezed(page).replace(furniture, "") for page in pages_of(report))
    for said in texts_of(content):
        pieces = [squeezed(visible(normalised(line), theme.glyphs(theme.REGULAR))) for line in said.splitlines()]
        assert all(piece[:60] in read for piece in pieces), said[:80]
    return read


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_every_text_of_an_extreme_study_is_on_its_pages_and_none_on_another(
    scored: Scorer, name: str, language: str
) -> None:
    read_back(study_bundle(scored(name), language))


@pytest.mark.parametrize("language", ["zh-Hans", "en", "zh-Hant"])
def test_a_dealer_with_a_long_name_and_hostile_customers_has_four_pages(scored: Scorer, language: str) -> None:
    own = dealer_bundles(scored("hostile_words"), language)
    for dealer in ("D001", "D004"):
        read = read_back(own[dealer])
        assert "W" * LONGEST_COMMENT not in read
        assert len(pages_of(make_report(own[dealer]))) <= 4
    assert "𠮷" not in read
    assert "□U+20BB7野龘㐀汽车" in read


def test_dealers_of_a_study_that_asks_for_no_words_have_reports(scored: Scorer) -> None:
    own = dealer_bundles(scored("ecsi"), "en")
    assert len(own) == 8
    assert own["D001"].verbatims == ()


def test_shares_are_told_in_percent_and_complaints_in_their_own_section(scored: Scorer) -> None:
    content = study(scored("followup_7d"))
    results = section(content, "results")
    assert results is not None
    (table,) = results.blocks
    assert isinstance(table, Table)
    assert all(row.cells[1].endswith("%") and row.cells[2].endswith("%") for row in table.rows)
    complaints = section(content, "complaints")
    assert complaints is not None
    assert not {row.cells[0] for row in table.rows} & {row.cells[0] for row in complaints.blocks[0].rows}


def test_a_study_without_an_index_says_its_shares_in_the_summary(scored: Scorer) -> None:
    said = texts_of(study(scored("followup_7d"), "zh-Hans"))
    assert any(text.startswith("车辆正常：") and "95%置信区间为" in text for text in said)
    assert not any("？：" in text for text in said)


def test_nothing_is_called_weakest_where_all_score_alike(scored: Scorer) -> None:
    for name in ("best", "worst"):
        content = study(scored(name))
        factors = section(content, "factors")
        assert factors is not None
        assert factors.heading == "No factor stands out as the weakest"
        assert not any("lowest factor score" in text for text in texts_of(content))


def test_a_withheld_figure_stands_without_an_empty_interval(scored: Scorer) -> None:
    for name in ("one_answer", "five_answers"):
        content = study(scored(name))
        shown = [
            figure
            for block in content.sections[0].blocks
            if isinstance(block, KeyFigures)
            for figure in block.figures
            if figure.value == "n < 30"
        ]
        assert shown
        assert {figure.detail for figure in shown} == {""}
        factors = section(content, "factors")
        assert factors is not None
        assert factors.heading == "No score can be shown: too few answers"


@pytest.mark.parametrize("name", ["best", "rose_from_worst_to_best", "no_problem", "one_dealer"])
def test_no_sentence_has_a_hole_where_a_number_has_no_interval(scored: Scorer, name: str) -> None:
    for language in ("en", "zh-Hans", "zh-Hant"):
        sentences = [text for text in texts_of(study(scored(name), language)) if len(text) > 20]
        assert not [text for text in sentences if "interval –" in text or "區間 –" in text or "区间 –" in text]


def test_a_single_dealer_is_not_set_beside_itself(scored: Scorer) -> None:
    dealers = section(study(scored("one_dealer")), "dealers")
    assert dealers is not None
    assert dealers.heading == "Only one dealer: its score is the whole"
    assert not any(isinstance(block, Figure) for block in dealers.blocks)


def test_actions_that_nobody_can_judge_yet_are_counted_in_one_line(scored: Scorer) -> None:
    previous = section(study(scored("rose_from_worst_to_best")), "previous")
    assert previous is not None
    notes = [block.text for block in previous.blocks if isinstance(block, Paragraph)]
    assert notes == ["Not to be judged yet: 8. The months after them are not frozen."]


def test_a_word_of_seventy_letters_leaves_the_other_columns_their_room() -> None:
    shares = ((0.27, "left"), (0.13, "right"), (0.19, "left"), (0.17, "right"), (0.24, "left"))
    columns = tuple(Column("", share, align) for share, align in shares)
    row = Row((LONG_GERMAN[:70], "745–805", "符合预期", "771 (746–796)", "不太可能（12%）"))
    widths = table_of(Table("", columns, (row,)), 480, Element("Sect"))._colWidths
    assert sum(widths) == pytest.approx(480)
    room = theme.CELL.size * 4
    assert widths[2] > room
    assert widths[4] > 2 * room


def test_nothing_is_taken_apart_where_nobody_reported_a_problem(scored: Scorer) -> None:
    problems = section(study(scored("no_problem")), "problems")
    assert problems is not None
    assert problems.heading == "No problem was reported"
    said = texts_of(study(scored("no_problem")))
    assert not any("come from rates within" in text or "0.0 (0.0 to 0.0)" in text for text in said)


def test_a_step_without_an_interval_is_not_told_as_certain() -> None:
    scores = service_scores()
    compared = service_comparison(scores)
    steps = tuple(replace(step, ci_low=None, ci_high=None) for step in compared.factors)
    content = content_of(bundle(scores, replace(compared, factors=steps)))
    assert isinstance(content, Content)
    factors = section(content, "factors")
    assert factors is not None
    (figure,) = [block for block in factors.blocks if isinstance(block, Figure) and "contributed" in block.title]
    whole, *parts = [dot.text for row in figure.chart.rows for dot in row.dots]
    assert " to " in whole
    assert parts
    assert not any("(" in text for text in parts)


def test_dealers_too_many_for_a_line_each_are_one_figure_and_their_lists_an_appendix(scored: Scorer) -> None:
    content = study(scored("unequal_dealers"))
    part, appendix = section(content, "dealers"), section(content, "every_dealer")
    assert part is not None
    assert appendix is not None
    figure, _, outstanding, more = part.blocks
    assert isinstance(figure, Figure)
    assert isinstance(figure.chart, CrowdChart)
    values = [each.value for each in figure.chart.values]
    assert len(values) == 64
    assert values == sorted(values, reverse=True)
    marks = Counter(each.mark for each in figure.chart.values)
    assert part.heading == (f"Clearly below the group: {marks['below']} of 64 dealers; clearly above: {marks['above']}")
    assert isinstance(outstanding, Table)
    assert len(outstanding.rows) == min(20, marks["below"] + marks["above"])
    assert isinstance(more, Paragraph)
    assert more.see == "every_dealer"
    assert [len(table.rows) for table in appendix.blocks if isinstance(table, Table)] == [64, 64]


def test_of_many_actions_the_first_are_told_in_full_and_the_others_listed(scored: Scorer) -> None:
    made = study_bundle(scored("unequal_dealers"), "en")
    part = section(study(scored("unequal_dealers")), "actions")
    assert part is not None
    _, cards, rest = part.blocks
    assert isinstance(cards, ActionCards)
    assert isinstance(rest, Table)
    assert len(cards.actions) == 12
    told = [card.what for card in cards.actions] + [row.cells[0] for row in rest.rows]
    assert told == [action.plan["what"] for action in made.current_actions]
