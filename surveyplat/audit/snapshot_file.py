"""The snapshot's file: Parquet, written whole, read-only, known by the hash of its canonical rows."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from surveyplat.audit.canonical import rows_hash
from surveyplat.audit.columns import Column, Row
from surveyplat.durable import write_durably
from surveyplat.errors import SnapshotAltered, SnapshotMissing

_TYPES: dict[str, Any] = {"String": pl.String, "Date": pl.Date, "Int16": pl.Int16}
_ROW_GROUP = 65_536
_READ_ONLY = 0o444


def write_snapshot(folder: Path, columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Path, str]:
    """Write ``<folder>/<hash>.parquet`` and give its path and hash. ``rows`` are in their final order."""
    frame = pl.DataFrame(rows, schema={column.name: _TYPES[column.type] for column in columns}, orient="row")
    hashed = rows_hash(_header(frame), rows)
    folder.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    frame.write_parquet(content, compression="zstd", compression_level=3, row_group_size=_ROW_GROUP)
    path = folder / f"{hashed}.parquet"
    write_durably(path, content.getvalue(), mode=_READ_ONLY)
    return path, hashed


def verify_snapshot(path: Path, expected: str) -> None:
    """Raises ``SnapshotMissing`` when there is no file, ``SnapshotAltered`` when its rows have another hash."""
    fix = "Restore the file from a backup; its rows were recorded in the audit log when the period was frozen"
    if not path.exists():
        raise SnapshotMissing(f"{path}: the frozen rows are gone. {fix}")
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SnapshotAltered(f"{path}: the file can no longer be read as a snapshot. {fix}") from error
    found = rows_hash(_header(frame), frame.iter_rows())
    if found != expected:
        raise SnapshotAltered(f"{path}: the rows have the hash {found}, not {expected}: the file was altered. {fix}")


def _header(frame: pl.DataFrame) -> list[tuple[str, str]]:
    return [(name, str(kind)) for name, kind in frame.schema.items()]
