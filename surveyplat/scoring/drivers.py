"""Drivers: which attributes explain an outcome, as shares of R² from the Gram matrix, with the regression beside it.

The regression is statsmodels' weighted least squares with robust errors, computed from mergeable sums instead of the
cases (``regression.py``, ``least_squares.py``); tests/reference/test_reference_regression.py holds both to each other.
"""

from collections.abc import Mapping

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.covariation import correlations_of
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.importance import SharedOut
from surveyplat.scoring.lmg import MOST_ATTRIBUTES
from surveyplat.scoring.plan import DriverPlan
from surveyplat.scoring.reasons import Reason, Refusal
from surveyplat.scoring.regression import Regression, fit_of
from surveyplat.scoring.results import DriverImportance, DriverScore, Estimate
from surveyplat.scoring.shapley import MOST_SAMPLED

LEAST_CASES = 30
LEAST_CASES_PER_ATTRIBUTE = 5
_SMALLEST_EIGENVALUE = 1e-9
_INVOLVED = 0.1
_CROSS_CHECK = 1e-8
_LIGHT = 18
"""Attributes that are decomposed exactly in a few milliseconds."""
_NOTHING = 1e-12


def replicates_for(driver: DriverPlan) -> int:
    """How many bootstrap replicates give the intervals: fewer where each exact decomposition is heavy."""
    return 100 if _LIGHT < len(driver.attributes) <= MOST_ATTRIBUTES else 200


def driver_refusal(driver: DriverPlan, gram: Gram) -> Refusal:
    """Every reason why the model cannot be fitted to these complete cases; none when it can."""
    return _too_few(driver, gram) or _constant(driver, gram) or _collinear(driver, gram) or _unexplaining(driver, gram)


def driver_score(
    driver: DriverPlan, gram: Gram, regression: Regression, shared: SharedOut, performance: Mapping[str, Estimate]
) -> DriverScore | Refusal:
    """Importance of each attribute, most important first.

    The values add up to R², the shares to 1, with 95 % percentile intervals from the replicates of the Gram matrix (a
    Poisson bootstrap of customers), into which the draw of orders enters where the values are sampled. ``performance``
    holds the attributes' means on 0-100 points. Call ``driver_refusal`` first. Refused when no replicate is explained,
    and when the regression disagrees about R².
    """
    if not shared.replicates:
        return (Reason("driver_explains_nothing", {}, driver.target),)
    if abs(shared.r_squared - regression.r_squared) > _CROSS_CHECK:
        both = {"decomposition": shared.r_squared, "regression": regression.r_squared}
        return (Reason("driver_disagrees", both, driver.target),)
    low, high = np.quantile(shared.stack[1:], [0.025, 0.975], axis=0, method="weibull")
    covariances = gram.covariances[0]
    importances = [
        DriverImportance(
            item=item,
            lmg=float(shared.values[place]),
            share=float(shared.stack[0, place]),
            share_low=float(low[place]),
            share_high=float(high[place]),
            coefficient=float(regression.coefficients[place]),
            coefficient_std_error=float(regression.std_errors[place]),
            performance=performance[item],
            monte_carlo_error=float(shared.errors[place] / shared.r_squared),
        )
        for place, item in enumerate(driver.attributes)
    ]
    return DriverScore(
        id=driver.id,
        target=driver.target,
        complete_cases=gram.complete_cases,
        r_squared=shared.r_squared,
        r_squared_regression=regression.r_squared,
        condition_number=float(np.linalg.cond(correlations_of(covariances)[:-1, :-1])) ** 0.5,
        largest_vif=float(_inflation(covariances).max()),
        replicates=shared.replicates,
        importances=tuple(sorted(importances, key=lambda importance: -importance.lmg)),
        method=shared.method,
        orders=shared.orders,
    )


def _too_few(driver: DriverPlan, gram: Gram) -> Refusal:
    attributes = len(driver.attributes)
    if attributes > MOST_SAMPLED:
        return (Reason("driver_too_many", {"attributes": attributes, "most": MOST_SAMPLED}),)
    least = max(LEAST_CASES, LEAST_CASES_PER_ATTRIBUTE * attributes)
    if gram.complete_cases < least:
        return (Reason("driver_too_few", {"cases": gram.complete_cases, "attributes": attributes, "least": least}),)
    return ()


def _constant(driver: DriverPlan, gram: Gram) -> Refusal:
    names = (*driver.attributes, driver.target)
    alike = np.diagonal(gram.covariances[0]) == 0
    return (Reason("driver_constant", {}, ", ".join(np.array(names)[alike])),) if alike.any() else ()


def _collinear(driver: DriverPlan, gram: Gram) -> Refusal:
    correlations = correlations_of(gram.covariances[0])
    values, vectors = np.linalg.eigh(correlations[:-1, :-1])
    names = np.array(driver.attributes)
    involved = (names[np.abs(vectors[:, place]) > _INVOLVED] for place in np.flatnonzero(values < _SMALLEST_EIGENVALUE))
    groups = dict.fromkeys(", ".join(group) for group in involved)
    return tuple(Reason("driver_collinear", {}, group) for group in groups)


def _unexplaining(driver: DriverPlan, gram: Gram) -> Refusal:
    fit = fit_of(gram)
    explained = float(fit.coefficients @ gram.covariances[0, :-1, -1])
    return (
        (Reason("driver_explains_nothing", {}, driver.target),) if explained < _NOTHING * fit.outcome_variance else ()
    )


def _inflation(covariances: FloatArray) -> FloatArray:
    """Variance inflation factors: the diagonal of the attributes' inverse correlation matrix."""
    inverse: FloatArray = np.diagonal(np.linalg.inv(correlations_of(covariances)[:-1, :-1]))
    return inverse
