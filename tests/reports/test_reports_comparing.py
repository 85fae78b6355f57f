"""The comparison report as data: verdicts with every reason, tests with their family, and nothing that is refused."""

import re

import pytest
from comparing_examples import (
    EXAMPLES,
    QUESTIONNAIRE,
    REASONS,
    REWORDED,
    bridged,
    comparable,
    entries,
    entry,
    frozen,
    problems,
    questionnaire,
    refused,
    several,
)
from reports_texts import texts_of

from surveyplat.errors import ReportError
from surveyplat.reports.blocks import Content, Points, Section, Table
from surveyplat.reports.bundle import canonical_json
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.comparing.content import comparison_content
from surveyplat.reports.kinds import bundle_from_json, content_of

both_languages = pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])


def section(content: Content, name: str) -> Section:
    return next(each for each in content.sections if each.id == name)


def tables(part: Section) -> list[Table]:
    return [block for block in part.blocks if isinstance(block, Table)]


def listed(part: Section) -> list[str]:
    return [point.text for block in part.blocks if isinstance(block, Points) for point in block.points]


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_a_bundle_is_read_back_as_it_was(name: str) -> None:
    made = EXAMPLES[name]("en")
    again = bundle_from_json(canonical_json(made))
    assert isinstance(again, ComparisonBundle)
    assert canonical_json(again) == canonical_json(made)
    assert content_of(again) == comparison_content(made)


@both_languages
def test_a_refused_comparison_gives_every_reason_and_no_change(language: str) -> None:
    content = comparison_content(refused(language))
    ids = [each.id for each in content.sections]
    assert ids == ["contents", "verdict", "definitions", "fieldwork", "restated", "proof"]
    reasons = listed(section(content, "verdict"))
    assert len(reasons) == len(REASONS) + 1
    told = re.sub(r"[0-9a-f]{12,64}", "", "\n".join(texts_of(content)))
    for level in ("784", "783", "772"):
        assert level not in told
    assert set(re.findall(r"[+−]\d+", re.sub(r"UTC\+\d\d:\d\d", "", told))) == {"−41", "−7"}


def test_the_headline_says_whether_the_periods_may_be_compared() -> None:
    heads = {name: comparison_content(example("en")).cover.subtitle for name, example in EXAMPLES.items()}
    assert heads == {
        "comparable": "Q3 2026 may be compared with Q2 2026",
        "bridged": "Q3 2026 may be compared with Q2 2026 over a bridge only",
        "refused": "Q3 2026 may not be compared with Q2 2026",
        "several": "Q3 2026 may be compared directly with 1 of 2 earlier periods",
        "problems": "Q3 2026 may be compared with Q2 2026",
    }


def test_every_test_stands_with_its_family_and_both_p_values() -> None:
    part = section(comparison_content(comparable("en")), "changes")
    families = {table.title: table for table in tables(part)}
    assert "Indices (tests in this family: 1)" in families
    factors = families["Factors (tests in this family: 5)"]
    assert len(factors.rows) == 5
    weakest = next(row for row in factors.rows if row.cells[0] == "Service facility")
    assert weakest.cells[3:] == ("−16.0", "−24.7 to −7.3", "0.0004", "0.0008", "▼\u00a0lower")
    assert part.heading == "5 of 28 tested changes are clear after correction"


def test_a_dealer_that_is_withheld_has_no_value_and_no_change() -> None:
    part = section(comparison_content(comparable("en")), "changes")
    dealers = next(table for table in tables(part) if table.title.startswith("Dealers"))
    hidden = next(row for row in dealers.rows if "(D05)" in row.cells[0])
    assert hidden.cells[1].startswith("n < 30")
    assert hidden.cells[3:7] == ("–", "–", "–", "–")


def test_the_bridge_shows_both_periods_both_ways_and_no_plain_change() -> None:
    part = section(comparison_content(bridged("en")), "changes")
    assert [table.title for table in tables(part)] == ["Both periods, computed both ways on the items in common"]
    assert part.heading == "What can be told over the bridge"


def test_of_several_periods_only_the_comparable_one_has_changes() -> None:
    content = comparison_content(several("en"))
    told = "\n".join(texts_of(content))
    assert "Q3 2026 against Q1 2026" in told
    changes = "\n".join(str(block) for block in section(content, "changes").blocks)
    assert "Q2 2026" in changes
    assert "Q1 2026" not in changes
    rows = tables(section(content, "verdict"))[0].rows
    assert [row.cells[2] for row in rows] == ["comparable", "not comparable"]


def test_ratios_of_problem_rates_name_their_method_and_what_is_withheld() -> None:
    content = comparison_content(problems("en"))
    categories = next(table for table in tables(section(content, "changes")) if "by category" in table.title)
    infotainment = next(row for row in categories.rows if row.cells[0].startswith("Audio"))
    assert infotainment.cells[3] == "2.01"
    assert "Overall satisfaction no change is told" in "\n".join(texts_of(content))


def test_the_same_questionnaire_is_said_to_be_the_same() -> None:
    part = section(comparison_content(comparable("en")), "definitions")
    assert part.heading == "All periods answered the same questionnaire, word for word"
    assert not tables(part)


@both_languages
def test_a_changed_wording_is_shown_before_and_after_in_the_readers_language(language: str) -> None:
    (table,) = tables(section(comparison_content(refused(language)), "definitions"))
    (row,) = table.rows
    assert row.cells[0].endswith("‡")
    wanted = ("How fast we were", "How quick we were") if language == "en" else ("我们动作是否快", "我们是否迅速")
    if language != "zh-Hant":
        assert row.cells[2:] == wanted


def test_of_long_texts_the_part_is_shown_where_they_begin_to_differ() -> None:
    same = "very " * 100
    before, after = (QUESTIONNAIRE.replace("Declared", f"From {same}{end}") for end in ("old", "new"))
    earlier = {"manifest": frozen("2026-Q2", before), "definition": questionnaire(before)}
    content = comparison_content(comparable("en", before=earlier, definition=questionnaire(after)))
    (table,) = tables(section(content, "definitions"))
    assert [cell.startswith("…") for cell in table.rows[0].cells[2:]] == [True, True]
    assert [cell.split()[-1] for cell in table.rows[0].cells[2:]] == ["old", "new"]


def test_what_was_added_and_removed_is_named() -> None:
    more = REWORDED.replace("id: quality_clean, type", "id: overall, type").replace("[quality_clean]", "[overall]")
    made = refused("en", definition=questionnaire(more))
    (table,) = tables(section(comparison_content(made), "definitions"))
    states = {row.cells[0].split(" ‡")[0]: row.cells[1] for row in table.rows}
    assert states["Item quality_clean"] == "removed"
    assert states["Item overall"] == "added"
    assert states["Factor csi/quality"] == "items"


def test_counts_are_reconciled_and_what_does_not_add_up_is_said() -> None:
    part = section(comparison_content(comparable("en")), "fieldwork")
    assert part.heading == "Every response of every period is accounted for"
    counts = {row.cells[0]: row.cells[1:] for row in tables(part)[0].rows}
    assert counts["Responses"] == ("1,893", "1,893")
    assert counts["less: not completed"] == ("−41", "−41")
    assert counts["Rows that are scored"] == ("1,845", "1,845")
    odd = comparable("en", manifest=frozen("2026-Q3", responses=1900))
    assert section(comparison_content(odd), "fieldwork").heading == "The responses of Q3 2026 do not add up"


def test_outcome_rates_stand_where_the_manifest_tells_them_and_a_dash_where_it_does_not() -> None:
    part = section(comparison_content(comparable("en")), "fieldwork")
    rates = {row.cells[0]: row.cells[1:] for row in tables(part)[1].rows}
    assert rates["Response rate RR1"] == ("–", "30.2%")
    assert rates["Complete (I)"] == ("not recorded", "1,845")
    assert "Partial (P)" not in rates
    unknown = comparable("en", participation={"2026-Q2": None, "2026-Q3": None})
    assert len(tables(section(comparison_content(unknown), "fieldwork"))) == 1


@pytest.mark.parametrize(
    ("more", "heading"),
    [
        ((), "Nothing was restated: every period was frozen once"),
        (
            (entry(7, "period_frozen", "csi:2026-Q2", manifest_hash="9" * 64),),
            "A period was frozen more than once",
        ),
        ((entry(7, "erased", "csi:2026-Q2"),), "Every period was frozen once; the log tells more of them"),
    ],
)
def test_what_was_restated_is_in_the_heading(more: tuple[dict[str, object], ...], heading: str) -> None:
    part = section(comparison_content(comparable("en", entries=(*entries(), *more))), "restated")
    assert part.heading == heading
    assert len(tables(part)[0].rows) == 3 + len(more)


def test_a_period_whose_freeze_the_log_does_not_hold_is_not_said_to_be_frozen_once() -> None:
    part = section(comparison_content(comparable("en", entries=entries()[1:])), "restated")
    assert part.heading == "The audit log does not tell of every freeze"


def test_a_report_published_again_with_other_contents_is_named() -> None:
    again = entry(9, "report_published", "csi:2026-Q3:en", bundle_hash="8" * 64, pdf_hash="7" * 64)
    told = "\n".join(texts_of(comparison_content(comparable("en", entries=(*entries(), again)))))
    assert "csi:2026-Q3:en (study): 2 different contents." in told


def test_every_hash_stands_in_full() -> None:
    told = "\n".join(texts_of(comparison_content(several("en"))))
    for period in ("1", "2", "3"):
        assert period * 64 in told
    assert "e" * 64 in told


def test_a_bundle_without_an_earlier_period_is_refused() -> None:
    with pytest.raises(ReportError, match="compares nothing"):
        comparison_content(comparable("en", before=None))


def test_an_earlier_period_that_is_not_whole_is_refused() -> None:
    with pytest.raises(ReportError, match="not whole"):
        comparison_content(comparable("en", further=({"manifest": frozen("2026-Q1")},)))
