"""An attacker with linear programmes cannot work out what is withheld, and no cheaper choice would do."""

from itertools import combinations

import numpy as np
import pytest

from surveyplat.errors import CannotBeProtected
from surveyplat.scoring.additive import AdditiveTable, two_way, worked_out
from surveyplat.scoring.complementary import protected

RANGE = 5.0


def table_of(rows: int, columns: int, seed: int) -> AdditiveTable:
    values = np.random.default_rng(seed).integers(0, 120, (rows, columns)).astype(float)
    return two_way(values, [f"D{row}" for row in range(rows)], [f"c{column}" for column in range(columns)])


def margins(table: AdditiveTable) -> list[str]:
    return [name for name in table.cells if "total" in name]


def chosen(table: AdditiveTable, cells: int, seed: int) -> dict[str, float]:
    inner = [name for name in table.cells if "total" not in name]
    return dict.fromkeys(np.random.default_rng(seed).choice(inner, cells, replace=False).tolist(), RANGE)


def is_hidden(table: AdditiveTable, primary: dict[str, float], withheld: list[str]) -> bool:
    """By the bounds that follow from everything shown."""
    for name, known in worked_out(table, withheld, list(primary)).items():
        value = table.cells[name]
        if known.low > max(value - primary[name], 0) + 1e-6 or known.high < value + primary[name] - 1e-6:
            return False
    return True


@pytest.mark.parametrize("largest_exact", [6_000, 0])
@pytest.mark.parametrize("seed", range(6))
def test_no_primary_cell_can_be_worked_out_closer_than_its_range(seed: int, largest_exact: int) -> None:
    table = table_of(6, 4, seed)
    primary = chosen(table, 3, seed)
    found = protected(table, primary, never=margins(table), largest_exact=largest_exact)
    assert found.search == ("exact" if largest_exact else "stepwise")
    assert is_hidden(table, primary, [*found.primary, *found.complementary])


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_withheld_in_vain(seed: int) -> None:
    table = table_of(6, 4, seed)
    primary = chosen(table, 3, seed)
    for largest_exact in (6_000, 0):
        found = protected(table, primary, never=margins(table), largest_exact=largest_exact)
        for spared in found.complementary:
            kept = [name for name in found.complementary if name != spared]
            assert not is_hidden(table, primary, [*found.primary, *kept])


@pytest.mark.parametrize("seed", range(3))
def test_no_choice_of_fewer_cells_would_do(seed: int) -> None:
    """Every smaller set of inner cells is tried."""
    table = table_of(3, 3, seed)
    primary = chosen(table, 1, seed)
    found = protected(table, primary, never=margins(table))
    others = [name for name in table.cells if "total" not in name and name not in primary]
    assert len(found.complementary) == 3
    for size in range(len(found.complementary)):
        for tried in combinations(others, size):
            assert not is_hidden(table, primary, [*primary, *tried])


@pytest.mark.parametrize("seed", range(4))
def test_the_exact_choice_is_never_larger_than_the_stepwise_one(seed: int) -> None:
    table = table_of(6, 5, seed)
    primary = chosen(table, 4, seed)
    exact = protected(table, primary, never=margins(table))
    stepwise = protected(table, primary, never=margins(table), largest_exact=0)
    assert len(exact.complementary) <= len(stepwise.complementary)


def test_the_same_table_gives_the_same_choice() -> None:
    table = table_of(8, 5, 1)
    primary = chosen(table, 4, 1)
    assert protected(table, primary, never=margins(table)) == protected(table, primary, never=margins(table))


def test_totals_may_go_where_nothing_else_helps() -> None:
    table = two_way(np.array([[7.0, 30], [0, 0]]), ["D1", "D2"], ["a", "b"])
    found = protected(table, {"D1/a": RANGE}, never=["total/total"])
    assert is_hidden(table, {"D1/a": RANGE}, ["D1/a", *found.complementary])


def test_regions_with_published_totals_are_solved_one_by_one() -> None:
    """300 dealers in 15 regions: far more cells than one exact search may hold."""
    counts = np.random.default_rng(2).integers(1, 300, 300).astype(float)
    cells = {f"D{dealer:03d}": float(count) for dealer, count in enumerate(counts)}
    sums = {f"R{region}": [f"D{dealer:03d}" for dealer in range(region, 300, 15)] for region in range(15)}
    cells |= {region: sum(cells[dealer] for dealer in dealers) for region, dealers in sums.items()}
    primary = {name: RANGE for name, count in cells.items() if count < 12}
    table = AdditiveTable(cells, sums)
    found = protected(table, primary, never=list(sums))
    assert found.search == "exact"
    assert is_hidden(table, primary, [*found.primary, *found.complementary])
    lone = [region for region, dealers in sums.items() if len(primary.keys() & set(dealers)) == 1]
    assert len(found.complementary) >= len(lone)


def test_a_region_of_one_dealer_is_named() -> None:
    table = AdditiveTable({"D1": 9.0, "R": 9.0}, {"R": ["D1"]})
    with pytest.raises(CannotBeProtected, match="D1"):
        protected(table, {"D1": RANGE}, never=["R"])
