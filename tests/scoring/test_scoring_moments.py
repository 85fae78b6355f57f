"""Moments: parts merge to the whole, and neither the weights' scale nor the rows' order matters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from surveyplat.errors import ScoringError
from surveyplat.scoring.design import Ratios, ratios_by_cell, ratios_overall
from surveyplat.scoring.moments import CodedColumn, Column, Moments, Rows, moments_of
from surveyplat.scoring.workers import merged

ANSWER = st.tuples(
    st.integers(0, 3),  # dealer
    st.integers(0, 5),  # customer
    st.sampled_from([None, 1, 2, 5, 9, 10]),
    st.sampled_from([0.5, 1.0, 3.0]),
)
ANSWERS = st.lists(ANSWER, min_size=1, max_size=40).map(lambda rows: sorted(rows, key=lambda row: row[:2]))
Answer = tuple[int, int, int | None, float]


def count(rows: list[Answer], weight_scale: float = 1.0) -> Moments:
    answered: NDArray[np.float64] = np.array([float(row[2] is not None) for row in rows])
    column = Column("y", np.array([float(row[2] or 0) for row in rows]), answered)
    weights = weight_scale * np.array([row[3] for row in rows])
    return moments_of([column], weights, Rows.in_order(np.array([r[0] for r in rows]), np.array([r[1] for r in rows])))


def counted_by_points(rows: list[Answer]) -> tuple[Moments, Moments]:
    """The same answers as whole-number codes, -2 where one is missing, and as a plain column."""
    codes = np.array([-2 if row[2] is None else row[2] for row in rows], dtype=np.int16)
    weights = np.array([row[3] for row in rows])
    own = Rows.in_order(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]))
    plain = Column("y", np.where(codes < 0, 0.0, codes), (codes >= 0).astype(np.float64))
    return moments_of([CodedColumn("y", codes)], weights, own), moments_of([plain], weights, own)


def numbers(ratios: Ratios) -> NDArray[np.float64]:
    return np.stack([ratios.value, ratios.std_error, ratios.df, ratios.effective_base])


@given(ANSWERS, st.data())
def test_parts_merge_to_the_whole(rows: list[Answer], data: st.DataObject) -> None:
    ends = [place for place in range(1, len(rows)) if rows[place][:2] != rows[place - 1][:2]]
    cuts = sorted(data.draw(st.sets(st.sampled_from(ends)))) if ends else []
    parts = [count(rows[start:stop]) for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    whole = count(rows)
    together = merged(parts)
    assert together.first_cell == whole.first_cell
    assert together.cell_units.tolist() == whole.cell_units.tolist()
    assert together.sums == pytest.approx(whole.sums, rel=1e-12)


@given(ANSWERS, st.sampled_from([1e-3, 7.0, 1e6]))
def test_the_scale_of_the_weights_does_not_matter(rows: list[Answer], scale: float) -> None:
    plain, scaled = numbers(ratios_overall(count(rows))), numbers(ratios_overall(count(rows, scale)))
    assert scaled == pytest.approx(plain, rel=1e-6, abs=1e-7)


@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_a_customers_answers_does_not_matter(rows: list[Answer], random: "np.random.Generator") -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[arg-type]
    shuffled.sort(key=lambda row: row[:2])
    expected = numbers(ratios_by_cell(count(rows)))
    assert numbers(ratios_by_cell(count(shuffled))) == pytest.approx(expected, rel=1e-6, abs=1e-7)


@given(ANSWERS)
def test_a_mean_lies_within_its_answers_and_its_uncertainty_is_finite(rows: list[Answer]) -> None:
    overall = ratios_overall(count(rows)).at(0)
    points = [row[2] for row in rows if row[2] is not None]
    if points:
        assert min(points) - 1e-9 <= overall.value <= max(points) + 1e-9
    assert np.isfinite(overall.std_error)
    assert 0 <= overall.effective_base <= len(points) + 1e-9


@given(ANSWERS)
@settings(max_examples=50)
def test_the_variance_is_that_of_the_units_totals(rows: list[Answer]) -> None:
    """The same formula written out over a list of units."""
    weight_sum = sum(row[3] for row in rows if row[2] is not None)
    if not weight_sum:
        return
    mean = sum(row[3] * row[2] for row in rows if row[2] is not None) / weight_sum
    variance = 0.0
    for dealer in {row[0] for row in rows}:
        totals: dict[int, float] = {}
        for _, customer, answer, weight in (row for row in rows if row[0] == dealer):
            residual = 0.0 if answer is None else weight * (answer - mean) / weight_sum
            totals[customer] = totals.get(customer, 0.0) + residual
        held = np.array(list(totals.values()))
        variance += held[0] ** 2 if len(held) == 1 else len(held) * held.var(ddof=1)
    assert ratios_overall(count(rows)).at(0).std_error == pytest.approx(variance**0.5, rel=1e-6, abs=1e-6)


@given(ANSWERS)
def test_answers_that_are_counted_give_the_sums_of_those_that_are_added_up(rows: list[Answer]) -> None:
    counted, added = counted_by_points(rows)
    assert counted.sums == pytest.approx(added.sums, rel=1e-12)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([None, 0, 3, 10])), min_size=40, max_size=90), st.data())
def test_runs_of_one_weight_are_counted_with_and_without_customers_who_answered_twice(
    answers: list[tuple[int, int | None]], data: st.DataObject
) -> None:
    """Weights by dealer: long runs, in which answers are only counted, beside customers' few rows."""
    weight = data.draw(st.lists(st.sampled_from([0.0, 0.25, 1.0, 1e6]), min_size=3, max_size=3))
    twice = data.draw(st.integers(1, 60))
    ordered = sorted(answers, key=lambda answer: answer[0])
    rows = [
        (dealer, place - (place % twice == 1), point, weight[dealer]) for place, (dealer, point) in enumerate(ordered)
    ]
    counted, added = counted_by_points(rows)
    assert counted.sums == pytest.approx(added.sums, rel=1e-12)


def test_moments_of_different_columns_do_not_merge() -> None:
    rows = Rows.in_order(np.array([0]), np.array([0]))
    one = moments_of([Column("a", np.ones(1), np.ones(1))], np.ones(1), rows)
    other = moments_of([Column("b", np.ones(1), np.ones(1))], np.ones(1), rows)
    with pytest.raises(ScoringError, match="different columns"):
        one.merge(other)
