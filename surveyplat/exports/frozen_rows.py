"""A frozen period as it is exported: where its rows are, what they hold, and which of them may leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from surveyplat.exports.variables import Variable, describe_columns
from surveyplat.forms.language import Definition
from surveyplat.reports.languages import wording_of


@dataclass(frozen=True)
class FrozenRows:
    """The verified snapshot of a period with its columns described in one language."""

    path: Path
    manifest: Mapping[str, Any]
    title: str
    language: str
    variables: tuple[Variable, ...]

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

    def frame(self, *, with_texts: bool) -> pl.DataFrame:
        """The rows in the snapshot's order, one column for each chosen variable."""
        return pl.read_parquet(self.path, columns=[variable.name for variable in self.chosen(with_texts=with_texts)])

    @cached_property
    def lazy(self) -> pl.LazyFrame:
        """All rows and columns, to be counted."""
        return pl.scan_parquet(self.path)


def frozen_rows(path: Path, manifest: Mapping[str, Any], definition: Definition, language: str) -> FrozenRows:
    """A snapshot beside the definition that was answered. Raises ``ExportError`` as ``describe_columns`` does."""
    variables = describe_columns(definition, tuple(pl.read_parquet_schema(path)), language)
    return FrozenRows(path, manifest, wording_of(definition.title, language), language, variables)
