"""How one estimate stands to a fixed mark: a dealer to its group."""

from math import log

from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.student import two_sided_p


def p_against(estimate: Estimate, mark: float, *, as_ratio: bool = False) -> float | None:
    """Two-sided p value of an estimate against a mark that is known without error; None where there is no test.

    (value - mark) / SE is compared with Student's t, of which small dealers need the heavier tails: at 30 answers the
    normal distribution halves the p value of a difference of three standard errors. ``as_ratio`` tests rates of events
    on the log scale, log(value / mark) · value / SE. A group that the dealer belongs to is no fixed mark, but taking
    it for one errs to the safe side: with the share w of the group, the difference's variance is about 1 - w of SE².
    Source: Student, Biometrika 6 (1908).
    """
    if estimate.value is None or not estimate.std_error or (as_ratio and min(estimate.value, mark) <= 0):
        return None
    distance = estimate.value * log(estimate.value / mark) if as_ratio else estimate.value - mark
    return two_sided_p(distance / estimate.std_error, estimate.df)
