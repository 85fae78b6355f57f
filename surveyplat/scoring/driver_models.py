"""The driver models of a study: fitted with everything that stands beside them, or refused with the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from surveyplat.scoring.driver_checks import FittedDriver, driver_checks
from surveyplat.scoring.driver_priorities import driver_priorities
from surveyplat.scoring.drivers import driver_refusal, driver_score
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.importance import SharedOut, shared_out
from surveyplat.scoring.indices import item_on_100_points
from surveyplat.scoring.passes import CountedStudy
from surveyplat.scoring.plan import DriverPlan
from surveyplat.scoring.reasons import Reason, Refusal
from surveyplat.scoring.regression import regression_of
from surveyplat.scoring.results import DriverChecks, DriverScore
from surveyplat.scoring.suppression import LEAST_EFFECTIVE_BASE


@dataclass(frozen=True)
class DriverModels:
    """``scores`` and ``refused`` are by the models' ids; ``checks`` stand in the plan's order, like the scores.

    ``shared`` holds what the fitted models' importances are made of, with their replicates.
    """

    scores: Mapping[str, DriverScore]
    shared: Mapping[str, SharedOut]
    checks: tuple[DriverChecks, ...]
    refused: dict[str, Refusal]


def driver_models(study: CountedStudy) -> DriverModels:
    """Every driver model of the plan that can be told from the counted answers."""
    told: dict[str, _Told] = {}
    refused: dict[str, Refusal] = {}
    for driver in study.plan.drivers:
        found = _driver_model(study, driver)
        if isinstance(found, _Told):
            told[driver.id] = found
        else:
            refused[driver.id] = found
    return DriverModels(
        scores={name: each.score for name, each in told.items()},
        shared={name: each.shared for name, each in told.items()},
        checks=tuple(each.checks for each in told.values()),
        refused=refused,
    )


@dataclass(frozen=True)
class _Told:
    score: DriverScore
    shared: SharedOut
    checks: DriverChecks


def _driver_model(study: CountedStudy, driver: DriverPlan) -> _Told | Refusal:
    gram = study.grams[driver.id]
    if driver.id not in study.drivers:
        return driver_refusal(driver, gram)
    fit, counts = study.drivers[driver.id]
    base = counts.residue.residuals.effective_base(fit.fitted.fit)
    if base < LEAST_EFFECTIVE_BASE:
        return (Reason("effective_base", {"base": base, "least": LEAST_EFFECTIVE_BASE}),)
    regression = regression_of(fit.fitted.fit, counts.residue.residuals)
    shared = shared_out(gram.covariances, np.random.default_rng(int(study.source.rows_hash[:16], 16)), study.workers)
    performance = {
        item.id: item_on_100_points(study.table, item) for item in study.plan.items if item.id in driver.attributes
    }
    score = driver_score(driver, gram, regression, shared, performance)
    if not isinstance(score, DriverScore):
        return score
    model = FittedDriver(driver, gram, fit.fitted, counts, regression, shared.stack[0])
    placed = _with_priorities(study, model, score, shared, performance)
    return _Told(placed, shared, driver_checks(study, model))


def _with_priorities(
    study: CountedStudy,
    model: FittedDriver,
    score: DriverScore,
    shared: SharedOut,
    performance: Mapping[str, Estimate],
) -> DriverScore:
    scales = {item.id: item for item in study.plan.items}
    found = driver_priorities(model.driver, model.gram, shared, performance, scales)
    if isinstance(found, Reason):
        return replace(score, priorities_refused=(found,))
    return replace(score, priorities=found)
