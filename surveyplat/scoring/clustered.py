"""How sure the two-way regression's effect is, when each dealer's months hang together."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.intervals import CONFIDENCE
from surveyplat.scoring.panel import TwoWay
from surveyplat.scoring.records.contrast import Contrast

Draws = Literal["webb", "rademacher"]
DRAWS: dict[Draws, tuple[float, ...]] = {
    "webb": (-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5),
    "rademacher": (-1.0, 1.0),
}
"""What a dealer's residuals are multiplied with, each equally likely. Source: Webb, Queen's Economics 1315 (2014)."""

_SINGULAR = 1e-8
_TIED = 1e-9
"""Replicates this near to the estimate are as far from no effect as it is: their difference is rounding."""
_HALVINGS = 24
_DOUBLINGS = 12


def clustered(fit: TwoWay) -> Contrast:
    """The reference: one-way clustered standard error (CR1) and t with G - 1 degrees of freedom for G dealers.

    Var = Σ_g (x_g'e_g)² / (x'x)² · G / (G - 1) · (N - 1) / (N - K), N cells, K the constant, the months and the
    effect: dealers' own levels lie within the clusters and are not counted. Too narrow for few dealers.
    Source: Liang and Zeger, Biometrika 73 (1986); Stata's xtreg, fe vce(cluster).
    """
    dealers, counted = len(fit.treated), fit.months.shape[2] + 2
    correction = dealers / (dealers - 1) * (fit.cells - 1) / (fit.cells - counted)
    std_error = float(np.sqrt(correction * (fit.dealer_errors**2).sum())) / fit.size
    return contrast(fit.effect, std_error, dealers - 1)


def bias_reduced(fit: TwoWay) -> Contrast:
    """CR2: residuals of each dealer times (I - H_gg)^-1/2, t with Satterthwaite's degrees of freedom.

    Unbiased under equal independent errors, with df = (Σλ)² / Σλ² of the eigenvalues λ of the variance as a quadratic
    form of them. Source: Bell and McCaffrey, Survey Methodology 28 (2002); Pustejovsky and Tipton, Journal of Business
    and Economic Statistics 36 (2018), of which R's clubSandwich.
    """
    basis = np.concatenate([fit.months, fit.regressor[..., None] / np.sqrt(fit.size)], axis=2)
    adjusted = _adjusted(basis, fit.regressor / fit.size)
    variance = float(((adjusted * fit.residuals).sum(axis=1) ** 2).sum())
    shared = np.einsum("gmr,gm->gr", basis, adjusted)
    form = np.diag((adjusted**2).sum(axis=1)) - shared @ shared.T
    df = float(np.trace(form) ** 2 / (form**2).sum())
    return contrast(fit.effect, float(np.sqrt(variance)), df)


def _adjusted(basis: FloatArray, influence: FloatArray) -> FloatArray:
    """(I - H_gg)^-1/2 x_g of each dealer; directions that its cells fit exactly carry no error and are left out."""
    hats = np.einsum("gmr,gnr->gmn", basis, basis)
    values, vectors = np.linalg.eigh(np.eye(basis.shape[1]) - hats)
    roots = np.where(values > _SINGULAR, 1 / np.sqrt(np.maximum(values, _SINGULAR)), 0.0)
    turned = np.einsum("gmk,gm->gk", vectors, influence) * roots
    adjusted: FloatArray = np.einsum("gmk,gk->gm", vectors, turned)
    return adjusted


def wild_bootstrap(
    fit: TwoWay, rng: np.random.Generator, *, draws: Draws = "webb", replicates: int = 1999
) -> tuple[float, float, float]:
    """The p value of no effect and the ends of the interval of effects that are not refused, all 95 %.

    Wild cluster bootstrap-t: residuals under the effect in question, one draw a dealer; p = (1 + #{|t*| ≥ |t|}) /
    (1 + replicates). The interval inverts the test by bisection. An end that no effect reaches is infinite.
    Source: Cameron, Gelbach and Miller, Review of Economics and Statistics 90 (2008); R's fwildclusterboot.
    """
    signs = rng.choice(DRAWS[draws], size=(len(fit.treated), replicates))
    p_of = _p_values(fit, signs)
    scale = max(clustered(fit).std_error, _SINGULAR * abs(fit.effect))
    return p_of(0.0), _end(p_of, fit.effect, -scale), _end(p_of, fit.effect, scale)


def _p_values(fit: TwoWay, signs: FloatArray) -> Callable[[float], float]:
    """The bootstrap's p value of any effect δ, from sums by dealer: each replicate needs no regression of its own.

    With s = estimate - δ every replicate's effect is d₀ + s·d₁ and its dealers' errors are m₀ + s·m₁, whose squares
    add up to a parabola in s: the matrices are gone through once, whatever the number of effects asked for.
    """
    own = (fit.regressor**2).sum(axis=1)
    loads = np.einsum("gmr,gm->gr", fit.months, fit.regressor)
    left = fit.dealer_errors
    d0, m0 = _replicated(fit, signs, left, loads, np.einsum("gmr,gm->gr", fit.months, fit.residuals))
    d1, m1 = _replicated(fit, signs, own, loads, loads)
    squares, cross, curve = (m0**2).sum(axis=0), 2 * (m0 * m1).sum(axis=0), (m1**2).sum(axis=0)
    spread = np.sqrt((left**2).sum())

    def p_value(effect: float) -> float:
        seen = fit.effect - effect
        errors = np.sqrt(np.maximum(squares + seen * (cross + seen * curve), 0.0))
        beyond = np.abs(d0 + seen * d1) >= np.abs(seen) / spread * errors * (1 - _TIED)
        return float((1 + np.count_nonzero(beyond)) / (1 + signs.shape[1]))

    return p_value


def _replicated(
    fit: TwoWay, signs: FloatArray, scores: FloatArray, loads: FloatArray, months: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Effects (replicates,) and dealers' errors (dealers, replicates) of cells times their dealer's sign.

    Of each dealer's cells: ``scores``, their sum with the regressor, and ``months``, with the months' effects.
    """
    effects = scores @ signs / fit.size
    own = (fit.regressor**2).sum(axis=1)
    return effects, scores[:, None] * signs - loads @ (months.T @ signs) - own[:, None] * effects


def _end(p_of: Callable[[float], float], effect: float, step: float) -> float:
    """The farthest effect in the direction of ``step`` that is not refused."""
    inside, outside = effect, effect + 2 * step
    for _ in range(_DOUBLINGS):
        if p_of(outside) <= 1 - CONFIDENCE:
            break
        inside, outside = outside, effect + 2 * (outside - effect)
    else:
        return float(np.inf if step > 0 else -np.inf)
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if p_of(middle) <= 1 - CONFIDENCE else (middle, outside)
    return inside
