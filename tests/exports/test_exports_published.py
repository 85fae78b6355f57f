"""Comparisons and dealers as tables: what reports print of them, with its tests and families, and nothing withheld."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from exports_cast import exported, made_rows
from reports.extreme_bundles import Case, Scored, Shop, scored_case
from reports.reports_examples import (
    HIDDEN_DEALERS,
    RISING_DEALER,
    bridged_comparison,
    quality_comparison,
    quality_scores,
    service_comparison,
    service_scores,
)

from surveyplat.exports.comparison_rows import comparison_frame
from surveyplat.exports.dealer_rows import dealer_frame
from surveyplat.exports.wanted import Format, Subject, Wanted
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.results import MeasureVerdict, PeriodComparison

NAMES = [{"code": f"D{number:02d}", "name": f"=Dealer {number}", "region": "East"} for number in range(30)]
SHOPS = (Shop("D29", "Small", "East", 12), *(Shop(f"D{n:02d}", f"Dealer {n}", "East", 34) for n in range(11)))
REASONS = (
    Reason("wording", {}, "pickup_speed", {"languages": "en, zh-Hans"}),
    Reason("mode_changed", {}, "web > import"),
)
REFUSED = PeriodComparison("2026-Q2", "2026-Q3", "refuse", REASONS, 0.05, (), (), (), (), ())


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    return scored_case(Case("csi", SHOPS), tmp_path_factory.mktemp("scored"))


def by_measure(frame: pl.DataFrame, part: str) -> dict[str, dict[str, object]]:
    return {row["measure"]: row for row in frame.filter(pl.col("part") == part).iter_rows(named=True)}


def test_every_change_stands_with_its_test_its_family_and_its_correction() -> None:
    compared = service_comparison(service_scores())
    frame = comparison_frame(compared, "en")
    for part, family in (("index", compared.indices), ("factor", compared.factors), ("dealer", compared.dealers)):
        told = by_measure(frame, part)
        assert list(told) == [change.id for change in family]
        for change in family:
            row = told[change.id]
            levels = row["before_value"], row["after_value"], row["change"], row["ci_low"], row["ci_high"]
            assert levels == (change.before.value, change.after.value, change.change, change.ci_low, change.ci_high)
            assert (row["p_value"], row["p_adjusted"]) == (change.p_value, change.p_adjusted)
    factor = by_measure(frame, "factor")["quality"]
    stated = {name: factor[name] for name in ("correction", "family", "family_size", "alpha", "clear", "method")}
    assert stated == {
        "correction": "benjamini_hochberg",
        "family": "factor",
        "family_size": 5,
        "alpha": 0.05,
        "clear": "yes",
        "method": "difference",
    }
    assert by_measure(frame, "dealer")[RISING_DEALER]["clear"] == "yes"


def test_a_change_that_is_withheld_has_its_bases_and_reasons_alone() -> None:
    told = by_measure(comparison_frame(service_comparison(service_scores()), "en"), "dealer")
    for dealer in HIDDEN_DEALERS:
        row = {name: value for name, value in told[dealer].items() if value is not None}
        assert row == {
            "part": "dealer",
            "measure": dealer,
            "before": "2026-Q2",
            "after": "2026-Q3",
            "before_base": 17.0,
            "after_base": 17.0,
            "suppressed": "before: base, after: base",
        }
    assert told["D01"]["family_size"] == 24 - len(HIDDEN_DEALERS)


@pytest.mark.parametrize(("language", "words"), [("en", "wording"), ("zh-Hans", "措辞"), ("zh-Hant", "措辭")])
def test_what_may_not_be_compared_has_a_verdict_with_reasons_and_no_change(language: str, words: str) -> None:
    frame = comparison_frame(REFUSED, language)
    assert frame["part"].to_list() == ["verdict"]
    assert frame["verdict"].to_list() == ["refuse"]
    assert words in frame["reasons"][0]
    assert frame["change"].null_count() == frame["p_value"].null_count() == frame.height


def test_a_bridge_says_what_the_weights_made_and_a_split_what_performance_and_mix_did() -> None:
    bridge = by_measure(comparison_frame(bridged_comparison(service_scores()), "en"), "bridge")
    assert {name: row["change"] for name, row in bridge.items()} == {
        "published": 15.0,
        "under_old": 6.0,
        "under_new": 6.0,
        "performance": 6.0,
        "weights": 9.0,
    }
    frame = comparison_frame(service_comparison(service_scores()), "en")
    split = {name: by_measure(frame, f"{name}, index by dealer")["all"]["change"] for name in ("performance", "mix")}
    assert split == {"performance": 8.5, "mix": 3.5}


def test_rates_of_problems_change_by_ratios_and_withheld_measures_say_why() -> None:
    compared = quality_comparison(quality_scores())
    withheld = replace(compared, withheld=(MeasureVerdict("overall", "refuse", REASONS[:1], ()),))
    frame = comparison_frame(withheld, "en")
    assert by_measure(frame, "pp100")["total"]["change"] == pytest.approx(103.6 / 90.1)
    assert by_measure(frame, "pp100_category")["infotainment"]["clear"] == "yes"
    assert by_measure(frame, "verdict")["overall"]["verdict"] == "refuse"


def test_a_real_comparison_and_its_dealers_are_told_whole(scored: Scored) -> None:
    assert scored.comparison is not None
    told = by_measure(comparison_frame(scored.comparison, "en"), "dealer")
    dealers = dealer_frame(scored.after.scores, NAMES)
    assert list(told) == dealers["dealer"].to_list()
    league = scored.after.scores.league
    assert league is not None
    for standing, row in zip(league.dealers, dealers.iter_rows(named=True), strict=True):
        assert (row["measure"], row["dealer"], row["region"]) == ("csi", standing.dealer, "East")
        assert (row["value"], row["unweighted_base"]) == (standing.raw.value, standing.raw.unweighted_base)
        shrunk, expected, bottom = standing.shrunk, standing.expected, standing.bottom_tenth
        assert row["shrunk_value"] == (None if shrunk is None else shrunk.value)
        assert row["expected_p_adjusted"] == (None if expected is None else expected.p_adjusted)
        assert row["expected_category"] == (None if expected is None else expected.category)
        assert row["bottom_tenth"] == (None if bottom is None else bottom.probability)
    assert dealers["expected_category"].drop_nulls().len() > 5


def test_a_dealer_that_is_not_shown_has_its_base_and_the_reason_alone(scored: Scored) -> None:
    row = dealer_frame(scored.after.scores, NAMES).filter(pl.col("dealer") == "D29").row(0, named=True)
    shown = {name for name, value in row.items() if value is not None}
    bases = {"unweighted_base", "weighted_base", "effective_base"}
    assert shown == {"measure", "dealer", "name", "region", "suppressed", "compared", *bases}
    assert row["suppressed"] == "base"


def test_dealers_of_problem_studies_are_told_by_their_rates() -> None:
    frame = dealer_frame(quality_scores(), NAMES)
    assert frame["measure"].unique().to_list() == ["pp100"]
    assert frame.select("dealer", "value").rows() == [("D01", 98.0), ("D02", 155.0), ("D03", None), ("D04", 105.0)]


@pytest.mark.parametrize("format_", [Format.CSV, Format.XLSX, Format.PARQUET])
def test_no_dealers_name_is_run_as_a_formula(tmp_path: Path, format_: Format) -> None:
    frame = dealer_frame(quality_scores(), NAMES)
    path, made = exported(made_rows(tmp_path), Wanted(format_, Subject.DEALERS), tmp_path / "out", frame)
    assert made.rows == frame.height
    match format_:
        case Format.PARQUET:
            assert pl.read_parquet(path).equals(frame)
        case Format.CSV:
            assert pl.read_csv(path)["name"].to_list() == [f"'=Dealer {number}" for number in range(1, 5)]
        case _:
            read = pl.read_excel(path, engine="calamine", sheet_name="dealers")
            assert read["name"].to_list() == [f"'=Dealer {number}" for number in range(1, 5)]
