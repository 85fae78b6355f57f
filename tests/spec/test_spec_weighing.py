"""Hand-worked weights: what is raked, what is not and why, and what stands outside."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from surveyplat.scoring.event_cells import EventCells
from surveyplat.scoring.passes import count_study
from surveyplat.scoring.plan import ScaleItem, ScoringPlan
from surveyplat.scoring.results import ItemScore, StudyScores
from surveyplat.scoring.snapshot import SnapshotSource, take_inventory
from surveyplat.scoring.study import score_study
from surveyplat.scoring.weighing import Weighed, weigh
from surveyplat.scoring.workers import ALONE

MONTHS = ("2026-07", "2026-08")
PLAN = ScoringPlan("visit", "d" * 64, (ScaleItem("kind", 1, 10),))
Cell = tuple[str, str, str]
"""Dealer, model, month; "" where the answers do not tell."""
Events = Mapping[str, Mapping[str, tuple[int, ...]]]


def snapshot(path: Path, answers: Mapping[Cell, Sequence[int]]) -> Path:
    """Rows as given, each a customer of its own."""
    rows = [(*cell, point) for cell in sorted(answers) for point in answers[cell]]
    frame = pl.DataFrame(
        {
            "response_id": [f"r{row:05d}" for row in range(len(rows))],
            "dealer": [row[0] for row in rows],
            "customer": [f"c{row:05d}" for row in range(len(rows))],
            "model": [row[1] for row in rows],
            "occasion_on": pl.Series(
                [date.fromisoformat(f"{row[2]}-10") if row[2] else None for row in rows], dtype=pl.Date
            ),
            "kind": pl.Series([row[3] for row in rows], dtype=pl.Int16),
        }
    )
    frame.write_parquet(path)
    return path


def source(path: Path, answers: Mapping[Cell, Sequence[int]], events: Events | None) -> SnapshotSource:
    cells = None if events is None else EventCells(MONTHS, events)
    known = {} if cells is None else {dealer: cells.of_dealer(dealer) for dealer in cells.counts}
    return SnapshotSource(snapshot(path, answers), "f" * 64, "2026-Q3", known, cells)


def weighed(tmp_path: Path, answers: Mapping[Cell, Sequence[int]], events: Events | None) -> Weighed:
    given = source(tmp_path / "s.parquet", answers, events)
    return weigh(take_inventory(given.path, PLAN), given, ALONE)


def weight(found: Weighed, dealer: int, model: str, month: str) -> float:
    table = found.table
    place = [
        names.index(name) if name in names else -1 for names, name in ((table.models, model), (table.months, month))
    ]
    return float(table.values[dealer, int(table.slot(*place))])


def scored(tmp_path: Path, answers: Mapping[Cell, Sequence[int]], events: Events | None) -> StudyScores:
    return score_study(PLAN, source(tmp_path / "s.parquet", answers, events))


def item(scores: StudyScores) -> ItemScore:
    return scores.items[0]


# 80 answers, 10 in each of 2 dealers x 2 models x 2 months
EVEN = {
    (dealer, model, month): [point] * 5 + [point + 2] * 5
    for dealer, base in (("A", 3), ("B", 5))
    for model, more in (("X", 0), ("Y", 2))
    for month in MONTHS
    for point in [base + more]
}
# dealer A has 100 events and B 300; X has 100 and Y 300; July has 200 and August 200, each in the same proportions
PRODUCT = {"A": {"X": (25, 25), "Y": (25, 25)}, "B": {"X": (25, 25), "Y": (125, 125)}}


def test_two_by_two_by_two_with_even_answers_is_met_by_a_product_of_three_factors(tmp_path: Path) -> None:
    """Answers are even, so w = 80 · p(dealer) · p(model) · p(month) · 400 / 80 / 10 = 40 · p · p · p."""
    found = weighed(tmp_path, EVEN, PRODUCT)
    assert found.kind == "raked"
    shares = {"A": 0.25, "B": 0.75, "X": 0.25, "Y": 0.75}
    for dealer, model, month in EVEN:
        expected = 40 * shares[dealer] * shares[model] * 0.5
        assert weight(found, "AB".index(dealer), model, month) == pytest.approx(expected, rel=1e-11)
    dealer, model, month = found.summary.margins
    assert [(each.names, each.events, each.responses) for each in model.categories] == [
        (("X",), pytest.approx(100), 40),
        (("Y",), pytest.approx(300), 40),
    ]
    assert [each.events for each in month.categories] == pytest.approx([200, 200])
    assert (dealer.name, dealer.categories) == ("dealer", ())
    assert found.summary.largest_multiple == pytest.approx(0.75 * 0.75 * 4)
    assert found.summary.design_effect == pytest.approx((2 * (0.25**2 + 0.75**2)) ** 2)


def test_the_mean_is_that_of_the_events_and_its_error_that_of_what_the_margins_leave(tmp_path: Path) -> None:
    """Means 4, 6, 6 and 8 by dealer and model: 4/16 + 2 · 6 · 3/16 + 8 · 9/16 = 7. Every residual is 1 or -1.

    A stratum of 40 answers weighs 1.25 (X) and 3.75 (Y), dealer B's thrice that: Σ(we)² of A is 20 (1.25² + 3.75²).
    """
    mean = item(scored(tmp_path, EVEN, PRODUCT)).mean
    assert mean.value == pytest.approx(7)
    squares = 20 * (1.25**2 + 3.75**2)
    assert mean.std_error == pytest.approx((40 / 39 * (squares + 9 * squares)) ** 0.5 / 400)


def test_a_dealers_own_mean_has_the_error_of_its_own_answers(tmp_path: Path) -> None:
    """Only the margins of the whole are known: what a model explains within one dealer is left in its error."""
    table = count_study(PLAN, source(tmp_path / "s.parquet", EVEN, PRODUCT), ALONE).table
    found = table.of_dealer("A", "item/kind")
    weights = np.repeat([1.25, 3.75], 20)
    values = np.concatenate([np.repeat([3.0, 5], 10), np.repeat([5.0, 7], 10)])
    mean = weights @ values / weights.sum()
    assert found.value == pytest.approx(mean)
    error = (40 / 39 * ((weights * (values - mean)) ** 2).sum()) ** 0.5 / weights.sum()
    assert found.std_error == pytest.approx(error)


def test_a_dealer_with_more_answers_than_events_stands_for_itself_and_leaves_the_others_alone(tmp_path: Path) -> None:
    """C's 12 answers and 3 events, and the two answers of no dealer, take no part in the raking."""
    more = {**EVEN, ("C", "X", "2026-07"): [10] * 12, ("", "", ""): [1, 1]}
    alone, found = weighed(tmp_path, EVEN, PRODUCT), weighed(tmp_path, more, {**PRODUCT, "C": {"X": (3, 0)}})
    assert weight(found, 3, "X", "2026-07") == weight(found, 0, "", "") == 1
    assert weight(found, 2, "Y", "2026-08") == pytest.approx(weight(alone, 1, "Y", "2026-08"))
    assert (alone.summary.apart, found.summary.apart) == (0, 14)
    assert [each.events for each in found.summary.margins[1].categories] == pytest.approx([100, 300])


def test_models_and_months_are_those_of_the_dealers_that_answered(tmp_path: Path) -> None:
    """Dealer Z, with 1,000 events of Y and no answer, does not move the others' models."""
    found = weighed(tmp_path, EVEN, {**PRODUCT, "Z": {"Y": (900, 100)}})
    assert [each.events for each in found.summary.margins[1].categories] == pytest.approx([100, 300])
    uncovered = scored(tmp_path, EVEN, {**PRODUCT, "Z": {"Y": (900, 100)}}).coverage[-1]
    assert (uncovered.dealer, uncovered.eligible, uncovered.responses) == ("Z", 1000, 0)


def test_events_without_a_vehicle_are_a_category_of_their_own(tmp_path: Path) -> None:
    answers = {("A", "", "2026-07"): [1] * 10, ("A", "X", "2026-07"): [9] * 30}
    found = weighed(tmp_path, answers, {"A": {"": (60, 0), "X": (60, 0)}})
    assert [(each.names, each.events) for each in found.summary.margins[1].categories] == [(("",), 60), (("X",), 60)]
    assert weight(found, 0, "", "2026-07") == pytest.approx(6)
    assert weight(found, 0, "X", "2026-07") == pytest.approx(2)


def test_models_of_few_answers_are_joined_and_those_without_any_told(tmp_path: Path) -> None:
    answers = {("A", "V", "2026-07"): [5] * 3, ("A", "W", "2026-07"): [5] * 7, ("A", "X", "2026-07"): [5] * 10}
    found = weighed(tmp_path, answers, {"A": {"U": (10, 0), "V": (30, 0), "W": (20, 0), "X": (40, 0)}})
    model = found.summary.margins[1]
    assert model.joined == (("V", "W"),)
    assert [(each.category, each.events) for each in model.not_covered] == [("U", 10)]
    assert [(each.names, each.responses) for each in model.categories] == [(("V", "W"), 10), (("X",), 10)]
    assert weight(found, 0, "V", "2026-07") == weight(found, 0, "W", "2026-07") == pytest.approx(100 / 90 * 5)


def test_one_model_and_one_month_are_weighted_by_dealer_without_a_reason(tmp_path: Path) -> None:
    answers = {("A", "X", "2026-07"): [5, 6], ("B", "X", "2026-07"): [7, 8]}
    found = weighed(tmp_path, answers, {"A": {"X": (10, 0)}, "B": {"X": (30, 0)}})
    assert (found.kind, found.summary.reasons) == ("post_stratified_by_dealer", ())
    assert found.table.values.ravel().tolist() == [5, 15]


def test_a_weight_of_more_than_five_times_the_mean_is_cut_off_and_the_margins_are_met(tmp_path: Path) -> None:
    """200 answers and 2,000 events: the mean weight is 10. B's five X would weigh 66 each; at 50 they make up 250.

    What the margins leave for the others is 1,000 - 250 of A's X and of B's Y, and 250 of A's Y.
    """
    counts = {("A", "X"): 20, ("A", "Y"): 87, ("B", "X"): 5, ("B", "Y"): 88}
    answers = {(*cell, "2026-07"): [5] * count for cell, count in counts.items()}
    found = weighed(tmp_path, answers, {"A": {"X": (500, 0), "Y": (500, 0)}, "B": {"X": (500, 0), "Y": (500, 0)}})
    assert (found.summary.trimmed, found.summary.reasons) == (5, ())
    assert found.summary.largest_multiple == pytest.approx(5)
    totals = [count * weight(found, "AB".index(dealer), model, "") for (dealer, model), count in counts.items()]
    assert totals == pytest.approx([750, 250, 250, 750])


def test_margins_that_need_more_than_five_times_the_mean_are_met_untrimmed_and_that_is_told(tmp_path: Path) -> None:
    answers = {("A", "X", "2026-07"): [5] * 5, ("A", "Y", "2026-07"): [5] * 100}
    found = weighed(tmp_path, answers, {"A": {"X": (500, 0), "Y": (100, 0)}})
    assert [reason.code for reason in found.summary.reasons] == ["trimming_refused"]
    assert (found.kind, found.summary.trimmed, weight(found, 0, "X", "2026-07")) == ("raked", 0, pytest.approx(100))


@pytest.mark.parametrize(
    ("answers", "events", "code"),
    [
        # only A sold X and only B sold Y, but by dealer 1 : 2 and by model 2 : 1
        (
            {("A", "X", "2026-07"): [5] * 9, ("B", "Y", "2026-07"): [6] * 9},
            {"A": {"X": (30, 0), "Y": (5, 0)}, "B": {"X": (30, 0), "Y": (40, 0)}},
            "raking_diverged",
        ),
        (
            {("A", "X", "2026-07"): [5] * 9, ("A", "Q", "2026-07"): [6] * 9},
            {"A": {"X": (30, 0), "Y": (5, 0)}},
            "raking_contradicted",
        ),
        ({("A", "X", "2026-07"): [5] * 9, ("B", "Y", "2026-07"): [6] * 9}, None, "events_by_dealer_only"),
    ],
)
def test_where_raking_fails_dealers_are_weighted_and_the_result_says_why(
    tmp_path: Path, answers: Mapping[Cell, Sequence[int]], events: Events | None, code: str
) -> None:
    given = source(tmp_path / "s.parquet", answers, events)
    if events is None:
        given = SnapshotSource(given.path, given.rows_hash, given.period, {"A": 30, "B": 60})
    scores = score_study(PLAN, given)
    assert scores.weighting == "post_stratified_by_dealer"
    assert [reason.code for reason in scores.weighting_summary.reasons] == [code]
    totals = {each.dealer: each.eligible for each in scores.coverage}
    assert sum(totals.values()) == pytest.approx(item(scores).mean.weighted_base)


def test_answers_without_known_events_are_not_weighted(tmp_path: Path) -> None:
    scores = scored(tmp_path, {("", "X", ""): [5] * 30}, {"A": {"X": (30, 0)}})
    assert (scores.weighting, scores.weighting_summary.design_effect) == ("unweighted", 1)
