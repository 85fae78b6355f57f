"""From two periods and the split of their change nobody works out a dealer or model that either does not show."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from disclosure_attacker import Knowledge, points
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.scoring.comparability import Collected
from surveyplat.scoring.comparison_passes import Side, with_passes
from surveyplat.scoring.disclosure import hidden_dealers
from surveyplat.scoring.documents import comparison_document, results_document
from surveyplat.scoring.hiding import REACH_OF_SCALE
from surveyplat.scoring.passes import count_study
from surveyplat.scoring.periods import Grounds, compare_periods
from surveyplat.scoring.results import PeriodComparison, StudyScores
from surveyplat.scoring.study import score_study
from surveyplat.scoring.workers import ALONE

PLAN = service_plan(drivers=(), derived_indices=())
COLLECTED = Collected("2026-Q2", {"web": 240}, 0.3, 9.0)
GROUNDS = Grounds(COLLECTED, replace(COLLECTED, period="2026-Q3"))
CLOSE = 1e-3


class Period:
    """One period, scored, with the true weighted points of every dealer."""

    def __init__(self, folder: Path, name: str, sizes: Mapping[str, int], seed: int) -> None:
        dealers = [dealer for dealer, size in sizes.items() for _ in range(size)]
        path = write_snapshot(folder / f"{name}.parquet", service_answers(len(dealers), seed), dealer=dealers)
        self.source = source(path, {dealer: size * (1 + len(dealer) % 3) for dealer, size in sizes.items()}, name)

    def score(self) -> StudyScores:
        self.scores = score_study(PLAN, self.source)
        table = count_study(PLAN, self.source, ALONE).table
        ratios = {dealer: table.of_dealer(dealer, "index/csi") for dealer in table.known_dealers}
        self.truth = {dealer: ratio.value * ratio.weighted_base for dealer, ratio in ratios.items()}
        return self.scores

    @property
    def side(self) -> Side:
        return Side(PLAN, self.source, hidden_dealers(self.scores))


def compared(before: Period, after: Period) -> PeriodComparison:
    comparison = compare_periods(before.score(), after.score(), GROUNDS)
    return with_passes(comparison, before.side, after.side, ALONE)


def knowledge(before: Period, after: Period, comparison: PeriodComparison) -> Knowledge:
    """Both periods' dealers ("1D01", "2D01"), their totals, and the performance of all dealers together."""
    known, means, shares = Knowledge(), {}, {}
    for number, period in (("1", before), ("2", after)):
        document = results_document(period.scores)
        whole = document["indices"][0]["score"]
        held = {each["dealer"]: each["index"]["score"] for each in document["dealers"]}
        for dealer, estimate in held.items():
            known.amount(number + dealer, points(estimate), 0.0, 1000 * estimate["weighted_base"])
            means[number + dealer] = 1 / estimate["weighted_base"]
            shares[number + dealer] = estimate["weighted_base"] / whole["weighted_base"]
        known.adds_up({number + dealer: 1.0 for dealer in held}, points(whole))
    split = comparison_document(comparison)["by_dealer"]
    if split is not None:
        dealers = [name[1:] for name in shares if name[0] == "1"]
        share = {dealer: (shares["1" + dealer] + shares["2" + dealer]) / 2 for dealer in dealers}
        terms = {"1" + dealer: -share[dealer] * means["1" + dealer] for dealer in dealers}
        terms |= {"2" + dealer: share[dealer] * means["2" + dealer] for dealer in dealers}
        known.adds_up(terms, split["performance"]["value"])
    return known


def assert_hidden(before: Period, after: Period, known: Knowledge) -> None:
    for number, period in (("1", before), ("2", after)):
        for each in period.scores.dealers:
            score, value = each.index.score, period.truth[each.dealer]
            if score.suppressed not in (None, "complementary"):
                low, high = known.bounds(number + each.dealer)
                reach = REACH_OF_SCALE * 1000 * score.weighted_base
                assert low <= value - reach + CLOSE * value, each.dealer
                assert high >= min(value + reach, 1000 * score.weighted_base) - CLOSE * value, each.dealer


LARGE = {"D1": 90, "D22": 80, "D333": 70}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"S1": 25, "S22": 20}, {"S1": 22, "S22": 24}),
        ({"S1": 25, "S22": 20}, {"S1": 60, "S22": 70}),
        ({"S1": 25, "S22": 60}, {"S1": 60, "S22": 20}),
        ({"S1": 25, "S22": 60}, {"S1": 20, "S22": 60}),
    ],
)
def test_two_periods_and_their_split_together_tell_no_suppressed_dealer(
    tmp_path: Path, before: dict[str, int], after: dict[str, int]
) -> None:
    first, second = Period(tmp_path, "2026-Q2", LARGE | before, 1), Period(tmp_path, "2026-Q3", LARGE | after, 2)
    comparison = compared(first, second)
    hidden = hidden_dealers(first.scores) | hidden_dealers(second.scores)
    assert {change.id for change in comparison.dealers if change.change is None} == hidden
    if comparison.by_dealer is not None:
        assert not {group.group for group in comparison.by_dealer.groups} & hidden
    assert_hidden(first, second, knowledge(first, second, comparison))


def test_a_split_that_would_solve_the_suppressed_dealers_is_not_told(tmp_path: Path) -> None:
    """Two dealers of different weight, shown afterwards: their performance is a second equation for two unknowns."""
    first = Period(tmp_path, "2026-Q2", LARGE | {"S1": 25, "S22": 20}, 1)
    second = Period(tmp_path, "2026-Q3", LARGE | {"S1": 60, "S22": 140}, 2)
    assert compared(first, second).by_dealer is None


def test_a_split_is_told_where_both_periods_withhold_the_same_dealers(tmp_path: Path) -> None:
    first = Period(tmp_path, "2026-Q2", LARGE | {"S1": 25, "S22": 20}, 1)
    second = Period(tmp_path, "2026-Q3", LARGE | {"S1": 22, "S22": 24}, 2)
    split = compared(first, second).by_dealer
    assert split is not None
    assert {group.group for group in split.groups} == set(LARGE)


def test_a_small_model_is_never_the_only_one_left_out_of_a_split(tmp_path: Path) -> None:
    periods = Period(tmp_path, "2026-Q2", LARGE, 1), Period(tmp_path, "2026-Q3", LARGE, 2)
    models = ["C"] * 20 + ["B"] * 60 + ["A"] * 160
    for period in periods:
        pl.read_parquet(period.source.path).with_columns(model=pl.Series(models)).write_parquet(period.source.path)
    split = compared(*periods).by_model
    assert split is not None
    assert [group.group for group in split.groups] == ["A"]
