"""Each row of a piece finds the weight of its dealer, its model and its month of the occasion."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from surveyplat.scoring.row_weights import Task, WeightTable
from surveyplat.scoring.snapshot import Piece, read_piece

MODELS, MONTHS = ("", "A", "B"), ("2026-08", "2026-07")
ROWS = [
    ("A", date(2026, 7, 1)),
    ("A", date(2026, 7, 31)),
    ("B", date(2026, 8, 1)),
    ("", date(2026, 8, 15)),
    ("C", date(2026, 7, 4)),
    ("A", None),
    ("B", date(2026, 9, 1)),
    ("B", date(2026, 6, 30)),
]


def slots(folder: Path, models: tuple[str, ...], months: tuple[str, ...]) -> list[tuple[int, int]]:
    """The position of each row's model and month in the table's categories."""
    path = folder / "snapshot.parquet"
    model, occasion = zip(*ROWS, strict=True)
    names = [f"c{row}" for row in range(len(ROWS))]
    held = {"response_id": names, "dealer": ["D1"] * len(ROWS), "customer": names, "model": model}
    pl.DataFrame({**held, "occasion_on": pl.Series(occasion, dtype=pl.Date)}).write_parquet(path)
    size = (len(models) + 1) * (len(months) + 1)
    table = WeightTable(np.arange(size, dtype=np.float64)[None], np.ones(1, dtype=np.bool_), models, months)
    task = Task(Piece(path, 0, len(ROWS), 0, ("A", "B", "C")), table)
    found = task.row_weights(read_piece(task.piece, ())).astype(int)
    return [divmod(int(slot), len(months) + 1) for slot in found]


def test_rows_are_looked_up_by_model_and_month(tmp_path: Path) -> None:
    expected = [(2, 2), (2, 2), (3, 1), (1, 1), (0, 2), (2, 0), (3, 0), (3, 0)]
    assert slots(tmp_path, MODELS, MONTHS) == expected


def test_rows_without_a_vehicle_are_in_no_category_where_none_is_without_one(tmp_path: Path) -> None:
    assert [model for model, _ in slots(tmp_path, ("B", "A"), ())] == [2, 2, 1, 0, 0, 2, 1, 1]


def test_without_categories_a_dealers_rows_weigh_the_same(tmp_path: Path) -> None:
    assert slots(tmp_path, (), ()) == [(0, 0)] * len(ROWS)


def test_months_alone_are_looked_up(tmp_path: Path) -> None:
    assert [month for _, month in slots(tmp_path, (), MONTHS)] == [2, 2, 1, 1, 2, 0, 0, 0]
