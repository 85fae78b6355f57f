"""Reading a snapshot: Parquet in, numpy arrays out, in fixed pieces, so that memory stays bounded.

A snapshot's rows are sorted by dealer, then customer. A piece ends near every 65,536th row, moved on until the customer
within the dealer changes: no unit is ever split, and the pieces are the same whoever reads them. polars only reads and
compares here; sums of floats are numpy's, because polars' change with its threads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from surveyplat.errors import InsufficientBase, ScoringError, SnapshotMissing
from surveyplat.missing import Missing
from surveyplat.scoring.arrays import BoolArray, CodeArray, IntArray, SeedArray
from surveyplat.scoring.moments import Rows
from surveyplat.scoring.plan import ScaleItem, ScoringPlan
from surveyplat.scoring.poisson import seeds_of

PIECE_ROWS = 65_536
_MISSING_CODES = np.array([int(code) for code in Missing], dtype=np.int16)


@dataclass(frozen=True)
class SnapshotSource:
    """Where a frozen period lies, and what is known of its population.

    ``population`` maps a dealer to its eligible events; None when it is not known (answers collected elsewhere).
    """

    path: Path
    rows_hash: str
    period: str
    population: Mapping[str, int] | None


@dataclass(frozen=True)
class Piece:
    """A run of rows of the snapshot. ``first_cell`` is the number of the dealer that its first row belongs to."""

    path: Path
    start: int
    stop: int
    first_cell: int
    models: tuple[str, ...]


@dataclass(frozen=True)
class Inventory:
    """What a snapshot holds: its dealers in order with their rows, its models, and its pieces."""

    row_count: int
    dealers: tuple[str, ...]
    dealer_rows: tuple[int, ...]
    models: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Answers:
    """The answers of one piece: ``codes`` maps a column to scale points, or negative ``Missing`` codes."""

    codes: dict[str, CodeArray]
    rows: Rows
    model_of_row: IntArray
    models: tuple[str, ...]

    def answered(self, column: str) -> BoolArray:
        """True where the column holds a scale point: no kind of missing is an answer, and none of them is 0."""
        return self.codes[column] >= 0

    def asked(self, column: str) -> BoolArray:
        """True where the person reached the item, whether they answered or not."""
        reached: BoolArray = self.codes[column] != int(Missing.NOT_ASKED)
        return reached


def take_inventory(path: Path, plan: ScoringPlan) -> Inventory:
    """Look through a snapshot once, without its answers.

    Raises ``SnapshotMissing`` when there is no file, ``InsufficientBase`` when it has no rows, and ``ScoringError``
    when it lacks columns that the plan measures or its rows are out of order.
    """
    _check_columns(path, plan)
    keys = pl.read_parquet(path, columns=["dealer", "customer", "model"]).with_columns(pl.all().fill_null(""))
    if keys.is_empty():
        raise InsufficientBase(f"{path}: the snapshot has no rows, so nothing can be measured")
    new_dealer, new_unit = _run_starts(keys, path)
    starts = np.flatnonzero(new_dealer)
    models = tuple(sorted(name for name in keys["model"].unique().to_list() if name))
    stops = _piece_stops(np.flatnonzero(new_unit), keys.height)
    return Inventory(
        row_count=keys.height,
        dealers=tuple(keys["dealer"].gather(starts).to_list()),
        dealer_rows=tuple(int(rows) for rows in np.diff(np.append(starts, keys.height))),
        models=models,
        pieces=tuple(
            Piece(path, start, stop, int(np.searchsorted(starts, start, side="right")) - 1, models)
            for start, stop in zip([0, *stops[:-1]], stops, strict=True)
        ),
    )


def _check_columns(path: Path, plan: ScoringPlan) -> None:
    if not path.exists():
        raise SnapshotMissing(f"{path}: there is no snapshot here; freeze the period first")
    try:
        schema = pl.read_parquet_schema(path)
    except pl.exceptions.PolarsError as error:
        cause = "the file cannot be read as a snapshot"
        raise ScoringError(f"{path}: {cause}; freeze the period again, or restore it from a backup") from error
    measured = [item.id for item in plan.items] + [problem.id for problem in plan.problems]
    absent = [name for name in ("response_id", "dealer", "customer", "model", *measured) if name not in schema]
    if absent:
        missing = ", ".join(absent)
        raise ScoringError(f"{path}: the snapshot lacks the columns {missing}; freeze it with this definition")
    odd = [f"{name} ({schema[name]})" for name in measured if not schema[name].is_integer()]
    if odd:
        raise ScoringError(f"{path}: these columns do not hold whole-number codes: {', '.join(odd)}")


def _run_starts(keys: pl.DataFrame, path: Path) -> tuple[BoolArray, BoolArray]:
    """Where dealers begin, and where units begin. A customer who is not known ("") is a unit for each answer."""
    dealer, customer = pl.col("dealer"), pl.col("customer")
    new_dealer = (dealer != dealer.shift()).fill_null(True)
    sorted_rows = (dealer > dealer.shift()) | (~new_dealer & (customer >= customer.shift()))
    flags = keys.select(
        dealer=new_dealer,
        unit=new_dealer | (customer != customer.shift()) | (customer == ""),
        in_order=sorted_rows.fill_null(True),
    )
    unsorted = flags["in_order"].not_().arg_true()
    if len(unsorted):
        raise ScoringError(
            f"{path}: row {unsorted[0] + 1} is out of order; a snapshot's rows are sorted by dealer, then customer"
        )
    return flags["dealer"].to_numpy(), flags["unit"].to_numpy()


def _piece_stops(unit_starts: IntArray, row_count: int) -> list[int]:
    """Where pieces end: the first unit that starts at or after each multiple of ``PIECE_ROWS``, then the end."""
    marks = np.arange(PIECE_ROWS, row_count, PIECE_ROWS)
    following = np.searchsorted(unit_starts, marks)
    stops = np.append(unit_starts, row_count)[following]
    return [int(stop) for stop in np.unique(np.append(stops, row_count))]


def read_piece(piece: Piece, items: Sequence[ScaleItem], problems: Iterable[str] = ()) -> Answers:
    """Read the named columns of one piece. Raises ``ScoringError`` naming every item and value outside its scale."""
    ticks = [ScaleItem(problem, 0, 1) for problem in problems]
    frame = _slice(piece, ["dealer", "customer", "model", *(item.id for item in (*items, *ticks))])
    faults = [fault for item in (*items, *ticks) for fault in _faults(frame[item.id], item)]
    if faults:
        raise ScoringError("The snapshot holds answers outside their scale: " + "; ".join(faults))
    dealer = _run_labels(frame["dealer"])
    unit = np.where((frame["customer"] == "").to_numpy(), np.arange(frame.height), -1 - _run_labels(frame["customer"]))
    return Answers(
        codes={item.id: frame[item.id].cast(pl.Int16).to_numpy() for item in (*items, *ticks)},
        rows=Rows.in_order(dealer + piece.first_cell, unit),
        model_of_row=_positions(frame["model"], piece.models),
        models=piece.models,
    )


def read_seeds(piece: Piece) -> SeedArray:
    """One 64-bit seed for each row of a piece, from its customer; from its response id where no customer is known.

    A customer's answers hang together, so that a bootstrap replicate draws all of them or none.
    """
    names = _slice(piece, ["response_id", "customer"])
    drawn = pl.when(pl.col("customer") == "").then(pl.col("response_id")).otherwise(pl.col("customer"))
    return seeds_of(names.select(drawn.alias("drawn"))["drawn"])


def _slice(piece: Piece, columns: Sequence[str]) -> pl.DataFrame:
    rows = pl.scan_parquet(piece.path).select(list(dict.fromkeys(columns)))
    return rows.slice(piece.start, piece.stop - piece.start).with_columns(pl.col(pl.String).fill_null("")).collect()


def _faults(column: pl.Series, item: ScaleItem) -> Iterator[str]:
    if column.null_count():
        yield f"{item.id} has {column.null_count()} empty cells"
        return
    codes = column.to_numpy()
    allowed = ((codes >= item.minimum) & (codes <= item.maximum)) | np.isin(codes, _MISSING_CODES)
    for value in np.unique(codes[~allowed]):
        yield f"{item.id} holds {value}, its scale is {item.minimum} to {item.maximum}"


def _run_labels(column: pl.Series) -> IntArray:
    """0, 1, 2 ... for consecutive runs of equal values."""
    return column.rle_id().to_numpy().astype(np.int64)


def _positions(column: pl.Series, names: tuple[str, ...]) -> IntArray:
    """The position of each value in ``names``, -1 for the empty one."""
    known = column.replace_strict(list(names), list(range(len(names))), default=-1, return_dtype=pl.Int64)
    return known.to_numpy()
