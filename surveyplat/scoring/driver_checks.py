"""What stands beside a driver model: relative weights as a cross-check, warnings, and the three-factor contrasts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import CodeArray, FloatArray, IntArray
from surveyplat.scoring.diagnostics import DriverWarning, collinearity, collinearity_warnings, importance_warnings
from surveyplat.scoring.gram import Gram, complete_rows_of
from surveyplat.scoring.johnson import relative_weights
from surveyplat.scoring.passes import CountedStudy, Task
from surveyplat.scoring.penalty_reward import PenaltyRewardScore, penalty_reward
from surveyplat.scoring.plan import DriverPlan, ScoringPlan
from surveyplat.scoring.results import DriverChecks
from surveyplat.scoring.snapshot import read_piece

MOST_CASES = 1_000_000
"""Contrasts look at the cases themselves; of more, their memory would not be bounded."""
ONE_TO_TEN = (1, 10)
"""The scale on which 6 and below is low and 9 and above is high."""


def driver_checks(study: CountedStudy, driver: DriverPlan, shares: Mapping[str, float]) -> DriverChecks:
    """The checks of a driver model that was fitted, with its importance ``shares`` by attribute.

    Source of the contrasts: Brandt, Journal of Services Marketing 2 (1988); Matzler and Sauerwein (2002).
    """
    gram = study.grams[driver.id]
    weights = relative_weights(gram.covariances[0])
    johnson = weights / weights.sum()
    contrasts, refused = _contrasts(study, driver, gram)
    return DriverChecks(
        driver=driver.id,
        relative_weights=dict(zip(driver.attributes, johnson.tolist(), strict=True)),
        warnings=tuple(_warnings(driver, gram, np.array([shares[item] for item in driver.attributes]), johnson)),
        contrasts=contrasts,
        contrasts_refused=refused,
    )


def _warnings(driver: DriverPlan, gram: Gram, shares: FloatArray, johnson: FloatArray) -> Iterator[DriverWarning]:
    yield from collinearity_warnings(collinearity(driver.attributes, gram.covariances[0][:-1, :-1]))
    yield from importance_warnings(driver.attributes, shares, johnson)


def _contrasts(study: CountedStudy, driver: DriverPlan, gram: Gram) -> tuple[PenaltyRewardScore | None, str]:
    scales = {item.id: (item.minimum, item.maximum) for item in study.plan.items}
    if gram.complete_cases > MOST_CASES or any(scales[item] != ONE_TO_TEN for item in driver.attributes):
        return None, ""
    held = study.workers.merged("contrasts", partial(_cases_of, study.plan, driver), study.tasks)
    try:
        cases = held.codes.astype(np.float64)
        return penalty_reward(driver.attributes, driver.target, cases, held.weights, units=held.units), ""
    except ScoringError as error:
        return None, str(error)


@dataclass(frozen=True)
class _Cases:
    """Complete cases, shape (cases, attributes + 1) with the outcome last; each unit has a number of its own."""

    codes: CodeArray
    weights: FloatArray
    units: IntArray

    def merge(self, other: "_Cases") -> "_Cases":
        first = int(self.units[-1]) + 1 if len(self.units) else 0
        return _Cases(
            np.concatenate([self.codes, other.codes]),
            np.concatenate([self.weights, other.weights]),
            np.concatenate([self.units, other.units + first]),
        )


def _cases_of(plan: ScoringPlan, driver: DriverPlan, task: Task) -> _Cases:
    names = (*driver.attributes, driver.target)
    answers = read_piece(task.piece, [item for item in plan.items if item.id in names])
    rows, cases = complete_rows_of(names, answers)
    unit_of_row = answers.rows.unit_of_row
    units = rows if unit_of_row is None else unit_of_row[rows]
    return _Cases(cases.astype(np.int16), task.row_weights(answers)[rows], np.asarray(units, dtype=np.int64))
