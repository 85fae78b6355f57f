"""Hand-worked control charts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.control_charts import RULES, Rule, cusum, ewma, shewhart
from surveyplat.scoring.processes import (
    Process,
    deviation_from_cells,
    deviation_from_ranges,
    dispersion,
    laney,
    mean_process,
    moving_range,
    rate_process,
    share_process,
)


def standard(*points: float) -> Process:
    """Points in standard errors, after twenty of a quiet baseline."""
    held = np.concatenate([np.tile([0.5, -0.5], 10), points])
    return Process("xbar", held, 0.0, np.ones(len(held)), -np.inf, np.inf, 20)


def test_rate_limits() -> None:
    """24 problems of 6 x 100 cars, ū 0.04: 0.04 ± 3 √(0.04 / 100) = 0.04 ± 0.06, and no rate is below 0."""
    process = rate_process([4] * 6, [100] * 6)
    assert process.centre == pytest.approx(0.04)
    lower, upper = process.limits()
    assert (lower[0], upper[0]) == pytest.approx((0, 0.1))


def test_share_limits_with_a_design_effect() -> None:
    """50 of 100, deff 2: SE √(0.25 x 2 / 100) = 0.0707."""
    process = share_process([50] * 4, [100] * 4, design_effects=[2] * 4)
    assert process.std_errors.tolist() == pytest.approx([0.005**0.5] * 4)
    few = share_process([5] * 4, [10] * 4, design_effects=[4] * 4)
    assert [ends[0] for ends in few.limits()] == [0, 1]


def test_laney_scales_by_the_mean_step() -> None:
    """z runs -1, 1, -1, 1: steps of 2, σ_z = 2 / 1.128; and Σz² / 3 = 4 / 3."""
    process = Process("u", np.array([0.5, 1.5, 0.5, 1.5]), 1.0, np.full(4, 0.5), 0.0, np.inf, 4)
    assert moving_range(process) == pytest.approx(2 / 1.128)
    assert laney(process).std_errors.tolist() == pytest.approx([1 / 1.128] * 4)
    assert laney(process).kind == "laney_u"
    assert dispersion(process).ratio == pytest.approx(4 / 3)


def test_deviation_from_ranges_and_from_cells() -> None:
    """Ranges 2 and 4 of three values: 3 / 1.693. s of two values 1 and 3: √2 / c4(2) = √2 / 0.797885."""
    assert deviation_from_ranges(np.array([[1.0, 2, 3], [0, 4, 1]])) == pytest.approx(3 / 1.693)
    found = deviation_from_cells(np.array([2**0.5, 0.0]), np.array([2.0, 1.0]))
    assert found == pytest.approx(2**0.5 / 0.7978845608)


@pytest.mark.parametrize(
    ("rule", "points", "signals"),
    [
        ("beyond_limits", (3.0, 3.1, -3.1), [(21, "high"), (22, "low")]),
        ("two_of_three", (2.1, 0.0, 2.2), [(22, "high")]),
        ("two_of_three", (2.1, 2.2, 0.0), [(21, "high")]),
        ("two_of_three", (2.1, 0.0, 0.0, 2.2), []),
        ("two_of_three", (2.1, -2.2, 0.0), []),
        ("four_of_five", (1.1, 1.2, 0.0, 1.3, 1.4), [(24, "high")]),
        ("eight_on_one_side", (-0.1,) * 7, [(26, "low")]),
        ("eight_on_one_side", (0.1,) * 7, []),
    ],
)
def test_rules_of_runs(rule: Rule, points: tuple[float, ...], signals: list[tuple[int, str]]) -> None:
    """The baseline ends below the centre, so that seven more below make eight."""
    found = shewhart(standard(*points), [rule]).signals
    assert [(signal.point, signal.side) for signal in found] == signals
    assert {signal.rule for signal in found} <= {rule}


def test_moving_average_by_hand() -> None:
    """λ 0.2, a point of 10 after a quiet baseline: 2 more than 0.8 of what was; Var 0.04 after the first point."""
    chart = ewma(standard(10.0))
    assert chart.plotted[0] == pytest.approx(0.1)
    assert chart.upper[0] == pytest.approx(3 * 0.2)
    assert chart.upper[1] == pytest.approx(3 * (0.04 * 1.64) ** 0.5)
    assert chart.plotted[-1] == pytest.approx(0.8 * chart.plotted[-2] + 2)
    assert [(signal.point, signal.side) for signal in chart.signals] == [(20, "high")]


def test_cumulative_sums_by_hand() -> None:
    """k 0.5: 2 - 0.5 a point adds 1.5; beyond 5 with the fourth. The lower sum takes up z + 0.5."""
    chart = cusum(standard(2.0, 2.0, 2.0, 2.0, -6.0))
    assert list(chart.plotted[20:]) == pytest.approx([1.5, 3.0, 4.5, 6.0, 0.0])
    assert chart.plotted_low is not None
    assert list(chart.plotted_low[20:]) == pytest.approx([0, 0, 0, 0, -5.5])
    assert [(signal.point, signal.side) for signal in chart.signals] == [(23, "high"), (24, "low")]


def test_twenty_points_or_none() -> None:
    process = rate_process([4, 5] * 9 + [4], [100] * 19)
    for chart in (shewhart, ewma, cusum):
        with pytest.raises(InsufficientBase, match="19 points are too few"):
            chart(process)
    assert shewhart(rate_process([4, 5] * 10, [100] * 20)).signals == ()


def test_bad_input_is_named() -> None:
    with pytest.raises(InsufficientBase, match="Nobody answered at point 2, 3"):
        rate_process([1, 0, 0], [10, 0, 0])
    with pytest.raises(ScoringError, match="point 1 are not usable"):
        rate_process([float("nan"), 1], [10, 10])
    with pytest.raises(ScoringError, match="point 2 exceed"):
        share_process([1, 11], [10, 10])
    with pytest.raises(ScoringError, match="baseline of 3 points"):
        rate_process([1, 1], [10, 10], baseline=3)
    with pytest.raises(ScoringError, match="one value, one base"):
        rate_process([1, 1], [10])


def test_what_never_varies_has_no_limits() -> None:
    with pytest.raises(InsufficientBase, match="No event"):
        rate_process([0, 0], [10, 10])
    with pytest.raises(InsufficientBase, match="share is 1"):
        share_process([10, 10], [10, 10])
    with pytest.raises(InsufficientBase, match="alike"):
        mean_process([5, 5], [10, 10], 0.0)
    with pytest.raises(InsufficientBase, match="all alike"):
        laney(rate_process([2, 2], [10, 10]))
    with pytest.raises(InsufficientBase, match="single answer"):
        deviation_from_cells(np.zeros(2), np.ones(2))
    with pytest.raises(ScoringError, match="Samples of 1"):
        deviation_from_ranges(np.ones((3, 1)))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), min_size=20, max_size=40))
def test_limits_hold_the_centre_and_signals_their_side(cells: list[tuple[int, int]]) -> None:
    counts, bases = zip(*([*cells, (1, 100)]), strict=True)
    process = share_process(counts, bases)
    lower, upper = process.limits()
    assert (lower <= process.centre).all()
    assert (process.centre <= upper).all()
    chart = shewhart(process, tuple(RULES))
    assert all((process.points[found.point] > process.centre) == (found.side == "high") for found in chart.signals)
    assert [found.point for found in chart.signals] == sorted(found.point for found in chart.signals)


@given(st.lists(st.integers(1, 50), min_size=2, max_size=9), st.integers(2, 9))
def test_design_effects_undo_bases_that_count_too_much(counts: list[int], factor: int) -> None:
    plain = rate_process(counts, [100] * len(counts))
    blown = rate_process(np.multiply(counts, factor), [100 * factor] * len(counts), [factor] * len(counts))
    assert blown.distances.tolist() == pytest.approx(plain.distances.tolist())
