"""Hand-worked tables: what must be withheld beside a cell, and what a reader can still work out."""

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.errors import CannotBeProtected, ScoringError
from surveyplat.scoring.additive import AdditiveTable, Known, table_of_means, two_way, worked_out
from surveyplat.scoring.complementary import protected

NORTH = AdditiveTable({"D1": 20, "D2": 100, "D3": 60, "north": 180}, {"north": ("D1", "D2", "D3")})


def test_a_dealer_follows_from_its_regions_total() -> None:
    assert worked_out(NORTH, ["D1"])["D1"] == Known(20, 20)


def test_two_withheld_dealers_share_what_is_left() -> None:
    """180 - 100 = 80 are left for both, and a third withheld one leaves 180."""
    assert worked_out(NORTH, ["D1", "D3"])["D1"] == Known(0, 80)
    assert worked_out(NORTH, ["D1", "D2", "D3"])["D1"] == Known(0, 180)
    assert worked_out(NORTH, ["D1"], ["D1", "D2"])["D2"] == Known(100, 100)


def test_a_withheld_total_leaves_no_upper_end() -> None:
    assert worked_out(NORTH, ["D1", "north"])["D1"] == Known(0, inf)


def test_the_smaller_of_the_other_dealers_goes_too() -> None:
    found = protected(NORTH, {"D1": 10}, never=["north"])
    assert (found.complementary, found.search) == (("D3",), "exact")
    assert found.known == {"D1": Known(0, 80)}


def test_a_range_that_one_dealer_cannot_give_takes_two() -> None:
    """D1 must seem able to be 20 + 110: D3 gives 60, D2 100, both 160."""
    found = protected(NORTH, {"D1": 110}, never=["north"])
    assert found.complementary == ("D2", "D3")


def test_two_small_dealers_of_a_region_hide_one_another() -> None:
    found = protected(NORTH, {"D1": 10, "D3": 10}, never=["north"])
    assert (found.complementary, found.search) == ((), "none_needed")


def test_counts_beside_weighted_sums_solve_two_dealers_and_leave_three_open() -> None:
    """D1 + D2 = 50 weighted problems; D1's weigh 2, D2's 5, 16 are counted: x/2 + (50 - x)/5 = 16 has x = 20."""
    cells = {"D1": 20, "D2": 30, "D3": 60, "all": 110, "count": 36}
    counts = {"D1": 1 / 2, "D2": 1 / 5, "D3": 1 / 3}
    table = AdditiveTable(cells, {"all": ("D1", "D2", "D3"), "count": counts})
    known = worked_out(table, ["D1", "D2"])["D1"]
    assert (known.low, known.high) == pytest.approx((20, 20))
    found = protected(table, {"D1": 5, "D2": 5}, never=["all", "count"])
    assert found.complementary == ("D3",)
    assert found.known["D1"].high > 25


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=6))
def test_one_sum_tells_what_a_linear_programme_finds(amounts: list[tuple[int, int]]) -> None:
    """The same sum told twice is solved by a programme."""
    cells = {f"D{place}": float(value) for place, (value, _) in enumerate(amounts)}
    highest = {f"D{place}": float(value + room) for place, (value, room) in enumerate(amounts)}
    names, total = list(cells), sum(cells.values())
    once = AdditiveTable({**cells, "all": total}, {"all": names}, highest=highest)
    twice = AdditiveTable({**cells, "all": total, "again": total}, {"all": names, "again": names}, highest=highest)
    for name, known in worked_out(once, names).items():
        found = worked_out(twice, names)[name]
        assert (known.low, known.high) == pytest.approx((found.low, found.high), abs=1e-6)


def test_nothing_withheld_needs_nothing() -> None:
    assert protected(NORTH, {}).complementary == ()


#         a     b     c    total
# D1     (5)   40    30     75
# D2     60    20    50    130
# D3     70    80    10    160
# total 135   140    90    365
# D1/a needs a partner in its row, one in its column, and the fourth corner: with D2 and c, 30 + 60 + 50; with D2 and b,
# 40 + 60 + 20 = 120, is the cheapest of the rectangles; with D3, c is 30 + 70 + 10 = 110
TWO_WAY = two_way(np.array([[5, 40, 30], [60, 20, 50], [70, 80, 10]], float), ["D1", "D2", "D3"], ["a", "b", "c"])
MARGINS = [name for name in TWO_WAY.cells if "total" in name]


def test_in_two_dimensions_a_rectangle_goes() -> None:
    found = protected(TWO_WAY, {"D1/a": 5}, never=MARGINS)
    assert found.complementary == ("D1/c", "D3/a", "D3/c")
    assert found.known["D1/a"] == Known(0, 35)


def test_the_corners_of_the_rectangle_limit_what_a_reader_must_leave_open() -> None:
    """D1/a can only rise by the 30 of D1/c. For 35 the rectangle of D2 and b goes, in which 40 can be moved."""
    assert protected(TWO_WAY, {"D1/a": 35}, never=MARGINS).complementary == ("D1/b", "D2/a", "D2/b")


def test_malfunction_and_design_give_each_other_away() -> None:
    table = AdditiveTable({"malfunction": 7, "design": 50, "total": 57}, {"total": ("malfunction", "design")})
    assert protected(table, {"malfunction": 5}, never=["total"]).complementary == ("design",)


def test_regions_in_a_group() -> None:
    """A region withheld for one of its dealers would follow from the group: a dealer goes instead, or two regions."""
    cells = {"D1": 20, "D2": 300, "D3": 90, "D4": 80, "north": 320, "south": 170, "group": 490}
    table = AdditiveTable(cells, {"north": ("D1", "D2"), "south": ("D3", "D4"), "group": ("north", "south")})
    assert protected(table, {"D1": 5}, never=["group"]).complementary == ("D2",)
    closed = protected(table, {"D1": 5}, never=["group", "D2"])
    assert set(closed.complementary) == {"north", "south", "D4"}


def test_what_cannot_be_protected_is_named() -> None:
    lone = AdditiveTable({"D1": 20, "D2": 9, "north": 20, "south": 9}, {"north": ("D1",), "south": ("D2",)})
    with pytest.raises(CannotBeProtected, match="D1, D2 can be worked out"):
        protected(lone, {"D1": 5, "D2": 5}, never=["north", "south"])
    assert protected(lone, {"D1": 5}).complementary == ("north",)


def test_a_cell_of_zero_only_seems_able_to_rise() -> None:
    table = AdditiveTable({"D1": 0, "D2": 40, "north": 40}, {"north": ("D1", "D2")})
    assert protected(table, {"D1": 10}, never=["north"]).known["D1"] == Known(0, 40)


def test_weighted_totals_of_a_scale_have_an_upper_end() -> None:
    """Ten answers on 0-10 sum up to 100 at most."""
    table = AdditiveTable({"D1": 90, "D2": 80, "north": 170}, {"north": ("D1", "D2")}, highest={"D1": 100, "D2": 100})
    assert protected(table, {"D1": 20}, never=["north"]).known["D1"] == Known(70, 100)


def test_a_withheld_mean_follows_from_the_groups_mean_and_the_bases() -> None:
    """20 answers at 9, 40 at 8, 60 at 7: the group's mean is 7.67, and (920 - 320 - 420) / 20 = 9."""
    weights, means = {"D1": 20.0, "D2": 40.0, "D3": 60.0}, {"D1": 9.0, "D2": 8.0, "D3": 7.0}
    table = table_of_means(weights, means, {"group": ("D1", "D2", "D3")}, lowest=1, highest=10)
    assert worked_out(table, ["D1"])["D1"] == Known(180, 180)
    found = protected(table, {"D1": 20 * 0.5}, never=["group"])
    assert found.complementary == ("D2",)
    assert found.known["D1"] == Known(100, 200)


def test_means_need_weights() -> None:
    with pytest.raises(ScoringError, match="D1"):
        table_of_means({"D1": -1.0}, {"D1": 5.0}, {})
    with pytest.raises(ScoringError, match="the names"):
        table_of_means({"D1": 1.0}, {"D2": 5.0}, {})
    with pytest.raises(ScoringError, match="no cell D9"):
        table_of_means({"D1": 1.0}, {"D1": 5.0}, {"north": ["D1", "D9"]})


def test_every_fault_of_a_table_is_told() -> None:
    with pytest.raises(ScoringError, match=r"no cell D9.*D2 is -4"):
        AdditiveTable({"D1": 3, "D2": -4, "north": 1}, {"north": ("D1", "D9")})
    with pytest.raises(ScoringError, match=r"parts of north give \+1 more"):
        AdditiveTable({"D1": 3, "D2": 4, "north": 6}, {"north": ("D1", "D2")})
    with pytest.raises(ScoringError, match="outside"):
        AdditiveTable({"D1": float("nan")}, {})


def test_unfit_requests_are_refused() -> None:
    with pytest.raises(ScoringError, match="no cell D9"):
        protected(NORTH, {"D9": 5})
    with pytest.raises(ScoringError, match="D1: a range must be finite"):
        protected(NORTH, {"D1": inf})
    with pytest.raises(ScoringError, match="its cell be withheld"):
        protected(NORTH, {"D1": 5}, never=["D1"])
    with pytest.raises(ScoringError, match="do not fit"):
        two_way(np.ones((2, 2)), ["D1"], ["a", "b"])
