"""The ordered logit beside a driver model: does the outcome taken as ranks tell the same as taken as a number?"""

import numpy as np

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.held_cases import Cases
from surveyplat.scoring.least_squares import LeastSquares
from surveyplat.scoring.ordered import OrderedFit, fit_ordered
from surveyplat.scoring.reasons import Reason, reason_of
from surveyplat.scoring.records.drivers import OrderedCoefficient, OrderedModel

MOST_CASES = 30_000
"""Newton's method goes over all cases six times or so; as a check, more of them would tell nothing new."""


def ordered_check(held: Cases, fitted: LeastSquares) -> tuple[OrderedModel, OrderedFit] | Reason:
    """The ordered logit of a driver model that was fitted, or the reason why there is none: it only checks."""
    cases = held.at_most(MOST_CASES)
    attributes, outcome = cases.codes[:, :-1].astype(np.float64), cases.codes[:, -1].astype(np.float64)
    try:
        found = fit_ordered(fitted.names, attributes, outcome, cases.weights, units=cases.units)
    except ScoringError as error:
        return reason_of(error)
    return _model(cases, found, fitted), found


def _model(cases: Cases, found: OrderedFit, fitted: LeastSquares) -> OrderedModel:
    named = zip(fitted.names, found.coefficients.tolist(), found.robust_errors.tolist(), strict=False)
    spread = np.sqrt(np.diagonal(np.linalg.inv(fitted.fit.inverse)))
    return OrderedModel(
        cases=found.cases,
        step=cases.step,
        points=found.points,
        coefficients=tuple(OrderedCoefficient(*each) for each in named),
        pseudo_r_squared=1 - found.log_likelihood / _null_likelihood(cases),
        rank_correlation=_spearman(np.abs(fitted.fit.coefficients) * spread, np.abs(found.coefficients) * spread),
    )


def _null_likelihood(cases: Cases) -> float:
    """Log-likelihood of the points' shares alone."""
    by_point = np.bincount(cases.codes[:, -1], weights=cases.weights)
    given = by_point[by_point > 0]
    return float(given @ np.log(given / given.sum()))


def _spearman(one: FloatArray, other: FloatArray) -> float | None:
    if min(len(np.unique(one)), len(np.unique(other))) < len(one) or len(one) < 2:
        return None
    apart = np.diff(np.argsort(np.argsort([one, other], axis=1), axis=1), axis=0)
    return float(1 - 6 * (apart**2).sum() / (len(one) * (len(one) ** 2 - 1)))
