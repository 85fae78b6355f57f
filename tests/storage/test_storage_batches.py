"""Values asked for in parts: all of them, in order, and nothing for nothing."""

from surveyplat.storage.batches import BATCH, batches


def test_the_last_batch_holds_what_is_left() -> None:
    assert list(batches("abcde", 2)) == [("a", "b"), ("c", "d"), ("e",)]


def test_a_full_last_batch_is_followed_by_no_empty_one() -> None:
    assert list(batches(iter([1, 2, 3, 4]), 2)) == [(1, 2), (3, 4)]


def test_nothing_is_asked_for_nothing() -> None:
    assert list(batches([])) == []


def test_a_batch_holds_as_many_values_as_one_query_may() -> None:
    assert [len(batch) for batch in batches(range(BATCH + 1))] == [BATCH, 1]
