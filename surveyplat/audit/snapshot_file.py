"""The snapshot's file: Parquet, written whole, read-only, known by the hash of its canonical rows."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import polars as pl

from surveyplat.audit.canonical import rows_hash
from surveyplat.audit.columns import Column, Row
from surveyplat.durable import make_folder, write_durably
from surveyplat.errors import SnapshotAltered, SnapshotMissing

_TYPES: dict[str, Any] = {
    "String": pl.String,
    "Date": pl.Date,
    "Int16": pl.Int16,
    "Int32": pl.Int32,
    "Float64": pl.Float64,
}
_ROW_GROUP = 65_536
_READ_ONLY = 0o444
_NO_SNAPSHOT = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, TypeError)
"""What damaged bytes may lead to: polars panics on some, and a column of another type has no canonical form."""


@dataclass(frozen=True)
class SnapshotFile:
    """``rows_hash`` identifies the snapshot; ``file_hash``, of the bytes, spares reading the rows to verify them."""

    path: Path
    rows_hash: str
    file_hash: str


def write_snapshot(folder: Path, columns: Sequence[Column], rows: Sequence[Row]) -> SnapshotFile:
    """Write ``<folder>/<rows_hash>.parquet``. ``rows`` are in their final order.

    A file of the same rows that is there already, an earlier revision's, stays as it is.
    """
    frame = pl.DataFrame(rows, schema={column.name: _TYPES[column.type] for column in columns}, orient="row")
    hashed = rows_hash(_header(frame), rows)
    make_folder(folder)
    content = io.BytesIO()
    frame.write_parquet(content, compression="zstd", compression_level=3, row_group_size=_ROW_GROUP)
    path = folder / f"{hashed}.parquet"
    file = SnapshotFile(path, hashed, sha256(content.getvalue()).hexdigest())
    if _holds_its_rows(file):
        return SnapshotFile(path, hashed, _hash_of_bytes(path))
    write_durably(path, content.getvalue(), mode=_READ_ONLY)
    return file


def _holds_its_rows(file: SnapshotFile) -> bool:
    try:
        verify_snapshot(file)
    except (SnapshotMissing, SnapshotAltered):
        return False
    return True


def verify_snapshot(file: SnapshotFile) -> None:
    """Raises ``SnapshotMissing`` when there is no file, ``SnapshotAltered`` when its rows have another hash.

    The same rows in other bytes, written by another version of a library, are the same snapshot.
    """
    fix = "Restore the file from a backup; its rows were recorded in the audit log when the period was frozen"
    try:
        if _hash_of_bytes(file.path) == file.file_hash:
            return
        frame = pl.read_parquet(file.path)
        found = rows_hash(_header(frame), frame.iter_rows())
    except FileNotFoundError:
        raise SnapshotMissing(f"{file.path}: the frozen rows are gone. {fix}") from None
    except _NO_SNAPSHOT as error:
        raise SnapshotAltered(f"{file.path}: the file can no longer be read as a snapshot. {fix}") from error
    if found != file.rows_hash:
        cause = f"the rows have the hash {found}, not {file.rows_hash}: the file was altered"
        raise SnapshotAltered(f"{file.path}: {cause}. {fix}")


def _hash_of_bytes(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _header(frame: pl.DataFrame) -> list[tuple[str, str]]:
    return [(name, str(kind)) for name, kind in frame.schema.items()]
