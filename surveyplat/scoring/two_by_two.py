"""The simplest effect: who was treated against who was not, before against after, on single observations."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class TwoByTwo:
    """``effect`` in the outcome's unit, with its standard error under three assumptions on the errors' variance."""

    effect: float
    std_error: float
    """One variance for all observations."""
    std_error_hc1: float
    std_error_hc3: float
    df: int


def two_by_two(
    outcome: FloatArray, treated: BoolArray, after: BoolArray, controls: Sequence[FloatArray] = ()
) -> TwoByTwo:
    """Difference in differences: the coefficient of treated x after beside both, a constant and ``controls``.

    Least squares on independent observations. Raises ``ScoringError`` when an array has another length or a value that
    is not finite, ``InsufficientBase`` when one of the four groups is empty or the controls leave nothing to tell.
    Source: Wooldridge, Introductory Econometrics, 13.2; MacKinnon and White, Journal of Econometrics 29 (1985).
    """
    both = (treated & after).astype(np.float64)
    columns = [both, np.ones(len(outcome)), treated.astype(np.float64), after.astype(np.float64), *controls]
    if any(len(column) != len(outcome) or not np.isfinite(column).all() for column in (outcome, *columns)):
        raise ScoringError("Outcome, groups and controls need one finite value for each observation")
    design = np.column_stack(columns)
    df = len(outcome) - design.shape[1]
    if df < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        raise InsufficientBase("Treated and untreated observations before and after, not explained by controls, needed")
    axes, triangle = np.linalg.qr(design)
    residuals = outcome - axes @ (axes.T @ outcome)
    influence = axes @ np.linalg.inv(triangle)[0]
    leverage = (axes**2).sum(axis=1)
    if leverage.max() > 1 - 1e-12:
        raise InsufficientBase("An observation stands alone in its group: nothing is known of its error")
    return TwoByTwo(
        effect=float(influence @ outcome),
        std_error=_root(residuals @ residuals / df * influence @ influence),
        std_error_hc1=_root(((influence * residuals) ** 2).sum() * len(outcome) / df),
        std_error_hc3=_root(((influence * residuals / (1 - leverage)) ** 2).sum()),
        df=df,
    )


def _root(variance: float) -> float:
    return float(np.sqrt(variance))
