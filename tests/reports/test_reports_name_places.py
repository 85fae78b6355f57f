"""Names on a map: none covers a point or another name, and none is left out."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from surveyplat.reports.axes import axis_of_shares
from surveyplat.reports.marks import place_on
from surveyplat.reports.name_places import Box, name_places

FRAME = Box(0, 0, 400, 300)
HEIGHT = 6.0


def placed(points: list[tuple[float, float]], width: float = 9.0) -> list[Box]:
    marks = [Box.around(x, y, 7, 7) for x, y in points]
    places = name_places(points, [width] * len(points), HEIGHT, marks, FRAME)
    return [Box.around(place.x, place.y, width, HEIGHT) for place in places]


def test_names_of_a_crowd_cover_neither_marks_nor_each_other() -> None:
    points = [(200.0 + 5 * (number % 4), 150.0 + 4 * (number // 4)) for number in range(12)]
    names = placed(points)
    assert not any(one.covers(other) for one, other in combinations(names, 2))
    assert not any(name.covers(Box.around(x, y, 7, 7)) for name in names for x, y in points)


def test_a_lone_point_has_its_name_beside_it_without_a_line() -> None:
    (place,) = name_places([(50, 50)], [9], HEIGHT, [Box.around(50, 50, 7, 7)], FRAME)
    assert place.led_from is None
    assert 0 < place.x - 50 < 15
    assert 0 < place.y - 50 < 15


def test_a_name_crowded_out_is_led_to_its_point() -> None:
    crowd = [Box.around(50, 50, 30, 30)]
    (place,) = name_places([(50, 50)], [9], HEIGHT, crowd, FRAME)
    assert place.led_from is not None
    assert not Box.around(place.x, place.y, 9, HEIGHT).covers(crowd[0])


def test_a_name_stands_across_lines_rather_than_on_another_name() -> None:
    points = [(200.0, 150.0), (203.0, 151.0), (206.0, 150.0)]
    marks = [Box.around(x, y, 7, 7) for x, y in points]
    hatching = [Box(0, height, 400, height) for height in range(0, 300, 5)]
    places = name_places(points, [9.0] * 3, HEIGHT, [*marks, *hatching], FRAME)
    names = [Box.around(place.x, place.y, 9, HEIGHT) for place in places]
    assert not any(one.covers(other) for one, other in combinations([*names, marks[0]], 2))


@given(st.lists(st.tuples(st.floats(20, 380), st.floats(20, 280)), min_size=1, max_size=12))
def test_names_stay_within_the_frame_in_the_order_of_their_points(points: list[tuple[float, float]]) -> None:
    names = placed(points)
    assert len(names) == len(points)
    assert all(FRAME.holds(name) for name in names)


def test_equal_ratios_are_equal_distances_on_an_axis_of_shares() -> None:
    axis = axis_of_shares([0.0, 2.4, 37.7], 5.6, lambda value, digits: f"{value:.{digits}f}", "share")
    assert [text for _, text in axis.ticks] == ["0.5", "1", "2", "5", "10", "20", "50"]
    one, two, four = (place_on(axis, value, 0, 100) for value in (1.0, 2.0, 4.0))
    assert abs((two - one) - (four - two)) < 1e-9
    assert place_on(axis, 0.0, 0, 100) == 0
