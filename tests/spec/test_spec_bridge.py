"""A hand-worked bridge over changed weights."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from surveyplat.errors import NotComparable
from surveyplat.scoring.bridge import bridge_columns, bridged, on_common_items
from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.moments import Rows, moments_of
from surveyplat.scoring.plan import Factor, IndexPlan, ScaleItem
from surveyplat.scoring.records.changes import BothWays
from surveyplat.scoring.snapshot import Answers

ITEMS = {name: ScaleItem(name, 1, 10) for name in ("kind", "clean", "quick")}
OLD = IndexPlan("csi", (Factor("advisor", 3, ("kind",)), Factor("facility", 1, ("clean",))))
NEW = replace(OLD, factors=(Factor("advisor", 1, ("kind",)), Factor("facility", 3, ("clean",))))


def both_ways(codes: Mapping[str, Sequence[int]]) -> BothWays:
    size = len(next(iter(codes.values())))
    rows = Rows.in_order(np.zeros(size, dtype=np.int64), np.arange(size))
    answers = Answers(
        {name: np.array(held, dtype=np.int16) for name, held in codes.items()}, rows, np.full(size, -1), ()
    )
    columns = dict(bridge_columns(OLD, NEW, answers, ITEMS))
    ratios = ratios_overall(moments_of(columns.values(), np.ones(size), rows))
    return BothWays(**{name: ratios.at(place) for place, name in enumerate(columns)})


# 1 is 0 and 10 is 1000 points.    old (3:1)        new (1:3)
# before  kind 10, clean 1         750              250
#         kind 10, clean 10       1000             1000     means 875 and 625
# after   kind 10, clean 10       1000             1000
#         kind 1,  clean 10        250              750     means 625 and 875
BEFORE = {"kind": [10, 10], "clean": [1, 10]}
AFTER = {"kind": [10, 1], "clean": [10, 10]}


def test_published_change_is_performance_and_weights() -> None:
    found = bridged(both_ways(BEFORE), both_ways(AFTER))
    assert found.published.value == pytest.approx(0)
    assert found.under_old.value == pytest.approx(-250)
    assert found.under_new.value == pytest.approx(250)
    assert found.performance.value == pytest.approx(0)
    assert found.weights.value == pytest.approx((-250 + 250) / 2)


def test_standard_errors_know_that_both_indices_are_of_the_same_people() -> None:
    """(old + new) / 2 is 500 and 1000 before and after: SE 250 each. Gaps -500, 0 and 0, 500: SE 250 each."""
    found = bridged(both_ways(BEFORE), both_ways(AFTER))
    assert found.performance.std_error == pytest.approx(250 * 2**0.5)
    assert found.weights.std_error == pytest.approx(250 * 2**0.5 / 2)
    assert found.performance.df == found.weights.df == pytest.approx(2)


def test_parts_add_up_when_someone_has_one_index_only() -> None:
    """The last answers kind alone: enough for the old weights, too little for the new ones, so it counts in neither."""
    short = {"kind": [10, 4, 3], "clean": [7, 2, -3]}
    found = bridged(both_ways(short), both_ways(AFTER))
    assert found.before.old.unweighted_base == 2
    assert found.performance.value + found.weights.value == pytest.approx(found.published.value)


def test_the_same_weights_need_no_bridge() -> None:
    held = both_ways(BEFORE)
    same = BothWays(held.old, held.old, held.gap.scaled(0.0))
    found = bridged(same, same)
    assert (found.weights.value, found.weights.std_error, found.published.value) == (0, 0, 0)
    assert found.performance.std_error == pytest.approx(found.under_old.std_error)


def test_items_in_common_keep_their_factors_weights() -> None:
    wider = replace(NEW, factors=(Factor("advisor", 1, ("kind", "quick")), Factor("speed", 5, ("quick",))))
    old, new = on_common_items(OLD, wider)
    assert old.factors == (Factor("advisor", 3, ("kind",)),)
    assert new.factors == (Factor("advisor", 1, ("kind",)),)


def test_nothing_in_common_is_not_bridged() -> None:
    with pytest.raises(NotComparable, match="no item in common"):
        on_common_items(OLD, replace(NEW, factors=(Factor("speed", 1, ("quick",)),)))
    with pytest.raises(NotComparable, match="No respondent"):
        bridged(both_ways(BEFORE), both_ways({"kind": [-1, -1], "clean": [-1, -1]}))
