"""Explanations of the PP100 of a model and of a build month, and of changes that are told exactly."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from explaining_cast import Lived, explained, formulas, live, step

from surveyplat.errors import InvalidInput
from surveyplat.reports.blocks import Paragraph
from surveyplat.reports.explaining.steps import Explanation
from surveyplat.scoring.sparse_rates import negative_binomial_interval

MONTHS = ("2026-03", "2026-04", "2026-05")


def built(rows: pl.DataFrame) -> pl.DataFrame:
    """A month for each vehicle; those of April have a noise twice as often."""
    month = pl.Series("build_month", [MONTHS[row % 3] for row in range(rows.height)])
    noisy = rows.with_columns(month)
    prone = (pl.col("build_month") == "2026-04") & (pl.int_range(rows.height) % 4 < 2)
    return noisy.with_columns(noise=pl.when(prone).then(pl.lit(1, dtype=pl.Int16)).otherwise(pl.col("noise")))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(tmp_path_factory.mktemp("explaining"), altered=built)


def said(explanation: Explanation, name: str) -> str:
    return " ".join(part.text for part in step(explanation, name).parts if isinstance(part, Paragraph))


@pytest.mark.parametrize("wanted", [{"build_month": "2026-04"}, {"model": "A"}])
def test_a_part_of_all_vehicles_is_explained_with_its_own_vehicles_and_against_the_rest(
    lived: Lived, wanted: dict[str, str]
) -> None:
    ((column, name),) = wanted.items()
    pp100 = lived.scores.pp100
    assert pp100 is not None
    cells = pp100.models if column == "model" else pp100.build_months
    family = pp100.models_against_rest if column == "model" else pp100.build_months_against_rest
    cell = next(cell for cell in cells if cell.id == name)
    contrast = next(contrast for contrast in family if contrast.id == name)
    explanation = explained(lived, **wanted)
    assert {"2026-04": "April 2026", "A": "model A"}[name] in explanation.title
    assert f"{cell.pp100.value:,.2f}" in explanation.title
    assert str(lived.rows.filter(pl.col(column) == name).height) in said(explanation, "events").replace(",", "")
    assert formulas(explanation, "rest") == [
        f"{contrast.ratio:.3f} times the rate of all other vehicles, "
        f"95% interval {contrast.ci_low:.3f} to {contrast.ci_high:.3f}"
    ]
    assert f"among the {len(family)} parts that are compared" in said(explanation, "rest")
    assert ("stands apart" in said(explanation, "rest")) == contrast.significant
    assert "no change is published" in said(explanation, "change")


def test_the_bad_month_stands_apart_and_the_models_do_not(lived: Lived) -> None:
    assert "stands apart" in said(explained(lived, build_month="2026-04"), "rest")
    assert "no clear difference" in said(explained(lived, model="B"), "rest")
    assert "有明确差别" in said(explained(lived, "zh-Hans", build_month="2026-04"), "rest")


def test_a_month_of_few_vehicles_is_withheld_and_nothing_of_it_is_told(tmp_path: Path) -> None:
    def late(rows: pl.DataFrame) -> pl.DataFrame:
        month = [MONTHS[2] if row < 20 else MONTHS[row % 2] for row in range(rows.height)]
        return rows.with_columns(build_month=pl.Series(month))

    explanation = explained(live(tmp_path, altered=late), build_month=MONTHS[2])
    assert [each.id for each in explanation.steps] == ["events", "weighting", "rules", "proof"]


def test_an_interval_of_heaped_problems_is_called_a_negative_binomials(tmp_path: Path) -> None:
    """One vehicle in ten has all three problems: 0.3 problems each, the dispersion about 2.7."""

    def heaped(rows: pl.DataFrame) -> pl.DataFrame:
        ticks = pl.Series([int(row % 10 == 0) for row in range(rows.height)], dtype=pl.Int16)
        alone = dict.fromkeys(("noise", "heavy", "glare"), ticks)
        return rows.with_columns(**alone, customer=pl.Series([f"c{row:05d}" for row in range(rows.height)]))

    quiet = live(tmp_path, None, heaped)
    pp100 = quiet.scores.pp100
    assert pp100 is not None
    small = next(cell for cell in pp100.models if cell.interval == "negative_binomial")
    explanation = explained(quiet, model=small.id)
    assert "negative binomial" in said(explanation, "interval")
    own = quiet.rows.filter(pl.col("model") == small.id)
    vehicles = np.bincount(3 * own["noise"].to_numpy()).astype(float)
    ends = [100 * end for end in negative_binomial_interval(vehicles)]
    assert [small.pp100.ci_low, small.pp100.ci_high] == pytest.approx(ends)
    assert formulas(explanation, "interval") == [f"from {ends[0]:,.2f} to {ends[1]:,.2f}"]


def test_unknown_months_and_two_numbers_at_once_are_refused(lived: Lived) -> None:
    with pytest.raises(InvalidInput) as unknown:
        explained(lived, build_month="2026-07")
    assert "There are 2026-03, 2026-04, 2026-05" in str(unknown.value.faults[0].fix)
    with pytest.raises(InvalidInput) as both:
        explained(lived, build_month="2026-04", model="A")
    assert both.value.faults[0].code == "one-number"


def test_vehicles_with_the_same_number_of_problems_are_not_certainty(tmp_path: Path) -> None:
    def alike(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(**{name: pl.lit(1, dtype=pl.Int16) for name in ("noise", "heavy", "glare")})

    explanation = explained(live(tmp_path, altered=alike), category="driving")
    assert "same number of problems" in said(explanation, "interval")
    assert "200.00" in explanation.title
