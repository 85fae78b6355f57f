"""Shrinkage of many means: what each dealer's answers say, tempered by what all dealers are like.

y_i = θ_i + e_i with the sampling variance ψ_i, and θ_i = μ + u_i with the variance τ² between dealers. A dealer's
shrunk value lies between its own mean and the mean of all, nearer to the latter the less its answers tell:

    θ̂_i = (1 - B_i) y_i + B_i μ,    B_i = ψ_i / (ψ_i + τ²),    μ = Σ w_i y_i / Σ w_i,    w_i = 1 / (ψ_i + τ²)

Source: Fay and Herriot, JASA 74 (1979); Rao and Molina, Small Area Estimation (2015), 6.1.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.intervals import CONFIDENCE
from surveyplat.scoring.likelihoods import Weighing, weighed
from surveyplat.scoring.records.league import Shrinking

LEAST_GROUPS = 4
"""The posterior of τ² has a sum from four groups on."""

Method = Literal["reml", "moments"]

_NEARLY_NOTHING = 1e-9
"""The smallest τ² that is looked for, as a share of the smallest sampling variance."""
_REACH = 14.0
"""Log units of τ² beyond the typical sampling variance and the widest difference: all or nothing of a shrinkage."""


@dataclass(frozen=True)
class Shrunken:
    """Shrunk values with their intervals; every array has the shape (groups,), in the unit of the values.

    ``weight_of_mean`` is B_i, 0 to 1. ``mean`` and ``between_variance`` are those of (restricted) maximum likelihood.
    With "no_spread" the standard errors are 0, which is not certainty.
    """

    shrinking: Shrinking
    mean: float
    between_variance: float
    values: FloatArray
    std_errors: FloatArray
    lows: FloatArray
    highs: FloatArray
    weight_of_mean: FloatArray


@dataclass(frozen=True)
class BalancedEffects:
    """A one-way layout of equally many answers a group: μ, τ², σ² and each group's predicted distance from μ."""

    mean: float
    between_variance: float
    within_variance: float
    effects: FloatArray


def smoothed_variances(std_errors: FloatArray, effective_bases: FloatArray, dfs: FloatArray) -> FloatArray:
    """ψ_i = s² / n_eff,i with s² = Σ df_i SE_i² n_eff,i / Σ df_i: one spread of answers for all, shape (groups,).

    A group's own variance is noise when it has few answers, and hangs together with its mean on a scale with ends.
    s² is σ² · deff / (n / n_eff), the part of the design effect that Kish's n does not hold; a group of one answer has
    no say in it and gets its ψ like all others. 0 where everybody agrees. Raises ``InsufficientBase`` when no group has
    two customers. Source: Rao and Molina, 6.4.1 (smoothed sampling variances).
    """
    if not (dfs > 0).any():
        raise InsufficientBase("No dealer has answers of two customers: nothing tells how far answers spread")
    pooled = float((dfs * std_errors**2 * effective_bases).sum() / dfs.sum())
    return pooled / effective_bases


def between_variance(values: FloatArray, variances: FloatArray, method: Method = "reml") -> float:
    """τ² of y_i = μ + u_i + e_i with known sampling variances; 0 when the groups differ by no more than chance.

    reml: maximum of the restricted likelihood, which allows for the estimated μ. moments: the τ² at which
    Σ (y_i - μ)² / (ψ_i + τ²) = groups - 1. Raises ``ScoringError`` for a variance that is not above 0 and
    ``InsufficientBase`` under two groups.
    Source: Fay and Herriot, JASA 74 (1979), moments; Rao and Molina, 6.1.2; R's sae::eblupFH(method = "REML", "FH").
    """
    _check(values, variances)
    widest = float(np.ptp(values)) ** 2
    if widest <= _NEARLY_NOTHING * variances.min():
        return 0.0
    return _by_reml(values, variances, widest) if method == "reml" else _by_moments(values, variances, widest)


def means_posterior(values: FloatArray, variances: FloatArray) -> Weighing:
    """What the groups together say about log τ²: the restricted likelihood with a flat prior on τ² (and on μ).

    The prior under which Bayesian intervals also cover as promised over repeated samples. Needs four groups, below
    which it has no sum. Raises like ``between_variance``. Source: Morris, JASA 78 (1983); Morris and Tang, Statistical
    Science 26 (2011).
    """
    _check(values, variances, least=LEAST_GROUPS)
    typical = float(1 / np.mean(1 / variances))
    widest = max(float(np.ptp(values)) ** 2, typical)

    def weighted(places: FloatArray) -> FloatArray:
        logs: FloatArray = restricted_log_likelihood(values, variances, np.exp(places)) + places[:, 0]
        return logs

    return weighed(weighted, float(np.log(typical)) - _REACH, float(np.log(widest)) + _REACH)


def shrunken(values: FloatArray, variances: FloatArray, posterior: Weighing | None = None) -> Shrunken:
    """Shrunk values of means with intervals that hold the uncertainty of μ and of τ².

    Over the posterior of τ², E(θ_i) = E(θ̂_i), and Morris's mean squared error in its exact form:

        MSE_i = E(ψ_i (1 - B_i) + B_i² / Σw) + Var(θ̂_i)

    sampling, μ and τ². Taking τ² for known would leave out the last part, most of all where it is estimated as 0.
    Under four groups each keeps its value. Raises like ``between_variance``.
    Source: Morris, JASA 78 (1983), whose closed form approximates these moments; Rao and Molina, 10.3.
    """
    if len(values) < LEAST_GROUPS:
        _check(values, variances, least=1)
        return _unshrunken("too_few_groups", values, variances)
    held = posterior or means_posterior(values, variances)
    weights = 1 / (variances + np.exp(held.places)[:, None])
    sums, pulls = weights.sum(axis=1), variances * weights
    centres = values + pulls * (((weights @ values) / sums)[:, None] - values)
    shrunk = held.weights @ centres
    mse = held.weights @ (variances * (1 - pulls) + pulls**2 / sums[:, None] + (centres - shrunk) ** 2)
    between = between_variance(values, variances)
    mean = _weighted_mean(values, 1 / (variances + between))
    kind: Shrinking = "shrunk" if between > 0 else "no_difference"
    return _told(kind, mean, between, shrunk, np.sqrt(mse), held.weights @ pulls)


def unspread(values: FloatArray) -> Shrunken:
    """The values as they are, for groups whose answers are all alike: nothing can be told of their uncertainty."""
    return _unshrunken("no_spread", values, np.zeros_like(values))


def eblups(values: FloatArray, variances: FloatArray, between: float) -> FloatArray:
    """θ̂_i at a τ² that is taken for known, shape (groups,): what lme4, sae and SAS print.

    Source: Rao and Molina, 6.1.1; R's sae::eblupFH.
    """
    _check(values, variances, least=1)
    total = variances + between
    mean = _weighted_mean(values, 1 / total)
    return mean + between / total * (values - mean)


def balanced_effects(answers: FloatArray) -> BalancedEffects:
    """REML of a balanced one-way layout, in closed form, from answers of the shape (groups, answers a group).

    τ² = (MS between - MS within) / n, σ² = MS within; where that τ² is below 0 it is 0 and σ² pools both. The effect is
    n τ² / (σ² + n τ²) · (ȳ_i - ȳ). Raises ``InsufficientBase`` under two groups or two answers a group.
    Source: Searle, Casella and McCulloch, Variance Components (1992), 4.5; R's lme4::lmer(Yield ~ 1 + (1 | Batch)).
    """
    groups, size = answers.shape
    if min(groups, size) < 2:
        raise InsufficientBase(f"{groups} groups of {size} answers: two groups of two answers are the least")
    means = answers.mean(axis=1)
    mean = float(means.mean())
    inside, outside = float(((answers - means[:, None]) ** 2).sum()), float(size * ((means - mean) ** 2).sum())
    within = inside / (groups * (size - 1))
    between = (outside / (groups - 1) - within) / size
    if between <= 0:
        return BalancedEffects(mean, 0.0, (inside + outside) / (groups * size - 1), np.zeros(groups))
    return BalancedEffects(mean, between, within, size * between / (within + size * between) * (means - mean))


def restricted_log_likelihood(values: FloatArray, variances: FloatArray, between: FloatArray) -> FloatArray:
    """-½ (Σ log v_i + log Σ 1/v_i + Σ (y_i - μ)² / v_i) with v_i = ψ_i + τ², for τ² of the shape (places, 1).

    Source: Patterson and Thompson, Biometrika 58 (1971).
    """
    total = variances + between
    weights = 1 / total
    sums = weights.sum(axis=1)
    mean = (weights @ values) / sums
    logs: FloatArray = np.log(total).sum(axis=1) + np.log(sums)
    likelihood: FloatArray = -0.5 * (logs + (weights * (values - mean[:, None]) ** 2).sum(axis=1))
    return likelihood


def _by_reml(values: FloatArray, variances: FloatArray, widest: float) -> float:
    """The best of the places looked at, and then the zero of the likelihood's slope beside it."""
    from scipy.optimize import brentq

    def likelihood(places: FloatArray) -> FloatArray:
        return restricted_log_likelihood(values, variances, np.exp(places))

    found = weighed(likelihood, np.log(_NEARLY_NOTHING * variances.min()), np.log(widest), looks=1)
    step = float(found.places[1] - found.places[0])
    centre = float(found.places[found.best])
    ends = np.exp(centre - step), np.exp(centre + step)
    slopes = [_slope(end, values, variances) for end in ends]
    if slopes[0] <= 0 or slopes[1] >= 0:
        return 0.0
    return float(brentq(_slope, *ends, args=(values, variances), xtol=1e-14 * ends[1], rtol=1e-14))


def _slope(between: float, values: FloatArray, variances: FloatArray) -> float:
    """Twice the slope of the restricted log likelihood in τ²: Σ w² (y - μ)² - Σ w + Σ w² / Σ w."""
    weights = 1 / (variances + between)
    squares = weights**2
    away = (values - _weighted_mean(values, weights)) ** 2
    return float((squares * away).sum() - weights.sum() + squares.sum() / weights.sum())


def _by_moments(values: FloatArray, variances: FloatArray, widest: float) -> float:
    from scipy.optimize import brentq

    def excess(between: float) -> float:
        weights = 1 / (variances + between)
        return float((weights * (values - _weighted_mean(values, weights)) ** 2).sum()) - (len(values) - 1)

    return 0.0 if excess(0.0) <= 0 else float(brentq(excess, 0.0, widest, rtol=1e-14))


def _weighted_mean(values: FloatArray, weights: FloatArray) -> float:
    return float((weights * values).sum() / weights.sum())


def _unshrunken(shrinking: Shrinking, values: FloatArray, variances: FloatArray) -> Shrunken:
    weights = 1 / variances if variances.all() else np.ones_like(values)
    return _told(shrinking, _weighted_mean(values, weights), 0.0, values, np.sqrt(variances), np.zeros_like(values))


def _told(
    shrinking: Shrinking, mean: float, between: float, values: FloatArray, errors: FloatArray, pull: FloatArray
) -> Shrunken:
    reach = float(ndtri((1 + CONFIDENCE) / 2)) * errors
    return Shrunken(shrinking, mean, between, values, errors, values - reach, values + reach, pull)


def _check(values: FloatArray, variances: FloatArray, *, least: int = 2) -> None:
    if len(values) < least:
        raise InsufficientBase(f"{len(values)} dealers have answers: at least {least} are needed")
    unfit = np.flatnonzero(~(np.isfinite(values) & np.isfinite(variances) & (variances > 0)))
    if len(unfit):
        raise ScoringError(
            f"Values number {', '.join(str(place) for place in unfit[:5])} are not finite or have no sampling variance "
            "above 0: leave out who did not answer"
        )
