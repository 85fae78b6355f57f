"""Dealers who alone sell a brand's models: neither the models nor the dealers tell what is withheld of the others."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.scoring.results import Pp100Score
from surveyplat.scoring.study import score_study

PLAN = service_plan(drivers=(), derived_indices=())


def rates(folder: Path, vehicles: Mapping[str, Mapping[str, int]]) -> Pp100Score:
    """PP100 of so many vehicles of each model at each dealer."""
    sold = [(dealer, model) for dealer, own in vehicles.items() for model, count in own.items() for _ in range(count)]
    path = write_snapshot(folder / "s.parquet", service_answers(len(sold)), dealer=[dealer for dealer, _ in sold])
    models = pl.Series("model", [model for _, model in sorted(sold, key=lambda pair: pair[0])])
    pl.read_parquet(path).with_columns(models).write_parquet(path)
    found = score_study(PLAN, source(path)).pp100
    assert found is not None
    return found


def withheld(cells: Pp100Score) -> tuple[dict[str, str | None], dict[str, str | None]]:
    dealers, models = ({cell.id: cell.pp100.suppressed for cell in part} for part in (cells.dealers, cells.models))
    return dealers, models


def test_a_model_that_one_dealer_sells_is_withheld_with_the_dealer(tmp_path: Path) -> None:
    """D02 hides D01; the rate of X, which is that of D02, would tell D01 to the last digit."""
    sold = {"D01": {"Y": 7, "Z": 7}, "D02": {"X": 60}, "D03": {"Y": 90, "Z": 110}, "D04": {"Y": 120, "Z": 100}}
    dealers, models = withheld(rates(tmp_path, sold))
    assert dealers == {"D01": "base", "D02": "complementary", "D03": None, "D04": None}
    assert models["X"] == "complementary"
    assert sorted(map(str, (models["Y"], models["Z"]))) == ["None", "complementary"]


def test_models_that_follow_from_the_dealers_that_sell_them_are_withheld(tmp_path: Path) -> None:
    """X and Z hide each other in the total, but X is what D01 has beside W, which must go too."""
    sold = {"D01": {"W": 70, "X": 20}, "D02": {"Y": 100, "Z": 12}, "D03": {"Y": 100, "Z": 13}}
    dealers, models = withheld(rates(tmp_path, sold))
    assert set(dealers.values()) == {None}
    assert models == {"W": "complementary", "X": "base", "Y": "complementary", "Z": "base"}


def test_nothing_more_is_withheld_where_dealers_share_a_model(tmp_path: Path) -> None:
    sold = {"D01": {"Y": 14}, "D02": {"X": 60, "Y": 1}, "D03": {"Y": 200}, "D04": {"X": 1, "Y": 220}}
    dealers, models = withheld(rates(tmp_path, sold))
    assert dealers == {"D01": "base", "D02": "complementary", "D03": None, "D04": None}
    assert models == {"X": None, "Y": None}
