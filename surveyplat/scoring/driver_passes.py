"""What a fitted driver model needs of each piece: its residuals with all that is told from them, and its cases."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.dealer_influence import DealerProducts, dealer_products
from surveyplat.scoring.drivers import driver_refusal
from surveyplat.scoring.gram import Gram, complete_rows
from surveyplat.scoring.held_cases import Cases
from surveyplat.scoring.influence import Influence, influence_of
from surveyplat.scoring.lack_of_fit import PointSums, point_sums
from surveyplat.scoring.least_squares import LeastSquares, solved
from surveyplat.scoring.linearity import bent_gram
from surveyplat.scoring.plan import DriverPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.regression import Residuals, residuals_of
from surveyplat.scoring.row_weights import Task
from surveyplat.scoring.snapshot import Answers

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


@dataclass(frozen=True)
class DriverFit:
    """A driver model that can be fitted; of its complete cases every ``step``-th customer's are held."""

    driver: DriverPlan
    fitted: LeastSquares
    step: int


@dataclass(frozen=True)
class DriverCounts:
    """``cases`` are the complete cases themselves: all of them up to 100,000, else of every so-many-th customer.

    Rows stand by dealer and customer, so that every so-many-th customer is a sample of all dealers in proportion.
    """

    residue: Residue
    cases: Cases

    def merge(self, other: "DriverCounts") -> "DriverCounts":
        return DriverCounts(self.residue.merge(other.residue), self.cases.merge(other.cases))


def fitted_drivers(plan: ScoringPlan, grams: Mapping[str, Gram]) -> tuple[DriverFit, ...]:
    """The plan's driver models, from their Gram matrices, as far as nothing speaks against them."""
    told = [driver for driver in plan.drivers if not driver_refusal(driver, grams[driver.id])]
    return tuple(
        DriverFit(driver, solved(driver.attributes, gram), -(-gram.complete_cases // MOST_CASES))
        for driver, gram in ((driver, grams[driver.id]) for driver in told)
    )


def count_driver(
    items: list[ScaleItem], fit: DriverFit, task: Task, answers: Answers, all_weights: FloatArray
) -> DriverCounts:
    """Count the complete cases of one piece; ``items`` are the model's (``items_of``)."""
    rows, cases = complete_rows(fit.driver, answers)
    weights, units = all_weights[rows], _units_of(answers)[rows]
    several = None if answers.rows.unit_of_row is None else units
    kept = units % fit.step == 0
    return DriverCounts(
        residue=Residue(
            residuals=residuals_of(fit.fitted.fit, cases, weights, several),
            influence=influence_of(fit.fitted, cases, weights, task.piece.start + rows, several),
            dealers=dealer_products(cases, weights, answers.rows.cell_of_row[rows], task.piece.first_cell),
            points=point_sums(cases, weights, min(item.minimum for item in items), max(item.maximum for item in items)),
            bent=bent_gram(fit.fitted, cases, weights),
        ),
        cases=Cases(cases[kept].astype(np.int16), weights[kept], units[kept], fit.step),
    )


def _units_of(answers: Answers) -> IntArray:
    unit_of_row = answers.rows.unit_of_row
    return np.arange(len(answers.rows.cell_of_row)) if unit_of_row is None else unit_of_row


def items_of(plan: ScoringPlan, driver: DriverPlan) -> list[ScaleItem]:
    """The items of a driver model, in the plan's order."""
    return [item for item in plan.items if item.id in (*driver.attributes, driver.target)]
