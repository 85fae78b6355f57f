"""Texts of a table as a spreadsheet may see them: none of them is run as a formula."""

import polars as pl

from surveyplat.reports.attachments import FORMULA


def harmless_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe in front of every text that a spreadsheet would take for a formula."""
    texts = pl.col(pl.String)
    return frame.with_columns(pl.when(texts.str.contains(FORMULA)).then("'" + texts).otherwise(texts).name.keep())
