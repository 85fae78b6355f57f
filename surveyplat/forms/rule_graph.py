"""Cycles among things that depend on one another."""

from collections import deque
from collections.abc import Collection, Mapping

Graph = Mapping[str, Collection[str]]
"""Each name with the names that it depends on."""


def cycles(graph: Graph) -> list[tuple[str, ...]]:
    """A shortest cycle through each name that is in one, the first name first; a cycle's names are not gone over again.

    ``("a", "b")`` says that a depends on b, and b on a.
    """
    knotted = _knotted(graph)
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for name in knotted:
        if name not in seen and (cycle := _shortest_back(knotted, name)):
            found.append(cycle)
            seen.update(cycle)
    return found


def _knotted(graph: Graph) -> dict[str, list[str]]:
    """The graph without whatever depends, in the end, on nothing: what is in a cycle, or leads to one."""
    left = {name: [other for other in dict.fromkeys(needed) if other in graph] for name, needed in graph.items()}
    waiting = {name: len(needed) for name, needed in left.items()}
    needed_by: dict[str, list[str]] = {}
    for name, needed in left.items():
        for other in needed:
            needed_by.setdefault(other, []).append(name)
    free = deque(name for name, count in waiting.items() if not count)
    while free:
        done = free.popleft()
        del left[done]
        for name in needed_by.get(done, ()):
            waiting[name] -= 1
            if not waiting[name]:
                free.append(name)
    return {name: [other for other in needed if other in left] for name, needed in left.items()}


def _shortest_back(graph: Graph, start: str) -> tuple[str, ...]:
    """The names on a shortest way from ``start`` back to it; nothing when there is none."""
    came_from: dict[str, str] = {}
    ahead = deque([start])
    while ahead:
        name = ahead.popleft()
        for other in graph[name]:
            if other == start:
                return _way(came_from, start, name)
            if other not in came_from:
                came_from[other] = name
                ahead.append(other)
    return ()


def _way(came_from: Mapping[str, str], start: str, last: str) -> tuple[str, ...]:
    way = [last]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))
