"""What may be shown: the one place where a number becomes an ``Estimate``, or is withheld for too small a base."""

from collections.abc import Callable
from dataclasses import replace

from surveyplat.scoring.estimate import Estimate, Suppression
from surveyplat.scoring.records.ratio import Interval, Ratio

LEAST_BASE = 30
LEAST_EFFECTIVE_BASE = 20
LOW_BASE = 100
LARGEST_RELATIVE_ERROR = 0.3


def published(
    ratio: Ratio, interval: Callable[[Ratio], Interval], *, largest_relative_error: float | None = None
) -> Estimate:
    """The estimate of a ratio, suppressed under 30 answers or an effective base of 20, flagged under 100 answers.

    ``largest_relative_error`` withholds rates whose standard error is a larger part of them than that. Answers of a
    single unit are withheld as "effective_base": they tell nothing about anyone else.
    """
    reason = suppression_of(ratio, largest_relative_error)
    low, high = (None, None) if reason else interval(ratio)
    return Estimate(
        value=None if reason else ratio.value,
        std_error=None if reason else ratio.std_error,
        ci_low=low,
        ci_high=high,
        unweighted_base=ratio.unweighted_base,
        weighted_base=ratio.weighted_base,
        effective_base=ratio.effective_base,
        suppressed=reason,
        low_base=reason is None and ratio.unweighted_base < LOW_BASE,
        lone_unit=ratio.lone_unit,
    )


def withheld_beside(estimate: Estimate) -> Estimate:
    """The same number, withheld because another one could be worked out from it; its bases stay."""
    if estimate.suppressed is not None:
        return estimate
    bare = replace(estimate, value=None, std_error=None, ci_low=None, ci_high=None)
    return replace(bare, suppressed="complementary", low_base=False)


def suppression_of(ratio: Ratio, largest_relative_error: float | None = None) -> Suppression | None:
    """Why a ratio may not be shown by its own base and error; None when it may."""
    if ratio.unweighted_base < LEAST_BASE:
        return "base"
    if ratio.effective_base < LEAST_EFFECTIVE_BASE or ratio.df < 1:
        return "effective_base"
    if largest_relative_error is not None and ratio.std_error > largest_relative_error * ratio.value:
        return "relative_error"
    return None
