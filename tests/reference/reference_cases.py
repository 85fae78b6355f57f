"""Reference cases: what other software computed, and the tables that it computed them from."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray


@dataclass(frozen=True)
class Case:
    reference: Any
    tolerance: float
    tolerances: dict[str, float]

    def agrees(self, name: str, value: Any) -> bool:
        """True when ``value`` is the named reference value, within the tolerance to meet."""
        expected = self.reference[name] if name else self.reference
        return bool(value == pytest.approx(expected, rel=self.tolerances.get(name, self.tolerance)))


def load_case(folder: Path, name: str) -> Case:
    found = next(case for case in json.loads((folder / "cases.json").read_text()) if case["id"] == name)
    return Case(found["reference"], found["rel_tol"], found.get("tolerances", {}))


def load_table(folder: Path, name: str) -> dict[str, NDArray[Any]]:
    """A CSV file's columns, as numbers where all of a column's values are numbers."""
    with (folder / "data" / name).open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return {column: _typed([row[place] for row in rows]) for place, column in enumerate(header)}


def _typed(values: list[str]) -> NDArray[Any]:
    try:
        return np.array([float(value) for value in values])
    except ValueError:
        return np.array(values)
