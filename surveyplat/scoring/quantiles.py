"""Quantiles of answers on a scale, with Woodruff's intervals, from shares of answers at or below each point."""

from collections.abc import Callable
from math import sqrt

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.intervals import t_quantile
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.records.spread import Quantile

QUARTILES = (0.25, 0.5, 0.75)


def quantile(points: FloatArray, reached: FloatArray, share_at: Callable[[int], Ratio], probability: float) -> Quantile:
    """The smallest point q with F(q) >= p, and 95 % limits: the same of p ± t(df) · SE(F(q)).

    ``reached`` has the share F of answers at or below each of the ``points``; ``share_at`` gives that of a place with
    its standard error, in which weights, strata and clusters are. Where all answers lie at or below q the error of a
    share p of the effective base stands in. Missing answers are outside the base. Raises ``ScoringError`` for a
    probability that is not between 0 and 1 or one share too few, ``InsufficientBase`` with answers of less than two
    units. Source: Woodruff, JASA 47 (1952); Särndal, Swensson and Wretman, Model Assisted Survey Sampling, 5.11;
    R survey's svyquantile(qrule = "math", interval.type = "mean").
    """
    if not 0 < probability < 1 or len(reached) != len(points):
        raise ScoringError("A quantile needs a probability between 0 and 1 and a share for every point")
    place = _first(reached, probability)
    at = share_at(place)
    if at.df < 1:
        raise InsufficientBase("A quantile needs answers of at least two customers")
    std_error = at.std_error or sqrt(probability * (1 - probability) / at.effective_base)
    margin = t_quantile(at.df) * std_error
    low, high = (_first(reached, p) for p in (probability - margin, probability + margin))
    return Quantile(probability, float(points[place]), float(points[low]), float(points[high]))


def quantile_gap(lower: Quantile, upper: Quantile, shares: tuple[Ratio, Ratio, Ratio]) -> Contrast | None:
    """How far the upper quantile is above the lower one, with its standard error.

    ``shares`` are F at the lower one, F at the upper one, and the share between them, whose variance tells how the
    first two vary together: Cov(F₁, F₂) = (V₁ + V₂ - V₁₂) / 2. With the densities f = 2 t · SE(F) / (limits' distance)
    Var = V₁ / f₁² + V₂ / f₂² - 2 Cov / (f₁ f₂). None where the limits of either are one point, which has no density.
    Source: Francisco and Fuller, Annals of Statistics 19 (1991), for the linearised quantile; Woodruff, JASA 47 (1952).
    """
    below, above, between = shares
    widths = lower.ci_high - lower.ci_low, upper.ci_high - upper.ci_low
    if min(widths) <= 0 or min(below.std_error, above.std_error) <= 0:
        return None
    first, second = (
        width / (2 * t_quantile(share.df) * share.std_error)
        for width, share in zip(widths, (below, above), strict=True)
    )
    together = (below.std_error**2 + above.std_error**2 - between.std_error**2) / 2
    variance = (first * below.std_error) ** 2 + (second * above.std_error) ** 2 - 2 * first * second * together
    return contrast(upper.value - lower.value, sqrt(max(variance, 0.0)), min(below.df, above.df))


def _first(reached: FloatArray, probability: float) -> int:
    """The first place where the share reaches the probability, up to rounding, among places that have answers."""
    steps = np.diff(reached, prepend=0.0) > 0
    enough = np.flatnonzero(steps & (reached >= probability - 1e-12))
    return int(enough[0]) if len(enough) else int(np.flatnonzero(steps)[-1])
