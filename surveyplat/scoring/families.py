"""Families of tests: p values adjusted for one another, so that many looks at the data do not make a discovery."""

from collections.abc import Callable, Sequence

Adjustment = Callable[[Sequence[float]], list[float]]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values in the given order: min over larger p of p · m / rank, at most 1.

    Rejecting where they are at most α keeps the expected share of false discoveries at α.
    Source: Benjamini and Hochberg, J. Royal Statistical Society B 57 (1995); R's p.adjust(method = "BH").
    """
    adjusted, least, tests = [1.0] * len(p_values), 1.0, len(p_values)
    for rank, place in zip(range(tests, 0, -1), reversed(_rising(p_values)), strict=True):
        least = adjusted[place] = min(least, p_values[place] * tests / rank)
    return adjusted


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values in the given order: max over smaller p of p · (m - rank + 1), at most 1.

    Rejecting where they are at most α keeps the chance of any false discovery at α, whatever the tests' dependence.
    Source: Holm, Scandinavian Journal of Statistics 6 (1979); R's p.adjust(method = "holm").
    """
    adjusted, largest = [1.0] * len(p_values), 0.0
    for left, place in zip(range(len(p_values), 0, -1), _rising(p_values), strict=True):
        largest = adjusted[place] = min(1.0, max(largest, p_values[place] * left))
    return adjusted


def adjusted_within(
    p_values: Sequence[float | None], adjust: Adjustment = benjamini_hochberg
) -> tuple[float | None, ...]:
    """One declared family's adjusted p values; None (a change that could not be tested) stays, and does not count."""
    adjusted = iter(adjust([p for p in p_values if p is not None]))
    return tuple(None if p is None else next(adjusted) for p in p_values)


def _rising(p_values: Sequence[float]) -> list[int]:
    return sorted(range(len(p_values)), key=p_values.__getitem__)
