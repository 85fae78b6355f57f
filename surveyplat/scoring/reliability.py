"""Reliability of a set of items: Cronbach's alpha with its interval, and what each item does to it."""

from collections.abc import Sequence
from math import atanh, sqrt, tanh

import numpy as np
from scipy.special import fdtri, ndtri

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.covariation import Covariation, correlations_of
from surveyplat.scoring.records.structures import ItemRest, Reliability, ReliabilityScore
from surveyplat.scoring.suppression import LEAST_EFFECTIVE_BASE

_TAIL = 0.025


def reliability(covariation: Covariation, items: Sequence[str] | None = None) -> ReliabilityScore:
    """Cronbach's alpha of the items (all that were counted, unless named), which should all point the same way.

    α = k / (k - 1) · (1 - Σ σ_i² / σ_sum²) from the (weighted) covariances, which the divisor does not change;
    standardised from the correlations. Missing: complete cases of all items counted. Raises ``ScoringError`` for
    fewer than two items, items without spread and a sum without spread, ``InsufficientBase`` for an effective base
    below 20. Source: Cronbach, Psychometrika 16 (1951); R's psych::alpha.
    """
    held = covariation if items is None else covariation.of(items)
    _check(held)
    covariances, base = held.covariances[0], held.effective_base
    return ReliabilityScore(
        items=tuple(_item_rest(held, place) for place in range(len(held.items))),
        raw=with_feldt_interval(cronbach_alpha(covariances), len(held.items), base),
        standardised=with_feldt_interval(cronbach_alpha(correlations_of(covariances)), len(held.items), base),
        complete_cases=held.complete_cases,
        effective_base=base,
    )


def cronbach_alpha(covariances: FloatArray) -> float:
    """k / (k - 1) · (1 - trace / sum) of a covariance or correlation matrix whose sum is positive."""
    k = len(covariances)
    return float(k / (k - 1) * (1 - np.trace(covariances) / covariances.sum()))


def with_feldt_interval(alpha: float, items: int, base: float) -> Reliability:
    """1 - (1 - α) F, with F's upper and lower 2.5 % points of n - 1 and (n - 1)(k - 1) degrees of freedom.

    n is the effective base. Source: Feldt, Psychometrika 30 (1965); Feldt, Woodruff and Salih, Applied Psychological
    Measurement 11 (1987), equation 8; Python's pingouin.cronbach_alpha.
    """
    df = base - 1, (base - 1) * (items - 1)
    low, high = (1 - (1 - alpha) * float(fdtri(*df, point)) for point in (1 - _TAIL, _TAIL))
    return Reliability(alpha, low, high)


def _item_rest(held: Covariation, place: int) -> ItemRest:
    """cov(item, rest) / √(var(item) var(rest)), where the rest leaves the item itself out."""
    covariances = held.covariances[0]
    others = np.delete(np.arange(len(covariances)), place)
    rest = covariances[np.ix_(others, others)]
    spread = float(covariances[place, place] * rest.sum())
    without = None
    if len(others) > 1 and rest.sum() > 0:
        without = with_feldt_interval(cronbach_alpha(rest), len(others), held.effective_base)
    if rest.sum() <= 0:
        return ItemRest(held.items[place], None, None, None, without)
    correlation = min(1.0, max(-1.0, float(covariances[place, others].sum()) / sqrt(spread)))
    low, high = correlation_interval(correlation, held.effective_base)
    return ItemRest(held.items[place], correlation, low, high, without)


def correlation_interval(correlation: float, base: float) -> tuple[float, float]:
    """tanh(atanh r ± z / √(n - 3)). Source: Fisher, Metron 1 (1921)."""
    if abs(correlation) >= 1:
        return correlation, correlation
    reach = float(ndtri(1 - _TAIL)) / sqrt(base - 3)
    return tanh(atanh(correlation) - reach), tanh(atanh(correlation) + reach)


def _check(held: Covariation) -> None:
    named = ", ".join(held.items)
    if len(held.items) < 2:
        raise ScoringError(f"{named}: one item has no internal consistency; name at least two")
    if held.constant_items:
        raise ScoringError(
            f"{', '.join(held.constant_items)}: the same answer in every complete case; leave out",
            code="constant_items",
            detail=", ".join(held.constant_items),
        )
    if held.effective_base < LEAST_EFFECTIVE_BASE:
        raise InsufficientBase(
            f"{named}: an effective base of {held.effective_base:.0f}, {LEAST_EFFECTIVE_BASE} are needed",
            code="effective_base",
            values={"base": held.effective_base, "least": LEAST_EFFECTIVE_BASE},
        )
    if held.covariances[0].sum() <= 1e-12 * np.trace(held.covariances[0]):
        raise ScoringError(
            f"{named}: their sum is the same for everyone; reverse the items that point the other way",
            code="constant_sum",
            detail=named,
        )
