"""Ordered logit and probit: does an outcome taken as ranks tell the same as one taken as a number?

With cut points θ_1 < ... < θ_{K-1} and the linear predictor η = x'β, P(y ≤ k) = F(θ_k - η). Each Newton step is one
mergeable pass for the log-likelihood, its score and its Hessian, so that pieces of a snapshot can be counted anywhere.
Source: McCullagh, J. Royal Statistical Society B 42 (1980); R's MASS::polr and ordinal::clm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from surveyplat.errors import DriverModelError, InsufficientBase, OrderedModelError
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.covariation import correlations_of

Link = Literal["logit", "probit"]
_MOST_STEPS = 50
_MOST_HALVINGS = 30
_BLOCK_ROWS = 4096
_SETTLED = 1e-12
_SMALLEST_CURVATURE = 1e-9
"""Of the log-likelihood by standardised attributes, for each unit of weight; below it the coefficients run off."""
_SMALLEST_EIGENVALUE = 1e-9
_FAR = 800.0
"""Beyond every cut: F is 0 or 1 there, and f is 0."""


@dataclass(frozen=True)
class Likelihood:
    """One pass at given parameters (cut points, then coefficients); mergeable when no customer's answers are split.

    ``scatter`` is Σ_c s_c s_c' over the customers' scores s_c = Σ w s, for errors that hold under any weights.
    """

    cases: int
    units: int
    weight: float
    log_likelihood: float
    score: FloatArray
    hessian: FloatArray
    scatter: FloatArray

    def merge(self, other: "Likelihood") -> "Likelihood":
        return Likelihood(
            self.cases + other.cases,
            self.units + other.units,
            self.weight + other.weight,
            self.log_likelihood + other.log_likelihood,
            self.score + other.score,
            self.hessian + other.hessian,
            self.scatter + other.scatter,
        )


@dataclass(frozen=True)
class OrderedFit:
    """Coefficients of the attributes and the cut points, with two kinds of standard errors.

    ``model_errors`` take weights for counts of cases (from the Hessian); ``robust_errors`` take them for sampling
    weights and each customer for a draw (sandwich), and do not change when all weights are multiplied.
    """

    link: Link
    points: tuple[float, ...]
    """The outcome's answered points, in order."""
    coefficients: FloatArray
    cuts: FloatArray
    model_errors: FloatArray
    """Of the coefficients, then of the cut points."""
    robust_errors: FloatArray
    log_likelihood: float
    cases: int
    steps: int
    """Newton steps: passes over the data."""


Pass = Callable[[FloatArray], Likelihood]
"""The likelihood at given parameters, over all pieces."""


@dataclass(frozen=True)
class Outcome:
    """What the counts say before any model: the points given, their shares, and the attributes' means and spreads."""

    points: tuple[float, ...]
    shares: FloatArray
    means: FloatArray
    deviations: FloatArray


def fit_ordered(
    names: Sequence[str],
    attributes: FloatArray,
    outcome: FloatArray,
    weights: FloatArray,
    *,
    units: IntArray | None = None,
    link: Link = "logit",
) -> OrderedFit:
    """Fit an outcome's points, shape (cases,), to named attributes, shape (cases, p), both complete.

    ``units`` labels the customer of each case. Points that nobody gave have no cut. Raises ``InsufficientBase`` when
    fewer than two points were given or there are no more cases than parameters, ``DriverModelError`` for values that
    are not finite, constant or collinear attributes, and attributes that separate the points perfectly.
    """
    chosen = weights > 0
    x, y, w = attributes[chosen], outcome[chosen], weights[chosen]
    _check(names, x, y, w)
    points, category = np.unique(y, return_inverse=True)
    means = np.average(x, axis=0, weights=w)
    deviations = np.sqrt(np.average((x - means) ** 2, axis=0, weights=w))
    standard = (x - means) / deviations
    labels = None if units is None else units[chosen]
    known = Outcome(tuple(points.tolist()), np.bincount(category, weights=w) / w.sum(), means, deviations)
    return fit_passes(lambda parameters: likelihood(parameters, standard, category, w, labels, link), known, link=link)


def fit_passes(over_all: Pass, known: Outcome, *, link: Link = "logit") -> OrderedFit:
    """Newton steps from the shares of the points, each one pass: ``over_all`` counts standardised attributes.

    Raises ``OrderedModelError`` when the steps do not settle, or run off because an attribute separates the points, and
    ``InsufficientBase`` when all cases are one customer's.
    """
    start = np.concatenate([_quantiles(known.shares.cumsum()[:-1], link), np.zeros(len(known.means))])
    parameters, found, steps = _maximised(over_all, start, len(known.points) - 1)
    if found.units < 2:
        raise InsufficientBase(
            "All complete cases are one customer's: they tell nothing about anyone else", code="one_customer"
        )
    inverse = np.linalg.inv(-found.hessian)
    sandwich = inverse @ found.scatter @ inverse * found.units / (found.units - 1)
    to_asked = _to_asked_scales(known)
    asked = to_asked @ parameters
    cuts = len(known.points) - 1
    order = np.roll(np.arange(len(asked)), -cuts)
    errors = [np.sqrt(np.diagonal(to_asked @ spread @ to_asked.T))[order] for spread in (inverse, sandwich)]
    log_likelihood = found.log_likelihood
    return OrderedFit(
        link, known.points, asked[cuts:], asked[:cuts], errors[0], errors[1], log_likelihood, found.cases, steps
    )


def likelihood(
    parameters: FloatArray,
    attributes: FloatArray,
    category: IntArray,
    weights: FloatArray,
    units: IntArray | None,
    link: Link,
) -> Likelihood:
    """One piece at given parameters; ``category`` counts the given points from 0, attributes are standardised.

    ``units`` labels the customer of each case; without them each case is a customer's only one.
    """
    value, hessian = 0.0, np.zeros((len(parameters), len(parameters)))
    scores = np.empty((len(category), len(parameters)))
    for start in range(0, len(category), _BLOCK_ROWS):
        rows = slice(start, start + _BLOCK_ROWS)
        part, scores[rows], curved = _counted(parameters, attributes[rows], category[rows], weights[rows], link)
        value, hessian = value + part, hessian + curved
    totals = scores
    if units is not None:
        _, unit = np.unique(units, return_inverse=True)
        totals = np.stack([np.bincount(unit, weights=column).astype(np.float64) for column in scores.T], axis=1)
    return Likelihood(
        cases=len(category),
        units=len(totals),
        weight=float(weights.sum()),
        log_likelihood=value,
        score=scores.sum(axis=0),
        hessian=hessian,
        scatter=totals.T @ totals,
    )


def _counted(
    parameters: FloatArray, attributes: FloatArray, category: IntArray, weights: FloatArray, link: Link
) -> tuple[float, FloatArray, FloatArray]:
    """Log-likelihood, weighted scores of the cases and Hessian.

    With u = θ_y - η and l = θ_{y-1} - η, P = F(u) - F(l), and their derivatives U and L by the parameters, the score is
    s = (f(u)U - f(l)L) / P and the Hessian Σ w [(f'(u)UU' - f'(l)LL') / P - ss'].
    """
    cuts = len(parameters) - attributes.shape[1]
    edges = np.concatenate([[-_FAR], parameters[:cuts], [_FAR]])
    linear = attributes @ parameters[cuts:]
    upper, lower = edges[category + 1] - linear, edges[category] - linear
    probability = _between(lower, upper, link)
    by_cut = np.eye(cuts + 2)[:, 1:-1]
    by_upper = np.column_stack([by_cut[category + 1], -attributes])
    by_lower = np.column_stack([by_cut[category], -attributes])
    (density_u, slope_u), (density_l, slope_l) = _density(upper, link), _density(lower, link)
    score = (density_u / probability)[:, None] * by_upper - (density_l / probability)[:, None] * by_lower
    curved = by_upper.T @ ((weights * slope_u / probability)[:, None] * by_upper)
    curved -= by_lower.T @ ((weights * slope_l / probability)[:, None] * by_lower)
    weighted = weights[:, None] * score
    return float(weights @ np.log(probability)), weighted, curved - weighted.T @ score


def _maximised(over_all: Pass, start: FloatArray, cuts: int) -> tuple[FloatArray, Likelihood, int]:
    """Newton's parameters, their likelihood, and the steps; a step is halved until it climbs with the cuts in order."""
    parameters, found = start, over_all(start)
    for step_number in range(1, _MOST_STEPS + 1):
        _check_curvature(found)
        step: FloatArray = np.asarray(np.linalg.solve(-found.hessian, found.score), dtype=np.float64)
        decrement = float(step @ found.score)
        parameters, found = _climbed(over_all, parameters, step, found, cuts)
        if decrement <= _SETTLED * found.weight:
            _check_curvature(found)
            return parameters, found, step_number
    raise OrderedModelError(
        f"The ordered model does not settle in {_MOST_STEPS} steps: use fewer attributes",
        code="ordered_unsettled",
        values={"steps": _MOST_STEPS},
    )


def _climbed(
    over_all: Pass, parameters: FloatArray, step: FloatArray, found: Likelihood, cuts: int
) -> tuple[FloatArray, Likelihood]:
    for halving in range(_MOST_HALVINGS):
        tried = parameters + step / 2**halving
        if (np.diff(tried[:cuts]) > 0).all():
            reached = over_all(tried)
            if reached.log_likelihood >= found.log_likelihood - _SETTLED * found.weight:
                return tried, reached
    raise OrderedModelError(
        "The ordered model's likelihood cannot be climbed: use fewer attributes",
        code="ordered_unsettled",
        values={"steps": _MOST_HALVINGS},
    )


def _check_curvature(found: Likelihood) -> None:
    if np.linalg.eigvalsh(-found.hessian)[0] <= _SMALLEST_CURVATURE * found.weight:
        raise OrderedModelError(
            "An attribute separates the outcome's points perfectly, so that its coefficient has no limit: leave it out "
            "or join its points",
            code="ordered_separated",
        )


def _check(names: Sequence[str], attributes: FloatArray, outcome: FloatArray, weights: FloatArray) -> None:
    held = np.column_stack([attributes, outcome, weights])
    if not np.isfinite(held).all():
        raise DriverModelError("An answer or weight of the ordered model is not finite: keep complete cases only")
    given = len(np.unique(outcome))
    parameters = len(names) + given - 1
    if given < 2 or len(outcome) <= parameters:
        raise InsufficientBase(
            f"{len(outcome)} cases on {given} points of the outcome: too few for an ordered model",
            code="ordered_too_few",
            values={"cases": len(outcome), "points": given},
        )
    covariances = np.atleast_2d(np.cov(attributes.T, bias=True))
    flat = [name for name, spread in zip(names, np.ptp(attributes, axis=0), strict=True) if spread == 0]
    if flat:
        raise DriverModelError(
            f"{', '.join(flat)}: the same answer in every complete case; leave out",
            code="constant_items",
            detail=", ".join(flat),
        )
    if np.linalg.eigvalsh(correlations_of(covariances))[0] < _SMALLEST_EIGENVALUE:
        raise DriverModelError(
            f"Some of {', '.join(names)} are collinear; keep fewer of them",
            code="collinear_items",
            detail=", ".join(names),
        )


def _to_asked_scales(known: Outcome) -> FloatArray:
    """The matrix from parameters of standardised attributes to those of attributes as asked: β / s and θ + β·x̄ / s."""
    cuts = len(known.points) - 1
    matrix = np.diag(np.concatenate([np.ones(cuts), 1 / known.deviations]))
    matrix[:cuts, cuts:] = known.means / known.deviations
    return matrix


def _quantiles(shares: FloatArray, link: Link) -> FloatArray:
    quantiles: FloatArray = logit(shares) if link == "logit" else ndtri(shares)
    return quantiles


def _between(lower: FloatArray, upper: FloatArray, link: Link) -> FloatArray:
    """F(upper) - F(lower), from the nearer tail so that small probabilities keep their digits."""
    flipped = lower > 0
    low, high = np.where(flipped, -upper, lower), np.where(flipped, -lower, upper)
    difference = expit(high) - expit(low) if link == "logit" else ndtr(high) - ndtr(low)
    probability: FloatArray = np.maximum(difference, np.finfo(np.float64).tiny)
    return probability


def _density(at: FloatArray, link: Link) -> tuple[FloatArray, FloatArray]:
    """f and its derivative."""
    if link == "probit":
        density = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
        return density, -at * density
    density = expit(at) * expit(-at)
    return density, density * (expit(-at) - expit(at))
