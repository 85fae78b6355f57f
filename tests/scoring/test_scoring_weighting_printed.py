"""What ``surveyplat score`` prints of the weights."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.cli.scoring_weighting import weighting_remarks, weighting_tables
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.coverage import NotCovered
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.study import score_study
from surveyplat.scoring.weighting import MarginCategory, WeightedMargin, Weighting

MODELS = (MarginCategory(("Aurora",), 100.0, 40), MarginCategory(("", "Borealis"), 300.0, 60))


def scores(tmp_path: Path) -> StudyScores:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(100), dealer=["A"] * 50 + ["B"] * 50)
    return score_study(service_plan(drivers=(), derived_indices=()), source(path, {"A": 100, "B": 200, "C": 30}))


def test_margins_sweeps_trimming_and_what_is_not_covered_are_printed(tmp_path: Path) -> None:
    margins = (
        WeightedMargin("dealer", (), (("A", "B"),), (NotCovered("C", 30.0),)),
        WeightedMargin("model", MODELS, (("", "Borealis"),), (NotCovered("Corona", 12.0),)),
        WeightedMargin("month", (), (), ()),
    )
    summary = Weighting(margins, 9, 5.0, 7, 0, 1.25)
    held = replace(scores(tmp_path), weighting="raked", weighting_summary=summary)
    assert list(weighting_remarks(held)) == [
        "Weights: raked to the known events of dealer, model and month; design effect 1.250, 9 sweeps, "
        "largest weight 5.00 times the mean, 7 answers held there",
        "Weights: dealer A + B taken together, for fewer than 5 answers",
        "Weights: model not known + Borealis taken together, for fewer than 5 answers",
        "Weights: model without any answer: Corona (12 events)",
        "Weights: no answer, so not covered: C",
    ]
    (table,) = weighting_tables(held)
    console = Console(file=StringIO(), width=100)
    console.print(table)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "not known + Borealis" in printed
    assert "5.0000" in printed


def test_why_no_more_was_raked_is_printed_with_what_the_raking_said(tmp_path: Path) -> None:
    held = scores(tmp_path)
    assert any("counted by dealer only" in line for line in weighting_remarks(held))
    reason = Reason("raking_diverged", detail="Raking did not converge in 5000 sweeps")
    failed = replace(held, weighting_summary=replace(held.weighting_summary, reasons=(reason,)))
    (line,) = [line for line in weighting_remarks(failed) if "No weights add up" in line]
    assert line.endswith("(Raking did not converge in 5000 sweeps)")
    assert list(weighting_tables(held)) == []


def test_no_weights_cost_nothing(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(40), dealer=["A"] * 40)
    held = score_study(service_plan(drivers=(), derived_indices=()), source(path))
    assert list(weighting_remarks(held)) == ["Weights: no weights"]
