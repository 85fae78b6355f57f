"""Families of tests: p values adjusted for one another, so that many looks at the data do not make a discovery."""

from collections.abc import Callable, Sequence

import numpy as np

from surveyplat.scoring.arrays import FloatArray

Adjustment = Callable[[Sequence[float]], FloatArray]


def benjamini_hochberg(p_values: Sequence[float]) -> FloatArray:
    """Adjusted p values in the given order: min over larger p of p · m / rank, at most 1.

    Rejecting where they are at most α keeps the expected share of false discoveries at α.
    Source: Benjamini and Hochberg, J. Royal Statistical Society B 57 (1995); R's p.adjust(method = "BH").
    """
    raw = np.asarray(p_values, dtype=np.float64)
    falling = np.argsort(raw)[::-1]
    ranks = np.arange(len(raw), 0, -1)
    adjusted = np.empty_like(raw)
    adjusted[falling] = np.minimum(1.0, np.minimum.accumulate(raw[falling] * len(raw) / ranks))
    return adjusted


def holm(p_values: Sequence[float]) -> FloatArray:
    """Adjusted p values in the given order: max over smaller p of p · (m - rank + 1), at most 1.

    Rejecting where they are at most α keeps the chance of any false discovery at α, whatever the tests' dependence.
    Source: Holm, Scandinavian Journal of Statistics 6 (1979); R's p.adjust(method = "holm").
    """
    raw = np.asarray(p_values, dtype=np.float64)
    rising = np.argsort(raw)
    left = np.arange(len(raw), 0, -1)
    adjusted = np.empty_like(raw)
    adjusted[rising] = np.minimum(1.0, np.maximum.accumulate(raw[rising] * left))
    return adjusted


def adjusted_within(
    p_values: Sequence[float | None], adjust: Adjustment = benjamini_hochberg
) -> tuple[float | None, ...]:
    """One declared family's adjusted p values; None (a change that could not be tested) stays, and does not count."""
    tested = [p for p in p_values if p is not None]
    adjusted = iter(adjust(tested).tolist())
    return tuple(None if p is None else next(adjusted) for p in p_values)
