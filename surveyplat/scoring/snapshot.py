"""Reading a snapshot: Parquet in, numpy arrays out, in fixed pieces, so that memory stays bounded.

A snapshot's rows are sorted by dealer, then customer. A piece ends near every 65,536th row, moved on until the customer
within the dealer changes: no unit is ever split, and the pieces are the same whoever reads them. polars only reads and
compares here; sums of floats are numpy's, because polars' change with its threads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from surveyplat.errors import InsufficientBase, ScoringError, SnapshotMissing
from surveyplat.missing import Missing
from surveyplat.scoring.arrays import BoolArray, CodeArray, IntArray, SeedArray
from surveyplat.scoring.event_cells import EventCells
from surveyplat.scoring.moments import Rows
from surveyplat.scoring.plan import ScaleItem, ScoringPlan
from surveyplat.scoring.poisson import seeds_of
from surveyplat.scoring.workers import ALONE, Workers

PIECE_ROWS = 65_536
LATER_KEYS = ("build_month", "region")
"""Keys that a snapshot may lack: those frozen before these were kept, and answers collected elsewhere."""
_LOWEST_MISSING, _HIGHEST_MISSING = int(min(Missing)), int(max(Missing))
"""The kinds of missing are consecutive codes."""


@dataclass(frozen=True)
class SnapshotSource:
    """Where a frozen period lies, and what is known of its population.

    ``population`` maps a dealer to its eligible events; None when it is not known (answers collected elsewhere).
    ``event_cells`` has the same events by model and month too; None where only dealers' were counted.
    """

    path: Path
    rows_hash: str
    period: str
    population: Mapping[str, int] | None
    event_cells: EventCells | None = None


@dataclass(frozen=True)
class Piece:
    """A run of rows of the snapshot. ``first_cell`` is the number of the dealer that its first row belongs to."""

    path: Path
    start: int
    stop: int
    first_cell: int
    models: tuple[str, ...]
    build_months: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inventory:
    """What a snapshot holds: its dealers in order with their rows, its models, and its pieces.

    ``dealer_regions`` has a region for each dealer, "" where none is known. ``build_months`` are those of the vehicles
    of a study that counts problems. Snapshots of before either was kept have none.
    """

    row_count: int
    dealers: tuple[str, ...]
    dealer_rows: tuple[int, ...]
    models: tuple[str, ...]
    pieces: tuple[Piece, ...]
    dealer_regions: tuple[str, ...] = ()
    build_months: tuple[str, ...] = ()

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that are known, in order."""
        return tuple(sorted({*self.dealer_regions} - {""}))

    def dealers_in(self, region: str) -> tuple[str, ...]:
        places = zip(self.dealers, self.dealer_regions, strict=True)
        return tuple(dealer for dealer, own in places if own == region)


@dataclass(frozen=True)
class Answers:
    """The answers of one piece: ``codes`` maps a column to scale points, or negative ``Missing`` codes."""

    codes: dict[str, CodeArray]
    rows: Rows
    model_of_row: IntArray
    models: tuple[str, ...]
    build_months: tuple[str, ...] = ()
    build_month_of_row: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """The place of each vehicle's month in ``build_months``, -1 where it is not known; empty where these are."""

    def answered(self, column: str) -> BoolArray:
        """True where the column holds a scale point: no kind of missing is an answer, and none of them is 0."""
        return self.codes[column] >= 0

    def asked(self, column: str) -> BoolArray:
        """True where the person reached the item, whether they answered or not."""
        reached: BoolArray = self.codes[column] != int(Missing.NOT_ASKED)
        return reached


def take_inventory(path: Path, plan: ScoringPlan, workers: Workers = ALONE) -> Inventory:
    """Look through a snapshot's keys once, without its answers.

    Raises ``SnapshotMissing`` when there is no file, ``InsufficientBase`` when it has no rows, and ``ScoringError``
    when it lacks columns that the plan measures or its rows are out of order.
    """
    _check_columns(path, plan)
    row_count = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    if not row_count:
        raise InsufficientBase(f"{path}: the snapshot has no rows, so nothing can be measured")
    starts = range(0, row_count, PIECE_ROWS)
    runs = list(workers.over("keys", partial(_look_through, path, PIECE_ROWS), starts))
    _check_order(path, runs)
    first_rows = {dealer: row for run in reversed(runs) for dealer, row in run.dealer_starts.items()}
    dealers, dealer_starts = zip(*sorted(first_rows.items()), strict=True)
    models = tuple(sorted(frozenset().union(*(run.models for run in runs)) - {""}))
    months = tuple(sorted(frozenset().union(*(run.build_months for run in runs)) - {""})) if plan.problems else ()
    regions = _regions(path, runs)
    stops = _piece_stops(runs, row_count)
    return Inventory(
        row_count=row_count,
        dealers=dealers,
        dealer_rows=tuple(int(rows) for rows in np.diff((*dealer_starts, row_count))),
        models=models,
        pieces=tuple(
            Piece(path, start, stop, int(np.searchsorted(dealer_starts, start, side="right")) - 1, models, months)
            for start, stop in zip([0, *stops[:-1]], stops, strict=True)
        ),
        dealer_regions=tuple(regions[dealer] for dealer in dealers),
        build_months=months,
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


@dataclass(frozen=True)
class _KeyRun:
    """A run of rows seen by their keys only. A customer who is not known ("") is a unit for each answer."""

    start: int
    first: tuple[str, str]
    last: tuple[str, str]
    """Dealer and customer of the first and the last row."""
    dealer_starts: dict[str, int]
    models: frozenset[str]
    build_months: frozenset[str]
    dealer_regions: frozenset[tuple[str, str]]
    next_unit: int | None
    """The first unit that starts after the first row."""
    out_of_order: int | None
    """The first row that does not follow the one before it."""


def _look_through(path: Path, rows: int, start: int) -> _KeyRun:
    keys = _slice(path, start, start + rows, ["dealer", "customer", "model", *_later_keys(path)])
    later = keys.with_columns(pl.lit("").alias(name) for name in LATER_KEYS if name not in keys.columns)
    dealer, customer = pl.col("dealer"), pl.col("customer")
    new_dealer = dealer != dealer.shift()
    flags = keys.select(
        dealer=new_dealer.fill_null(True),
        unit=(new_dealer | (customer != customer.shift()) | (customer == "")).fill_null(False),
        wrong=(dealer < dealer.shift()) | (~new_dealer & (customer < customer.shift())).fill_null(False),
    )
    starts = flags["dealer"].arg_true()
    return _KeyRun(
        start=start,
        first=keys.row(0)[:2],
        last=keys.row(-1)[:2],
        dealer_starts=dict(zip(keys["dealer"].gather(starts).to_list(), (starts + start).to_list(), strict=True)),
        models=frozenset(keys["model"].unique().to_list()),
        build_months=frozenset(later["build_month"].unique().to_list()),
        dealer_regions=frozenset(later.select("dealer", "region").unique().iter_rows()),
        next_unit=_first(flags["unit"].slice(1), start + 1),
        out_of_order=_first(flags["wrong"], start),
    )


def _later_keys(path: Path) -> list[str]:
    schema = pl.read_parquet_schema(path)
    return [name for name in LATER_KEYS if name in schema]


def _regions(path: Path, runs: Sequence[_KeyRun]) -> dict[str, str]:
    """Each dealer's region. Raises ``ScoringError`` naming dealers that lie in several."""
    places = sorted(frozenset[tuple[str, str]]().union(*(run.dealer_regions for run in runs)))
    regions = dict(places)
    if len(regions) < len(places):
        torn = ", ".join(dealer or "the unknown one" for dealer in regions if sum(d == dealer for d, _ in places) > 1)
        raise ScoringError(f"{path}: these dealers lie in several regions: {torn}; freeze the period again")
    return regions


def _first(flags: pl.Series, start: int) -> int | None:
    """The row of the first true flag, the first of which belongs to the row ``start``."""
    place = flags.arg_max() if flags.any() else None
    return None if place is None else start + place


def _check_order(path: Path, runs: Sequence[_KeyRun]) -> None:
    within = [run.out_of_order for run in runs if run.out_of_order is not None]
    between = [run.start for before, run in pairwise(runs) if run.first < before.last]
    if within or between:
        row = min(within + between) + 1
        raise ScoringError(f"{path}: row {row} is out of order; a snapshot's rows are sorted by dealer, then customer")


def _piece_stops(runs: Sequence[_KeyRun], row_count: int) -> list[int]:
    """Where pieces end: the first unit that starts at or after each multiple of ``PIECE_ROWS``, then the end."""
    stops, following = {row_count}, row_count
    for before, run in reversed(list(pairwise(runs))):
        goes_on = run.first == before.last and bool(run.first[1])
        within = following if run.next_unit is None else run.next_unit
        following = within if goes_on else run.start
        stops.add(following)
    return sorted(stops)


def read_piece(piece: Piece, items: Sequence[ScaleItem], problems: Iterable[str] = ()) -> Answers:
    """Read the named columns of one piece. Raises ``ScoringError`` naming every item and value outside its scale."""
    ticks = [ScaleItem(problem, 0, 1) for problem in problems]
    months = piece.build_months if ticks else ()
    keys = ["dealer", "customer", "model", *(["build_month"] if months else [])]
    frame = _slice(piece.path, piece.start, piece.stop, [*keys, *(item.id for item in (*items, *ticks))])
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
        build_months=months,
        build_month_of_row=_positions(frame["build_month"], months) if months else np.empty(0, dtype=np.int64),
    )


def read_columns(piece: Piece, columns: Sequence[str]) -> pl.DataFrame:
    """Columns of a piece as they are stored, nulls included."""
    rows = pl.scan_parquet(piece.path).select(list(dict.fromkeys(columns)))
    return rows.slice(piece.start, piece.stop - piece.start).collect()


def read_seeds(piece: Piece) -> SeedArray:
    """One 64-bit seed for each row of a piece, from its customer; from its response id where no customer is known.

    A customer's answers hang together, so that a bootstrap replicate draws all of them or none.
    """
    customers = _slice(piece.path, piece.start, piece.stop, ["customer"])["customer"]
    nobody = customers == ""
    if not nobody.any():
        return seeds_of(customers)
    responses = _slice(piece.path, piece.start, piece.stop, ["response_id"])["response_id"]
    return seeds_of(responses.zip_with(nobody, customers))


def _slice(path: Path, start: int, stop: int, columns: Sequence[str]) -> pl.DataFrame:
    rows = pl.scan_parquet(path).select(list(dict.fromkeys(columns)))
    return rows.slice(start, stop - start).with_columns(pl.col(pl.String).fill_null("")).collect()


def _faults(column: pl.Series, item: ScaleItem) -> Iterator[str]:
    if column.null_count():
        yield f"{item.id} has {column.null_count()} empty cells"
        return
    codes = column.to_numpy()
    missing = (codes >= _LOWEST_MISSING) & (codes <= _HIGHEST_MISSING)
    allowed = ((codes >= item.minimum) & (codes <= item.maximum)) | missing
    for value in np.unique(codes[~allowed]) if not allowed.all() else ():
        yield f"{item.id} holds {value}, its scale is {item.minimum} to {item.maximum}"


def _run_labels(column: pl.Series) -> IntArray:
    """0, 1, 2 ... for consecutive runs of equal values."""
    return column.rle_id().to_numpy().astype(np.int64)


def _positions(column: pl.Series, names: tuple[str, ...]) -> IntArray:
    """The position of each value in ``names``, -1 for the empty one."""
    known = column.replace_strict(list(names), list(range(len(names))), default=-1, return_dtype=pl.Int64)
    return known.to_numpy()
