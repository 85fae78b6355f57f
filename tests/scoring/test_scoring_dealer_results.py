"""What a dealer may see of others: no sum from which three of them, or thirty answers, would not be left over."""

import pytest

from surveyplat.scoring.dealer_results import tells_of_nobody

MANY = {f"D{number:02d}": 60 for number in range(1, 13)}


def some(*numbers: int) -> set[str]:
    return {f"D{number:02d}" for number in numbers}


def of(dealers: int, answers: int = 60) -> dict[str, int]:
    return {f"D{number:02d}": answers for number in range(1, dealers + 1)}


@pytest.mark.parametrize(("dealers", "is_safe"), [(1, False), (2, False), (3, False), (4, True), (12, True)])
def test_all_dealers_together_need_three_others(dealers, is_safe):
    assert tells_of_nobody([], "D01", of(dealers)) is is_safe


def test_three_others_with_fewer_than_thirty_answers_are_too_few():
    assert not tells_of_nobody([], "D01", {**of(4, 9), "D01": 500})
    assert tells_of_nobody([], "D01", {**of(4, 10), "D01": 500})


@pytest.mark.parametrize(
    ("region", "is_safe"),
    [
        (some(1, 2, 3), False),
        (some(1, 2, 3, 4), True),
        (some(*range(1, 11)), False),
        (some(*range(1, 10)), True),
        (some(2, 3), False),
        (some(2, 3, 4), True),
    ],
)
def test_a_region_needs_three_others_inside_and_three_outside(region, is_safe):
    """Outside: the group less the region is what is left of the group."""
    assert tells_of_nobody([region], "D01", MANY) is is_safe


def test_two_sets_that_differ_by_one_dealer_tell_of_it():
    assert not tells_of_nobody([some(1, 2, 3, 4, 5), some(1, 2, 3, 4)], "D01", MANY)


def test_a_single_dealer_in_both_sets_does_not_follow_when_all_four_parts_are_filled():
    assert tells_of_nobody([some(1, 2, 3, 4), some(4, 5, 6, 7)], "D01", MANY)


def test_it_follows_when_nobody_lies_outside_both():
    inside, across = some(1, 2, 3, 4), some(4, 5, 6, 7, 8, 9, 10, 11, 12)
    assert not tells_of_nobody([inside, across], "D01", MANY)
