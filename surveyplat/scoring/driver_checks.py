"""What stands beside a driver model: cross-checks of its importances and its form, and the three-factor contrasts."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.diagnostics import (
    collinearity,
    collinearity_warnings,
    importance_warnings,
    influence_warnings,
    lack_of_fit_warnings,
    linearity_warnings,
    ordered_warnings,
)
from surveyplat.scoring.driver_passes import DriverCounts
from surveyplat.scoring.gram import Gram
from surveyplat.scoring.held_cases import Cases
from surveyplat.scoring.influence_score import influence_score
from surveyplat.scoring.johnson import relative_weights
from surveyplat.scoring.lack_of_fit import lack_of_fit
from surveyplat.scoring.least_squares import LeastSquares
from surveyplat.scoring.linearity import linearity
from surveyplat.scoring.ordered_check import ordered_check
from surveyplat.scoring.passes import CountedStudy
from surveyplat.scoring.penalty_reward import penalty_reward
from surveyplat.scoring.plan import DriverPlan
from surveyplat.scoring.reasons import Reason, Refusal, reason_of
from surveyplat.scoring.records.drivers import DriverWarning, Linearity, PenaltyRewardScore
from surveyplat.scoring.regression import Regression
from surveyplat.scoring.results import DriverChecks

ONE_TO_TEN = (1, 10)
"""The scale on which 6 and below is low and 9 and above is high."""


@dataclass(frozen=True)
class FittedDriver:
    """A driver model that was fitted, as its checks need it; ``shares`` are its importances, by attribute."""

    driver: DriverPlan
    gram: Gram
    fitted: LeastSquares
    counts: DriverCounts
    regression: Regression
    shares: FloatArray


def driver_checks(study: CountedStudy, model: FittedDriver) -> DriverChecks:
    """The checks of a fitted driver model; contrasts and the ordered logit look at the cases that are held.

    Source of the contrasts: Brandt, Journal of Services Marketing 2 (1988); Matzler and Sauerwein (2002).
    """
    driver, fitted, residue, held = model.driver, model.fitted, model.counts.residue, model.counts.cases
    weights = relative_weights(model.gram.covariances[0])
    johnson = weights / weights.sum()
    contrasts, refused = _contrasts(study, driver, held)
    ordered = ordered_check(held, fitted)
    bend, bends = _linearity(model), tuple(lack_of_fit(fitted, residue.points))
    warnings = [
        *_importance_warnings(model, johnson),
        *influence_warnings(residue.influence),
        *(linearity_warnings(bend) if bend else ()),
        *lack_of_fit_warnings(bends),
    ]
    if not isinstance(ordered, Reason):
        warnings += ordered_warnings(driver.attributes, model.regression, ordered[1])
    return DriverChecks(
        driver=driver.id,
        relative_weights=dict(zip(driver.attributes, johnson.tolist(), strict=True)),
        warnings=tuple(warnings),
        contrasts=contrasts,
        contrasts_refused=refused,
        ordered=None if isinstance(ordered, Reason) else ordered[0],
        ordered_refused=(ordered,) if isinstance(ordered, Reason) else (),
        influence=influence_score(
            fitted, model.regression.std_errors, residue.influence, residue.dealers, study.inventory.dealers
        ),
        linearity=bend,
        lack_of_fit=bends,
    )


def _importance_warnings(model: FittedDriver, johnson: FloatArray) -> Iterator[DriverWarning]:
    attributes = model.driver.attributes
    yield from collinearity_warnings(collinearity(attributes, model.gram.covariances[0][:-1, :-1]))
    yield from importance_warnings(attributes, model.shares, johnson)


def _linearity(model: FittedDriver) -> Linearity | None:
    try:
        return linearity(model.fitted, model.counts.residue.bent)
    except InsufficientBase:
        return None


def _contrasts(study: CountedStudy, driver: DriverPlan, held: Cases) -> tuple[PenaltyRewardScore | None, Refusal]:
    scales = {item.id: (item.minimum, item.maximum) for item in study.plan.items}
    other = [item for item in driver.attributes if scales[item] != ONE_TO_TEN]
    if other:
        return None, (Reason("contrasts_other_scale", {}, ", ".join(other)),)
    cases = held.codes.astype(np.float64)
    try:
        return penalty_reward(driver.attributes, driver.target, cases, held.weights, units=held.units), ()
    except ScoringError as error:
        return None, (reason_of(error),)
