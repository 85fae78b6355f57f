"""Content as data: what a report says, before anything is drawn."""

import re
from collections.abc import Callable
from dataclasses import replace
from string import Formatter

import pytest
from reports_examples import (
    bridged_bundle,
    bundle,
    imported_bundle,
    quality_bundle,
    service_bundle,
    service_comparison,
    service_scores,
)
from reports_texts import texts_of

from surveyplat.reports.blocks import (
    ActionCards,
    BarChart,
    Content,
    DotChart,
    Figure,
    KeyFigures,
    Paragraph,
    Points,
    Section,
    Table,
)
from surveyplat.reports.bundle import ReportBundle
from surveyplat.reports.content import build_content
from surveyplat.reports.phrases import phrases
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import PeriodComparison, StudyScores


def section(content: Content, name: str) -> Section:
    return next(each for each in content.sections if each.id == name)


def points(content: Content) -> list[str]:
    blocks = section(content, "summary").blocks
    return [point.lead for block in blocks if isinstance(block, Points) for point in block.points]


def tables(part: Section) -> list[Table]:
    return [block for block in part.blocks if isinstance(block, Table)]


def figure(part: Section) -> Figure:
    return next(block for block in part.blocks if isinstance(block, Figure))


def test_both_languages_have_the_same_sentences_with_the_same_fields() -> None:
    english, chinese = phrases("en"), phrases("zh-Hans")
    assert english.keys() == chinese.keys()
    optional = {"colon", "before", "name"}
    for key in english:
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english[key], chinese[key])]
        assert (fields[0] ^ fields[1]) <= optional, key


def test_the_headline_states_level_and_change() -> None:
    english = build_content(service_bundle("en"))
    chinese = build_content(service_bundle("zh-Hans"))
    assert (
        section(english, "summary").heading
        == "Service Satisfaction Index is 784 points, 12 points more than in Q2 2026"
    )
    assert section(chinese, "summary").heading == "服务满意度指数为784分，比2026年第二季度高12分"
    assert english.cover.subtitle == section(english, "summary").heading


@pytest.mark.parametrize(("language", "headline"), [("en", "61% are satisfied"), ("zh-Hans", "61%的客户满意")])
def test_a_study_without_an_index_leads_with_its_satisfied_share(language: str, headline: str) -> None:
    scores = replace(service_scores(), indices=(), dealers=(), drivers=())
    assert headline in build_content(bundle(scores, None, language)).sections[0].heading


def test_a_difference_within_chance_reads_as_no_clear_change() -> None:
    scores = service_scores()
    content = build_content(bundle(scores, service_comparison(scores, significant=False)))
    assert section(content, "summary").heading.endswith("with no clear change since Q2 2026")
    verdicts = [row.cells[-1] for row in tables(section(content, "factors"))[0].rows]
    assert set(verdicts) == {"no\u00a0clear\u00a0change"}
    assert not any("Clearly" in lead for lead in points(content))


def test_the_summary_has_key_figures_three_to_five_points_and_three_actions() -> None:
    part = section(build_content(service_bundle("en")), "summary")
    (figures,) = [block for block in part.blocks if isinstance(block, KeyFigures)]
    assert [each.value for each in figures.figures] == ["784", "+12", "1,845", "38"]
    assert figures.figures[0].detail == "95% interval 778–790"
    assert 3 <= len(points(build_content(service_bundle("en")))) <= 5
    assert [len(table.rows) for table in tables(part)] == [3]


def test_the_response_rate_is_that_of_the_answers_that_count() -> None:
    """1,845 of 6,120 invited are 30.1 %; the 48 responses that were left out are none of them."""
    content = build_content(service_bundle("en"))
    (figures,) = [block for block in section(content, "summary").blocks if isinstance(block, KeyFigures)]
    assert figures.figures[2].detail.endswith("30%")
    method = "\n".join(texts_of(content))
    assert "1,845 answers of events" in method
    assert "the response rate is 30.1%" in method


def test_the_planted_findings_stand_in_the_summary() -> None:
    leads = " ".join(points(build_content(service_bundle("en"))))
    for planted in ("+12 points since Q2 2026", "(D12)", "(D07)", "right the first time", "Service facility"):
        assert planted in leads
    assert "audio, navigation and infotainment" in " ".join(points(build_content(quality_bundle("en")))).lower()


def test_every_dealer_stands_in_the_table_and_suppressed_ones_without_a_number() -> None:
    part = section(build_content(service_bundle("en")), "dealers")
    rows = tables(part)[0].rows
    assert len(rows) == 24
    hidden = [row for row in rows if row.style == "muted"]
    assert [row.cells[3] for row in hidden] == ["n < 30", "n < 30"]
    assert all(row.cells[4] == "–" for row in hidden)
    chart = figure(part).chart
    assert isinstance(chart, DotChart)
    assert len(chart.rows) == 22


def test_every_value_of_a_figure_lies_on_its_axis_with_an_interval() -> None:
    for made in (service_bundle("en"), quality_bundle("en"), imported_bundle("en")):
        for part in build_content(made).sections:
            for block in part.blocks:
                if isinstance(block, Figure) and isinstance(block.chart, DotChart):
                    for row in block.chart.rows:
                        for dot, axis in zip(row.dots, block.chart.axes, strict=True):
                            assert dot is not None
                            assert axis.low <= dot.low < dot.value < dot.high <= axis.high
                if isinstance(block, Figure) and isinstance(block.chart, BarChart):
                    assert all(bar.low < bar.value < bar.high <= block.chart.axis.high for bar in block.chart.bars)


def test_bars_fall_and_their_cumulative_share_ends_at_all() -> None:
    chart = figure(section(build_content(quality_bundle("en")), "problems")).chart
    assert isinstance(chart, BarChart)
    values = [bar.value for bar in chart.bars]
    assert values == sorted(values, reverse=True)
    assert [bar.label for bar in chart.bars if bar.strong] == ["Audio, navigation and infotainment"]
    assert len(values) == 9


def test_the_twenty_most_frequent_problems_are_listed() -> None:
    problem_table = tables(section(build_content(quality_bundle("en")), "problems"))[1]
    assert problem_table.title == "The 20 most frequent problems"
    assert len(problem_table.rows) == 20


def test_an_imported_study_prints_its_index_and_both_rescalings() -> None:
    part = section(build_content(imported_bundle("en")), "factors")
    index_table, derived = tables(part)
    assert index_table.rows[0].cells[2] == "71.97"
    assert [row.cells[2] for row in derived.rows] == ["750.9", "775.8"]
    chart = figure(part).chart
    assert isinstance(chart, DotChart)
    assert [row.label for row in chart.rows] == ["Item CUSA1", "Item CUSA2", "Item CUSA3"]
    assert not [each for each in build_content(imported_bundle("en")).sections if each.id == "dealers"]


def test_refused_periods_are_said_to_be_not_comparable_everywhere() -> None:
    reasons = (Reason("codes", {}, "advisor_courtesy"),)
    refused = PeriodComparison("2026-Q2", "2026-Q3", "refuse", reasons, 0.05, (), (), (), (), ())
    content = build_content(bundle(service_scores(), refused))
    assert "may not be compared with Q2 2026" in section(content, "summary").heading
    assert points(content)[0] == "The two periods may not be compared."
    reason = "The scale or its codes changed: Courtesy of the service advisor."
    assert sum(reason in text for text in texts_of(content)) == 2


def test_a_study_without_an_answer_to_show_still_makes_a_report() -> None:
    scores = service_scores(1)
    hidden = replace(scores.indices[0], score=scores.indices[0].score, factors=())
    empty = replace(scores, indices=(_suppressed(hidden),), dealers=(), items=(), rates=(), drivers=())
    content = build_content(bundle(empty, current_actions=(), previous_actions=()))
    assert section(content, "summary").heading.startswith("Too few answers")
    assert section(content, "actions").heading == "No action follows from the findings"


def _suppressed(index):  # type: ignore[no-untyped-def]
    score = replace(index.score, value=None, std_error=None, ci_low=None, ci_high=None, suppressed="base")
    return replace(index, score=score)


def test_synthetic_data_and_a_draft_are_said_on_the_cover_and_every_page() -> None:
    content = build_content(service_bundle("en", status="DRAFT"))
    assert (
        content.cover.banner == "SYNTHETIC DATA: made by a program, not by customers · DRAFT: fieldwork is not closed"
    )
    assert content.running_banner == "SYNTHETIC DATA · DRAFT"
    assert build_content(imported_bundle("en")).running_banner == ""


def test_all_six_parts_of_every_action_are_printed() -> None:
    part = section(build_content(service_bundle("en")), "actions")
    (cards,) = [block for block in part.blocks if isinstance(block, ActionCards)]
    assert len(cards.actions) == 6
    assert [label for label, _ in cards.actions[0].parts] == ["Why", "Who", "When", "Where", "How"]
    assert cards.actions[0].what


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("make", [service_bundle, quality_bundle, imported_bundle, bridged_bundle])
def test_no_sentence_holds_an_unfilled_field_or_a_python_value(make, language: str) -> None:  # type: ignore[no-untyped-def]
    made: ReportBundle = make(language)
    for text in texts_of(build_content(made)):
        assert not re.search(r"[{}]|\bNone\b|\bnan\b|\binf\b", text), text


ENGLISH_NAMES = re.compile(
    r"[0-9a-f]{12,}|[a-z]+ [0-9.]+|Benjamini-Hochberg|Kitagawa|Kish|AAPOR|COOP1|Parquet"
    r"|surveyplat verify( report\.pdf --key)?|（(sealed|consistent|recomputed)）"
)


@pytest.mark.parametrize("make", [service_bundle, bridged_bundle])
def test_a_report_in_chinese_says_nothing_in_english(make: Callable[[str], ReportBundle]) -> None:
    for text in texts_of(build_content(make("zh-Hans"))):
        assert not re.search(r"[A-Za-z]{4,}", ENGLISH_NAMES.sub("", text)), text


def test_a_change_is_said_to_be_performance_and_mix() -> None:
    part = section(build_content(service_bundle("en")), "factors")
    said = [block for block in part.blocks if isinstance(block, Paragraph)]
    assert said[0].text == (
        "Of +12.0 points, +8.5 (95% interval 0.7–16.3) come from scores within dealers, and +3.5 (95% interval "
        "1.3–5.7) from another mix of them."
    )
    assert said[1].text == "The response rate went from 31% to 37%."
    split = next(table for table in tables(part) if table.title == "The change as performance and mix")
    assert [row.cells[0::2] for row in split.rows] == [
        ("Change of the index", "3.8–20.2", "3.8–20.2"),
        ("Performance within them", "0.7–16.3", "3.6–19.2"),
        ("Another mix of them", "1.3–5.7", "−1.6 to +2.8"),
    ]


def test_mix_that_chance_can_bring_is_not_said_to_have_moved_the_index() -> None:
    scores = service_scores()
    content = build_content(bundle(scores, service_comparison(scores, significant=False)))
    assert any("that another mix of them moved the index is not clear" in text for text in texts_of(content))
    assert not any("Another mix of dealers moved" in text for text in texts_of(content))


def test_changed_weights_are_bridged_and_no_change_is_told() -> None:
    content = build_content(bridged_bundle("en"))
    assert "computed otherwise than in Q2 2026" in section(content, "summary").heading
    assert any("no clear change since Q2 2026, computed in one way" in lead for lead in points(content))
    bridge = next(table for table in tables(section(content, "factors")) if table.title.startswith("Both periods"))
    assert [row.cells[1:4] for row in bridge.rows] == [
        ("801.0", "807.0", "+6.0"),
        ("810.0", "816.0", "+6.0"),
        ("", "", "+6.0"),
        ("", "", "+9.0"),
    ]
    assert not any(
        "no clear change" in row.cells for table in tables(section(content, "factors")) for row in table.rows
    )


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_refused_driver_model_says_why_in_the_reader_s_language(language: str) -> None:
    few = Reason("driver_too_few", {"cases": 12, "attributes": 18, "least": 90})
    refused = replace(service_scores(), drivers=(), drivers_refused={"csi": (few,)})
    said = texts_of(build_content(bundle(refused, None, language)))
    expected = {
        "en": "12 complete answers are too few for 18 attributes",
        "zh-Hans": "完整答卷仅12份，不足以分析18项属性",
    }
    assert any(expected[language] in text for text in said)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_sampled_importance_is_said_to_be_sampled(language: str) -> None:
    scores = service_scores()
    (exact,) = scores.drivers
    sampled = replace(scores, drivers=(replace(exact, method="shapley_permutation", orders=20_000),))
    named = {"en": "20,000 random orders of entry", "zh-Hans": "20,000个随机进入次序"}[language]
    assert any(named in text for text in texts_of(build_content(bundle(sampled, None, language))))
    assert not any(named in text for text in texts_of(build_content(bundle(scores, None, language))))


def test_scores_of_one_dealer_are_worded_and_drawn() -> None:
    scores: StudyScores = service_scores(1)
    part = section(build_content(bundle(scores)), "dealers")
    assert len(tables(part)[0].rows) == 1
