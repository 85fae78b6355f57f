"""Hand-worked checks of the quality of answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.missing import Missing
from surveyplat.scoring.answer_quality import SECONDS_PER_WORD, speeding, straight_lining
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.duplicates import copied_rows, hardly_by_chance, vectors_of, vectors_told
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.with_and_without import columns_without, with_and_without

SKIPPED = int(Missing.NOT_ANSWERED)


def codes(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int16)


def test_speeding_is_less_time_than_the_seen_pages_take_to_read() -> None:
    """Pages of 40 and 20 words take 12 and 6 seconds."""
    pages = [np.array([12, 30, 11, -1, -2, -1]), np.array([6, 2, 6, 5, 7, -2])]
    flags = speeding(pages, [np.full(6, 40 * SECONDS_PER_WORD), np.full(6, 20 * SECONDS_PER_WORD)])
    assert flags.flagged.tolist() == [False, False, True, True, False, False]
    assert flags.told.tolist() == [True, True, True, True, True, False]


def test_reading_times_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ScoringError, match="one column for each page"):
        speeding([np.ones(2)], [np.ones(2), np.ones(2)])
    with pytest.raises(ScoringError, match="one column for each page"):
        speeding([np.ones(2)], [np.ones(3)])
    with pytest.raises(ScoringError, match="below 0"):
        speeding([np.ones(2)], [np.array([1.0, -1.0])])


def test_straight_lining_is_no_variance_in_a_battery_that_was_answered() -> None:
    rows = codes(
        [5, 5, 5, 5, 5], [5, 5, 5, 5, 4], [5, 5, SKIPPED, 5, 5], [10] * 5, [5, SKIPPED, 5, 5, SKIPPED], [1] * 5
    )
    lines = straight_lining(rows.T, best=10, least=4)
    assert lines.flags.flagged.tolist() == [True, False, True, False, False, True]
    assert lines.flags.told.tolist() == [True, True, True, True, False, True]
    assert lines.full_marks.tolist() == [False, False, False, True, False, False]
    with pytest.raises(ScoringError, match="at least 2"):
        straight_lining(rows.T, 10, 1)


def test_nobody_who_answered_nothing_has_drawn_a_line() -> None:
    lines = straight_lining(codes([SKIPPED] * 5).T, best=10, least=2)
    assert not lines.flags.told.any()
    assert not lines.flags.flagged.any()


def test_speeding_is_told_by_the_words_of_each_response() -> None:
    """The page takes 12 seconds to read in one language and 5 in another; of a third nobody knows the words."""
    flags = speeding([np.array([8, 8, 8])], [np.array([12.0, 5.0, 0.0])])
    assert flags.flagged.tolist() == [True, False, False]
    assert flags.told.tolist() == [True, True, False]


VECTOR, OTHER, FULL_MARKS = [7, 8, 9, 6, SKIPPED], [7, 8, 9, 6, 5], [10, 10, 10, 10, 10]


def flagged(rows: list[tuple[list[int], int, int, int]], window: int = 3) -> list[bool]:
    """Rows are answers, dealer, customer and day."""
    answers, dealer, customer, day = zip(*rows, strict=True)
    columns = list(codes(*answers).T)
    labels = (np.array(label, dtype=np.int64) for label in (dealer, customer, day))
    found = vectors_of(columns, *labels, vectors_told(columns, least=4)).repeated
    copied = copied_rows(found.chosen(hardly_by_chance(columns, found.row)), window)
    return [row in copied for row in range(len(rows))]


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


def test_full_marks_but_for_two_answers_are_given_by_chance_and_but_for_three_hardly() -> None:
    rows = codes([10] * 8 + [9, 9], [10] * 7 + [9, 8, 9], [10] * 7 + [9, 9, SKIPPED], [7, 8, 9] * 3 + [SKIPPED])
    assert vectors_told(list(rows.T)).tolist() == [True, True, False, False]
    assert hardly_by_chance(list(rows.T), np.arange(4)).tolist() == [False, True, False, True]
    assert hardly_by_chance(list(rows.T), np.array([1])).tolist() == [True]


def test_vectors_need_a_label_for_each_response() -> None:
    one = np.zeros(1, dtype=np.int64)
    columns = list(codes(VECTOR, VECTOR).T)
    with pytest.raises(ScoringError, match="one number for each response"):
        vectors_of(columns, one, one, one, np.ones(2, dtype=np.bool_))


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
    column = Column("index", np.array(values), np.ones(size))
    moments = moments_of([column, *columns_without(column, np.array(marks))], np.ones(size), rows)
    found = with_and_without(moments, "index")
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


@given(st.integers(0, 2**32 - 1))
def test_the_difference_has_the_error_of_what_each_customer_moves(seed: int) -> None:
    """Var = Σ over strata of m / (m - 1) · Σ (u - ū)² of the customers' u_unflagged - u_all; some answer twice."""
    rng = np.random.default_rng(seed)
    dealer = np.repeat([0, 1, 2], [30, 20, 1])
    customer = np.sort(rng.integers(0, 30, 51)) + 100 * dealer
    weights, asked, marks = rng.uniform(0.5, 3, 51), rng.random(51) < 0.9, rng.random(51) < 0.3
    column = Column("index", np.where(asked, rng.normal(800, 100, 51), 0.0), asked.astype(float))
    rows = Rows.in_order(dealer, customer)
    found = with_and_without(moments_of([column, *columns_without(column, marks)], weights, rows), "index")

    def influence(values: FloatArray, base: FloatArray) -> FloatArray:
        return weights * (values - (weights @ values) / (weights @ base) * base) / (weights @ base)

    moved = influence(column.values * ~marks, column.base * ~marks) - influence(column.values, column.base)
    variance = 0.0
    for each in range(3):
        held = [moved[customer == name].sum() for name in np.unique(customer[dealer == each])]
        centred = np.array(held) - (np.mean(held) if len(held) > 1 else 0.0)
        variance += float(centred @ centred) * len(held) / max(len(held) - 1, 1)
    assert found.difference.std_error == pytest.approx(variance**0.5, rel=1e-7)
