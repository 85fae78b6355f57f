"""What leaves otherwise than it was frozen.

Nobody is followed from one export to another, and no dealer is told apart whose own numbers reports do not show.
"""

from dataclasses import dataclass
from hashlib import sha256
from hmac import digest

import polars as pl

WITHHELD = "withheld"
"""Stands for the dealer and the region of a response whose dealer has no number of its own in reports."""
_PSEUDONYMS = ("response_id", "customer")
_PSEUDONYM_BYTES = 16
_PIECE = 65_536
"""Pseudonyms made at once: as objects of Python they take much room."""
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

    def applied(self, rows: pl.LazyFrame) -> pl.DataFrame:
        """All rows of the snapshot, changed and in their new order.

        They are read column by column: a million of them are not to be in memory twice.
        """
        keys = self._changed(rows.select(*_PSEUDONYMS, *_PLACES).collect())
        order = keys["response_id"].arg_sort()
        names = rows.collect_schema().names()
        columns = (keys[name] if name in keys.columns else rows.select(name).collect().to_series() for name in names)
        return pl.DataFrame([column.gather(order) for column in columns])

    def _changed(self, keys: pl.DataFrame) -> pl.DataFrame:
        hidden = pl.col("dealer").is_in(list(self.hidden))
        withheld = [pl.when(hidden).then(pl.lit(WITHHELD)).otherwise(pl.col(name)).alias(name) for name in _PLACES]
        return keys.with_columns(withheld).with_columns([self._renamed(keys[name]) for name in _PSEUDONYMS])

    def _renamed(self, names: pl.Series) -> pl.Series:
        """HMAC-SHA-256 of each frozen pseudonym, its first 128 bits in hexadecimal digits."""
        about = f"export|{self.rows_hash}|{names.name}|"
        pieces = [names.slice(start, _PIECE) for start in range(0, max(len(names), 1), _PIECE)]
        made = ([self._digest(about + name) for name in piece] for piece in pieces)
        return pl.concat([pl.Series(names.name, each, pl.String) for each in made])

    def _digest(self, named: str) -> str:
        return digest(self.key, named.encode(), sha256)[:_PSEUDONYM_BYTES].hex()
