"""A respondent's own scores: rescaled answers, factors and the index, before anything is averaged over people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import BoolArray, FloatArray
from surveyplat.scoring.plan import IndexPlan, Rescaling, ScaleItem
from surveyplat.scoring.snapshot import Answers


@dataclass(frozen=True)
class PersonScore:
    """One score a respondent: ``values`` on the index's points, 0 where ``usable`` is False."""

    values: FloatArray
    usable: BoolArray


def rescaled(answers: Answers, item: ScaleItem, rescaling: Rescaling) -> FloatArray:
    """An item's answers as a share of its scale, 0 where it was not answered.

    minmax: (x - min) / (max - min). times100: x / max, so that a 1-10 scale runs from 0.1 to 1.
    """
    low, span = (item.minimum, item.maximum - item.minimum) if rescaling == "minmax" else (0, item.maximum)
    return np.where(answers.answered(item.id), (answers.codes[item.id] - float(low)) / span, 0.0)


def person_scores(
    answers: Answers, plan: IndexPlan, items: Mapping[str, ScaleItem], rescaling: Rescaling = "minmax"
) -> Iterator[tuple[str | None, PersonScore]]:
    """The respondent's score of each factor (by its id), then of the index (None), on ``plan.total`` points.

    Factor: mean of its answered items. Index: Σ W F / Σ W over the factors F that have an answer, with their declared
    weights W. The index is usable when the answered items carry at least ``usable_share`` of the total weight, where a
    factor's weight is spread evenly over its items; a factor is usable with any answer.
    """
    size = len(answers.model_of_row)
    weighted, factor_weight, item_weight = np.zeros(size), np.zeros(size), np.zeros(size)
    for factor in plan.factors:
        count = sum((answers.answered(item).astype(np.float64) for item in factor.items), np.zeros(size))
        total = sum((rescaled(answers, items[item], rescaling) for item in factor.items), np.zeros(size))
        score = total / np.maximum(count, 1.0)
        weighted += factor.weight * score
        factor_weight += factor.weight * (count > 0)
        item_weight += factor.weight * count / len(factor.items)
        yield factor.id, PersonScore(score * plan.total, count > 0)
    usable = (item_weight >= _least(plan)) & (factor_weight > 0)
    score = np.divide(weighted, factor_weight, out=np.zeros(size), where=usable)
    yield None, PersonScore(score * plan.total, usable)


def _least(plan: IndexPlan) -> float:
    """The weight that must be answered, less a hair: thirds and sevenths of a weight add up inexactly."""
    return plan.usable_share * sum(factor.weight for factor in plan.factors) * (1 - 1e-12)
