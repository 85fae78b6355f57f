"""The probability that a dealer is among the worst tenth: draws from what the answers leave possible.

A rank of estimates is mostly noise. Each draw takes a variance between dealers, a common mean given it, and every
dealer's true value given both, and ranks these. Source: Laird and Louis, J. Educational Statistics 14 (1989);
Goldstein and Spiegelhalter, J. Royal Statistical Society A 159 (1996).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.likelihoods import Weighing
from surveyplat.scoring.rate_shrinkage import RatesPosterior

DRAWS = 1_000
LEAST_GROUPS = 10
"""Fewer dealers have no tenth."""
_BLOCK = 50
"""Draws held at a time, so that memory stays small for many dealers."""


@dataclass(frozen=True)
class BottomTenth:
    """Probabilities and their Monte-Carlo standard errors, shape (groups,); ``places`` dealers are in the tenth."""

    places: int
    draws: int
    probabilities: FloatArray
    errors: FloatArray


def tenth_of(groups: int) -> int:
    """How many dealers are the bottom tenth: a tenth, rounded up; 0 under ten dealers."""
    return -(-groups // 10) if groups >= LEAST_GROUPS else 0


def bottom_tenth_of_means(
    values: FloatArray,
    variances: FloatArray,
    posterior: Weighing,
    rng: np.random.Generator,
    *,
    higher_is_better: bool,
    draws: int = DRAWS,
) -> BottomTenth:
    """P(θ_i among the worst tenth) for y_i ~ N(θ_i, ψ_i), θ_i ~ N(μ, τ²).

    τ² is drawn from its ``posterior`` (``means_posterior``), μ given τ², and θ_i given both. Needs ten dealers.
    """

    def drawn(count: int) -> FloatArray:
        between = np.exp(rng.choice(posterior.places, count, p=posterior.weights))[:, None]
        weights = 1 / (variances + between)
        sums = weights.sum(axis=1)
        mean = (weights @ values) / sums + rng.standard_normal(count) / np.sqrt(sums)
        pull = variances * weights
        noise = rng.standard_normal((count, len(values)))
        true: FloatArray = values + pull * (mean[:, None] - values) + np.sqrt(between * pull) * noise
        return true

    return _ranked(drawn, len(values), draws, higher_is_better)


def bottom_tenth_of_rates(
    events: FloatArray,
    exposures: FloatArray,
    posterior: RatesPosterior,
    rng: np.random.Generator,
    *,
    higher_is_better: bool,
    draws: int = DRAWS,
) -> BottomTenth:
    """The same for rates: α and m from their posterior, then λ_i ~ Gamma(α + y_i, α / m + x_i). Needs ten dealers."""

    def drawn(count: int) -> FloatArray:
        chosen = rng.choice(len(posterior.means), count, p=posterior.log_shapes.weights)
        shapes = posterior.shapes[chosen][:, None]
        scatter = np.sqrt(posterior.mean_variances[chosen]) * rng.standard_normal(count)
        means = (posterior.means[chosen] * np.exp(scatter))[:, None]
        true: FloatArray = rng.standard_gamma(shapes + events) / (shapes / means + exposures)
        return true

    return _ranked(drawn, len(events), draws, higher_is_better)


def _ranked(drawn: Callable[[int], FloatArray], groups: int, draws: int, higher_is_better: bool) -> BottomTenth:
    places = tenth_of(groups)
    hits = np.zeros(groups)
    for start in range(0, draws, _BLOCK):
        true = drawn(min(_BLOCK, draws - start))
        bad = true if higher_is_better else -true
        worst = np.argpartition(bad, places - 1, axis=1)[:, :places]
        hits += np.bincount(worst.ravel(), minlength=groups)
    unsure = (hits + 0.5) / (draws + 1)
    return BottomTenth(places, draws, hits / draws, np.sqrt(unsure * (1 - unsure) / draws))
