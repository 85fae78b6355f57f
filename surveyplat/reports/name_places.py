"""Where the names of points stand on a map, so that none covers a point or another name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

_DIRECTIONS = (1, 3, 7, 5, 0, 4, 2, 6)
"""Eighths of a turn in the order in which they are tried: beside a point before above and below it."""
_RINGS = (6.3, 11.0, 18.0, 26.0, 36.0)
_AIR = 0.8


@dataclass(frozen=True)
class Box:
    """A rectangle by its edges, in points."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> "Box":
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def covers(self, other: "Box") -> bool:
        """Whether the two share a place, or all but touch."""
        return (
            self.left < other.right + _AIR
            and other.left < self.right + _AIR
            and self.bottom < other.top + _AIR
            and other.bottom < self.top + _AIR
        )

    @property
    def is_line(self) -> bool:
        return self.left == self.right or self.bottom == self.top

    def holds(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and self.bottom <= other.bottom
            and other.right <= self.right
            and other.top <= self.top
        )


@dataclass(frozen=True)
class NamePlace:
    """Where a name stands, and whether that is so far off that a line must lead to its point."""

    x: float
    y: float
    led_from: tuple[float, float] | None
    """The name's edge or corner that is nearest to the point; None beside it."""


def name_places(
    points: Sequence[tuple[float, float]], widths: Sequence[float], height: float, drawn: Sequence[Box], frame: Box
) -> list[NamePlace]:
    """A place for the name of each point, in the order given: the nearest that is free, within the frame.

    ``points`` and ``widths`` (of the names) are in points, ``height`` is a name's; ``drawn`` is what no name may cover,
    such as the marks. Where a crowd leaves no such place a name stands across lines, which it can be read over; where
    there is none even then it stands nearest to its point: it is never left out.
    """
    taken = list(drawn)
    places = []
    for point, width in zip(points, widths, strict=True):
        place = _free_place(point, width, height, taken, frame)
        taken.append(Box.around(place.x, place.y, width, height))
        places.append(place)
    return places


def _free_place(point: tuple[float, float], width: float, height: float, taken: Sequence[Box], frame: Box) -> NamePlace:
    tried = list(_places_around(point, width, height))
    for avoided in (taken, [box for box in taken if not box.is_line]):
        for place in tried:
            box = Box.around(place.x, place.y, width, height)
            if frame.holds(box) and not any(box.covers(other) for other in avoided):
                return place
    return tried[0]


def _places_around(point: tuple[float, float], width: float, height: float) -> Iterator[NamePlace]:
    for ring in _RINGS:
        for eighth in _DIRECTIONS:
            along, up = cos(eighth * pi / 4), sin(eighth * pi / 4)
            edge = point[0] + along * ring, point[1] + up * ring
            x, y = edge[0] + _side(along) * width / 2, edge[1] + _side(up) * height / 2
            yield NamePlace(x, y, edge if ring > _RINGS[0] else None)


def _side(direction: float) -> int:
    return 0 if abs(direction) < 0.1 else 1 if direction > 0 else -1
