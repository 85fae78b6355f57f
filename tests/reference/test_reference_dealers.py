"""Dealers' shrinkage beside lme4, spdep and statsmodels."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference_cases import load_case, load_table

from surveyplat.scoring.rate_shrinkage import gamma_shape, marshall_rates
from surveyplat.scoring.shrinkage import balanced_effects, between_variance, eblups


def batches(folder: Path) -> NDArray[Any]:
    """Dyestuff: six batches of five yields."""
    return np.asarray(load_table(folder, "lme4_dyestuff.csv")["Yield"]).reshape(6, 5)


def test_balanced_reml_with_its_effects_is_lme4s(reference_data: Path) -> None:
    """R: m <- lmer(Yield ~ 1 + (1 | Batch), Dyestuff); VarCorr(m); ranef(m)."""
    case = load_case(reference_data, "E1")
    found = balanced_effects(batches(reference_data))
    assert case.agrees("mu", found.mean)
    assert case.agrees("tau2", found.between_variance)
    assert case.agrees("sigma2", found.within_variance)
    assert case.agrees("blup", dict(zip("ABCDEF", found.effects.tolist(), strict=True)))


@pytest.mark.parametrize("method", ["reml", "moments"])
def test_known_sampling_variances_of_equal_groups_give_lme4s_numbers(method: Any, reference_data: Path) -> None:
    """Of equal groups both estimates of the variance between are the one of the analysis of variance."""
    case = load_case(reference_data, "E1")
    means = batches(reference_data).mean(axis=1)
    variances = np.full(6, case.reference["sigma2"] / 5)
    between = between_variance(means, variances, method)
    assert case.agrees("tau2", between)
    away = eblups(means, variances, between) - case.reference["mu"]
    assert case.agrees("blup", dict(zip("ABCDEF", away.tolist(), strict=True)))


def test_global_empirical_bayes_rates_are_spdeps(reference_data: Path) -> None:
    """R: EBest(auckland$M77_85, 9 * auckland$Und5_81)."""
    case = load_case(reference_data, "E4")
    table = load_table(reference_data, "auckland_sids.csv")
    found = marshall_rates(table["n"], table["x"])
    assert case.agrees("a", found.between_variance)
    assert case.agrees("b", found.mean)
    assert case.agrees("eb_first3", found.rates[:3].tolist())


def test_gamma_of_the_rates_is_the_negative_binomial_of_statsmodels(reference_data: Path) -> None:
    """R: MASS::glm.nb(n ~ 1 + offset(log(x))): theta is the shape, exp(intercept) the mean."""
    from statsmodels.api import NegativeBinomial

    table = load_table(reference_data, "auckland_sids.csv")
    model = NegativeBinomial(table["n"], np.ones(len(table["n"])), exposure=table["x"])
    fitted = model.fit(disp=False, method="newton", maxiter=200, start_params=[-6.0, 0.1])
    shape, mean = gamma_shape(table["n"], table["x"])
    assert mean == pytest.approx(float(np.exp(fitted.params[0])), rel=1e-7)
    assert shape == pytest.approx(float(1 / fitted.params[1]), rel=1e-6)
    assert model.loglike(np.array([np.log(mean), 1 / shape])) >= fitted.llf - 1e-9
