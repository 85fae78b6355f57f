"""The numbers behind a league of dealers, all dealers at once, for scores and for rates."""

from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.bottom_tenth import BottomTenth, bottom_tenth_of_means, bottom_tenth_of_rates, tenth_of
from surveyplat.scoring.design import Ratios
from surveyplat.scoring.expected_range import CaseMix, Expectation, count_skewness, score_skewness, standardised
from surveyplat.scoring.rate_shrinkage import rates_posterior, shrunken_rates
from surveyplat.scoring.shrinkage import (
    LEAST_GROUPS,
    Shrunken,
    means_posterior,
    shrunken,
    smoothed_variances,
    unspread,
)

_TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class Measure:
    """What is compared: a score between two ends, or a rate of events; published as ``factor`` · value."""

    kind: Literal["score", "rate"]
    lowest: float = 0.0
    highest: float = inf
    factor: float = 1.0
    higher_is_better: bool = True


PP100 = Measure("rate", factor=100.0, higher_is_better=False)


@dataclass(frozen=True)
class LeagueNumbers:
    """Of the dealers with answers, in the measure's own unit; arrays of the shape (dealers,).

    ``mean`` is the mean of all answers. ``skewness`` is that of a dealer's value about its expectation. ``tenth`` is
    None under ten dealers, and where nothing spreads.
    """

    values: FloatArray
    mean: float
    shrunk: Shrunken
    expectation: Expectation
    skewness: FloatArray
    tenth: BottomTenth | None


def league_numbers(ratios: Ratios, measure: Measure, rng: np.random.Generator, mix: CaseMix | None) -> LeagueNumbers:
    """Shrunk values, expectations and chances of the bottom tenth of dealers that all have answers.

    Values are shrunk towards their expectations, which are the mean of all without a ``mix``. Raises
    ``InsufficientBase`` when no dealer has answers of two customers, ``ScoringError`` for a mix that does not fit.
    """
    variances = smoothed_variances(ratios.std_error, ratios.effective_base, ratios.df)
    totals = ratios.weighted_base * ratios.value
    cells = mix or CaseMix(ratios.weighted_base[:, None], totals[:, None])
    expectation = standardised(cells, variances)
    mean = float(totals.sum() / ratios.weighted_base.sum())
    if not variances.any():
        flat = np.zeros_like(variances)
        return LeagueNumbers(ratios.value, mean, unspread(ratios.value), expectation, flat, None)
    work = _scores if measure.kind == "score" else _rates
    return work(ratios, variances, mean, expectation, measure, rng)


def _scores(
    ratios: Ratios,
    variances: FloatArray,
    mean: float,
    expectation: Expectation,
    measure: Measure,
    rng: np.random.Generator,
) -> LeagueNumbers:
    away = ratios.value - expectation.values
    posterior = means_posterior(away, variances) if len(away) >= LEAST_GROUPS else None
    found = _moved(shrunken(away, variances, posterior), 1.0, expectation.values, measure)
    tenth = None
    if posterior and tenth_of(len(away)):
        better = measure.higher_is_better
        tenth = bottom_tenth_of_means(away, variances, posterior, rng, higher_is_better=better)
    single = score_skewness(expectation.values, _spread(ratios, variances), measure.lowest, measure.highest)
    return LeagueNumbers(ratios.value, mean, found, expectation, single / np.sqrt(ratios.effective_base), tenth)


def _rates(
    ratios: Ratios,
    variances: FloatArray,
    mean: float,
    expectation: Expectation,
    measure: Measure,
    rng: np.random.Generator,
) -> LeagueNumbers:
    """The ratio of each rate to what is expected, with the exposure at which it varies as a Poisson count does."""
    likely = np.maximum(expectation.values, _TINY)
    exposures = np.maximum(likely * mean / variances, _TINY)
    events = ratios.value / likely * exposures
    posterior = rates_posterior(events, exposures) if len(events) >= LEAST_GROUPS else None
    found = _moved(shrunken_rates(events, exposures, posterior), likely, np.zeros_like(likely), measure)
    tenth = None
    if posterior and tenth_of(len(events)):
        better = measure.higher_is_better
        tenth = bottom_tenth_of_rates(events, exposures, posterior, rng, higher_is_better=better)
    about = Expectation(expectation.values, expectation.variances * likely / mean)
    single = count_skewness(expectation.values, _spread(ratios, variances) * likely / mean)
    return LeagueNumbers(ratios.value, mean, found, about, single / np.sqrt(ratios.effective_base), tenth)


def _spread(ratios: Ratios, variances: FloatArray) -> float:
    """The pooled variance of one answer, of which the smoothed variances are made."""
    return float(variances[0] * ratios.effective_base[0])


def _moved(found: Shrunken, factor: FloatArray | float, shift: FloatArray, measure: Measure) -> Shrunken:
    """Distances from, or ratios to, what is expected, back as values between the measure's ends."""
    ends = measure.lowest, measure.highest
    typical = float(np.mean(factor))
    return Shrunken(
        found.shrinking,
        found.mean,
        found.between_variance * typical**2,
        np.clip(shift + factor * found.values, *ends),
        factor * found.std_errors,
        np.clip(shift + factor * found.lows, *ends),
        np.clip(shift + factor * found.highs, *ends),
        found.weight_of_mean,
    )
