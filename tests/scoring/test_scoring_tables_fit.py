"""Tables wider than the terminal: every number is printed whole, in as many tables as it takes."""

import io

import pytest
from rich.console import Console

from surveyplat.cli.estimate_tables import plain_table
from surveyplat.cli.fitting import fitted

COLUMNS = ("", "Score", "n", "SE", "95 % interval", "Malfunction", "Design", "Dispersion", "Interval by")
WHY = "suppressed: another suppressed number would follow from it"
ROWS = (
    ("示例 A3", "131.7", "210", "13.79", "107.6 – 161.8", "117.7", "14.0", "2.82", "linearised"),
    ("infotainment", WHY, "30", "", "", "suppressed", "suppressed", "", ""),
)


def printed(width: int) -> str:
    table = plain_table("Problems", COLUMNS)
    for row in ROWS:
        table.add_row(*row)
    console = Console(width=width, file=io.StringIO(), markup=False)
    for part in fitted(table, width):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_cell_is_cut_short(width: int) -> None:
    said = printed(width)
    assert "…" not in said
    for cell in {*COLUMNS[1:], *(cell for row in ROWS for cell in row if cell != WHY)}:
        assert cell in said
    assert all(word in said for word in WHY.split())


def test_each_part_names_the_rows_and_says_that_it_goes_on() -> None:
    said = printed(80)
    assert said.count("示例 A3") == said.count("infotainment") == 2
    assert said.count("Problems (continued)") == 1


def test_a_table_that_fits_stays_one() -> None:
    said = printed(160)
    assert "continued" not in said
    assert said.count("infotainment") == 1
