"""Penalty-reward contrasts: which attributes can only disappoint, and which can delight.

The outcome is regressed on two dummies an attribute, low (scale points up to one mark) and high (from another mark on);
the middle is the reference. The low dummy's coefficient is the penalty, the high one's the reward.
Source: Brandt, Journal of Services Marketing 2 (1988); Matzler and Sauerwein, International Journal of Service Industry
Management 13 (2002).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import DriverModelError
from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.contrasts import contrast
from surveyplat.scoring.least_squares import LeastSquares, gram_of_cases, robust_covariance, scatter_of, solved
from surveyplat.scoring.records.contrast import Contrast
from surveyplat.scoring.records.drivers import FactorKind, PenaltyReward, PenaltyRewardScore

LOW, HIGH = 6, 9
LEAST_ANSWERS = 10
"""Answers on one side, or beyond it, under which a dummy's coefficient hangs on a handful of people."""


@dataclass(frozen=True)
class _Fitted:
    names: tuple[str, ...]
    least_squares: LeastSquares
    covariance: FloatArray
    df: int


def penalty_reward(
    items: Sequence[str],
    target: str,
    cases: FloatArray,
    weights: FloatArray,
    *,
    units: IntArray | None = None,
    low: float = LOW,
    high: float = HIGH,
) -> PenaltyRewardScore:
    """Contrasts of every item from complete cases, shape (cases, items + 1) with the outcome last.

    Low is at most ``low``, high at least ``high``; errors are robust (HC1, by customer where ``units`` are given). An
    attribute is a dissatisfier when its penalty's interval lies below 0 and that of reward + penalty does too, a
    satisfier when its reward's interval lies above 0 and that of reward + penalty does too, else neutral: one
    coefficient being significant and the other not would be no difference between them. Raises ``DriverModelError``
    when the marks cross, nothing is left to contrast, dummies are collinear or the outcome is constant, and
    ``InsufficientBase`` for too few cases.
    """
    if low >= high:
        raise DriverModelError(f"Low answers up to {low:g} and high ones from {high:g} overlap: set the marks apart")
    dummies, names = _dummies(items, cases[:, :-1], low, high)
    fitted = _fit(names, dummies, cases[:, -1], weights, units)
    below, above = (cases[:, :-1] <= low).sum(axis=0).tolist(), (cases[:, :-1] >= high).sum(axis=0).tolist()
    return PenaltyRewardScore(
        target=target,
        constant=fitted.least_squares.constant,
        r_squared=fitted.least_squares.r_squared,
        complete_cases=fitted.least_squares.cases,
        attributes=tuple(_attribute(item, fitted, below[place], above[place]) for place, item in enumerate(items)),
    )


def _dummies(items: Sequence[str], answers: FloatArray, low: float, high: float) -> tuple[FloatArray, tuple[str, ...]]:
    """The dummies with answers enough on both sides of their mark, and their names."""
    sides = {f"{item} low": answers[:, place] <= low for place, item in enumerate(items)}
    sides |= {f"{item} high": answers[:, place] >= high for place, item in enumerate(items)}
    kept = {name: side for name, side in sides.items() if _is_told(side)}
    if not kept:
        raise DriverModelError(
            f"Fewer than {LEAST_ANSWERS} low and high answers to every attribute: no contrast",
            code="contrasts_few_answers",
            values={"least": LEAST_ANSWERS},
        )
    return np.column_stack(list(kept.values())).astype(np.float64), tuple(kept)


def _is_told(side: BoolArray) -> bool:
    return LEAST_ANSWERS <= int(np.count_nonzero(side)) <= len(side) - LEAST_ANSWERS


def _fit(
    names: tuple[str, ...], dummies: FloatArray, outcome: FloatArray, weights: FloatArray, units: IntArray | None
) -> _Fitted:
    cases = np.column_stack([dummies, outcome])
    fit = solved(names, gram_of_cases(cases, weights))
    scatter = scatter_of(fit, cases, weights, units)
    return _Fitted(names, fit, robust_covariance(fit, scatter), min(fit.residual_df, scatter.units - 1))


def _attribute(item: str, fitted: _Fitted, below: int, above: int) -> PenaltyReward:
    penalty, reward = (_combined(fitted, (f"{item} {side}",)) for side in ("low", "high"))
    asymmetry = _combined(fitted, (f"{item} low", f"{item} high"))
    return PenaltyReward(item, penalty, reward, asymmetry, factor_kind(penalty, reward, asymmetry), below, above)


def _combined(fitted: _Fitted, names: tuple[str, ...]) -> Contrast | None:
    """The sum of some coefficients with its robust error; None when one was not estimated."""
    if not set(names) <= set(fitted.names):
        return None
    places = [fitted.names.index(name) for name in names]
    variance = float(fitted.covariance[np.ix_(places, places)].sum())
    return contrast(float(fitted.least_squares.fit.coefficients[places].sum()), max(variance, 0.0) ** 0.5, fitted.df)


def factor_kind(penalty: Contrast | None, reward: Contrast | None, asymmetry: Contrast | None) -> FactorKind | None:
    """The kind of factor that the intervals of both sides and of their sum show; None without them."""
    if penalty is None or reward is None or asymmetry is None:
        return None
    ends = penalty.ci_high, reward.ci_low, asymmetry.ci_low, asymmetry.ci_high
    if any(end is None for end in ends):
        return None
    penalty_high, reward_low, asymmetry_low, asymmetry_high = (float(end) for end in ends if end is not None)
    if penalty_high < 0 and asymmetry_high < 0:
        return "dissatisfier"
    if reward_low > 0 and asymmetry_low > 0:
        return "satisfier"
    return "neutral"
