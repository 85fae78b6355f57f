"""Which facets differ between two definitions, part by part.

Parts are matched by id. Reading A against B and B against A finds the same differences, turned round.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from surveyplat.forms.parts import Facet, PartName, Parts

Status = Literal["unchanged", "changed", "added", "removed"]
_Name = TypeVar("_Name", bound=Hashable)


@dataclass(frozen=True)
class Change:
    """One facet that differs; None where the part has no such facet."""

    aspect: str
    language: str | None
    code: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Difference:
    """One part in both definitions; an added or removed one lists what it says."""

    kind: str
    id: str
    status: Status
    changes: tuple[Change, ...]


def differences(before: Parts, after: Parts, languages: Iterable[str]) -> tuple[Difference, ...]:
    """Every part of both, unchanged ones too; texts are compared in ``languages`` only, those that both speak."""
    spoken = frozenset(languages)
    moved = displaced(tuple(before), tuple(after))
    place = [{name: str(number) for number, name in enumerate(parts, start=1)} for parts in (before, after)]
    found: list[Difference] = []
    for name in dict.fromkeys((*before, *after)):
        changes = [*_changes(before.get(name, {}), after.get(name, {}), spoken)]
        if name in moved:
            changes.append(Change("order", None, None, place[0][name], place[1][name]))
        found.append(Difference(*name, _status(name, before, after, bool(changes)), tuple(changes)))
    return tuple(found)


def _status(name: PartName, before: Parts, after: Parts, changed: bool) -> Status:
    if name not in before:
        return "added"
    if name not in after:
        return "removed"
    return "changed" if changed else "unchanged"


def _changes(before: Mapping[Facet, str], after: Mapping[Facet, str], spoken: frozenset[str]) -> Iterator[Change]:
    for facet in dict.fromkeys((*before, *after)):
        old, new = before.get(facet), after.get(facet)
        if old != new and (facet.language is None or facet.language in spoken):
            yield Change(*facet, old, new)


def displaced(before: Sequence[_Name], after: Sequence[_Name]) -> frozenset[_Name]:
    """The names that changed their place among those of both orders.

    A name keeps its place when it belongs to every longest series of names that both orders have in the same order.
    One item carried past ten others has moved, and the ten have not; of two that change places both have moved.
    """
    place = {name: number for number, name in enumerate(after)}
    common = [name for name in before if name in place]
    rising = [place[name] for name in common]
    to_here = _longest_rising(rising)
    from_here = _longest_rising([-number for number in reversed(rising)])[::-1]
    longest = max(to_here, default=0)
    steps = {name: up for name, up, down in zip(common, to_here, from_here, strict=True) if up + down - 1 == longest}
    rivals = Counter(steps.values())
    return frozenset(name for name in common if name not in steps or rivals[steps[name]] > 1)


def _longest_rising(numbers: Iterable[int]) -> list[int]:
    """For each number, the length of the longest rising series that ends with it."""
    smallest_ends: list[int] = []
    lengths = []
    for number in numbers:
        length = bisect_left(smallest_ends, number)
        smallest_ends[length : length + 1] = [number]
        lengths.append(length + 1)
    return lengths
