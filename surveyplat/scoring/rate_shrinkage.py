"""Shrinkage of many rates: events y_i of an exposure x_i, Poisson with the rate λ_i, and λ_i gamma around their mean m.

    λ_i | y_i ~ Gamma(shape α + y_i, rate α / m + x_i),    E(λ_i | y_i) = (α + y_i) / (α / m + x_i)

Rates of problems are no plain Poisson counts (a bad car has many): exposures are then effective ones, x = rate / SE²,
and events are rate · x, so that they vary as Poisson counts do.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.special import digamma, gammaincinv, gammaln

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.intervals import CONFIDENCE
from surveyplat.scoring.likelihoods import Weighing, weighed
from surveyplat.scoring.records.league import Shrinking
from surveyplat.scoring.shrinkage import LEAST_GROUPS, Shrunken

_TAIL = (1 - CONFIDENCE) / 2
_ROUNDS = 60
_WIDEST, _NARROWEST = 1e-4, 1e6
"""Shapes α that are looked at: below and above the largest expected count, as shares of it."""


@dataclass(frozen=True)
class MarshallRates:
    """Marshall's global estimates: the mean rate, the variance between groups, and each rate, shape (groups,)."""

    mean: float
    between_variance: float
    rates: FloatArray


@dataclass(frozen=True)
class RatesPosterior:
    """The gamma's shape α on places of log α, with the weights of the places and what goes with each of them.

    ``means`` is m at each α and ``mean_variances`` the variance of log m, shape (places,).
    """

    log_shapes: Weighing
    means: FloatArray
    mean_variances: FloatArray

    @property
    def shapes(self) -> FloatArray:
        shapes: FloatArray = np.exp(self.log_shapes.places)
        return shapes


def marshall_rates(events: FloatArray, exposures: FloatArray) -> MarshallRates:
    """Empirical Bayes rates by moments: m + a (r_i - m) / (a + m / x_i), a = max(0, s² - m / x̄).

    m = Σy / Σx and s² = Σ x (r - m)² / Σx. Without any event all rates are 0. Raises ``ScoringError`` for an exposure
    that is not above 0 and ``InsufficientBase`` without groups.
    Source: Marshall, Applied Statistics 40 (1991); R's spdep::EBest(n, x, family = "poisson").
    """
    _check(events, exposures)
    rates = events / exposures
    mean = float(events.sum() / exposures.sum())
    spread = float((exposures * (rates - mean) ** 2).sum() / exposures.sum())
    between = max(0.0, spread - mean / float(exposures.mean()))
    if between == 0:
        return MarshallRates(mean, 0.0, np.full_like(rates, mean))
    return MarshallRates(mean, between, mean + between * (rates - mean) / (between + mean / exposures))


def gamma_shape(events: FloatArray, exposures: FloatArray) -> tuple[float, float]:
    """Maximum likelihood of (α, m), the negative binomial of y with m x expected; α is ∞ without over-dispersion.

    Raises like ``marshall_rates``. Source: Clayton and Kaldor, Biometrics 43 (1987); R's MASS::glm.nb with an offset.
    """
    from scipy.optimize import brentq

    _check(events, exposures)
    pooled = float(events.sum() / exposures.sum())
    if float(((events - pooled * exposures) ** 2 - events).sum()) <= 0:
        return inf, pooled

    def slope(log_shape: float) -> float:
        shape = np.array([[np.exp(log_shape)]])
        mean = _means(shape, events, exposures)[:, None]
        total = shape + mean * exposures
        terms = digamma(events + shape) - digamma(shape) + np.log(shape / total) + 1 - (events + shape) / total
        return float(terms.sum())

    found = weighed(lambda places: _profile(places, events, exposures)[0], *_ends(events, exposures), looks=1)
    step = float(found.places[1] - found.places[0])
    ends = found.places[found.best] - step, found.places[found.best] + step
    if slope(ends[0]) <= 0 or slope(ends[1]) >= 0:
        shape = float(np.exp(found.places[found.best]))
    else:
        shape = float(np.exp(brentq(slope, *ends, xtol=1e-14, rtol=1e-14)))
    return shape, float(_means(np.array([[shape]]), events, exposures)[0])


def rates_posterior(events: FloatArray, exposures: FloatArray) -> RatesPosterior:
    """What the groups together say about α and m: the likelihood of α with m integrated out.

    Prior: flat in 1 / α, the relative variance of the rates, as in ``means_posterior``; m by its normal approximation
    on the log. Raises like ``marshall_rates``, and ``InsufficientBase`` without any event.
    Source: Christiansen and Morris, JASA 92 (1997).
    """
    _check(events, exposures)
    if not events.any():
        raise InsufficientBase("No event was counted: nothing tells how far the rates differ")

    def integrated(places: FloatArray) -> FloatArray:
        logs, _, information = _profile(places, events, exposures)
        weighted: FloatArray = logs - 0.5 * np.log(information) - places[:, 0]
        return weighted

    found = weighed(integrated, *_ends(events, exposures))
    _, means, information = _profile(found.places[:, None], events, exposures)
    return RatesPosterior(found, means, 1 / information)


def shrunken_rates(events: FloatArray, exposures: FloatArray, posterior: RatesPosterior | None = None) -> Shrunken:
    """Shrunk rates with intervals of the gamma posterior, which hold the uncertainty of α and m.

    The first two moments of λ_i over the posterior of α and m, and the 2.5 % and 97.5 % points of the gamma with these
    moments. Under four groups the prior is left out: Gamma(y + ½, x), each rate y / x by itself. Without any event the
    rates are 0 and have no spread. Raises like ``marshall_rates``.
    Source: Christiansen and Morris, JASA 92 (1997), section 3; Jeffreys's prior for single rates.
    """
    _check(events, exposures)
    if not events.any():
        zeros = np.zeros_like(exposures)
        return Shrunken("no_spread", 0.0, 0.0, zeros, zeros, zeros, zeros, zeros)
    if len(events) < LEAST_GROUPS:
        return _single_rates(events, exposures)
    held = posterior or rates_posterior(events, exposures)
    values, variances, pull = _mixed(held, events, exposures)
    shape, mean = gamma_shape(events, exposures)
    between = 0.0 if shape == inf else mean**2 / shape
    lows, highs = _gamma_ends(values**2 / variances, values)
    kind: Shrinking = "shrunk" if between > 0 else "no_difference"
    return Shrunken(kind, mean, between, values, np.sqrt(variances), lows, highs, pull)


def _mixed(
    held: RatesPosterior, events: FloatArray, exposures: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean and variance of each λ_i, and the weight of the common mean in it, over the places of α."""
    shape, weights = held.shapes[:, None], held.log_shapes.weights
    prior = shape / held.means[:, None]
    rate = prior + exposures
    means = (shape + events) / rate
    by_mean = means * prior / rate - shape / rate
    variances = means / rate + by_mean**2 * held.mean_variances[:, None]
    values = weights @ means
    return values, weights @ (variances + (means - values) ** 2), weights @ (prior / rate)


def _single_rates(events: FloatArray, exposures: FloatArray) -> Shrunken:
    values = events / exposures
    lows, highs = _gamma_ends(events + 0.5, (events + 0.5) / exposures)
    mean = float(events.sum() / exposures.sum())
    errors = np.sqrt(events + 0.5) / exposures
    lows = np.where(events > 0, lows, 0.0)
    return Shrunken("too_few_groups", mean, 0.0, values, errors, lows, highs, np.zeros_like(values))


def _gamma_ends(shapes: FloatArray, means: FloatArray) -> tuple[FloatArray, FloatArray]:
    return gammaincinv(shapes, _TAIL) / shapes * means, gammaincinv(shapes, 1 - _TAIL) / shapes * means


def _profile(
    log_shapes: FloatArray, events: FloatArray, exposures: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The log likelihood of each α at its best m, that m, and the information about log m: Σ m x α / (α + m x)."""
    shape = np.exp(log_shapes)
    means = _means(shape, events, exposures)
    expected = means[:, None] * exposures
    total = shape + expected
    counted = gammaln(events + shape) - gammaln(shape) + events * np.log(expected / total)
    logs = (counted + shape * np.log(shape / total)).sum(axis=1)
    return logs, means, (expected * shape / total).sum(axis=1)


def _means(shapes: FloatArray, events: FloatArray, exposures: FloatArray) -> FloatArray:
    """The best m for each α: m = Σ v y / Σ v x with the weights v = α / (α + m x), repeated until it stands."""
    means = np.full(len(shapes), events.sum() / exposures.sum())
    for _ in range(_ROUNDS):
        weights = shapes / (shapes + means[:, None] * exposures)
        better = (weights @ events) / (weights @ exposures)
        settled = bool((np.abs(better - means) <= 1e-13 * means).all())
        means = better
        if settled:
            break
    return means


def _ends(events: FloatArray, exposures: FloatArray) -> tuple[float, float]:
    largest = float(events.sum() / exposures.sum() * exposures.max())
    return float(np.log(_WIDEST * min(largest, 1.0))), float(np.log(_NARROWEST * max(largest, 1.0)))


def _check(events: FloatArray, exposures: FloatArray) -> None:
    if not len(events):
        raise InsufficientBase("No dealer has a vehicle: there is no rate")
    unfit = np.flatnonzero(~((events >= 0) & np.isfinite(events) & (exposures > 0) & np.isfinite(exposures)))
    if len(unfit):
        raise ScoringError(
            f"Rates number {', '.join(str(place) for place in unfit[:5])} have events below 0 or no exposure above 0: "
            "leave out who has no vehicle"
        )
