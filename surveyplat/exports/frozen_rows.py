"""A frozen period as it is exported: where its rows are, what they hold, and which of them may leave."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from surveyplat.exports.protection import Protection
from surveyplat.exports.variables import Variable, describe_columns
from surveyplat.forms.language import Definition
from surveyplat.reports.languages import wording_of

SLICE = 131_072


@dataclass(frozen=True)
class FrozenRows:
    """The verified snapshot of a period with its columns described in one language.

    Without a ``protection`` its rows leave as they were frozen.
    """

    path: Path
    manifest: Mapping[str, Any]
    title: str
    language: str
    variables: tuple[Variable, ...]
    protection: Protection | None = None

    @property
    def name(self) -> str:
        """Study and period, as file names begin."""
        return f"{self.manifest['study']}-{self.manifest['period']}"

    @property
    def frozen_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest["frozen_at"])

    def chosen(self, *, with_texts: bool) -> tuple[Variable, ...]:
        """The variables that leave: respondents' own words only when they are asked for."""
        return tuple(variable for variable in self.variables if with_texts or not variable.holds_texts)

    def slices(self, *, with_texts: bool) -> Iterator[pl.DataFrame]:
        """The rows as they leave, one column for each chosen variable, in pieces of at most ``SLICE`` rows.

        There is always a first piece, also of no rows. Rows as frozen are read piece by piece; protected ones have
        another order, and are all in memory.
        """
        rows = self.lazy.select(variable.name for variable in self.chosen(with_texts=with_texts))
        if self.protection is not None:
            rows = self.protection.applied(rows).lazy()
        for start in range(0, max(self.count, 1), SLICE):
            yield rows.slice(start, SLICE).collect()

    def frame(self, *, with_texts: bool) -> pl.DataFrame:
        """All of ``slices`` at once."""
        return pl.concat(self.slices(with_texts=with_texts))

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return int(self.lazy.select(pl.len()).collect().item())

    @cached_property
    def lazy(self) -> pl.LazyFrame:
        """All rows and columns, to be counted."""
        return pl.scan_parquet(self.path)


def frozen_rows(
    path: Path, manifest: Mapping[str, Any], definition: Definition, language: str, protection: Protection | None = None
) -> FrozenRows:
    """A snapshot beside the definition that was answered. Raises ``ExportError`` as ``describe_columns`` does."""
    variables = describe_columns(definition, tuple(pl.read_parquet_schema(path)), language)
    return FrozenRows(path, manifest, wording_of(definition.title, language), language, variables, protection)
