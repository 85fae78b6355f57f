"""The driver models' regressions and diagnostics, from mergeable sums, beside statsmodels on the same cases."""

from typing import Literal

import numpy as np
import pytest

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.diagnostics import collinearity
from surveyplat.scoring.influence import influence_of
from surveyplat.scoring.least_squares import gram_of_cases, robust_covariance, scatter_of, solved
from surveyplat.scoring.ordered import fit_ordered
from surveyplat.scoring.regression import regression_of, residuals_of

NAMES = ("booking", "advice", "facility", "quality")
CASES = 600


def drawn() -> tuple[FloatArray, FloatArray, IntArray]:
    """Answers on 1-10 that share a mood and pile up at the top, weights, and customers with one to three answers."""
    rng = np.random.default_rng(20260920)
    mood = rng.normal(size=(CASES, 1))
    x = np.clip(np.round(8 + mood + rng.normal(size=(CASES, len(NAMES)))), 1, 10)
    y = np.clip(np.round(1 + x @ (0.4, 0.3, 0.1, 0.1) + rng.normal(size=CASES)), 1, 10)
    customers = np.sort(rng.integers(0, 300, CASES))
    return np.column_stack([x, y]), rng.uniform(0.5, 2.0, CASES), customers


def design(cases: FloatArray) -> FloatArray:
    return np.column_stack([np.ones(len(cases)), cases[:, :-1]])


@pytest.mark.parametrize("weighted", [False, True])
def test_coefficients_robust_errors_and_r_squared_are_those_of_ols_and_wls(weighted: bool) -> None:
    """WLS(y, X, weights).fit(cov_type="HC1"); OLS is the one with weights of 1"""
    from statsmodels.regression.linear_model import WLS

    cases, drawn_weights, _ = drawn()
    weights = drawn_weights if weighted else np.ones(CASES)
    other = WLS(cases[:, -1], design(cases), weights=weights).fit(cov_type="HC1")
    fit = solved(NAMES, gram_of_cases(cases, weights)).fit
    own = regression_of(fit, residuals_of(fit, cases, weights))
    assert own.coefficients == pytest.approx(other.params[1:], rel=1e-10)
    assert own.std_errors == pytest.approx(other.bse[1:], rel=1e-10)
    assert own.r_squared == pytest.approx(other.rsquared, rel=1e-10)


def test_errors_by_customer_are_the_clustered_ones() -> None:
    """WLS(y, X, weights).fit(cov_type="cluster", cov_kwds={"groups": customers})"""
    from statsmodels.regression.linear_model import WLS

    cases, weights, customers = drawn()
    model = WLS(cases[:, -1], design(cases), weights=weights)
    other = model.fit(cov_type="cluster", cov_kwds={"groups": customers})
    fitted = solved(NAMES, gram_of_cases(cases, weights))
    covariance = robust_covariance(fitted, scatter_of(fitted, cases, weights, customers))
    assert fitted.constant == pytest.approx(other.params[0], rel=1e-10)
    assert covariance == pytest.approx(other.cov_params()[1:, 1:], rel=1e-9)
    published = regression_of(fitted.fit, residuals_of(fitted.fit, cases, weights, customers))
    assert published.std_errors == pytest.approx(other.bse[1:], rel=1e-9)


def test_variance_inflation_and_the_condition_number() -> None:
    """variance_inflation_factor(X, i); OLS's condition_number of the standardised attributes"""
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    cases, _, _ = drawn()
    own = collinearity(NAMES, np.cov(cases[:, :-1].T, bias=True))
    other = [variance_inflation_factor(design(cases), place + 1) for place in range(len(NAMES))]
    assert own.vifs == pytest.approx(other, rel=1e-10)
    standard = (cases[:, :-1] - cases[:, :-1].mean(axis=0)) / cases[:, :-1].std(axis=0)
    assert own.condition_number == pytest.approx(OLS(cases[:, -1], standard).fit().condition_number, rel=1e-10)


def test_distances_and_leverages_of_weighted_cases() -> None:
    """OLS(√w y, √w X).fit().get_influence(): cooks_distance, hat_matrix_diag"""
    from statsmodels.regression.linear_model import OLS

    cases, weights, _ = drawn()
    root = np.sqrt(weights)
    other = OLS(root * cases[:, -1], root[:, None] * design(cases)).fit().get_influence()
    distances = other.cooks_distance[0]
    fitted = solved(NAMES, gram_of_cases(cases, weights))
    own = influence_of(fitted, cases, weights, np.arange(CASES))
    order = np.argsort(-distances)[:10]
    assert [case.row for case in own.strongest] == order.tolist()
    assert [case.cooks_distance for case in own.strongest] == pytest.approx(distances[order], rel=1e-9)
    assert [case.leverage for case in own.strongest] == pytest.approx(other.hat_matrix_diag[order], rel=1e-9)
    assert own.above_threshold == np.count_nonzero(distances > 4 / CASES)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_ordered_models_parameters_and_both_kinds_of_errors(link: Literal["logit", "probit"]) -> None:
    """OrderedModel(y, X, distr).fit(method="newton"): bse, and cov_type="HC0", which our n / (n - 1) corrects"""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    cases, _, _ = drawn()
    points = np.clip(cases[:, -1], 6, 10)
    model = OrderedModel(points, cases[:, :-1], distr=link)
    other = model.fit(method="newton", disp=False, tol=1e-8)
    own = fit_ordered(NAMES, cases[:, :-1], points, np.ones(CASES), link=link)
    attributes = len(NAMES)
    assert own.coefficients == pytest.approx(other.params[:attributes], rel=1e-7)
    assert own.cuts == pytest.approx(model.transform_threshold_params(other.params)[1:-1], rel=1e-7)
    assert own.model_errors[:attributes] == pytest.approx(other.bse[:attributes], rel=1e-6)
    assert own.log_likelihood == pytest.approx(other.llf, rel=1e-10)
    robust = model.fit(method="newton", disp=False, tol=1e-8, cov_type="HC0")
    corrected = robust.bse[:attributes] * (CASES / (CASES - 1)) ** 0.5
    assert own.robust_errors[:attributes] == pytest.approx(corrected, rel=2e-6)
