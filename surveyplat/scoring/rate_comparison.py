"""Two rates of problems beside each other: their ratio with its interval, exact where the counts are Poisson."""

from dataclasses import dataclass
from math import exp, isclose, log, sqrt

import numpy as np
from scipy.special import betainc, betaincinv, gammaln, stdtr

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.contrasts import welch_df
from surveyplat.scoring.intervals import CONFIDENCE, t_quantile
from surveyplat.scoring.moments import Moments
from surveyplat.scoring.records.rates import RateMethod
from surveyplat.scoring.records.ratio import Ratio

POISSON_DISPERSIONS = (0.9, 1.1)
"""Between these the counts of vehicles vary about as a Poisson variable does."""
_TAIL = (1 - CONFIDENCE) / 2
_SAME = 1 + 1e-7
_ALIKE = 1e-9


@dataclass(frozen=True)
class RateComparison:
    """The rate of the first over that of the second. An end that is not known is None: a ratio to no problems."""

    ratio: float | None
    ci_low: float
    ci_high: float | None
    p_value: float
    method: RateMethod


@dataclass(frozen=True)
class RateSample:
    """Problems of a vehicle in one group: the ratio, its Pearson dispersion, and whether it is a simple sample.

    ``simple``: all weights alike, and no vehicle's owner twice. Strata that differ show in the dispersion, which is
    None without any problem.
    """

    rate: Ratio
    dispersion: float | None
    simple: bool

    @classmethod
    def of(cls, rate: Ratio, dispersion: float | None) -> "RateSample":
        """A sample is simple where its effective base is its base."""
        return cls(rate, dispersion, isclose(rate.effective_base, rate.unweighted_base, rel_tol=_ALIKE))

    @property
    def is_poisson(self) -> bool:
        low, high = POISSON_DISPERSIONS
        return self.simple and self.dispersion is not None and low <= self.dispersion <= high


def pearson_dispersion(moments: Moments, column: str) -> float | None:
    """φ = Σ w (y - μ)² / Σ w · n / (n - 1) / μ of the vehicles' counts of problems y: 1 where they are Poisson.

    Above 1 a few vehicles have most of the problems. None without any problem, which tells nothing about it. Raises
    ``InsufficientBase`` under two vehicles. Source: McCullagh and Nelder, Generalized Linear Models (1989), 6.2.3.
    """
    place = moments.columns.index(column)
    n, w, wy, wyy = (float(moments[statistic][:, place].sum()) for statistic in ("n", "w", "wy", "wyy"))
    if n < 2 or w <= 0:
        raise InsufficientBase(f"{column}: {n:.0f} vehicles; at least 2 are needed to see how they differ")
    mean = wy / w
    return (wyy / w - mean**2) * n / (n - 1) / mean if mean > 0 else None


def compare_rates(first: RateSample, second: RateSample, *, covariance: float = 0.0) -> RateComparison:
    """The ratio of two rates with its 95 % interval and the two-sided p value of no difference.

    Two simple samples with a dispersion near 1 are compared exactly, given their total of problems. Otherwise the
    ratio's logarithm is compared with Student's t, its variance (SE1/r1)² + (SE2/r2)² by linearisation, which holds
    over-dispersion, weights and clusters (quasi-Poisson). Rates that share strata are not quite independent: twice the
    ``covariance`` of their logarithms is taken off. Where one side has no problems at all there is no logarithm:
    exact limits on the effective base, the other side's problems divided by its dispersion when that is above 1.

    Raises ``InsufficientBase`` for a side without vehicles, and when neither has a problem. Source: McCullagh and
    Nelder, Generalized Linear Models (1989), 6.2; Binder, International Statistical Review 51 (1983).
    """
    one, other = first.rate, second.rate
    if not one.unweighted_base or not other.unweighted_base:
        raise InsufficientBase("Problems are compared between vehicles: one of the sides has none")
    if not one.value and not other.value:
        raise InsufficientBase("Neither side has a problem: their rates cannot be told apart or held to be alike")
    if not one.value or not other.value:
        return _without_events(first, second)
    if first.is_poisson and second.is_poisson:
        return exact_conditional(round(one.count), one.unweighted_base, round(other.count), other.unweighted_base)
    variances = [(side.std_error / side.value) ** 2 for side in (one, other)]
    std_error = sqrt(max(sum(variances) - 2 * covariance, 0.0))
    return _log_ratio(one.value / other.value, std_error, welch_df(variances, [one.df, other.df]))


def exact_conditional(problems: int, vehicles: float, other_problems: int, other_vehicles: float) -> RateComparison:
    """Given N = c1 + c2 problems, c1 is binomial with the share T1 r1 / (T1 r1 + T2 r2): exact limits and p value.

    The p value adds up all counts that are no more probable than the one seen. Raises ``ScoringError`` for negative
    counts and ``InsufficientBase`` without vehicles or without any problem.
    Source: Przyborowski and Wilenski, Biometrika 31 (1940); R's poisson.test (case R1).
    """
    if min(problems, other_problems) < 0:
        raise ScoringError("A count of problems is negative")
    if min(vehicles, other_vehicles) <= 0 or not problems + other_problems:
        raise InsufficientBase("Vehicles on both sides and at least one problem are needed")
    total, expected = problems + other_problems, vehicles / (vehicles + other_vehicles)
    counts = np.arange(total + 1)
    logs = gammaln(total + 1) - gammaln(counts + 1) - gammaln(total - counts + 1)
    chances = np.exp(logs + counts * log(expected) + (total - counts) * np.log1p(-expected))
    p_value = min(1.0, float(chances[chances <= chances[problems] * _SAME].sum()))
    return _conditional(problems, vehicles, other_problems, other_vehicles, p_value, "exact_conditional")


def _conditional(
    problems: float,
    vehicles: float,
    other_problems: float,
    other_vehicles: float,
    p_value: float,
    method: RateMethod,
) -> RateComparison:
    """Clopper and Pearson's limits of the binomial share, as limits of the ratio of rates."""
    scale = other_vehicles / vehicles
    low = float(betaincinv(problems, other_problems + 1, _TAIL)) if problems else 0.0
    high = float(betaincinv(problems + 1, other_problems, 1 - _TAIL)) if other_problems else None
    return RateComparison(
        ratio=problems / other_problems * scale if other_problems else None,
        ci_low=low / (1 - low) * scale,
        ci_high=None if high is None else high / (1 - high) * scale,
        p_value=p_value,
        method=method,
    )


def _log_ratio(ratio: float, std_error: float, df: float) -> RateComparison:
    if std_error <= 0 or df <= 0:
        raise InsufficientBase("Every vehicle has the same number of problems: nothing is known of their uncertainty")
    reach = exp(t_quantile(df) * std_error)
    p_value = float(2 * stdtr(df, -abs(log(ratio)) / std_error))
    return RateComparison(ratio, ratio / reach, ratio * reach, p_value, "quasi_poisson")


def _without_events(first: RateSample, second: RateSample) -> RateComparison:
    vehicles, other_vehicles = first.rate.effective_base, second.rate.effective_base
    problems, other_problems = (
        sample.rate.value * sample.rate.effective_base / max(1.0, sample.dispersion or 1.0)
        for sample in (first, second)
    )
    expected = vehicles / (vehicles + other_vehicles)
    nothing_here = (
        float(betainc(other_problems, 1, 1 - expected)) if not problems else float(betainc(problems, 1, expected))
    )
    return _conditional(
        problems, vehicles, other_problems, other_vehicles, min(1.0, 2 * nothing_here), "exact_without_events"
    )
