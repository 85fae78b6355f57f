"""How a synthetic customer rates a service visit: a latent factor model behind ten-point scales.

Attribute j of factor k has the latent value  level_j + shift + g + h_k + u_j  with normal g (the visit as a whole, in
part the customer's temper, which returns with the customer), h_k and u_j; the answer is the nearest scale point, so
that what lies above the scale piles up at its top. The mean of such an answer has a closed form, and so has the mean
index; the dealer's ``shift`` is the root at which the mean index is the dealer's level. Overall satisfaction is a
weighted sum of the latent values, in which one attribute weighs far more than the others.
"""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from surveyplat.forms.answers import Answer
from surveyplat.forms.language import Definition
from surveyplat.forms.measuring import Index
from surveyplat.simulation.events import SyntheticEvent
from surveyplat.simulation.group import SyntheticDealer, dealer_group, improver
from surveyplat.simulation.randomness import stream
from surveyplat.simulation.scales import outcomes, scale_ends
from surveyplat.simulation.truths import GAIN, IMPROVER_BEFORE, STRONGEST_DRIVER

Floats = NDArray[np.float64]

_GROUP_LEVEL = 780.0
_DEALERS_SD = 25.0

_LEVEL = 8.6
_LEVELS = {
    STRONGEST_DRIVER: 6.7,
    "pickup_fairness": 8.2,
    "booking_ease": 8.3,
    "quality_time": 8.3,
    "advisor_advice": 8.3,
    "advisor_courtesy": 9.2,
    "facility_cleanliness": 9.1,
    "pickup_explanation": 8.8,
    "reception_promptness": 8.8,
}
"""Latent level of the attributes that differ from the common one, in scale points."""

_VISIT_SD, _FACTOR_SD, _OWN_SD, _DRIVER_OWN_SD = 1.1, 0.7, 1.2, 1.9
_TEMPER_SHARE = 0.4
"""Share of the visit's variance that belongs to the customer and returns at the next visit."""

_OVERALL_WEIGHT = 0.03
_OVERALL_WEIGHTS = {
    STRONGEST_DRIVER: 0.40,
    "advisor_explanation": 0.10,
    "pickup_fairness": 0.10,
    "quality_time": 0.08,
}
_OVERALL_LEVEL, _OVERALL_SD = 8.3, 0.6
_RECOMMEND_ABOVE_OVERALL, _RECOMMEND_SD = 0.3, 0.8


class SatisfactionModel:
    """Ratings of service visits, for the first index of a definition and its overall and recommendation items."""

    def __init__(self, seed: int, definition: Definition) -> None:
        self._seed = seed
        self._definition = definition
        self._attributes = AttributeModel(definition, definition.measurement.indices[0])
        dealers = dealer_group(seed)
        levels = dealer_levels(seed, dealers)
        self._shifts = {code: self._attributes.shift_for(level) for code, level in levels.items()}
        self._improver = improver(dealers).code
        self._improved_shift = self._attributes.shift_for(IMPROVER_BEFORE + GAIN)

    def opinion(self, event: SyntheticEvent, rng: np.random.Generator, *, changed: bool) -> dict[str, Answer]:
        """Item -> scale point, as the customer would answer every question. ``changed``: the improver has improved."""
        attributes = self._attributes
        shift = self._shift(event.dealer.code, changed=changed)
        latent = attributes.deviations(self._visit_effect(event, rng), rng) + shift
        answers = dict(zip(attributes.items, attributes.scale_points(latent), strict=True))
        overall = _OVERALL_LEVEL + float(attributes.overall_weights @ latent) + _OVERALL_SD * rng.standard_normal()
        recommend = overall + _RECOMMEND_ABOVE_OVERALL + _RECOMMEND_SD * rng.standard_normal()
        return {**answers, **outcomes(self._definition, overall, recommend)}

    def _shift(self, dealer: str, *, changed: bool) -> float:
        return self._improved_shift if changed and dealer == self._improver else self._shifts[dealer]

    def _visit_effect(self, event: SyntheticEvent, rng: np.random.Generator) -> float:
        temper = stream(self._seed, "temper", event.customer.id).standard_normal()
        mixed = _TEMPER_SHARE**0.5 * temper + (1 - _TEMPER_SHARE) ** 0.5 * rng.standard_normal()
        return _VISIT_SD * float(mixed)


class AttributeModel:
    """The attributes of one index: levels, spreads and scales as arrays in the order of the index's items."""

    def __init__(self, definition: Definition, index: Index) -> None:
        self.items = tuple(item for factor in index.factors for item in factor.items)
        scales = [scale_ends(definition, item) for item in self.items]
        self._low, self._high = (np.array(ends, dtype=np.float64) for ends in zip(*scales, strict=True))
        self._factor_of = np.repeat(np.arange(len(index.factors)), [len(factor.items) for factor in index.factors])
        self._index_weights = _item_weights(index)
        self._total = index.total
        self._levels = np.array([_LEVELS.get(item, _LEVEL) for item in self.items])
        self._own_sd = np.array([_DRIVER_OWN_SD if item == STRONGEST_DRIVER else _OWN_SD for item in self.items])
        self.overall_weights = np.array([_OVERALL_WEIGHTS.get(item, _OVERALL_WEIGHT) for item in self.items])

    def deviations(self, visit_effect: float, rng: np.random.Generator) -> Floats:
        """One customer's latent deviations from the levels, shape (attributes,), in scale points."""
        factor_effects = _FACTOR_SD * rng.standard_normal(int(self._factor_of[-1]) + 1)
        return visit_effect + factor_effects[self._factor_of] + self._own_sd * rng.standard_normal(len(self.items))

    def scale_points(self, latent: Floats) -> list[int]:
        """The answers to latent deviations: the nearest point of each attribute's scale."""
        points = np.clip(np.rint(self._levels + latent), self._low, self._high)
        return [int(point) for point in points]

    def expected_index(self, shift: float) -> float:
        """Mean index of customers who answer every attribute, on the index's total.

        E[x_j] = min + sum over points t > min of P(latent_j >= t - 1/2), with a normal latent_j; the index is a
        weighted mean of (x_j - min) / (max - min).
        """
        from scipy.special import ndtr

        spread = np.sqrt(_VISIT_SD**2 + _FACTOR_SD**2 + self._own_sd**2)
        steps = np.arange(1, int((self._high - self._low).max()) + 1)[:, None]
        reached = ndtr((self._levels + shift - (self._low + steps - 0.5)) / spread)
        within = np.where(steps <= self._high - self._low, reached, 0.0).sum(axis=0) / (self._high - self._low)
        return float(self._total * (self._index_weights @ within))

    def shift_for(self, level: float) -> float:
        """The common shift of all attributes at which the expected index is ``level``."""
        from scipy.optimize import brentq

        return float(brentq(lambda shift: self.expected_index(shift) - level, -8.0, 8.0, xtol=1e-10))


def dealer_levels(seed: int, dealers: tuple[SyntheticDealer, ...]) -> dict[str, float]:
    """Dealer -> expected index before the change: normal scores around the group's level, dealt out by chance."""
    others = [dealer.code for dealer in dealers if dealer != improver(dealers)]
    ranks = (np.arange(len(others)) + 0.5) / len(others)
    scores = np.array([NormalDist().inv_cdf(float(rank)) for rank in ranks])
    levels = _GROUP_LEVEL + _DEALERS_SD * stream(seed, "dealer levels").permutation(scores / scores.std())
    return {**dict(zip(others, map(float, levels), strict=True)), improver(dealers).code: IMPROVER_BEFORE}


def _item_weights(index: Index) -> Floats:
    weights = [factor.weight / len(factor.items) for factor in index.factors for _ in factor.items]
    return np.array(weights) / sum(weights)
