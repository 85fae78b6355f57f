"""Maximum likelihood of factor models in one or several groups, from means and covariances.

In group g, Σ = ΛΦΛ' + Ψ and μ = τ + Λκ. Every item belongs to one factor, so that Λ has one loading an item. With the
sample's covariances S (divisor n) and means m, d = m - μ and T = S + dd', the discrepancy is

    F = Σ_g n_g/N (log|Σ| + tr(Σ⁻¹T) - log|S| - p),   χ² = N·F,

its gradient tr(Σ⁻¹(Σ - T)Σ⁻¹ Σ_a) - 2d'Σ⁻¹μ_a and its expected curvature tr(Σ⁻¹Σ_aΣ⁻¹Σ_b) + 2μ_a'Σ⁻¹μ_b, where Σ_a and
μ_a are derivatives by the a-th parameter. Source: Jöreskog, Psychometrika 34 (1969) and 36 (1971); Bollen, Structural
Equations with Latent Variables (1989), 4A; R's lavaan::cfa(likelihood = "normal", information = "expected").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import LatentModelError, NotConverged
from surveyplat.scoring.arrays import FloatArray, IntArray

_MOST_STEPS = 200
_MOST_HALVINGS = 40
_SCORING_STEPS = 4
_SETTLED = 1e-13
_ROUNDING = 1e-14
_SMALLEST_CURVATURE = 1e-5
"""Of F by parameters on standardised scales; below it a parameter can be moved without moving what is implied."""
_FIXED = -1


@dataclass(frozen=True)
class Group:
    """One group's means, covariances (divisor n) and effective base n."""

    means: FloatArray
    covariances: FloatArray
    base: float


@dataclass(frozen=True)
class Slots:
    """Where one group's parameters stand in the vector of all; -1 where one is fixed (variances at 1, the rest at 0).

    ``loadings`` (items,), ``factors`` (factors, factors) symmetric, ``uniques`` (items,), ``intercepts`` (items,) and
    ``factor_means`` (factors,); without intercepts the means are not modelled.
    """

    loadings: IntArray
    factors: IntArray
    uniques: IntArray
    intercepts: IntArray | None
    factor_means: IntArray


@dataclass(frozen=True)
class Implied:
    """What parameters say of one group, with the derivatives by each of all q parameters."""

    covariances: FloatArray
    means: FloatArray | None
    """None where they are not modelled."""
    by_covariances: FloatArray
    """Shape (q, items, items)."""
    by_means: FloatArray
    """Shape (q, items)."""


@dataclass(frozen=True)
class Solution:
    """``covariance`` is that of the parameters, (2/N) times the inverse curvature."""

    parameters: FloatArray
    covariance: FloatArray
    chi_square: float
    df: int
    steps: int


def implied(slots: Slots, factor_of: IntArray, parameters: FloatArray) -> Implied:
    """One group's moments and derivatives; ``factor_of`` is the place of each item's factor."""
    values = np.append(parameters, 0.0)
    loadings = values[slots.loadings][:, None] * np.eye(len(slots.factors))[factor_of]
    factors = np.where(slots.factors == _FIXED, np.eye(len(slots.factors)), values[slots.factors])
    reach = loadings @ factors
    means, by_means = _mean_structure(slots, factor_of, values, loadings)
    return Implied(
        reach @ loadings.T + np.diag(values[slots.uniques]),
        means,
        _covariance_slopes(slots, factor_of, len(values), loadings, reach)[:-1],
        by_means[:-1],
    )


def _covariance_slopes(
    slots: Slots, factor_of: IntArray, count: int, loadings: FloatArray, reach: FloatArray
) -> FloatArray:
    """Σ_a of every parameter, and of what is fixed in a last row: by λ_i it is e_i (ΛΦ)' + (ΛΦ)e_i', by φ_fg λ_f λ_g'
    and its transpose (once for f = g), by ψ_i e_i e_i'."""
    items = len(factor_of)
    slopes = np.zeros((count, items, items))
    for item in range(items):
        slopes[slots.loadings[item], item, :] += reach[:, factor_of[item]]
        slopes[slots.loadings[item], :, item] += reach[:, factor_of[item]]
        slopes[slots.uniques[item], item, item] += 1
    for first, second in zip(*np.triu_indices(loadings.shape[1]), strict=True):
        product = np.outer(loadings[:, first], loadings[:, second])
        slopes[slots.factors[first, second]] += product if first == second else product + product.T
    return slopes


def _mean_structure(
    slots: Slots, factor_of: IntArray, values: FloatArray, loadings: FloatArray
) -> tuple[FloatArray | None, FloatArray]:
    """μ, None where means are not modelled, and μ_a of every parameter, and of what is fixed in a last row."""
    slopes = np.zeros((len(values), len(factor_of)))
    if slots.intercepts is None:
        return None, slopes
    factor_means = values[slots.factor_means]
    for item, factor in enumerate(factor_of.tolist()):
        slopes[slots.intercepts[item], item] += 1
        slopes[slots.loadings[item], item] += factor_means[factor]
        slopes[slots.factor_means[factor], item] += loadings[item, factor]
    return values[slots.intercepts] + loadings @ factor_means, slopes


def maximised(groups: Sequence[Group], slots: Sequence[Slots], factor_of: IntArray, start: FloatArray) -> Solution:
    """Parameters of greatest likelihood: Fisher scoring, then quasi-Newton steps, each halved until F falls.

    Scoring alone comes near fast, but settles slowly where the model does not fit. Raises ``LatentModelError`` when
    the data do not identify a parameter, ``NotConverged`` when the steps do not settle.
    """
    parameters = start
    found = _discrepancy(groups, slots, factor_of, parameters)
    if found is None:
        raise NotConverged("The factor model has no start from these covariances: check the items of each factor")
    inverse = _inverse(found[2])
    for steps in range(1, _MOST_STEPS + 1):
        value, gradient, _ = found
        step = -inverse @ gradient
        if -(step @ gradient) < _SETTLED:
            total = sum(group.base for group in groups)
            df = _moments(groups, slots) - len(parameters)
            return Solution(parameters, 2 / total * _inverse(found[2]), max(total * value, 0.0), df, steps)
        reached, found = _descended(groups, slots, factor_of, parameters, step, value)
        if steps < _SCORING_STEPS:
            inverse = _inverse(found[2])
        else:
            inverse = _updated(inverse, reached - parameters, found[1] - gradient)
        parameters = reached
    raise NotConverged(f"The factor model does not settle in {_MOST_STEPS} steps: simplify it")


def _inverse(curvature: FloatArray) -> FloatArray:
    if np.linalg.eigvalsh(curvature)[0] < _SMALLEST_CURVATURE:
        raise LatentModelError("The answers do not identify the factor model: use fewer factors or more items each")
    return np.asarray(np.linalg.inv(curvature), dtype=np.float64)


def _updated(inverse: FloatArray, moved: FloatArray, turned: FloatArray) -> FloatArray:
    """The inverse curvature that the last step showed; unchanged where F did not curve upwards along it.

    Source: Broyden, Fletcher, Goldfarb and Shanno (1970); Nocedal and Wright, Numerical Optimization (2006), 6.17.
    """
    along = float(moved @ turned)
    if along <= 0:
        return inverse
    kept = np.eye(len(moved)) - np.outer(moved, turned) / along
    updated: FloatArray = kept @ inverse @ kept.T + np.outer(moved, moved) / along
    return updated


_Discrepancy = tuple[float, FloatArray, FloatArray]
"""F, its gradient and its expected curvature."""


def _descended(
    groups: Sequence[Group],
    slots: Sequence[Slots],
    factor_of: IntArray,
    parameters: FloatArray,
    step: FloatArray,
    value: float,
) -> tuple[FloatArray, _Discrepancy]:
    for halving in range(_MOST_HALVINGS):
        tried = parameters + step / 2**halving
        found = _discrepancy(groups, slots, factor_of, tried)
        if found is not None and found[0] <= value + _ROUNDING:
            return tried, found
    raise NotConverged("The factor model's likelihood cannot be climbed further: simplify it")


def _discrepancy(
    groups: Sequence[Group], slots: Sequence[Slots], factor_of: IntArray, parameters: FloatArray
) -> _Discrepancy | None:
    """All groups together; None where the implied covariances are not positive definite."""
    total = sum(group.base for group in groups)
    value, gradient = 0.0, np.zeros(len(parameters))
    curvature = np.zeros((len(parameters), len(parameters)))
    for group, own in zip(groups, slots, strict=True):
        model = implied(own, factor_of, parameters)
        try:
            factor = np.linalg.cholesky(model.covariances)
        except np.linalg.LinAlgError:
            return None
        share = group.base / total
        one, slope, bend = _of_group(group, model, np.linalg.inv(factor))
        value, gradient, curvature = value + share * one, gradient + share * slope, curvature + share * bend
    return value, gradient, curvature


def _of_group(group: Group, model: Implied, white: FloatArray) -> _Discrepancy:
    """One group's F and its derivatives, in coordinates whitened by the implied covariances: Σ⁻¹ = white' white."""
    items = len(group.means)
    apart = np.zeros(items) if model.means is None else white @ (group.means - model.means)
    seen = white @ group.covariances @ white.T + np.outer(apart, apart)
    by_covariances = (white @ model.by_covariances @ white.T).reshape(len(model.by_covariances), -1)
    by_means = model.by_means @ white.T
    value = -2 * np.log(np.diagonal(white)).sum() + np.trace(seen) - np.linalg.slogdet(group.covariances)[1] - items
    gradient = by_covariances @ (np.eye(items) - seen).ravel() - 2 * by_means @ apart
    return float(value), gradient, by_covariances @ by_covariances.T + 2 * by_means @ by_means.T


def _moments(groups: Sequence[Group], slots: Sequence[Slots]) -> int:
    """Variances and covariances of all groups, and means where they are modelled."""
    items = len(groups[0].means)
    return sum(items * (items + 1) // 2 + (0 if own.intercepts is None else items) for own in slots)
