"""What ``surveyplat score`` prints of the answers themselves: spread, quality, and of how many people."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.cli.scoring_quality import quality_remarks, quality_tables
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.dispositions import Dispositions, Participation, participation_rates
from surveyplat.scoring.documents import results_document, scores_from_document
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.records.quality import AnswerQuality, MeasureWithout, QualityCheck
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.study import score_study

SHARE = Estimate(2.9, 0.4, 2.2, 3.7, 200, 200.0, 200.0)
LEVEL = Estimate(773.7, 4.0, 765.8, 781.6, 140, 140.0, 140.0)
QUALITY = AnswerQuality(
    (QualityCheck("speeding", 60, 200, SHARE),), 7, (MeasureWithout("csi", 60, LEVEL, contrast(-0.5, 0.2, 199), None),)
)
ASKED = Dispositions(200, 0, 40, 100, 10, 0, 150, 50)


@pytest.fixture
def scores(tmp_path: Path) -> StudyScores:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(200), dealer=["D01"] * 200)
    return replace(score_study(service_plan(), source(path)), answer_quality=QUALITY)


def printed(scores: StudyScores, participation: Participation | None = None) -> list[list[str]]:
    paper = StringIO()
    for table in quality_tables(scores, participation):
        Console(width=80, file=paper).print(table)
    return [line.replace("│", " ").split() for line in paper.getvalue().splitlines()]


def test_an_item_is_printed_with_its_missing_answers_quartiles_and_best_point(scores: StudyScores) -> None:
    kind = scores.distributions[0]
    (row,) = (row for row in printed(scores) if row[:1] == ["kind"])
    missing = f"{kind.dont_know}/{kind.not_answered}/{kind.not_asked}"
    assert row[1:6] == [str(kind.answered), missing, *(f"{each.value:g}" for each in kind.quartiles)]
    assert row[-2:] == [f"{kind.points[-1].share.value:.1f}", "%"]


def test_checks_are_printed_with_what_they_move(scores: StudyScores) -> None:
    rows = printed(scores)
    assert any(row[-5:] == ["200", "2.90", "2.20", "–", "3.70"] and "60" in row for row in rows)
    assert any(row[:2] == ["csi", "60"] and "773.70" in row and "-0.50" in row for row in rows)
    assert list(quality_remarks(scores)) == [
        "Full marks throughout, which is not flagged: 7 responses; no score leaves flagged answers out"
    ]


def test_why_a_difference_is_withheld_is_printed_below(scores: StudyScores) -> None:
    few = replace(QUALITY, measures=(MeasureWithout("csi", 5, None, None, "few_flagged"),))
    withheld = replace(scores, answer_quality=few)
    assert any("withheld" in row for row in printed(withheld))
    assert list(quality_remarks(withheld))[1] == (
        "csi is not told without the flagged: the mean of fewer than 30 flagged answers would follow from it"
    )


def test_participation_is_printed_with_its_people_and_its_rates(scores: StudyScores) -> None:
    """350 eligible and 50 not: 7/8 of 150 unknown; 200 of 500, of 481.25, of 350."""
    rows = printed(scores, Participation(ASKED, participation_rates(ASKED)))
    assert any("87.5" in row for row in rows)
    assert {row[0]: row[-1] for row in rows if row and row[0].startswith("RR")} == {
        "RR1:": "40.0",
        "RR3:": "41.6",
        "RR5:": "57.1",
    }
    assert any(row[:3] == ["no", "word", "since"] and row[3] == "150" for row in rows)


def test_the_document_holds_all_of_it(scores: StudyScores) -> None:
    document = results_document(scores)
    assert document["answer_quality"]["measures"][0]["difference"]["value"] == -0.5
    assert [each["id"] for each in document["distributions"]] == [item.id for item in service_plan().items]
    assert scores_from_document(document).distributions == scores.distributions
