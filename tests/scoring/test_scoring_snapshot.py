"""Reading a snapshot in pieces, and the bootstrap counts that hang on response ids alone."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scoring_cast import service_answers, service_plan, write_snapshot

from surveyplat.errors import ScoringError
from surveyplat.scoring import snapshot
from surveyplat.scoring.poisson import poisson_counts, seeds_of
from surveyplat.scoring.snapshot import read_piece, read_seeds, take_inventory


def test_a_customer_of_a_dealer_is_never_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 4)
    dealers = ["D01"] * 7 + ["D02"] * 5
    customers = ["a", "a", "b", "b", "b", "b", "c", "c", "d", "e", "f", "f"]
    path = write_snapshot(tmp_path / "s.parquet", service_answers(12), dealer=dealers, customer=customers)
    inventory = take_inventory(path, service_plan())
    assert [(piece.start, piece.stop, piece.first_cell) for piece in inventory.pieces] == [
        (0, 6, 0),
        (6, 8, 0),
        (8, 12, 1),
    ]
    assert inventory.dealers == ("D01", "D02")
    assert inventory.dealer_rows == (7, 5)
    units = [read_piece(piece, service_plan().items).rows.units.tolist() for piece in inventory.pieces]
    assert units == [[2.0], [1.0, 1.0], [3.0]]


def test_pieces_hold_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 16)
    answers = service_answers(100)
    path = write_snapshot(tmp_path / "s.parquet", answers, dealer=["D01"] * 55 + ["D02"] * 45)
    pieces = [read_piece(piece, service_plan().items) for piece in take_inventory(path, service_plan()).pieces]
    assert len(pieces) == 7
    assert np.concatenate([piece.codes["kind"] for piece in pieces]).tolist() == answers["kind"]
    assert np.concatenate([piece.rows.cell_of_row for piece in pieces]).tolist() == [0] * 55 + [1] * 45


def test_columns_that_hold_no_codes_are_named(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(4), dealer=["D01"] * 4)
    pl.read_parquet(path).with_columns(kind=pl.lit("good")).write_parquet(path)
    with pytest.raises(ScoringError, match="whole-number codes: kind \\(String\\)"):
        take_inventory(path, service_plan())


def test_an_empty_cell_is_named(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(4), dealer=["D01"] * 4)
    pl.read_parquet(path).with_columns(kind=pl.lit(None, dtype=pl.Int16)).write_parquet(path)
    (piece,) = take_inventory(path, service_plan()).pieces
    with pytest.raises(ScoringError, match="kind has 4 empty cells"):
        read_piece(piece, service_plan().items)


def test_a_customer_counts_the_same_wherever_his_answers_stand(tmp_path: Path) -> None:
    """Rows 17 and 18 are one customer's, row 0 nobody's known: the response itself is drawn."""
    customers = ["", *(f"c{row:02d}" for row in range(1, 18)), "c17", *(f"c{row:02d}" for row in range(19, 50))]
    path = write_snapshot(tmp_path / "s.parquet", service_answers(50), dealer=["D01"] * 50, customer=customers)
    (piece,) = take_inventory(path, service_plan()).pieces
    counts = poisson_counts(read_seeds(piece), 10)
    unknown, customer = poisson_counts(seeds_of(pl.Series(["response-000000", "c17"])), 10).T.tolist()
    assert (counts[:, 17].tolist(), counts[:, 18].tolist()) == (customer, customer)
    assert counts[:, 0].tolist() == unknown


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.parquet", service_answers(50), dealer=["D01"] * 50)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ScoringError, match=r"s\.parquet: the file cannot be read as a snapshot; freeze"):
        take_inventory(path, service_plan())


def test_replicate_counts_are_poisson_with_mean_one() -> None:
    counts = poisson_counts(seeds_of(pl.Series([f"r{row}" for row in range(20_000)])), 21)
    assert counts.shape == (21, 20_000)
    share = np.bincount(counts.ravel(), minlength=5)[:5] / counts.size
    assert share.tolist() == pytest.approx([0.3679, 0.3679, 0.1839, 0.0613, 0.0153], abs=0.002)
    assert counts.mean(axis=1).tolist() == pytest.approx([1.0] * 21, abs=0.04)
    correlations = np.corrcoef(counts)
    assert np.abs(correlations[np.triu_indices(21, 1)]).max() < 0.04
