"""Tables as CSV, as spreadsheets open it: none of their texts is run as a formula."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from surveyplat.exports.workbook import Progress
from surveyplat.reports.attachments import FORMULA


def harmless_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe in front of every text that a spreadsheet would take for a formula."""
    texts = pl.col(pl.String)
    return frame.with_columns(pl.when(texts.str.contains(FORMULA)).then("'" + texts).otherwise(texts).name.keep())


def write_csv(path: Path, pieces: Iterable[pl.DataFrame], count: int, progress: Progress, **style: Any) -> int:
    """Write a table that comes in pieces, at least one, and give the number of its ``count`` rows.

    UTF-8 with a byte order mark, by which spreadsheets tell it from older encodings, and lines end as RFC 4180 has it.
    ``style`` is how polars writes days and numbers.
    """
    done = 0
    with path.open("wb") as file:
        for piece in pieces:
            progress("rows", done, count)
            first = file.tell() == 0
            text = harmless_frame(piece).write_csv(include_header=first, line_terminator="\r\n", **style)
            file.write(text.encode("utf-8-sig" if first else "utf-8"))
            done += piece.height
    progress("rows", done, count)
    return done
