"""Refused rows are kept for correction, readable by their owner alone, and never half written."""

import csv
from pathlib import Path

import pytest

from surveyplat.durable import write_durably
from surveyplat.quarantine import CellFault, QuarantinedRow, neutralised, restored, write_quarantine

FAULTS = [CellFault("vin", "is empty", "Fill it in"), CellFault("model", "is empty", "Fill it in")]
ROWS = [QuarantinedRow(7, {"name": "=cmd()"}, FAULTS[:1]), QuarantinedRow(2, {"name": "王", "vin": "x"}, FAULTS)]


def lines_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_row_is_one_line_with_its_columns_and_all_its_faults(tmp_path: Path) -> None:
    path = write_quarantine(tmp_path, "abc", ["name", "vin", "cause"], ROWS)
    assert path == tmp_path / "quarantine" / "abc.csv"
    assert lines_of(path) == [
        ["name", "vin", "row", "column", "cause", "fix"],
        ["王", "x", "2", "vin; model", "vin is empty; model is empty", "Fill it in"],
        ["'=cmd()", "", "7", "vin", "vin is empty", "Fill it in"],
    ]


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = write_quarantine(tmp_path, "abc", ["name"], ROWS)
    assert [place.stat().st_mode & 0o777 for place in (path, path.parent)] == [0o600, 0o700]


def test_a_file_with_corrections_in_progress_is_kept(tmp_path: Path) -> None:
    first = write_quarantine(tmp_path, "abc", ["name"], ROWS)
    assert write_quarantine(tmp_path, "abc", ["name"], ROWS) == first
    first.write_text("corrected", encoding="utf-8")
    second = write_quarantine(tmp_path, "abc", ["name"], ROWS)
    assert second.name == "abc.2.csv"
    assert first.read_text(encoding="utf-8") == "corrected"


@pytest.mark.parametrize("cell", ["=1+1", "+86 138", "-5+2", "@x", "plain", "'quoted'", ""])
def test_a_neutralised_cell_is_no_formula_and_comes_back_as_it_was(cell: str) -> None:
    assert not neutralised(cell).startswith(("=", "+", "-", "@"))
    assert restored(neutralised(cell)) == cell


def test_a_signed_number_is_no_formula_and_stays_as_it_is() -> None:
    assert [neutralised(cell) for cell in ("-5", "+8613800138000", "-0.5")] == ["-5", "+8613800138000", "-0.5"]


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_durably(path, b"old", mode=0o444)
    with pytest.raises(TypeError):
        write_durably(path, "no bytes", mode=0o444)  # type: ignore[arg-type]
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("file", b"old")]
    write_durably(path, b"new", mode=0o444)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("file", b"new")]
