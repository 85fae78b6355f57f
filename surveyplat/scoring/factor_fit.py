"""How well a factor model fits: χ², CFI, RMSEA with its interval, SRMR, for one or several groups."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy.special import chdtrc, chndtr, chndtrinc

from surveyplat.scoring.factor_likelihood import Group, Implied, Solution
from surveyplat.scoring.records.structures import FactorFitIndices

_TAIL = 0.05


def fit_indices(groups: Sequence[Group], models: Sequence[Implied], solution: Solution) -> FactorFitIndices:
    """CFI = 1 - max(χ² - df, 0) / max(χ² - df, χ²₀ - df₀, 0), RMSEA = √(G (χ² - df) / (N df)) of G groups.

    The baseline χ²₀ is that of items that have nothing to do with one another.
    Source: Bentler, Psychological Bulletin 107 (1990); Steiger, Structural Equation Modeling 5 (1998).
    """
    base = sum(group.base for group in groups)
    items, chi_square, df = len(groups[0].means), solution.chi_square, solution.df
    alone = sum(group.base * _dependence(group) for group in groups)
    excess = max(chi_square - df, 0.0)
    baseline = alone - len(groups) * items * (items - 1) / 2
    worst = max(excess, baseline)
    scale = len(groups) / (base * df) if df else 0.0
    low, high = _noncentrality(chi_square, df) if df else (0.0, 0.0)
    return FactorFitIndices(
        chi_square=chi_square,
        df=df,
        p_value=float(chdtrc(df, chi_square)) if df else None,
        cfi=1 - excess / worst if worst > 0 else 1.0,
        rmsea=sqrt(excess * scale) if df else None,
        rmsea_low=sqrt(low * scale) if df else None,
        rmsea_high=sqrt(high * scale) if df else None,
        srmr=sqrt(
            sum(group.base / base * _residual(group, model) for group, model in zip(groups, models, strict=True))
        ),
        base=base,
        baseline_excess=baseline,
    )


def _dependence(group: Group) -> float:
    """-log|R|: the discrepancy of a model in which no item has to do with another."""
    return float(np.log(np.diagonal(group.covariances)).sum() - np.linalg.slogdet(group.covariances)[1])


def _noncentrality(chi_square: float, df: int) -> tuple[float, float]:
    """λ at which χ² is the upper and the lower 5 % point of the noncentral distribution, 0 where even λ = 0 is beyond.

    Source: Browne and Cudeck, Sociological Methods and Research 21 (1992).
    """
    return (
        float(chndtrinc(chi_square, df, 1 - _TAIL)) if chndtr(chi_square, df, 0) > 1 - _TAIL else 0.0,
        float(chndtrinc(chi_square, df, _TAIL)) if chndtr(chi_square, df, 0) > _TAIL else 0.0,
    )


def _residual(group: Group, model: Implied) -> float:
    """Mean squared residual correlation, with variances, and standardised means where they are modelled.

    Source: Bentler, EQS Structural Equations Program Manual (1995); R's lavaan srmr_bentler.
    """
    deviation = np.sqrt(np.diagonal(group.covariances))
    residuals = (group.covariances - model.covariances) / np.outer(deviation, deviation)
    held = residuals[np.tril_indices(len(deviation))]
    if model.means is not None:
        held = np.concatenate([held, (group.means - model.means) / deviation])
    return float((held**2).mean())
