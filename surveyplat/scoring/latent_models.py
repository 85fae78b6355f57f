"""What a path model of latent variables says: constructs with their items, and the paths between them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Literal

import numpy as np

from surveyplat.errors import LatentModelError
from surveyplat.scoring.arrays import BoolArray, IntArray

Mode = Literal["A", "B"]
"""A: the items mirror the construct (reflective). B: the items make it up (formative)."""


@dataclass(frozen=True)
class Construct:
    id: str
    items: tuple[str, ...]
    mode: Mode = "A"


@dataclass(frozen=True)
class PathModel:
    """Constructs, and paths as pairs (from, to) of their ids."""

    id: str
    constructs: tuple[Construct, ...]
    paths: tuple[tuple[str, str], ...]

    @cached_property
    def items(self) -> tuple[str, ...]:
        """All items, construct by construct."""
        return tuple(item for construct in self.constructs for item in construct.items)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(construct.id for construct in self.constructs)

    @cached_property
    def blocks(self) -> BoolArray:
        """Which item belongs to which construct, shape (items, constructs)."""
        owner = np.repeat(np.arange(len(self.constructs)), [len(construct.items) for construct in self.constructs])
        blocks: BoolArray = owner[:, None] == np.arange(len(self.constructs))
        return blocks

    @cached_property
    def arrows(self) -> BoolArray:
        """``arrows[i, j]``: a path leads from construct i to construct j."""
        place = {name: number for number, name in enumerate(self.names)}
        arrows = np.zeros((len(place), len(place)), dtype=np.bool_)
        for start, end in self.paths:
            arrows[place[start], place[end]] = True
        return arrows

    @cached_property
    def regressions(self) -> tuple[tuple[int, IntArray], ...]:
        """Each construct that a path leads to, by its place, and the places of its predecessors."""
        targets = np.flatnonzero(self.arrows.any(axis=0)).tolist()
        return tuple((place, np.flatnonzero(self.arrows[:, place])) for place in targets)


def check_path_model(model: PathModel) -> None:
    """Raises ``LatentModelError`` naming every fault: doubled or unknown names, empty or lonely constructs, circles."""
    faults = [*_construct_faults(model), *_path_faults(model)]
    if faults:
        raise LatentModelError(f"Path model {model.id}: {'; '.join(faults)}. Mend the model's constructs and paths")


def _construct_faults(model: PathModel) -> Iterator[str]:
    for kind, names in (("construct", model.names), ("item", model.items)):
        yield from (f"{kind} {name} stands there {count} times" for name, count in Counter(names).items() if count > 1)
    yield from (f"construct {construct.id} has no items" for construct in model.constructs if not construct.items)
    joined = {name for path in model.paths for name in path}
    yield from (f"no path leads to or from {name}" for name in dict.fromkeys(model.names) if name not in joined)


def _path_faults(model: PathModel) -> Iterator[str]:
    known = set(model.names)
    unknown = [f"the path from {a} to {b} names an unknown construct" for a, b in model.paths if not {a, b} <= known]
    yield from unknown
    doubled = Counter(model.paths)
    yield from (f"the path from {a} to {b} stands there {n} times" for (a, b), n in doubled.items() if n > 1)
    graph: dict[str, set[str]] = {}
    for start, end in model.paths:
        graph.setdefault(end, set()).add(start)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        yield f"paths run in a circle: {' from '.join(circle.args[1])}"
