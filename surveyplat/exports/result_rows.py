"""The published numbers as a table: the same estimates, after suppression, that every report carries with it."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from surveyplat.reports.attachments import COLUMNS, estimates_in

_TEXTS = ("measure", "suppressed")
_COUNTS = ("unweighted_base",)


def result_frame(results: Mapping[str, Any]) -> pl.DataFrame:
    """A row for each estimate of a results document under ``reports.attachments.COLUMNS``.

    What is suppressed has its reason and no value, error or interval.
    """
    rows = [(path, *(estimate.get(column) for column in COLUMNS[1:])) for path, estimate in estimates_in("", results)]
    return pl.DataFrame(rows, schema={column: _type(column) for column in COLUMNS}, orient="row")


def _type(column: str) -> type[pl.DataType]:
    if column in _TEXTS:
        return pl.String
    return pl.Int64 if column in _COUNTS else pl.Float64
