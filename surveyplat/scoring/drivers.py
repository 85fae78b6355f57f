"""Drivers: which attributes explain an outcome, by LMG from the Gram matrix, with statsmodels as cross-check."""

from collections.abc import Mapping

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.lmg import MOST_ATTRIBUTES, lmg
from surveyplat.scoring.plan import DriverPlan
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.regression import Regression
from surveyplat.scoring.results import DriverImportance, DriverScore, Estimate

LEAST_CASES = 30
LEAST_CASES_PER_ATTRIBUTE = 5
_SMALLEST_EIGENVALUE = 1e-9
_INVOLVED = 0.1
_CROSS_CHECK = 1e-8
_NOTHING = 1e-12


def replicates_for(driver: DriverPlan) -> int:
    """How many bootstrap replicates give the intervals: fewer where each decomposition is heavy."""
    return 200 if len(driver.attributes) <= 18 else 80


Refusal = tuple[Reason, ...]
"""Why a driver model cannot be told, every reason at once."""


def driver_refusal(driver: DriverPlan, gram: Gram) -> Refusal:
    """Every reason why the model cannot be fitted to these complete cases; none when it can."""
    return _too_few(driver, gram) or _constant(driver, gram) or _collinear(driver, gram)


def driver_score(
    driver: DriverPlan, gram: Gram, regression: Regression, performance: Mapping[str, Estimate]
) -> DriverScore | Refusal:
    """Importance of each attribute, most important first.

    LMG adds up to R²; the shares add up to 1, with 95 % percentile intervals from the replicates of the Gram matrix (a
    Poisson bootstrap of customers). ``performance`` holds the attributes' means on 0-100 points. Call
    ``driver_refusal`` first. Refused when nothing is explained, and when the regression disagrees about R².
    """
    covariances = gram.covariances
    values, r_squared = lmg(covariances[:1])
    replicates = _share_replicates(covariances[1:])
    if r_squared[0] < _NOTHING or not len(replicates):
        return (Reason("driver_explains_nothing", {}, driver.target),)
    if abs(r_squared[0] - regression.r_squared) > _CROSS_CHECK:
        both = {"decomposition": float(r_squared[0]), "regression": regression.r_squared}
        return (Reason("driver_disagrees", both, driver.target),)
    low, high = np.quantile(replicates, [0.025, 0.975], axis=0)
    vifs = _inflation(covariances[0])
    shares = values[0] / r_squared[0]
    importances = [
        DriverImportance(
            item=item,
            lmg=float(values[0, place]),
            share=float(shares[place]),
            share_low=float(low[place]),
            share_high=float(high[place]),
            coefficient=float(regression.coefficients[place]),
            coefficient_std_error=float(regression.std_errors[place]),
            performance=performance[item],
        )
        for place, item in enumerate(driver.attributes)
    ]
    return DriverScore(
        id=driver.id,
        target=driver.target,
        complete_cases=gram.complete_cases,
        r_squared=float(r_squared[0]),
        r_squared_regression=regression.r_squared,
        condition_number=float(np.linalg.cond(_correlations(covariances[0])[:-1, :-1])) ** 0.5,
        largest_vif=float(vifs.max()),
        replicates=len(replicates),
        importances=tuple(sorted(importances, key=lambda importance: -importance.lmg)),
    )


def _share_replicates(covariances: FloatArray) -> FloatArray:
    """Shares of each replicate in which the outcome varies and is explained, shape (usable replicates, p)."""
    values, r_squared = lmg(covariances[covariances[:, -1, -1] > 0])
    explained = r_squared > 0
    shares: FloatArray = values[explained] / r_squared[explained, None]
    return shares


def _too_few(driver: DriverPlan, gram: Gram) -> Refusal:
    attributes = len(driver.attributes)
    if attributes > MOST_ATTRIBUTES:
        return (Reason("driver_too_many", {"attributes": attributes, "most": MOST_ATTRIBUTES}),)
    least = max(LEAST_CASES, LEAST_CASES_PER_ATTRIBUTE * attributes)
    if gram.complete_cases < least:
        return (Reason("driver_too_few", {"cases": gram.complete_cases, "attributes": attributes, "least": least}),)
    return ()


def _constant(driver: DriverPlan, gram: Gram) -> Refusal:
    names = (*driver.attributes, driver.target)
    alike = np.diagonal(gram.covariances[0]) == 0
    return (Reason("driver_constant", {}, ", ".join(np.array(names)[alike])),) if alike.any() else ()


def _collinear(driver: DriverPlan, gram: Gram) -> Refusal:
    correlations = _correlations(gram.covariances[0])
    values, vectors = np.linalg.eigh(correlations[:-1, :-1])
    names = np.array(driver.attributes)
    involved = (names[np.abs(vectors[:, place]) > _INVOLVED] for place in np.flatnonzero(values < _SMALLEST_EIGENVALUE))
    groups = dict.fromkeys(", ".join(group) for group in involved)
    return tuple(Reason("driver_collinear", {}, group) for group in groups)


def _correlations(covariances: FloatArray) -> FloatArray:
    deviation = np.sqrt(np.diagonal(covariances))
    correlations: FloatArray = covariances / np.outer(deviation, deviation)
    return correlations


def _inflation(covariances: FloatArray) -> FloatArray:
    """Variance inflation factors: the diagonal of the attributes' inverse correlation matrix."""
    inverse: FloatArray = np.diagonal(np.linalg.inv(_correlations(covariances)[:-1, :-1]))
    return inverse
