"""How far the cells of a column reach, over rows that come in pieces: what a description has to declare beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

_CODED = (pl.Int16, pl.Int32)
"""The types of columns that hold codes of missing."""


@dataclass(frozen=True)
class Extent:
    """The longest text in characters; the lowest and the highest number, None where there is none."""

    longest: int = 0
    low: float | None = None
    high: float | None = None

    def joined(self, other: "Extent") -> "Extent":
        """The extent of both."""
        lows, highs = (
            [end for end in ends if end is not None] for ends in ((self.low, other.low), (self.high, other.high))
        )
        longest = max(self.longest, other.longest)
        return Extent(longest, min(lows, default=None), max(highs, default=None))


def extents_of(pieces: Iterable[pl.DataFrame]) -> dict[str, Extent]:
    """The extent of every column; a number below 0 in a column of whole numbers is a code of missing, and no number."""
    found: dict[str, Extent] = {}
    for piece in pieces:
        for column in piece:
            found[column.name] = found.get(column.name, Extent()).joined(_extent(column))
    return found


def _extent(column: pl.Series) -> Extent:
    if column.dtype == pl.String:
        longest = column.str.len_chars().max()
        return Extent(longest=longest if isinstance(longest, int) else 0)
    if not column.dtype.is_numeric():
        return Extent()
    numbers = column.filter(column >= 0) if column.dtype in _CODED else column
    low, high = numbers.min(), numbers.max()
    return Extent(low=_number(low), high=_number(high))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
