"""The sections that make a report answerable: how to read it, what is disclosed, asked, said and judged, its proof."""

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from disclosure_cast import DISPOSITIONS, HOSTILE, complaining_bundle, disclosed_bundle
from reports_examples import imported_bundle, service_bundle, service_scores
from reports_texts import texts_of
from test_reports_pdf import pages_of, squeezed

from surveyplat.audit.canonical import canonical_json
from surveyplat.forms.loading import load_study
from surveyplat.reports import theme
from surveyplat.reports.blocks import Paragraph, Section, Table
from surveyplat.reports.bundle import ReportBundle, bundle_hash
from surveyplat.reports.bundle import canonical_json as canonical_bundle
from surveyplat.reports.content import build_content
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.typesetting import normalised, visible
from surveyplat.scoring.documents import results_document
from surveyplat.scoring.records.coverage import NotCovered
from surveyplat.scoring.weighting import MarginCategory, WeightedMargin, Weighting

_DISCLOSED = ("reading", "verbatims", "complaints", "previous", "audit")


def section(made: ReportBundle, name: str) -> Section | None:
    return next((each for each in build_content(made).sections if each.id == name), None)


def table(made: ReportBundle, name: str, title: str) -> Table:
    part = section(made, name)
    assert part is not None
    return next(block for block in part.blocks if isinstance(block, Table) and block.title.startswith(title))


def cells(made: ReportBundle, name: str, title: str) -> dict[str, str]:
    return {row.cells[0]: row.cells[1] for row in table(made, name, title).rows}


def test_how_to_read_gives_the_reports_own_figure_as_the_example() -> None:
    part = section(disclosed_bundle(), "reading")
    assert part is not None
    text = " ".join(block.text for block in part.blocks if isinstance(block, Paragraph))
    assert "Service Satisfaction Index is 784, and its 95% interval 778–790, from 1,845 answers." in text


def test_what_aapor_asks_for_is_disclosed() -> None:
    told = cells(disclosed_bundle(), "method", "What AAPOR")
    assert told["Commissioned by"] == "Star Motors Group"
    assert "a visit to the workshop" in told["Population"]
    assert "1 July 2026 to 30 September 2026" in told["Population"]
    assert "7,214 events" in told["Population"]
    assert told["Mode"] == "web page: 1,845 answers"
    assert told["Languages"] == "Simplified Chinese, English"
    assert "Half of the answers came within 2 days." in told["Dates"]
    assert told["Margin of error"].endswith("±5.7.")
    assert "surveyplat 0.1.0" in told["Software"]


def test_rates_of_participation_are_those_of_the_dispositions() -> None:
    told = cells(disclosed_bundle(), "method", "Rates of participation")
    everyone = sum(DISPOSITIONS.values()) - DISPOSITIONS["not_eligible"]
    assert told["RR1: complete, of all who are or may be eligible"] == f"{1845 / everyone:.1%}"
    assert told["COOP1: complete, of those reached"] == f"{1845 / (1845 + 41 + 3):.1%}"
    shown = cells(disclosed_bundle(), "method", "Final dispositions")
    assert shown["U: handed over, no word since"] == "4,212"


def test_what_is_not_known_is_said_not_to_be_known() -> None:
    told = cells(imported_bundle("en"), "method", "What AAPOR")
    assert told["Population"].startswith("Not known: the answers were collected elsewhere")
    assert told["Response rate"] == "Not known: nobody recorded how many were asked."
    assert told["Languages"] == "not recorded"
    part = section(imported_bundle("en"), "method")
    assert part is not None
    assert not [each for each in part.blocks if isinstance(each, Table) and "dispositions" in each.title]


def test_every_step_from_events_to_rows_adds_up() -> None:
    rows = table(disclosed_bundle(), "method", "From events").rows
    counts = [int(row.cells[1].replace(",", "").replace("−", "-")) for row in rows]
    names = [row.cells[0] for row in rows]
    events, lost, eligible = counts[:3]
    assert events + lost == eligible == 7214
    responses = counts[names.index("Responses begun or taken in")]
    excluded = [count for name, count in zip(names, counts, strict=True) if name.startswith("less: ")]
    assert excluded == [-7, -41]
    assert responses + sum(excluded) == counts[-1] == 1845


def test_weights_are_told_with_joined_uncovered_and_trimmed_categories() -> None:
    joined = WeightedMargin(
        "model",
        (MarginCategory(("Aurora", "Vento"), 90.0, 4),),
        (("Aurora", "Vento"),),
        (NotCovered("Zephyr", 12.0),),
    )
    dealers = WeightedMargin("dealer", (), (("D01", "D02"),), ())
    summary = Weighting((dealers, joined), 12, 2.5, 7, 3, 1.17)
    scores = replace(service_scores(), weighting="raked", weighting_summary=summary)
    told = cells(disclosed_bundle(results=results_document(scores)), "method", "What AAPOR")["Weighting"]
    assert told.startswith("Raked to the known events of dealer, model.")
    assert "Taken together, because fewer than 5 answered (dealer): 1 groups." in told
    assert "(model): Aurora + Vento." in told
    assert "Without any answer (model): Zephyr." in told
    assert "7 answers are held at the largest weight allowed; the largest is 2.50 times the mean." in told
    assert told.endswith("Kish's design effect: 1.17.")


@pytest.mark.parametrize("study", ["csi", "iqs", "ess", "das", "nvss"])
@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_the_questionnaire_is_printed_whole(study: str, language: str) -> None:
    part = section(disclosed_bundle(language, study), "questionnaire")
    assert part is not None
    definition, near = load_study(study), "en" if language == "en" else "zh-Hans"
    told = [row.cells for block in part.blocks if isinstance(block, Table) for row in block.rows]
    named = {row[0] for row in told}
    for page, item in definition.items():
        if item.type == "information":
            continue
        assert item.id in named or (page.checklist and f"…__{item.id.rpartition('__')[2]}" in named), item.id
    wordings = "\n".join(row[1] for row in told)
    for problem in (problem for _, problem in definition.problems()):
        assert problem.text[near] in wordings


def test_rules_are_printed_in_words() -> None:
    part = section(disclosed_bundle("en", "ess"), "questionnaire")
    assert part is not None
    notes = " ".join(block.note for block in part.blocks if isinstance(block, Table))
    assert "This page is shown only if lost_as is service." in notes
    assert "Not to be asked, and the survey ends, if " in notes


def test_scales_are_printed_with_labels_and_the_code_of_dont_know() -> None:
    rows = {row.cells[0]: row.cells[2] for row in table(disclosed_bundle(), "questionnaire", "Booking").rows}
    assert rows["booking_ease"].startswith("1 to 10: 1 = ")
    assert "; 10 = " in rows["booking_ease"]
    assert "; -3 = " in rows["booking_ease"]


def test_questions_about_ticked_problems_are_printed_once() -> None:
    part = section(disclosed_bundle("en", "iqs"), "questionnaire")
    assert part is not None
    named = [row.cells[0] for block in part.blocks if isinstance(block, Table) for row in block.rows]
    assert named.count("…__when") == 1
    same = [block for block in part.blocks if isinstance(block, Paragraph) and "the questions of" in block.text]
    assert len(same) == 8


def test_without_a_definition_there_is_no_questionnaire() -> None:
    assert section(service_bundle(), "questionnaire") is None


def test_the_audit_page_holds_every_hash() -> None:
    made = disclosed_bundle()
    told = cells(made, "audit", "Hashes")
    assert told["Report bundle"] == bundle_hash(made)
    assert told["Manifest"] == sha256(canonical_json(made.manifest).encode()).hexdigest()
    assert told["Their file (Parquet)"] == "ab" * 32
    assert told["Root of the audit log"] == "cd" * 32
    facts = cells(made, "audit", "Record")
    assert facts["Entry of the freeze in the log"] == "number 6, the last of 7 at that time"
    assert facts["Signing key"] == "example.com+01020304"
    assert cells(imported_bundle("en"), "audit", "Hashes")["Root of the audit log"] == "not recorded"


def test_verbatims_stand_in_their_group_with_its_base_and_name_only_shown_dealers() -> None:
    rows = table(disclosed_bundle(), "verbatims", "Overall judgement 1–3 (64 respondents)").rows
    named = "Beijing Chaoyang Star Motors (D03)"
    assert [row.cells[1] for row in rows] == [named, "dealer not named", named]
    assert rows[1].cells[0] == HOSTILE
    assert rows[1].cells[2] == "English"
    assert len(rows[2].cells[0]) == 600
    assert rows[2].cells[0].endswith("…")
    base, groups = table(disclosed_bundle(), "verbatims", "Further texts").note.split(". ", 1)
    assert base.startswith("1,845 people answered the questionnaire and wrote ")
    assert groups.startswith("Groups of fewer than 30")


def test_hostile_verbatims_reach_the_page_and_no_text_is_cut_off() -> None:
    text = squeezed("".join(pages_of(make_report(disclosed_bundle()))))
    for shown in ("<b>坏</b>&amp;", "□U+202E", "□U+1F600", "=cmd|x{0}%s"):
        assert shown in text
    assert text.count("长") >= 599


def test_complaints_are_told_with_base_and_interval_or_withheld() -> None:
    part = section(complaining_bundle(), "complaints")
    assert part is not None
    assert part.heading == "12% have something that they want put right"
    rows = {row.cells[0]: row.cells[1:] for row in table(complaining_bundle(), "complaints", "Complaints").rows}
    assert rows["Price"] == ("5.1%", "4.1–6.1%", "1,845")
    assert rows["Contract"] == ("n < 30", "–", "12")


def test_every_action_of_the_last_period_is_judged_or_said_to_be_past_telling() -> None:
    rows = table(disclosed_bundle(), "previous", "Did the last period's").rows
    verdicts = [row.cells[1] for row in rows]
    assert verdicts[0] == "better"
    assert rows[0].cells[2:] == ("+31", "8–55", "1 against 23 dealers, 6 and 3 months")
    assert verdicts[1].startswith("cannot be told: ")
    assert "3" in verdicts[1]
    assert verdicts[2] == "cannot be told: its months are not frozen yet"
    assert verdicts[3] == "cannot be told: it was for everybody, so that there is nobody to compare with"


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_a_bundle_with_everything_is_read_back_and_drawn_the_same(language: str) -> None:
    made = disclosed_bundle(language)
    again = bundle_from_json(canonical_bundle(made))
    assert canonical_bundle(again) == canonical_bundle(made)
    assert make_report(again) == make_report(made)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("make", [disclosed_bundle, complaining_bundle])
def test_everything_disclosed_is_on_the_pages(make: Any, language: str) -> None:
    made = make(language)
    text = "".join(re.sub(r"^.*?\d+/\d+", "", squeezed(page), count=1) for page in pages_of(make_report(made)))
    held = [part for part in build_content(made).sections if part.id in _DISCLOSED]
    assert {"reading", "audit"} < {part.id for part in held}
    for part in held:
        for said in texts_of(replace(build_content(made), sections=(part,))):
            assert squeezed(visible(normalised(said), theme.glyphs(theme.REGULAR))) in text, said
