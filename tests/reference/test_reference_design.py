"""Stratified designs, weights and intervals beside R's survey package, DescTools-like formulas and p.adjust."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference_cases import load_case, load_table

from surveyplat.scoring.design import ratios_by_cell, ratios_overall
from surveyplat.scoring.intervals import mean_interval, share_interval, t_quantile, wilson_interval
from surveyplat.scoring.moments import Column, Moments, Rows, moments_of
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.replicates import jackknife
from surveyplat.scoring.weights import kish_effective_n

STRATA = ("E", "H", "M")


class Schools:
    """apistrat: 200 schools in three strata, each school a unit."""

    def __init__(self, folder: Path) -> None:
        table = load_table(folder, "apistrat.csv")
        order = np.argsort(table["stype"], kind="stable")
        self.columns = {name: values[order] for name, values in table.items()}
        self.weights = self["pw"]
        self.rows = Rows.in_order(np.searchsorted(STRATA, self["stype"]), np.arange(len(order)))
        self.population = np.array([self["fpc"][self["stype"] == stratum][0] for stratum in STRATA])

    def __getitem__(self, column: str) -> NDArray[Any]:
        return self.columns[column]

    def moments(self, values: NDArray[Any], base: NDArray[Any] | None = None) -> Moments:
        column = Column("y", values, np.ones(len(values)) if base is None else base)
        return moments_of([column], self.weights, self.rows)


@pytest.fixture(scope="module")
def schools(reference_data: Path) -> Schools:
    return Schools(reference_data)


def test_stratified_mean_with_finite_population_is_svymean(schools: Schools, reference_data: Path) -> None:
    case = load_case(reference_data, "S1")
    moments = schools.moments(schools["api00"])
    mean = ratios_overall(moments, schools.population).at(0)
    low, high = mean_interval(mean, -np.inf, np.inf)
    assert mean.df == 197
    assert case.agrees("mean", mean.value)
    assert case.agrees("se", mean.std_error)
    assert case.agrees("lci", low)
    assert case.agrees("uci", high)
    assert case.agrees("deff", mean.std_error**2 / _variance_of_simple_sample(moments))


def _variance_of_simple_sample(moments: Moments) -> float:
    n, w, wy, wyy = (float(moments[name].sum()) for name in ("n", "w", "wy", "wyy"))
    return (wyy / w - (wy / w) ** 2) * n / (n - 1) / n * (1 - n / w)


def test_stratified_mean_without_correction_is_svymean(schools: Schools, reference_data: Path) -> None:
    case = load_case(reference_data, "S2")
    mean = ratios_overall(schools.moments(schools["api00"])).at(0)
    assert case.agrees("mean", mean.value)
    assert case.agrees("se", mean.std_error)


def test_jackknife_within_strata_is_the_same_as_linearisation(schools: Schools, reference_data: Path) -> None:
    """R survey: as.svrepdesign(design, type = "JKn"), then svymean."""
    case = load_case(reference_data, "S2")
    sums = np.column_stack([schools.weights * schools["api00"], schools.weights])
    mean = jackknife(sums, schools.rows.cell_of_row, lambda held: held[:, 0] / held[:, 1])
    assert case.agrees("mean", mean.value)
    assert case.agrees("se", mean.std_error)
    assert mean.df == 197


def test_simple_sample_with_finite_population_is_svymean(reference_data: Path) -> None:
    case = load_case(reference_data, "S3")
    table = load_table(reference_data, "apisrs.csv")
    count = len(table["api00"])
    rows = Rows.in_order(np.zeros(count, dtype=np.int64), np.arange(count))
    moments = moments_of([Column("y", table["api00"], np.ones(count))], table["pw"], rows)
    mean = ratios_overall(moments, table["fpc"][:1]).at(0)
    assert case.agrees("mean", mean.value)
    assert case.agrees("se", mean.std_error)


def test_ratio_overall_and_by_stratum_is_svyratio(schools: Schools, reference_data: Path) -> None:
    case = load_case(reference_data, "S6")
    moments = schools.moments(schools["api.stu"], schools["enroll"])
    ratio = ratios_overall(moments, schools.population).at(0)
    assert case.agrees("ratio", ratio.value)
    assert case.agrees("se", ratio.std_error)
    by_stratum = ratios_by_cell(moments, schools.population)
    for cell, stratum in enumerate(STRATA):
        found = by_stratum.at(cell, 0)
        assert [found.value, found.std_error] == pytest.approx(case.reference["by"][stratum], rel=case.tolerance)


def test_share_with_its_korn_graubard_interval_is_svyciprop(schools: Schools, reference_data: Path) -> None:
    case = load_case(reference_data, "S8")
    share = ratios_overall(schools.moments((schools["sch.wide"] == "Yes").astype(float)), schools.population).at(0)
    assert case.agrees("p", share.value)
    assert case.agrees("se", share.std_error)
    assert case.agrees("beta", list(share_interval(share)))
    logit = np.log(share.value / (1 - share.value))
    reach = t_quantile(share.df) * share.std_error / (share.value * (1 - share.value))
    assert case.agrees("logit", [float(1 / (1 + np.exp(-end))) for end in (logit - reach, logit + reach)])


def test_paired_change_and_contrast_of_strata_are_svycontrast(schools: Schools, reference_data: Path) -> None:
    case = load_case(reference_data, "S9")
    change = ratios_overall(schools.moments(schools["api00"] - schools["api99"]), schools.population).at(0)
    assert case.agrees("diff", change.value)
    assert case.agrees("se", change.std_error)
    by_stratum = ratios_by_cell(schools.moments(schools["api00"]), schools.population)
    elementary, high = by_stratum.at(0, 0), by_stratum.at(1, 0)
    assert case.agrees("EH", elementary.value - high.value)
    assert case.agrees("seEH", float(np.hypot(elementary.std_error, high.std_error)))


def test_kish_effective_n_is_the_formula(schools: Schools, reference_data: Path) -> None:
    case = load_case(reference_data, "W3")
    effective = float(kish_effective_n(schools.weights.sum(), (schools.weights**2).sum()))
    assert case.agrees("neff", effective)
    assert case.agrees("deff", len(schools.weights) / effective)


def test_nps_is_the_nps_package_up_to_its_divisor(reference_data: Path) -> None:
    """R's NPS divides by n, the linearised variance by n - 1; its interval is normal."""
    case = load_case(reference_data, "N1")
    counts = np.array([2, 0, 1, 2, 5, 10, 20, 60, 100, 120, 180])
    points = np.repeat(np.arange(11), counts)
    net = (points >= 9).astype(float) - (points <= 6)
    n = len(points)
    rows = Rows.in_order(np.zeros(n, dtype=np.int64), np.arange(n))
    nps = ratios_overall(moments_of([Column("nps", net, np.ones(n))], np.ones(n), rows)).at(0)
    std_error = nps.std_error * ((n - 1) / n) ** 0.5
    assert case.agrees("nps", nps.value)
    assert case.agrees("var", std_error**2 * n)
    assert case.agrees("se", std_error)
    assert case.agrees("ci", [nps.value - 1.959963984540054 * std_error, nps.value + 1.959963984540054 * std_error])


def test_share_intervals_are_prop_test_and_binom_test(reference_data: Path) -> None:
    case = load_case(reference_data, "R5")
    assert case.agrees("wilson", list(wilson_interval(0.15, 100)))
    share = 682 / 925
    simple = Ratio(share, (share * (1 - share) / 925) ** 0.5, 924, 925, 925, 925, 682, False)
    assert case.agrees("cp", list(share_interval(simple)))
