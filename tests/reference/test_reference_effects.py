"""Difference in differences beside R's lm and sandwich, Wooldridge's printed table, and statsmodels."""

from pathlib import Path

import numpy as np
import pytest
from reference_cases import load_case, load_table

from surveyplat.scoring.clustered import clustered
from surveyplat.scoring.panel import Panel, TwoWay
from surveyplat.scoring.two_by_two import two_by_two


def test_incinerator_and_house_prices(reference_data: Path) -> None:
    """lm(rprice ~ y81 * nearinc); vcovHC(type = "HC1") and "HC3"; Wooldridge, table 13.2."""
    case = load_case(reference_data, "D1")
    houses = load_table(reference_data, "wooldridge_kielmc.csv")
    near, later = houses["nearinc"] == 1, houses["y81"] == 1
    found = two_by_two(houses["rprice"], near, later)
    assert case.agrees("att", found.effect)
    assert case.agrees("se", found.std_error)
    assert case.agrees("HC1", found.std_error_hc1)
    assert case.agrees("HC3", found.std_error_hc3)
    with_age = two_by_two(houses["rprice"], near, later, [houses["age"], houses["agesq"]])
    assert case.agrees("att_ctrl", with_age.effect)
    assert case.agrees("se_ctrl", with_age.std_error)


def test_clustered_two_way_regression_is_statsmodels() -> None:
    """OLS on values within dealers plus the grand mean, with months: as Stata's xtreg, fe vce(cluster dealer)."""
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(3)
    values = rng.normal(750, 40, size=(9, 10)) + rng.normal(0, 60, size=(9, 1))
    treated, after = np.arange(9) < 4, np.arange(10) >= 6
    panel = Panel(tuple("abcdefghi"), tuple("0123456789"), values, np.ones((9, 10)), treated, 6)
    exposed = np.outer(treated, after).astype(float)
    columns = [np.ones((9, 10)), exposed, *(np.tile(np.arange(10) == month, (9, 1)) * 1.0 for month in range(1, 10))]
    within = [(held - held.mean(axis=1, keepdims=True) + held.mean()).ravel() for held in (values, *columns)]
    clusters = {"groups": np.repeat(np.arange(9), 10), "use_correction": True}
    reference = OLS(within[0], np.column_stack(within[1:])).fit(cov_type="cluster", cov_kwds=clusters)
    found = clustered(TwoWay.of(panel, after.astype(float)))
    assert found.value == pytest.approx(reference.params[1], rel=1e-9)
    assert found.std_error == pytest.approx(reference.bse[1], rel=1e-9)
    assert found.df == 8


def test_weighted_two_way_regression_is_statsmodels() -> None:
    """WLS with a dummy for every dealer and month; cells of base 0 are not there."""
    from statsmodels.regression.linear_model import WLS

    rng = np.random.default_rng(4)
    values, bases = rng.normal(750, 40, size=(8, 9)), rng.integers(0, 30, size=(8, 9)).astype(float)
    treated, after = np.arange(8) < 3, np.arange(9) >= 6
    panel = Panel(tuple("abcdefgh"), tuple("012345678"), values, bases, treated, 6)
    dealers, months = np.repeat(np.eye(8), 9, axis=0), np.tile(np.eye(9), (8, 1))
    design = np.column_stack([np.outer(treated, after).ravel() * 1.0, dealers, months[:, 1:]])
    reference = WLS(values.ravel(), design, weights=bases.ravel()).fit()
    fit = TwoWay.of(panel, after.astype(float))
    assert fit.effect == pytest.approx(reference.params[0], rel=1e-9)
    assert fit.residuals.ravel() == pytest.approx(reference.wresid, abs=1e-8)
