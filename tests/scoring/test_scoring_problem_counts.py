"""Vehicles by their number of problems: parts merge into the whole, and nothing hangs on the weights' scale."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.scoring.arrays import BoolArray, FloatArray
from surveyplat.scoring.columns import PROBLEM_TOTALS, problem_column
from surveyplat.scoring.moments import CodedColumn, Column, Rows, moments_of
from surveyplat.scoring.problem_counts import ProblemCounts, problem_counts
from surveyplat.scoring.tabulation import Tabulation

MODEL = problem_column("model", "A")


def columns_of(
    problems: FloatArray, asked: BoolArray, part: Rows, model: BoolArray, weights: FloatArray
) -> list[Column]:
    total = Column(PROBLEM_TOTALS[0], problems * asked, asked.astype(float))
    of_model = Column(MODEL, (problems * asked)[model], asked[model].astype(float), part, weights[model])
    return [total, of_model]


def counted(problems: FloatArray, asked: BoolArray, dealer: FloatArray, weights: FloatArray) -> ProblemCounts:
    rows = Rows.in_order(dealer.astype(np.int64), np.arange(len(dealer)))
    model = np.arange(len(problems)) % 2 == 0
    noise: list[Column | CodedColumn] = [CodedColumn("item/kind", np.ones(len(problems), dtype=np.int16))]
    return problem_counts([*noise, *columns_of(problems, asked, rows.chosen(model), model, weights)], weights, rows)


def test_vehicles_are_counted_in_total_by_dealer_and_by_model() -> None:
    """Dealer 0: 0, 2 (weights 1, 2); dealer 1: 2, 1 and one that was not asked (weights 3, 1, 9)."""
    found = counted(
        np.array([0.0, 2, 2, 1, 5]),
        np.array([True, True, True, True, False]),
        np.array([0, 0, 1, 1, 1]),
        np.array([1.0, 2, 3, 1, 9]),
    )
    assert found.columns == (PROBLEM_TOTALS[0], MODEL)
    assert found.of(PROBLEM_TOTALS[0]).tolist()[:3] == [1, 1, 5]
    assert found.of(MODEL).tolist()[:3] == [1, 0, 3]
    assert found.of_cells([1]).of(PROBLEM_TOTALS[0]).tolist()[:3] == [0, 1, 3]


@given(st.integers(0, 10_000), st.integers(1, 59))
@settings(max_examples=40, deadline=None)
def test_parts_merge_into_the_whole_however_many_problems_each_has(seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    problems = rng.negative_binomial(0.7, 0.3, 60).astype(float)
    asked, weights = rng.random(60) < 0.9, rng.integers(1, 5, 60).astype(float)
    dealer = np.sort(rng.integers(4, size=60))
    cut -= cut % 2  # the model goes by the place of a row in its piece
    whole = counted(problems, asked, dealer, weights)
    pieces = [slice(0, cut), slice(cut, 60)] if cut else [slice(0, 60)]
    first, *others = (counted(problems[at], asked[at], dealer[at], weights[at]) for at in pieces)
    for other in others:
        first = first.merge(other)
    width = first.vehicles.shape[1]
    assert np.array_equal(first.vehicles, whole.vehicles[:, :width])
    assert not whole.vehicles[:, width:].any()
    assert first.first_cell == whole.first_cell
    assert np.array_equal(first.by_cell, whole.by_cell[:, :, :width])
    assert np.array_equal(whole.by_cell.sum(axis=1)[0], whole.of(PROBLEM_TOTALS[0]))


def test_a_single_problem_is_told_from_its_rate() -> None:
    """Of 4 vehicles with the weights 1, 1, 2, 4 the third has it."""
    rows = Rows.in_order(np.zeros(4, dtype=np.int64), np.arange(4))
    noise = CodedColumn(problem_column("problem", "noise"), np.array([0, 0, 1, 0], dtype=np.int16))
    table = Tabulation(moments_of([noise], np.array([1.0, 1, 2, 4]), rows), ("D01",))
    assert table.vehicles_by_problems(noise.id).tolist() == pytest.approx([6, 2])
