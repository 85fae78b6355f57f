"""The level that dealers really had before an action: their months' mean, shrunk against regression to the mean.

Who is chosen for bad months had bad luck as well, and would have recovered without any action. Given all months before,
the level to expect is μ + B (mean - μ) with the reliability B = τ² / (τ² + σ²_g): whatever in those months made someone
choose the dealer, it tells no more.
"""

from dataclasses import dataclass, replace

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.panel import Panel, TwoWay


@dataclass(frozen=True)
class Baselines:
    """By dealer: the months' mean before the action (months' effects taken out), its expectation, and B (0 to 1)."""

    observed: FloatArray
    shrunk: FloatArray
    reliability: FloatArray


def baselines(panel: Panel) -> Baselines:
    """Empirical Bayes on the months before: σ² from the dealers' own months, τ² from the spread between dealers.

    σ²_g = σ² / Σ bases, σ² from the two-way regression's residuals; τ² by DerSimonian and Laird's moments, 0 when the
    dealers differ by no more than their months do. Source: Efron and Morris, JASA 70 (1975); DerSimonian and Laird,
    Controlled Clinical Trials 7 (1986). ``panel`` needs every dealer to have answers before.
    """
    before = panel.chosen(np.ones(len(panel.dealers), dtype=np.bool_), ~panel.after)
    fit = TwoWay.of(before, np.zeros(len(before.months)))
    spare = fit.cells - len(before.dealers) - fit.months.shape[2]
    variance = float((fit.outcome**2).sum()) / spare / before.bases.sum(axis=1)
    observed = _levels(before)
    between = _between(observed, variance)
    reliability = np.ones_like(variance)
    np.divide(between, between + variance, out=reliability, where=variance > 0)
    precision = 1 / np.where(variance > 0, between + variance, 1.0)
    centre = float(precision @ observed / precision.sum())
    return Baselines(observed, centre + reliability * (observed - centre), reliability)


def conditioned(panel: Panel, known: Baselines) -> Panel:
    """The panel with each dealer's months before moved to its shrunk level; months keep their course."""
    moved = (known.shrunk - known.observed)[:, None] * ~panel.after
    return replace(panel, values=panel.values + moved)


def _levels(panel: Panel) -> FloatArray:
    """Dealers' weighted means, months' effects taken out: the dealers' part of the two-way regression."""
    months = len(panel.months)
    values = np.where(panel.bases > 0, panel.values, 0.0)
    shares = panel.bases / panel.bases.sum(axis=1, keepdims=True)
    means = (shares * values).sum(axis=1)
    roots = np.sqrt(panel.bases)
    design = roots[..., None] * (np.eye(months) - shares[:, None, :])
    outcome = roots * (values - means[:, None])
    effects = np.linalg.lstsq(design.reshape(-1, months), outcome.reshape(-1), rcond=None)[0]
    levels: FloatArray = means - shares @ (effects - effects.mean())
    return levels


def _between(levels: FloatArray, variance: FloatArray) -> float:
    if not (variance > 0).all():
        return float(levels.var(ddof=1)) if len(levels) > 1 else 0.0
    precision = 1 / variance
    centre = precision @ levels / precision.sum()
    spread = float(precision @ (levels - centre) ** 2) - (len(levels) - 1)
    return max(0.0, spread / float(precision.sum() - (precision**2).sum() / precision.sum()))
