"""The further passes of a fitted driver model: its residuals with all that is told from them, and its cases."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from surveyplat.scoring.arrays import IntArray
from surveyplat.scoring.dealer_influence import DealerProducts, dealer_products
from surveyplat.scoring.gram import Gram, complete_rows
from surveyplat.scoring.held_cases import Cases
from surveyplat.scoring.influence import Influence, influence_of
from surveyplat.scoring.lack_of_fit import PointSums, point_sums
from surveyplat.scoring.least_squares import LeastSquares
from surveyplat.scoring.linearity import bent_gram
from surveyplat.scoring.passes import CountedStudy
from surveyplat.scoring.plan import DriverPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.regression import Residuals, residuals_of
from surveyplat.scoring.row_weights import Task
from surveyplat.scoring.snapshot import Answers, read_piece

MOST_CASES = 100_000
"""Cases that are held at once: their memory is bounded, and more of them would hardly narrow an interval."""


@dataclass(frozen=True)
class Residue:
    """What one pass with the coefficients counts: for robust errors, influence, and bends."""

    residuals: Residuals
    influence: Influence
    dealers: DealerProducts
    points: PointSums
    bent: Gram

    def merge(self, other: "Residue") -> "Residue":
        return Residue(
            self.residuals.merge(other.residuals),
            self.influence.merge(other.influence),
            self.dealers.merge(other.dealers),
            self.points.merge(other.points),
            self.bent.merge(other.bent),
        )


def count_residue(study: CountedStudy, driver: DriverPlan, fitted: LeastSquares) -> Residue:
    """One pass over all complete cases of a fitted model."""
    return study.workers.merged("residuals", partial(_count_residue, study.plan, driver, fitted), study.tasks)


def held_cases(study: CountedStudy, driver: DriverPlan) -> Cases:
    """The complete cases themselves: all of them up to 100,000, else of every so-many-th customer.

    Rows stand by dealer and customer, so that every so-many-th customer is a sample of all dealers in proportion.
    """
    step = -(-study.grams[driver.id].complete_cases // MOST_CASES)
    return study.workers.merged("cases", partial(_cases_of, study.plan, driver, step), study.tasks)


def _count_residue(plan: ScoringPlan, driver: DriverPlan, fitted: LeastSquares, task: Task) -> Residue:
    items = _items(plan, driver)
    answers = read_piece(task.piece, items)
    rows, cases = complete_rows(driver, answers)
    weights = task.row_weights(answers)[rows]
    units = answers.rows.unit_of_row
    return Residue(
        residuals=residuals_of(fitted.fit, cases, weights),
        influence=influence_of(fitted, cases, weights, task.piece.start + rows, None if units is None else units[rows]),
        dealers=dealer_products(cases, weights, answers.rows.cell_of_row[rows], task.piece.first_cell),
        points=point_sums(cases, weights, min(item.minimum for item in items), max(item.maximum for item in items)),
        bent=bent_gram(fitted, cases, weights),
    )


def _cases_of(plan: ScoringPlan, driver: DriverPlan, step: int, task: Task) -> Cases:
    answers = read_piece(task.piece, _items(plan, driver))
    rows, cases = complete_rows(driver, answers)
    units = _units_of(answers)[rows]
    kept = units % step == 0
    weights = task.row_weights(answers)[rows]
    return Cases(cases[kept].astype(np.int16), weights[kept], units[kept], step)


def _units_of(answers: Answers) -> IntArray:
    unit_of_row = answers.rows.unit_of_row
    return np.arange(len(answers.rows.cell_of_row)) if unit_of_row is None else unit_of_row


def _items(plan: ScoringPlan, driver: DriverPlan) -> list[ScaleItem]:
    return [item for item in plan.items if item.id in (*driver.attributes, driver.target)]
