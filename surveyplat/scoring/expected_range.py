"""Where a dealer's value would lie by chance alone, were the dealer as its group and its mix of cases let expect.

The bands are those of a funnel plot: expected value and sampling variance, no variance between dealers. A dealer
outside differs from what is expected; whether it is among the worst is another question (``bottom_tenth``).
Source: Spiegelhalter, Statistics in Medicine 24 (2005), funnel plots.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc, gammaincinv, ndtr, ndtri

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.records.league import Category

BANDS = (0.95, 0.998)
"""One dealer in 20 that is as expected lies outside the inner band, one in 500 outside the outer one."""

_SYMMETRIC = 1e-4
"""A smaller skewness moves no end of a band by more than a thousandth of a standard error."""


@dataclass(frozen=True)
class CaseMix:
    """Weights Σw and weighted totals Σwy of each dealer in each cell (model, month), both (dealers, cells)."""

    weights: FloatArray
    totals: FloatArray


@dataclass(frozen=True)
class Expectation:
    """What is expected of each dealer, and the variance of its value about that; shape (dealers,).

    The variance is 0 for a dealer that nobody else can be compared with: alone in all of its cells.
    """

    values: FloatArray
    variances: FloatArray


@dataclass(frozen=True)
class Bands:
    """Ends of the inner (95 %) and the outer (99.8 %) band, shape (dealers,)."""

    lows: FloatArray
    highs: FloatArray
    outer_lows: FloatArray
    outer_highs: FloatArray


def standardised(mix: CaseMix, variances: FloatArray) -> Expectation:
    """Indirect standardisation: E_i = Σ_c p_ic m_c, the cells' means over all dealers at the dealer's own shares p_ic.

    A dealer is part of the means that it is held against, so that with f_jc = W_jc / W_c

        Var(y_i - E_i) = ψ_i (1 - 2 Σ_c p_ic f_ic) + Σ_c p_ic² Σ_j f_jc² ψ_jc,    ψ_jc = ψ_j W_j / W_jc

    A single cell gives the mean of all. Raises ``ScoringError`` for matrices that do not fit and dealers without
    weight. Source: Breslow and Day, Statistical Methods in Cancer Research II (1987), 2.3.
    """
    _check(mix, variances)
    by_dealer, by_cell = mix.weights.sum(axis=1), mix.weights.sum(axis=0)
    shares = mix.weights / by_dealer[:, None]
    means = _divided(mix.totals.sum(axis=0), by_cell)
    own = _divided(mix.weights, np.broadcast_to(by_cell, mix.weights.shape))
    spread = _divided((variances * by_dealer) @ mix.weights, by_cell**2)
    about = variances * (1 - 2 * (shares * own).sum(axis=1)) + shares**2 @ spread
    return Expectation(shares @ means, np.where(about > 1e-9 * variances, about, 0.0))


def score_skewness(expected: FloatArray, spread: float, lowest: float, highest: float) -> FloatArray:
    """Skewness of single scores between two ends, with a mean and a variance: that of the beta distribution.

    Satisfaction is piled up at the top, with a long tail below: -1 to -3. With p = (mean - lowest) / (highest -
    lowest), a + b = p(1 - p) / Var(p) - 1, a = p(a + b): 2 (b - a) √(a + b + 1) / ((a + b + 2) √(ab)). 0 where a mean
    is at an end, or without ends. Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, 25.
    """
    if not np.isfinite(highest - lowest):
        return np.zeros_like(expected)
    place = np.clip((expected - lowest) / (highest - lowest), 0.0, 1.0)
    room = place * (1 - place)
    size = np.maximum(room * (highest - lowest) ** 2 / max(spread, 1e-300) - 1, 1e-6)
    root = np.sqrt(size + 1) / (size + 2) / np.maximum(np.sqrt(room), 1e-6)
    return np.where(room > 0, 2 * (1 - 2 * place) * root, 0.0)


def count_skewness(expected: FloatArray, spread: FloatArray) -> FloatArray:
    """Skewness of the events of one vehicle, negative binomial with the dispersion φ = variance / mean, at least 1.

    (2φ - 1) / √(m φ); 0 where none is expected. Source: Johnson, Kemp and Kotz, Univariate Discrete Distributions, 5.
    """
    held = np.maximum(expected, 1e-300)
    dispersion = np.maximum(spread / held, 1.0)
    return np.where(expected > 0, (2 * dispersion - 1) / np.sqrt(held * dispersion), 0.0)


def bands(expectation: Expectation, skewness: FloatArray, lowest: float, highest: float) -> Bands:
    """Ends of both bands: expected + q · SE, q the quantile of a standardised gamma with the skewness of the mean.

    Ends lie between the ``lowest`` and the ``highest`` value that can be. At 30 answers of a scale piled up at the top,
    expected - 1.96 SE raises half as many false alarms again as promised, expected - 3.09 SE several times as many.
    Source: Pearson type III, Johnson, Kotz and Balakrishnan, 12.4.
    """
    errors = np.sqrt(expectation.variances)
    ends = [
        np.clip(expectation.values + _skewed_quantile(tail, skewness) * errors, lowest, highest)
        for band in BANDS
        for tail in ((1 - band) / 2, (1 + band) / 2)
    ]
    return Bands(*ends)


def categories(values: FloatArray, drawn: Bands, *, higher_is_better: bool) -> list[Category]:
    """Which side of which band each value lies on; a value on the band's end is inside."""
    side = (values > drawn.highs).astype(int) + (values > drawn.outer_highs)
    side -= (values < drawn.lows).astype(int) + (values < drawn.outer_lows)
    order: tuple[Category, ...] = ("much_worse", "worse", "as_expected", "better", "much_better")
    return [order[place + 2 if higher_is_better else 2 - place] for place in side.tolist()]


def chances(values: FloatArray, expectation: Expectation, skewness: FloatArray) -> FloatArray:
    """Two-sided p value of each dealer being as expected, 1 where nothing can be compared; agrees with the bands."""
    errors = np.sqrt(expectation.variances)
    distance = np.divide(values - expectation.values, errors, out=np.zeros_like(values), where=errors > 0)
    below = _skewed_share(distance, skewness)
    return np.where(errors > 0, np.minimum(1.0, 2 * np.minimum(below, 1 - below)), 1.0)


def _skewed_quantile(share: float, skewness: FloatArray) -> FloatArray:
    """Of mean 0 and variance 1: (G - a) / √a with a = 4 / skewness² and the gamma G of that shape, mirrored if < 0."""
    shape = 4 / np.maximum(np.abs(skewness), _SYMMETRIC) ** 2
    tail = np.where(skewness < 0, 1 - share, share)
    quantile = np.sign(skewness) * (gammaincinv(shape, tail) - shape) / np.sqrt(shape)
    either: FloatArray = np.where(np.abs(skewness) < _SYMMETRIC, ndtri(share), quantile)
    return either


def _skewed_share(distance: FloatArray, skewness: FloatArray) -> FloatArray:
    shape = 4 / np.maximum(np.abs(skewness), _SYMMETRIC) ** 2
    above = gammaincc(shape, np.maximum(shape + np.sign(skewness) * distance * np.sqrt(shape), 0.0))
    below = np.where(skewness < 0, above, 1 - above)
    either: FloatArray = np.where(np.abs(skewness) < _SYMMETRIC, ndtr(distance), below)
    return either


def _divided(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


def _check(mix: CaseMix, variances: FloatArray) -> None:
    faults = []
    if mix.weights.shape != mix.totals.shape or mix.weights.ndim != 2 or len(mix.weights) != len(variances):
        faults.append(
            f"weights {mix.weights.shape}, totals {mix.totals.shape} and {len(variances)} dealers do not fit: both are "
            "(dealers, cells)"
        )
    if not (np.isfinite(mix.weights).all() and np.isfinite(mix.totals).all() and (mix.weights >= 0).all()):
        faults.append("weights and totals must be finite, and no weight below 0")
    elif not mix.weights.any(axis=-1).all():
        faults.append("a dealer has answers but no weight in any cell")
    if faults:
        raise ScoringError("The case mix cannot be used: " + "; ".join(faults))
