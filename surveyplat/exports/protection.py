"""What leaves otherwise than it was frozen.

Nobody is followed from one export to another, and no dealer is told apart whose own numbers reports do not show.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest

import numpy as np
import polars as pl

WITHHELD = "withheld"
"""Stands for the dealer and the region of a response whose dealer has no number of its own in reports."""
SLICE = 131_072
"""Rows that are in memory at once."""
_PSEUDONYMS = ("response_id", "customer")
_PSEUDONYM_BYTES = 16
_PLACES = ("dealer", "region")


@dataclass(frozen=True)
class Protection:
    """How the rows of one snapshot are changed on their way out.

    Pseudonyms are made anew, from the instance's ``key`` and the hash of the rows: the same in every export of these
    rows, others in those of another period or study. Rows stand in the order of the new pseudonyms, as their place
    among a dealer's would tell both the dealer and the old pseudonym. ``hidden`` dealers are withheld, with their
    regions.
    """

    key: bytes
    rows_hash: str
    hidden: frozenset[str]

    def slices(self, rows: pl.LazyFrame, count: int) -> Iterator[pl.DataFrame]:
        """All ``count`` rows, changed and in their new order, at most ``SLICE`` of them at a time."""
        own = self._renamed("response_id", rows.select("response_id").collect().to_series())
        order = np.argsort(np.array(own, dtype=f"S{2 * _PSEUDONYM_BYTES}"))
        for start in range(0, max(count, 1), SLICE):
            yield self._changed(_picked(rows, count, np.sort(order[start : start + SLICE])))

    def _changed(self, rows: pl.DataFrame) -> pl.DataFrame:
        hidden = pl.col("dealer").is_in(list(self.hidden))
        withheld = [pl.when(hidden).then(pl.lit(WITHHELD)).otherwise(pl.col(name)).alias(name) for name in _PLACES]
        renamed = [pl.Series(name, self._renamed(name, rows[name]), pl.String) for name in _PSEUDONYMS]
        return rows.with_columns(withheld).with_columns(renamed).sort("response_id")

    def _renamed(self, kind: str, names: Iterable[str]) -> list[str]:
        """HMAC-SHA-256 of each frozen pseudonym, its first 128 bits in hexadecimal digits."""
        about = f"export|{self.rows_hash}|{kind}|"
        return [digest(self.key, (about + name).encode(), sha256)[:_PSEUDONYM_BYTES].hex() for name in names]


def _picked(rows: pl.LazyFrame, count: int, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pl.DataFrame:
    """The rows of these numbers, which rise, read a slice at a time."""
    pieces = []
    for first in range(0, max(count, 1), SLICE):
        low, high = np.searchsorted(chosen, (first, first + SLICE))
        pieces.append(rows.slice(first, SLICE).collect()[chosen[low:high] - first])
    return pl.concat(pieces)
