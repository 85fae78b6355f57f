"""Hand-worked raking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from raked_rows import residuals_of_rows

from surveyplat.errors import InsufficientBase, WeightingError
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.margins import Margin
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.raking import Raking, TrimmingBounds, WeightCells, rake, weight_cells


def cells_of(*counts: tuple[tuple[int, ...], int], start: float = 1.0) -> WeightCells:
    """Cells at (dealer, model) with their number of responses."""
    positions = np.repeat([position for position, _ in counts], [count for _, count in counts], axis=0)
    return weight_cells(positions, np.full(len(positions), start))[0]


def margin(name: str, **totals: float) -> Margin:
    return Margin(name, tuple(totals), np.array(list(totals.values())))


def sums(raking: Raking, place: int) -> list[float]:
    group = raking.margins[place].group_of_cell
    return np.bincount(group, raking.weights * raking.responses).tolist()


# dealers A, B by models X, Y: 10 and 10 at A, 10 and 20 at B
CROSSED = cells_of(((0, 0), 10), ((0, 1), 10), ((1, 0), 10), ((1, 1), 20))


def test_one_margin_is_post_stratification() -> None:
    """A: 100 events for 20 responses; B: 60 for 30."""
    raked = rake(CROSSED, [margin("dealer", A=100, B=60)])
    assert raked.weights.tolist() == pytest.approx([5, 5, 2, 2])
    assert raked.design_effect == pytest.approx(50 * (20 * 25 + 30 * 4) / 160**2)


def test_two_margins_are_both_met_and_keep_the_cross_ratio_of_the_start_weights() -> None:
    raked = rake(CROSSED, [margin("dealer", A=100, B=60), margin("model", X=70, Y=90)])
    assert sums(raked, 0) == pytest.approx([100, 60], rel=1e-12)
    assert sums(raked, 1) == pytest.approx([70, 90], rel=1e-12)
    first, second, third, fourth = raked.weights
    assert first * fourth / (second * third) == pytest.approx(1.0)


def test_start_weights_within_a_category_are_kept_in_proportion() -> None:
    positions = np.zeros((6, 1), dtype=np.int64)
    cells, cell = weight_cells(positions, np.array([1.0, 1, 1, 3, 3, 3]))
    raked = rake(cells, [margin("dealer", A=24)])
    assert raked.weights[cell].tolist() == pytest.approx([2, 2, 2, 6, 6, 6])


def test_a_category_of_few_responses_is_joined_with_the_next_that_has_some() -> None:
    cells = cells_of(((0,), 4), ((2,), 3), ((3,), 6), ((4,), 2))
    raked = rake(cells, [margin("month", Jan=10, Feb=7, Mar=11, Apr=20, May=9)])
    month = raked.margins[0]
    assert month.joined == (("Jan", "Mar"), ("Apr", "May"))
    assert [(left.category, left.events) for left in month.not_covered] == [("Feb", 7)]
    assert raked.weights.tolist() == pytest.approx([3, 3, 29 / 8, 29 / 8])


def test_other_margins_are_scaled_to_the_covered_events_of_the_first() -> None:
    """Dealer C has 40 of 200 events and no responses: models share the other 160 as they share all 200."""
    raked = rake(CROSSED, [margin("dealer", A=100, B=60, C=40), margin("model", X=50, Y=150)])
    assert sums(raked, 1) == pytest.approx([40, 120])


def test_responses_of_an_unknown_model_keep_their_share_of_the_total() -> None:
    cells = cells_of(((0, -1), 10), ((0, 0), 10), ((0, 1), 20))
    raked = rake(cells, [margin("dealer", A=80), margin("model", X=60, Y=20)])
    assert raked.margins[1].names == (("X",), ("Y",), ("",))
    assert sums(raked, 1) == pytest.approx([45, 15, 20])


def test_trimmed_weights_stay_within_their_bounds_and_meet_the_margins() -> None:
    cells = cells_of(((0, 0), 20), ((0, 1), 5), ((1, 0), 5), ((1, 1), 20))
    margins = [margin("dealer", A=50, B=50), margin("model", X=90, Y=10)]
    free = rake(cells, margins)
    held = rake(cells, margins, TrimmingBounds(0.0, 4.04))
    assert free.weights.max() > 8.1
    assert held.weights.tolist() == pytest.approx([49.6 / 20, 0.4 / 5, 8.08, 9.6 / 20])
    assert held.trimmed.tolist() == [False, False, True, False]
    assert sums(held, 0) == pytest.approx([50, 50])
    assert sums(held, 1) == pytest.approx([90, 10])


@pytest.mark.parametrize(
    ("margins", "bounds", "told"),
    [
        ([margin("dealer", A=10, B=20), margin("model", X=10, Y=25)], None, r"dealer 30, model 35.*same events"),
        ([margin("dealer", A=10, B=0)], None, "dealer B: responses, but no known event"),
        ([margin("dealer", A=10)], None, "dealer: a response's category is not among the margin's 1"),
        ([margin("dealer", A=1000, B=10)], TrimmingBounds(0.1, 1.5), "dealer A needs a mean.*dealer B needs a mean"),
    ],
)
def test_totals_that_cannot_be_met_are_named(margins: list[Margin], bounds: TrimmingBounds | None, told: str) -> None:
    with pytest.raises(WeightingError, match=told):
        rake(CROSSED, margins, bounds)


def test_bounds_that_one_combination_cannot_meet_are_told() -> None:
    """Dealer B's five X need 40 of its 50 events, 8 each; 3.6 times the mean weight 2 is 7.2."""
    cells = cells_of(((0, 0), 20), ((0, 1), 5), ((1, 0), 5), ((1, 1), 20))
    with pytest.raises(WeightingError, match="bounds are too narrow"):
        rake(cells, [margin("dealer", A=50, B=50), margin("model", X=90, Y=10)], TrimmingBounds(0.0, 3.6))


def test_an_empty_combination_that_the_totals_need_is_told_as_not_converged() -> None:
    """Only A sold X and only B sold Y, but the margins differ."""
    with pytest.raises(WeightingError, match="did not converge"):
        rake(cells_of(((0, 0), 10), ((1, 1), 10)), [margin("dealer", A=10, B=20), margin("model", X=20, Y=10)])


def test_nobody_to_weight_is_an_insufficient_base() -> None:
    nobody, _ = weight_cells(np.zeros((0, 1), dtype=np.int64), np.zeros(0))
    with pytest.raises(InsufficientBase):
        rake(nobody, [margin("dealer", A=10)])


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan, np.inf])
def test_start_weights_that_are_none_are_refused(weight: float) -> None:
    with pytest.raises(WeightingError, match="start weight"):
        weight_cells(np.zeros((2, 1), dtype=np.int64), np.array([1.0, weight]))


@pytest.mark.parametrize("totals", [[-1.0, 5.0], [0.0, 0.0], [np.nan, 1.0]])
def test_events_that_are_no_counts_are_refused(totals: list[float]) -> None:
    with pytest.raises(WeightingError, match="known events"):
        Margin("dealer", ("A", "B"), np.array(totals))


counts = st.lists(st.integers(5, 40), min_size=6, max_size=6)


@given(counts, st.lists(st.floats(10, 100), min_size=3, max_size=3), st.floats(0.01, 100))
def test_raking_does_not_see_the_scale_of_the_start_weights(
    held: list[int], dealers: list[float], factor: float
) -> None:
    places = [((row // 2, row % 2), count) for row, count in enumerate(held)]
    margins = [
        Margin("dealer", ("A", "B", "C"), np.array(dealers)),
        Margin("model", ("X", "Y"), np.array([0.4, 0.6]) * sum(dealers)),
    ]
    plain, scaled = rake(cells_of(*places), margins), rake(cells_of(*places, start=factor), margins)
    assert scaled.weights == pytest.approx(plain.weights, rel=1e-9)


def test_cells_of_two_pieces_merge_to_those_of_the_whole() -> None:
    rng = np.random.default_rng(3)
    positions, start = rng.integers(-1, 3, size=(200, 2)), rng.choice([1.0, 2.0], size=200)
    whole, cell = weight_cells(positions, start)
    first, _ = weight_cells(positions[:70], start[:70])
    second, _ = weight_cells(positions[70:], start[70:])
    together = first.merge(second)
    assert together.positions.tolist() == whole.positions.tolist()
    assert together.responses.tolist() == whole.responses.tolist()
    assert together.cell_of(positions[70:], start[70:]).tolist() == cell[70:].tolist()
    with pytest.raises(WeightingError, match="no weighted cell"):
        together.cell_of(np.array([[2, 2]]), np.array([7.0]))


def test_what_the_margins_determine_has_no_uncertainty() -> None:
    """The share of dealer A's customers is known; an answer that differs within dealers is not."""
    dealer = np.repeat([0, 1], [10, 20])
    cells, cell = weight_cells(dealer[:, None], np.ones(30))
    raked = rake(cells, [margin("dealer", A=50, B=50)])
    columns = [Column("at A", (dealer == 0) * 1.0, np.ones(30)), Column("y", np.arange(30) % 2 * 1.0, np.ones(30))]
    rows = Rows.in_order(np.zeros(30, dtype=np.int64), np.arange(30))
    moments = moments_of(columns, raked.weights[cell], rows)
    residuals = residuals_of_rows(columns, ratios_overall(moments).value, cells, raked, cell, rows)
    ratios = ratios_overall(moments, residuals=residuals)
    assert ratios.at(0).value == pytest.approx(0.5)
    assert ratios.at(0).std_error == 0
    # 30 / 29 · (10 · (5 / 2)² + 20 · (2.5 / 2)²) / 100²: every answer is a half away from its dealer's mean
    assert ratios.at(1).std_error == pytest.approx((30 / 29 * (10 * 2.5**2 + 20 * 1.25**2) / 100**2) ** 0.5)
