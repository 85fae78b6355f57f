"""Planted numbers are found, and noise is not."""

from dataclasses import replace

import pytest
from reports_examples import (
    HIDDEN_DEALERS,
    LOW_DEALER,
    RISEN_CATEGORY,
    RISING_DEALER,
    estimate,
    imported_scores,
    quality_comparison,
    quality_scores,
    service_comparison,
    service_scores,
)

from surveyplat.reports.findings import Finding, find, improvable_drivers
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import PeriodComparison
from surveyplat.scoring.suppression import withheld_beside


def of_kind(found: tuple[Finding, ...], kind: str) -> list[Finding]:
    return [finding for finding in found if finding.kind == kind]


def service_findings(*, significant: bool = True) -> tuple[Finding, ...]:
    scores = service_scores()
    return find(scores, service_comparison(scores, significant=significant))


def test_level_and_significant_change_of_the_index_are_found() -> None:
    found = service_findings()
    (level,) = of_kind(found, "index_level")
    (change,) = of_kind(found, "index_change")
    assert (level.evidence["value"], level.unweighted_base) == (784.0, 1845)
    assert change.evidence["change"] == pytest.approx(12.0)
    assert change.certainty == "adjusted"


def test_a_difference_within_chance_is_never_a_change() -> None:
    found = service_findings(significant=False)
    assert of_kind(found, "index_change") == []
    assert len(of_kind(found, "index_no_clear_change")) == 1
    assert of_kind(found, "dealer_up") == of_kind(found, "dealer_down") == []


def test_the_rising_dealer_is_found_alone() -> None:
    assert [finding.subject for finding in of_kind(service_findings(), "dealer_up")] == [RISING_DEALER]


def test_a_falling_dealer_is_found_as_down() -> None:
    scores = service_scores()
    comparison = service_comparison(scores)
    fallen = tuple(
        replace(change, change=-70.0) if change.id == RISING_DEALER else change for change in comparison.dealers
    )
    found = find(scores, replace(comparison, dealers=fallen))
    assert [finding.subject for finding in of_kind(found, "dealer_down")] == [RISING_DEALER]


def test_the_low_dealer_is_below_the_group_and_no_other() -> None:
    (low,) = of_kind(service_findings(), "dealer_below_group")
    assert low.subject == LOW_DEALER
    assert (low.evidence["ci_high"] or 0) < (low.evidence["group_value"] or 0)
    assert (low.evidence["p_adjusted"] or 1) < 0.05


def test_an_interval_below_the_group_is_no_finding_when_many_dealers_were_tested() -> None:
    scores = service_scores()
    single = scores.dealers[0]
    barely = replace(single, index=replace(single.index, score=estimate(784 - 30, 15.0, 90)))
    alone = replace(scores, dealers=(barely,))
    among_many = replace(scores, dealers=(barely, *(d for d in scores.dealers[1:] if d.dealer != LOW_DEALER)))
    assert [each.subject for each in of_kind(find(alone, None), "dealer_below_group")] == [barely.dealer]
    assert of_kind(find(among_many, None), "dealer_below_group") == []


def test_suppressed_dealers_are_counted_and_give_no_other_finding() -> None:
    found = service_findings()
    (hidden,) = of_kind(found, "suppressed_dealers")
    assert hidden.evidence["count"] == len(HIDDEN_DEALERS)
    assert not [finding for finding in found if finding.subject in HIDDEN_DEALERS]


def test_a_dealer_withheld_for_anothers_sake_is_counted_apart_and_gives_no_other_finding() -> None:
    scores = service_scores()
    dealers = [
        replace(each, index=replace(each.index, score=withheld_beside(each.index.score)))
        if each.dealer == LOW_DEALER
        else each
        for each in scores.dealers
    ]
    found = find(replace(scores, dealers=tuple(dealers)), None)
    (hidden,) = of_kind(found, "suppressed_dealers")
    assert (hidden.evidence["count"], hidden.evidence["beside"]) == (len(HIDDEN_DEALERS), 1)
    assert not [finding for finding in found if finding.subject == LOW_DEALER]


def test_the_strongest_driver_leads_only_when_its_interval_is_clear_of_the_next() -> None:
    scores = service_scores()
    (clear,) = of_kind(find(scores, None), "strongest_driver")
    assert (clear.subject, clear.certainty) == ("quality_fixed", "apart")
    driver = scores.drivers[0]
    touching = (replace(driver.importances[0], share_low=0.05), *driver.importances[1:])
    unclear = replace(scores, drivers=(replace(driver, importances=touching),))
    assert of_kind(find(unclear, None), "strongest_driver")[0].certainty == "descriptive"


def test_important_attributes_below_the_mean_are_to_be_improved() -> None:
    driver = service_scores().drivers[0]
    assert [each.item for each in improvable_drivers(driver)] == ["quality_fixed", "pickup_on_time", "pickup_fairness"]


def test_the_weakest_factor_says_whether_it_is_clear_of_the_next() -> None:
    (weakest,) = of_kind(service_findings(), "weakest_factor")
    assert (weakest.subject, weakest.certainty) == ("facility", "apart")


def test_an_index_of_one_factor_has_no_weakest() -> None:
    assert of_kind(find(imported_scores(), None), "weakest_factor") == []


def test_the_risen_category_and_the_top_of_the_problems_are_found() -> None:
    scores = quality_scores()
    found = find(scores, quality_comparison(scores))
    (rose,) = of_kind(found, "category_rose")
    assert rose.subject == RISEN_CATEGORY
    assert rose.evidence["change"] == pytest.approx(2.0, abs=0.05)
    (top,) = of_kind(found, "top_category")
    assert (top.subject, top.certainty) == (RISEN_CATEGORY, "apart")
    assert [each.subject for each in of_kind(found, "top_problem")] == ["exterior_0"]
    assert [each.subject for each in of_kind(found, "dealer_more_problems")] == ["D02"]
    assert of_kind(found, "category_fell") == []


def test_periods_that_may_not_be_compared_give_one_finding_and_no_change() -> None:
    scores = service_scores()
    refused = PeriodComparison("2026-Q2", "2026-Q3", "refuse", (Reason("codes", {}, "kind"),), 0.05, (), (), (), (), ())
    kinds = {finding.kind for finding in find(scores, refused)}
    assert "not_comparable" in kinds
    assert not kinds & {"index_change", "index_no_clear_change", "dealer_up", "dealer_down"}


def test_findings_come_by_priority_with_unique_keys() -> None:
    found = service_findings()
    assert [each.priority for each in found] == sorted(each.priority for each in found)
    assert len({each.key for each in found}) == len(found)
