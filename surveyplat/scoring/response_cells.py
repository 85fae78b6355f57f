"""The responses of a snapshot by dealer, model and month: what is raked to the known events."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.row_weights import MONTH_FORMAT
from surveyplat.scoring.snapshot import Inventory, Piece, read_columns
from surveyplat.scoring.workers import Workers

_KEYS = ("dealer", "model", "month")


@dataclass(frozen=True)
class ResponseCells:
    """Responses by dealer, model and month; "" where one of these is not known. Counts of pieces merge."""

    counts: pl.DataFrame
    """Columns dealer, model, month and responses, a row for each combination that there is, in their order."""

    def merge(self, other: "ResponseCells") -> "ResponseCells":
        return ResponseCells(_summed(pl.concat([self.counts, other.counts]), pl.col("responses").sum()))

    def positions(self, key: str, names: Sequence[str]) -> IntArray:
        """Where in ``names`` each cell's dealer, model or month stands, -1 for one that is not among them."""
        places = pl.Series(range(len(names)), dtype=pl.Int64)
        known = self.counts[key].replace_strict(pl.Series(list(names), dtype=pl.String), places, default=-1)
        return known.cast(pl.Int64).to_numpy()

    @property
    def responses(self) -> FloatArray:
        return self.counts["responses"].cast(pl.Float64).to_numpy()


def count_responses(inventory: Inventory, workers: Workers) -> ResponseCells:
    """One pass over the keys. A snapshot without days of the occasion has one month, which is not known."""
    schema = pl.read_parquet_schema(inventory.pieces[0].path)
    return workers.merged("weights", partial(_count_piece, "occasion_on" in schema), inventory.pieces)


def _count_piece(has_days: bool, piece: Piece) -> ResponseCells:
    rows = read_columns(piece, ["dealer", "model", *(["occasion_on"] * has_days)])
    month = pl.col("occasion_on").dt.strftime(MONTH_FORMAT) if has_days else pl.lit("")
    keyed = rows.with_columns(month.alias("month")).with_columns(pl.col(_KEYS).fill_null(""))
    return ResponseCells(_summed(keyed, pl.len().cast(pl.Int64).alias("responses")))


def _summed(rows: pl.DataFrame, responses: pl.Expr) -> pl.DataFrame:
    """Whole numbers only: sums of floats are numpy's."""
    return rows.group_by(_KEYS).agg(responses.alias("responses")).sort(_KEYS)
