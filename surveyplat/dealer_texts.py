"""What customers wrote to each dealer, from the frozen rows: masked there already, drawn by lot here."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from surveyplat.audit.freeze import FrozenPeriod

MOST = 6


@dataclass(frozen=True)
class DealerTexts:
    """At most ``MOST`` texts of one dealer, each with text, language and item, and how many there are."""

    drawn: tuple[Mapping[str, str], ...]
    in_all: int


def texts_by_dealer(frozen: FrozenPeriod) -> dict[str, DealerTexts]:
    """Every dealer's texts; dealers without any are left out.

    The lot is the order of the response ids, which are keyed pseudonyms: it favours nothing, and falls the same again.
    """
    columns = [column["name"] for column in frozen.manifest["columns"] if column["kind"] == "text"]
    if not columns:
        return {}
    rows = pl.scan_parquet(frozen.path).select("dealer", "response_id", "language", *columns)
    written = (
        rows.unpivot(columns, index=["dealer", "response_id", "language"], variable_name="item", value_name="text")
        .filter((pl.col("dealer") != "") & (pl.col("text").str.strip_chars() != ""))
        .sort("dealer", "response_id", "item")
        .collect()
    )
    return {
        str(dealer): DealerTexts(
            tuple(of_dealer.select("text", "language", "item").head(MOST).to_dicts()), len(of_dealer)
        )
        for (dealer,), of_dealer in written.group_by("dealer", maintain_order=True)
    }
