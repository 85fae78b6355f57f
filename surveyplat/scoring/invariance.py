"""Measurement invariance: whether two periods' answers mean the same, so that their means may be compared.

Three factor models of both periods together, each stricter than the one before: configural (the same items on the same
factors), metric (equal loadings: a factor moves the items alike) and scalar (equal intercepts too: at the same
satisfaction people give the same answers). Only then a changed mean is changed satisfaction.
Source: Meredith, Psychometrika 58 (1993); Cheung and Rensvold, Structural Equation Modeling 9 (2002), |ΔCFI| > 0.01.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from surveyplat.scoring.arrays import FloatArray
from surveyplat.scoring.covariation import Covariation
from surveyplat.scoring.factor_fit import fit_indices
from surveyplat.scoring.factor_likelihood import Group, Slots, Solution, implied, maximised
from surveyplat.scoring.records.structures import (
    FactorFitIndices,
    FactorMeanChange,
    Invariance,
    InvarianceLevel,
    InvarianceStep,
    ItemShift,
)
from surveyplat.scoring.structure import (
    FactorModel,
    check_factor_data,
    check_factor_model,
    parameter,
    single_slots,
    standardised_groups,
    start_of,
)

LARGEST_CFI_LOSS = 0.01
LEAST_CFI = 0.90
"""Below it the factors do not describe the answers of either period, and nothing can be told of their equality."""


@dataclass(frozen=True)
class _Fitted:
    slots: tuple[Slots, ...]
    solution: Solution
    fit: FactorFitIndices


def measurement_invariance(model: FactorModel, before: Covariation, after: Covariation) -> Invariance:
    """Compare a factor model's measurement in two periods of independent samples.

    Raises what ``structure`` raises, for either period.
    """
    check_factor_model(model)
    held = (before.of(model.items), after.of(model.items))
    for one in held:
        check_factor_data(model, one)
    groups = standardised_groups(held)
    configural = _fitted(model, groups, _configural(model), _starts(model, groups))
    metric = _fitted(model, groups, _metric(model), _metric_start(model, groups))
    scalar = _fitted(model, groups, _scalar(model), _scalar_start(model, metric))
    steps = _step(configural.fit, metric.fit), _step(metric.fit, scalar.fit)
    level = _level(configural.fit, *steps)
    changes = _mean_changes(model, scalar) if level == "scalar" else ()
    return Invariance(model.id, level, configural.fit, *steps, changes, _shifts(model, groups, scalar))


def _level(configural: FactorFitIndices, metric: InvarianceStep, scalar: InvarianceStep) -> InvarianceLevel:
    if configural.cfi < LEAST_CFI:
        return "none"
    if abs(metric.cfi_loss) > LARGEST_CFI_LOSS:
        return "configural"
    return "metric" if abs(scalar.cfi_loss) > LARGEST_CFI_LOSS else "scalar"


def _step(looser: FactorFitIndices, stricter: FactorFitIndices) -> InvarianceStep:
    difference, df = max(stricter.chi_square - looser.chi_square, 0.0), stricter.df - looser.df
    return InvarianceStep(stricter, looser.cfi - stricter.cfi, difference, df, float(chdtrc(df, difference)))


def _fitted(model: FactorModel, groups: tuple[Group, ...], slots: tuple[Slots, ...], start: FloatArray) -> _Fitted:
    solution = maximised(groups, slots, model.factor_of, start)
    models = [implied(own, model.factor_of, solution.parameters) for own in slots]
    return _Fitted(slots, solution, fit_indices(groups, models, solution))


def _configural(model: FactorModel) -> tuple[Slots, ...]:
    """Everything of its own in each period; the means are free, and so are not modelled."""
    first = single_slots(len(model.items), len(model.factors))
    count = int(first.uniques[-1]) + 1
    return first, Slots(
        first.loadings + count,
        np.where(first.factors < 0, -1, first.factors + count),
        first.uniques + count,
        None,
        first.factor_means,
    )


def _metric(model: FactorModel) -> tuple[Slots, ...]:
    """The same loadings; the later period's factors have variances of their own."""
    first, later = _configural(model)
    items, factors = len(model.items), len(model.factors)
    correlations = later.factors - items
    moved = np.where(later.factors < 0, -1, correlations)
    uniques = later.uniques - items
    moved[np.diag_indices(factors)] = int(uniques[-1]) + 1 + np.arange(factors)
    return first, Slots(first.loadings, moved, uniques, None, first.factor_means)


def _scalar(model: FactorModel) -> tuple[Slots, ...]:
    """The same intercepts too; the later period's factors have means of their own."""
    first, later = _metric(model)
    count = int(later.factors.max()) + 1
    items, factors = len(model.items), len(model.factors)
    intercepts, means = count + np.arange(items), count + items + np.arange(factors)
    return (
        Slots(first.loadings, first.factors, first.uniques, intercepts, first.factor_means),
        Slots(later.loadings, later.factors, later.uniques, intercepts, means),
    )


def _starts(model: FactorModel, groups: tuple[Group, ...]) -> FloatArray:
    return np.concatenate([start_of(model, group) for group in groups])


def _metric_start(model: FactorModel, groups: tuple[Group, ...]) -> FloatArray:
    first, later = (start_of(model, group) for group in groups)
    return np.concatenate([first, later[len(model.items) :], np.ones(len(model.factors))])


def _scalar_start(model: FactorModel, metric: _Fitted) -> FloatArray:
    """Where the metric model ended, with all means at 0: the middle of both periods."""
    return np.concatenate([metric.solution.parameters, np.zeros(len(model.items) + len(model.factors))])


def _shifts(model: FactorModel, groups: tuple[Group, ...], scalar: _Fitted) -> tuple[ItemShift, ...]:
    models = [implied(own, model.factor_of, scalar.solution.parameters) for own in scalar.slots]
    first, later = (
        group.means - (np.zeros_like(group.means) if told.means is None else told.means)
        for group, told in zip(groups, models, strict=True)
    )
    return tuple(ItemShift(item, shift) for item, shift in zip(model.items, (later - first).tolist(), strict=True))


def _mean_changes(model: FactorModel, scalar: _Fitted) -> tuple[FactorMeanChange, ...]:
    """κ of the later period, turned to where the factor's loadings point."""
    solution, later = scalar.solution, scalar.slots[1]
    direction = np.sign(np.bincount(model.factor_of, weights=solution.parameters[later.loadings]))
    return tuple(
        FactorMeanChange(
            factor.id, parameter(float(turn * solution.parameters[slot]), float(solution.covariance[slot, slot]))
        )
        for factor, turn, slot in zip(model.factors, direction, later.factor_means, strict=True)
    )
