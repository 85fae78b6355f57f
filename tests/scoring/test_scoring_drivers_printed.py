"""What ``surveyplat score`` prints of driver models: every figure with its kind, refusals in words."""

from dataclasses import replace

import pytest
from rich.console import Console
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.cli.scoring_drivers import driver_remarks, driver_tables
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.drivers import PriorityMap
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.study import score_study


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> StudyScores:
    path = tmp_path_factory.mktemp("printed") / "s.parquet"
    dealers = ["D01"] * 200 + ["D02"] * 200
    return score_study(service_plan(), source(write_snapshot(path, service_answers(400), dealer=dealers)))


def printed(scores: StudyScores) -> str:
    console = Console(width=160, highlight=False)
    with console.capture() as captured:
        for table in driver_tables(scores):
            console.print(table)
    return captured.get()


def test_importances_priorities_and_cross_checks_are_three_tables(scores: StudyScores) -> None:
    shown = printed(scores)
    for heading in ("LMG in shares of R2", "Priorities of drivers overall", "Cross-checks of drivers overall"):
        assert heading in shown
    assert "MC error" not in shown


def test_sampled_shares_are_printed_with_their_error_and_the_number_of_orders(scores: StudyScores) -> None:
    (driver,) = scores.drivers
    rows = tuple(replace(each, monte_carlo_error=0.0123) for each in driver.importances)
    sampled = replace(driver, method="shapley_permutation", orders=20_000, importances=rows)
    shown = printed(replace(scores, drivers=(sampled,)))
    assert "permutation Shapley over 20000 orders" in shown
    assert "1.23%" in shown


def test_a_quadrant_is_printed_only_where_it_can_be_told(scores: StudyScores) -> None:
    (driver,) = scores.drivers
    assert isinstance(driver.priorities, PriorityMap)
    first, *rest = driver.priorities.items
    told = replace(first, quadrant="improve", settled=True)
    items = (told, *(replace(each, settled=False) for each in rest))
    shown = printed(replace(scores, drivers=(replace(driver, priorities=replace(driver.priorities, items=items)),)))
    assert shown.count("cannot be told") >= 2
    assert any("improve" in line and first.item in line for line in shown.splitlines())


def test_refusals_and_checks_are_said_in_words(scores: StudyScores) -> None:
    (checks,), (driver,) = scores.driver_checks, scores.drivers
    refused = replace(
        scores,
        drivers=(replace(driver, priorities=None, priorities_refused=(Reason("priorities_one_attribute"),)),),
        driver_checks=(replace(checks, ordered=None, ordered_refused=(Reason("ordered_separated"),)),),
        drivers_refused={"other": (Reason("driver_constant", {}, "kind"),)},
    )
    said = list(driver_remarks(refused))
    assert "Driver model other was refused: The same answer in every complete case: kind." in said
    assert any("has no priorities: One attribute alone" in line for line in said)
    assert any("no ordered logit: An attribute separates the points" in line for line in said)
    assert any("customers above a Cook's distance of 4 / n" in line for line in said)
    assert any("of the dealers D0" in line for line in said)
    assert any("ordered logit of" in line for line in driver_remarks(scores))
