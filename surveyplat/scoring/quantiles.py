"""Quantiles of answers on a scale, with Woodruff's intervals, from shares of answers at or below each point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import CodeArray, FloatArray
from surveyplat.scoring.design import Ratio
from surveyplat.scoring.intervals import t_quantile
from surveyplat.scoring.moments import Column
from surveyplat.scoring.plan import ScaleItem


@dataclass(frozen=True)
class Quantile:
    """The scale point at which the share of answers first reaches ``probability``, and the points about it."""

    probability: float
    value: int
    ci_low: int
    ci_high: int
    unweighted_base: int
    effective_base: float


def cumulative_columns(item: ScaleItem, codes: CodeArray) -> Iterator[Column]:
    """What the pass counts: for each point of the scale, whether an answer is at it or below."""
    base = (codes >= 0).astype(np.float64)
    for point in range(item.minimum, item.maximum + 1):
        yield Column(f"quantile/{item.id}/{point}", base * (codes <= point), base)


def quantile(item: ScaleItem, shares: Sequence[Ratio], probability: float) -> Quantile:
    """The smallest point q with F(q) >= p, and 95 % limits: the same of p ± t(df) · SE(F(q)).

    ``shares`` are the ratios F of ``cumulative_columns``, one a point; their weights, strata and clusters are in the
    standard errors. Where all answers lie at or below q the error of a share p of the effective base stands in. Missing
    answers are outside the base. Raises ``ScoringError`` for a probability that is not between 0 and 1 or one share too
    few, ``InsufficientBase`` with answers of less than two units. Source: Woodruff, JASA 47 (1952); Särndal, Swensson
    and Wretman, Model Assisted Survey Sampling, 5.11; R survey's svyquantile(qrule = "math", interval.type = "mean").
    """
    if not 0 < probability < 1 or len(shares) != item.maximum - item.minimum + 1:
        raise ScoringError(f"{item.id}: a quantile needs a probability between 0 and 1 and a share for every point")
    if shares[0].df < 1:
        raise InsufficientBase(f"{item.id}: a quantile needs answers of at least two customers")
    reached = np.array([share.value for share in shares])
    at = shares[_first(reached, probability)]
    std_error = at.std_error or sqrt(probability * (1 - probability) / at.effective_base)
    margin = t_quantile(at.df) * std_error
    low, value, high = (
        item.minimum + _first(reached, p) for p in (probability - margin, probability, probability + margin)
    )
    return Quantile(probability, value, low, high, at.unweighted_base, at.effective_base)


def _first(reached: FloatArray, probability: float) -> int:
    """The first place where the share reaches the probability, up to rounding, among places that have answers."""
    steps = np.diff(reached, prepend=0.0) > 0
    enough = np.flatnonzero(steps & (reached >= probability - 1e-12))
    return int(enough[0]) if len(enough) else int(np.flatnonzero(steps)[-1])
