"""The ordered logit of 1,681 residents' satisfaction beside R's ordinal::clm and the table printed for MASS::polr."""

from pathlib import Path

import numpy as np
import pytest
from reference_cases import load_case, load_table

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.ordered import OrderedFit, fit_ordered

DUMMIES = {
    "InflMedium": ("Infl", "Medium"),
    "InflHigh": ("Infl", "High"),
    "Apartment": ("Type", "Apartment"),
    "Atrium": ("Type", "Atrium"),
    "Terrace": ("Type", "Terrace"),
    "ContHigh": ("Cont", "High"),
}


def housing(folder: Path) -> tuple[FloatArray, FloatArray, FloatArray]:
    table = load_table(folder, "mass_housing.csv")
    attributes = np.column_stack([(table[column] == level).astype(float) for column, level in DUMMIES.values()])
    outcome = np.select([table["Sat"] == "Low", table["Sat"] == "Medium"], [1.0, 2.0], 3.0)
    return attributes, outcome, table["Freq"]


@pytest.fixture(scope="module")
def fit(reference_data: Path) -> OrderedFit:
    """clm(Sat ~ Infl + Type + Cont, weights = Freq, data = housing)"""
    return fit_ordered(tuple(DUMMIES), *housing(reference_data))


@pytest.mark.parametrize("name", DUMMIES)
def test_coefficients_and_errors_are_clms(name: str, fit: OrderedFit, reference_data: Path) -> None:
    place = list(DUMMIES).index(name)
    value = [float(fit.coefficients[place]), float(fit.model_errors[place])]
    assert load_case(reference_data, "O1").agrees(name, value)


def test_cut_points_and_likelihood_are_clms(fit: OrderedFit, reference_data: Path) -> None:
    case = load_case(reference_data, "O1")
    assert case.agrees("cut", fit.cuts.tolist())
    assert case.agrees("logLik", fit.log_likelihood)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_statsmodels_finds_the_same_on_the_answers_one_by_one(link: str, reference_data: Path) -> None:
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    attributes, outcome, counts = housing(reference_data)
    one_by_one = np.repeat(np.arange(len(counts)), counts.astype(int))
    other = OrderedModel(outcome[one_by_one], attributes[one_by_one], distr=link).fit(method="bfgs", disp=False)
    own = fit_ordered(tuple(DUMMIES), attributes, outcome, counts, link=link)  # type: ignore[arg-type]
    assert own.coefficients == pytest.approx(other.params[:6], abs=2e-4)
    assert own.model_errors[:6] == pytest.approx(other.bse[:6], rel=1e-3)
    assert own.log_likelihood == pytest.approx(other.llf, abs=1e-5)
