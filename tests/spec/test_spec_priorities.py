"""Importance-performance quadrants: where attributes lie, and how sure that is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.priorities import normal_stack, priority_map
from surveyplat.scoring.records.drivers import QUADRANTS

ITEMS = ("wait", "staff", "coffee", "parking")
IMPORTANCE = np.array([0.4, 0.35, 0.15, 0.1])
PERFORMANCE = np.array([60.0, 80.0, 65.0, 85.0])
REPLICATES = 200


def test_each_quadrant_by_hand() -> None:
    """The lines are the means: 0.25 and 72.5 points."""
    found = priority_map(ITEMS, np.tile(IMPORTANCE, (41, 1)), np.tile(PERFORMANCE, (41, 1)))
    assert (found.importance_mark, found.performance_mark, found.replicates) == (0.25, 72.5, 40)
    assert [item.quadrant for item in found.items] == ["improve", "maintain", "low_priority", "overkill"]
    assert [item.probabilities[item.quadrant] for item in found.items] == [1, 1, 1, 1]


def test_the_share_of_replicates_is_the_probability() -> None:
    """Parking's performance falls to 50 in a quarter of 40 replicates, below the line that falls with it."""
    performance = np.tile(PERFORMANCE, (41, 1))
    performance[1:11, 3] = 50
    found = priority_map(ITEMS, np.tile(IMPORTANCE, (41, 1)), performance)
    parking = found.items[3]
    assert parking.probabilities == {"improve": 0, "maintain": 0, "low_priority": 0.25, "overkill": 0.75}
    assert not parking.settled
    assert found.items[0].settled


def test_lines_move_with_the_replicates() -> None:
    """A mood that lifts all attributes alike moves none of them across the line."""
    mood = np.random.default_rng(1).normal(scale=50, size=(101, 1))
    mood[0] = 0
    found = priority_map(ITEMS, np.tile(IMPORTANCE, (101, 1)), PERFORMANCE + mood)
    assert all(item.settled for item in found.items)
    assert found.items[0].performance.std_error is not None
    assert found.items[0].performance.std_error > 20


def test_an_attribute_between_the_lines_is_not_certain() -> None:
    rng = np.random.default_rng(2)
    near = np.array([60.0, 80.0, 72.0, 78.0])
    performance = normal_stack(near, np.full(4, 2.0), rng, replicates=1000)
    importance = normal_stack(IMPORTANCE, np.full(4, 0.01), rng, replicates=1000)
    found = priority_map(ITEMS, importance, performance)
    coffee = found.items[2].probabilities
    assert coffee["low_priority"] + coffee["overkill"] == pytest.approx(1)
    assert 0.5 < coffee["low_priority"] < 0.75
    assert not found.items[2].settled


@given(st.integers(0, 1000))
@settings(max_examples=20)
def test_probabilities_add_up_to_1(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = priority_map(ITEMS, rng.dirichlet(np.ones(4), 61), rng.uniform(0, 100, (61, 4)))
    for item in found.items:
        assert tuple(item.probabilities) == QUADRANTS
        assert sum(item.probabilities.values()) == pytest.approx(1)


def test_stacks_that_do_not_match_and_too_few_replicates_are_refused() -> None:
    stack = np.tile(IMPORTANCE, (41, 1))
    with pytest.raises(ScoringError, match="the same replicates"):
        priority_map(ITEMS, stack, stack[:-1])
    with pytest.raises(ScoringError, match="not finite"):
        priority_map(ITEMS, stack, stack * np.nan)
    with pytest.raises(InsufficientBase, match="39 replicates tell no probability"):
        priority_map(ITEMS, stack[:-1], stack[:-1])
