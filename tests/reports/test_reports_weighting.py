"""How raked weights are told: in the explanation of a number, and in a report's method."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from explaining_cast import ELIGIBLE, Lived, explained, live
from reports_examples import service_bundle

from surveyplat.reports.blocks import Paragraph
from surveyplat.reports.content import build_content
from surveyplat.reports.explaining.steps import Explanation
from surveyplat.scoring.documents import results_document, scores_from_document
from surveyplat.scoring.event_cells import EventCells
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.coverage import NotCovered
from surveyplat.scoring.weighting import WeightedMargin, Weighting

CELLS = EventCells(
    ("2026-07",),
    {dealer: {"A": (events // 4,), "B": (events - events // 4,)} for dealer, events in ELIGIBLE.items()},
)


@pytest.fixture(scope="module")
def raked(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Owners of A and B answer evenly, but of four events three are B's. D03 had fewer events than answers."""
    return live(tmp_path_factory.mktemp("raked"), cells=CELLS)


def told(explanation: Explanation, step: str) -> str:
    found = next(each for each in explanation.steps if each.id == step)
    return " ".join(part.text for part in found.parts if isinstance(part, Paragraph))


def test_the_margins_the_weights_and_their_cost_are_told(raked: Lived) -> None:
    text = told(explained(raked), "weighting")
    assert "for the answer's dealer and model until they add up" in text
    assert "Events and answers by model: A 189 for " in text
    assert "B 572 for " in text
    assert "Kish's design effect of the weights is 1." in text
    assert "Without any answer, and so not in the number: D05 with 7 events" in text


def test_a_dealers_answers_are_told_to_weigh_differently_and_to_add_up_to_its_events(raked: Lived) -> None:
    text = told(explained(raked, dealer="D02"), "weighting")
    assert f"all of them together weigh {ELIGIBLE['D02']:.2f}, " in text
    assert "One answer of " in text


def test_the_error_of_the_whole_is_that_of_residuals_and_a_dealers_is_not(raked: Lived) -> None:
    assert "a regression on dealer and model explains of it" in told(explained(raked), "error")
    assert "regression" not in told(explained(raked, dealer="D01"), "error")


def test_chinese_readers_are_told_the_same(raked: Lived) -> None:
    chinese = told(explained(raked, "zh-Hans"), "weighting")
    assert "各车型的事件数与答卷数：A 189起、" in chinese
    assert "Kish设计效应" in chinese


def test_what_was_joined_not_covered_trimmed_and_refused_is_told(raked: Lived) -> None:
    margin = raked.scores.weighting_summary.margins[1]
    odd = Weighting(
        (
            WeightedMargin("dealer", (), (("D01", "D02"),), ()),
            replace(margin, not_covered=(NotCovered("C", 12.0), NotCovered("", 3.0))),
        ),
        9,
        4.5,
        17,
        0,
        1.5,
        (Reason("trimming_refused", {"multiple": 5.0}),),
    )
    text = told(explained(replace(raked, scores=replace(raked.scores, weighting_summary=odd))), "weighting")
    assert "Taken together, because fewer than 5 answered (dealer): North (D01) + D02." in text
    assert "Without any answer (model): C; not known." in text
    assert "17 answers are held at the largest weight allowed" in text
    assert "The known events need weights above 5 times the mean" in text


def paragraphs(language: str) -> Iterator[str]:
    bundle = service_bundle(language)
    scores = scores_from_document(bundle.results)
    margins = tuple(WeightedMargin(name, (), (), ()) for name in ("dealer", "model", "month"))
    summary = Weighting(margins, 9, 3.0, 0, 0, 1.234)
    results = results_document(replace(scores, weighting="raked", weighting_summary=summary))
    for section in build_content(replace(bundle, results=results)).sections:
        yield from (block.text for block in section.blocks if isinstance(block, Paragraph))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "the eligible events of every dealer and by model and month"),
        ("zh-Hans", "使其合计与各经销商以及各车型、月份的合格事件数一致"),
    ],
)
def test_a_report_says_what_its_weights_add_up_to(language: str, sentence: str) -> None:
    (method,) = [text for text in paragraphs(language) if sentence in text]
    assert "1.23" in method
