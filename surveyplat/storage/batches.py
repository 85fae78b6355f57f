"""Many values in few queries: the parts in which they are asked for or stored."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

BATCH = 500
"""Values of one query, rows of one transaction: few enough that no database refuses them and nobody waits for long."""

_Value = TypeVar("_Value")


def batches(values: Iterable[_Value], size: int = BATCH) -> Iterator[tuple[_Value, ...]]:
    """The values in their order, ``size`` of them at once; nothing for no values."""
    left = iter(values)
    while batch := tuple(islice(left, size)):
        yield batch
