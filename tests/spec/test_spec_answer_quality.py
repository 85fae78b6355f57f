"""Hand-worked checks of the quality of answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.missing import Missing
from surveyplat.scoring.answer_quality import (
    SECONDS_PER_WORD,
    duplicates,
    longest_runs,
    speeding,
    straight_lining,
    with_and_without,
)
from surveyplat.scoring.moments import Column, Rows

SKIPPED = int(Missing.NOT_ANSWERED)


def codes(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int16)


def test_speeding_is_less_time_than_the_seen_pages_take_to_read() -> None:
    """Pages of 40 and 20 words take 12 and 6 seconds."""
    seconds = np.array([[12.0, 6], [30, 2], [11, 6], [-1, 5], [np.nan, 7], [-1, np.nan]])
    flags = speeding(seconds, np.array([40, 20]) * SECONDS_PER_WORD)
    assert flags.flagged.tolist() == [False, False, True, True, False, False]
    assert flags.told.tolist() == [True, True, True, True, True, False]


def test_reading_times_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ScoringError, match="one column for each page"):
        speeding(np.ones((2, 3)), np.ones(2))
    with pytest.raises(ScoringError, match="not above 0"):
        speeding(np.ones((2, 2)), np.array([1.0, 0.0]))


@pytest.mark.parametrize(
    ("answers", "longest"),
    [
        ([7, 7, 7, 7], 4),
        ([7, 7, 8, 7], 2),
        ([7, SKIPPED, 7, 8], 2),
        ([SKIPPED, 8, 7, 7], 2),
        ([1, 2, 3, 4], 1),
        ([SKIPPED] * 4, 0),
    ],
)
def test_longest_run_of_equal_answers(answers: list[int], longest: int) -> None:
    assert longest_runs(codes(answers)).tolist() == [longest]


@given(st.lists(st.integers(-3, 4), min_size=1, max_size=12))
def test_longest_run_is_the_same_read_backwards(answers: list[int]) -> None:
    assert longest_runs(codes(answers)).tolist() == longest_runs(codes(answers[::-1])).tolist()


def test_straight_lining_is_no_variance_in_a_battery_that_was_answered() -> None:
    flags = straight_lining(codes([5, 5, 5, 5, 5], [5, 5, 5, 5, 4], [5, 5, SKIPPED, 5, 5], [5, 5, 5, 5, 5]), 5)
    assert flags.flagged.tolist() == [True, False, False, True]
    assert flags.told.tolist() == [True, True, False, True]
    with pytest.raises(ScoringError, match="at least 2"):
        straight_lining(codes([5, 5]), 1)


VECTOR, OTHER, FULL_MARKS = [7, 8, 9, 6, SKIPPED], [7, 8, 9, 6, 5], [10, 10, 10, 10, 10]


def flagged(rows: list[tuple[list[int], int, int, int]], window: int = 3) -> list[bool]:
    """Rows are answers, dealer, customer and day."""
    answers, dealer, customer, day = zip(*rows, strict=True)
    labels = [np.array(column, dtype=np.int64) for column in (dealer, customer, day)]
    return duplicates(codes(*answers), *labels, window_days=window, least=4).flagged.tolist()


def test_same_answers_of_two_customers_of_a_dealer_are_flagged_both() -> None:
    assert flagged([(VECTOR, 1, 1, 10), (OTHER, 1, 2, 10), (VECTOR, 1, 3, 13)]) == [True, False, True]


@pytest.mark.parametrize(
    "second",
    [(VECTOR, 2, 3, 10), (VECTOR, 1, 1, 10), (VECTOR, 1, 3, 14), (OTHER, 1, 3, 10)],
    ids=["another dealer", "the same customer", "after the window", "one answer more"],
)
def test_what_is_no_copy_is_not_flagged(second: tuple[list[int], int, int, int]) -> None:
    assert flagged([(VECTOR, 1, 1, 10), second]) == [False, False]


def test_copy_is_found_behind_the_customers_own_repetition() -> None:
    rows = [(VECTOR, 1, 1, 8), (VECTOR, 1, 1, 10), (VECTOR, 1, 2, 11), (VECTOR, 1, 1, 20)]
    assert flagged(rows) == [True, True, True, False]


def test_full_marks_and_short_vectors_are_not_held_for_copies() -> None:
    short = [7, 8, SKIPPED, 6, SKIPPED]
    assert flagged([(FULL_MARKS, 1, 1, 1), (FULL_MARKS, 1, 2, 1), (short, 1, 3, 1), (short, 1, 4, 1)]) == [False] * 4


def test_duplicates_need_a_label_for_each_response() -> None:
    one = np.zeros(1, dtype=np.int64)
    with pytest.raises(ScoringError, match="one number for each response"):
        duplicates(codes(VECTOR, VECTOR), one, one, one, window_days=1)


@given(st.permutations(range(6)))
def test_flags_do_not_depend_on_the_order_of_responses(order: list[int]) -> None:
    rows = [
        (VECTOR, 1, 1, 1),
        (VECTOR, 1, 2, 3),
        (OTHER, 1, 3, 3),
        (VECTOR, 2, 4, 3),
        (OTHER, 1, 5, 9),
        (VECTOR, 1, 1, 9),
    ]
    assert flagged([rows[place] for place in order]) == [flagged(rows)[place] for place in order]


def measured(values: list[float], marks: list[bool]) -> tuple[float, float, float, float]:
    size = len(values)
    rows = Rows.in_order(np.zeros(size, dtype=np.int64), np.arange(size))
    found = with_and_without(Column("index", np.array(values), np.ones(size)), np.array(marks), np.ones(size), rows)
    return found.all.value, found.unflagged.value, found.difference.value, found.difference.std_error


def test_score_with_and_without_flagged_answers() -> None:
    """2, 4, 6 and a flagged 8: 5 and 4. u: (-2/3, 0, 2/3, 0) less (-3, -1, 1, 3) / 4 is (1, 3, 5, -9) / 12."""
    every, unflagged, difference, error = measured([2, 4, 6, 8], [False, False, False, True])
    assert (every, unflagged, difference) == (5, 4, -1)
    assert error == pytest.approx((4 / 3 * (1 + 9 + 25 + 81) / 144) ** 0.5)


def test_nothing_flagged_makes_no_difference() -> None:
    assert measured([2, 4, 6], [False] * 3) == (4, 4, 0, 0)


def test_everything_flagged_leaves_nothing_to_compare() -> None:
    with pytest.raises(InsufficientBase, match="index: every answer is flagged"):
        measured([2, 4], [True, True])
