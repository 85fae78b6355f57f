"""How many problems a synthetic new car has: each vehicle has its own proneness, so counts are over-dispersed.

Problem p is ticked with probability 1 - exp(-v_p G), where G is the vehicle's gamma-distributed proneness (mean 1,
shape k). Its mean is 1 - (1 + v_p / k)^-k, so v_p = k ((1 - r_p)^(-1/k) - 1) gives the expected rate r_p exactly.
The rates of a category's problems add up to the category's declared problems per 100 vehicles.
"""

import numpy as np
from numpy.typing import NDArray

from surveyplat.forms.answers import Answer
from surveyplat.forms.items import ProblemsItem
from surveyplat.forms.language import Definition
from surveyplat.simulation.events import SyntheticEvent
from surveyplat.simulation.randomness import stream
from surveyplat.simulation.scales import outcomes
from surveyplat.simulation.truths import PP100_AFTER, PP100_BEFORE, WORSENING_CATEGORY

Floats = NDArray[np.float64]

_OTHER_PP100 = 12.0
CATEGORY_PP100 = {
    "exterior": 20.0,
    "driving": 14.0,
    "controls": 16.0,
    WORSENING_CATEGORY: PP100_BEFORE,
    "seats": 10.0,
    "climate": 14.0,
    "interior": 15.0,
    "powertrain": 17.0,
    "assistance": 12.0,
}
"""Expected problems per 100 vehicles before the change; a category that is not listed has 12."""

PRONENESS_SHAPE = 0.8
_OVERALL_LEVEL, _OVERALL_PER_PROBLEM, _OVERALL_SD = 9.0, -0.55, 1.1
_RECOMMEND_LEVEL, _RECOMMEND_PER_PROBLEM, _RECOMMEND_SD = 8.9, -0.65, 1.3


class ProblemModel:
    """Problems of new cars, for every problem checklist of a definition and its overall and recommendation items."""

    def __init__(self, seed: int, definition: Definition) -> None:
        self._seed = seed
        self._definition = definition
        checklists = [item for _, item in definition.items() if isinstance(item, ProblemsItem)]
        self._checklists = {
            changed: [_Checklist(item, _pp100(item.category, changed=changed)) for item in checklists]
            for changed in (False, True)
        }

    def opinion(self, event: SyntheticEvent, rng: np.random.Generator, *, changed: bool) -> dict[str, Answer]:
        """Item -> ticked problems, or scale point. ``changed``: the worsening category fails more often."""
        proneness = stream(self._seed, "proneness", event.customer.vin).gamma(PRONENESS_SHAPE, 1 / PRONENESS_SHAPE)
        ticked = {checklist.item: checklist.tick(proneness, rng) for checklist in self._checklists[changed]}
        problems = sum(len(ids) for ids in ticked.values())
        overall = _OVERALL_LEVEL + _OVERALL_PER_PROBLEM * problems + _OVERALL_SD * rng.standard_normal()
        recommend = _RECOMMEND_LEVEL + _RECOMMEND_PER_PROBLEM * problems + _RECOMMEND_SD * rng.standard_normal()
        return {**ticked, **outcomes(self._definition, overall, recommend)}


class _Checklist:
    """One category's problems, the first listed the most frequent, with their proneness factors v_p."""

    def __init__(self, item: ProblemsItem, pp100: float) -> None:
        self.item = item.id
        self._problems = [problem.id for problem in item.problems]
        falling = 1 / np.arange(2, len(self._problems) + 2)
        rates = pp100 / 100 * falling / falling.sum()
        self._factors = proneness_factors(rates)

    def tick(self, proneness: float, rng: np.random.Generator) -> list[str]:
        probability = -np.expm1(-self._factors * proneness)
        happened = rng.random(len(self._problems)) < probability
        return [problem for problem, ticked in zip(self._problems, happened, strict=True) if ticked]


def proneness_factors(rates: Floats) -> Floats:
    """v_p of each problem, from its expected rate r_p per vehicle (0-1): the average over G is then r_p exactly."""
    return PRONENESS_SHAPE * ((1 - rates) ** (-1 / PRONENESS_SHAPE) - 1)


def _pp100(category: str, *, changed: bool) -> float:
    if changed and category == WORSENING_CATEGORY:
        return PP100_AFTER
    return CATEGORY_PP100.get(category, _OTHER_PP100)
