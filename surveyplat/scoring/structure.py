"""Factor structure: whether items hang together as the questionnaire says, by confirmatory factor analysis."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from surveyplat.errors import InsufficientBase, LatentModelError
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.covariation import Covariation, correlations_of
from surveyplat.scoring.factor_fit import fit_indices
from surveyplat.scoring.factor_likelihood import Group, Slots, Solution, implied, maximised
from surveyplat.scoring.plan import IndexPlan
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.structures import (
    Factor,
    FactorCorrelation,
    Loading,
    Parameter,
    StructureScore,
    StructureWarning,
)

MOST_ITEMS = 30
LEAST_BASE = 100
_Z = float(ndtri(0.975))
_SMALLEST_EIGENVALUE = 1e-9


@dataclass(frozen=True)
class FactorModel:
    """Correlated factors, each item on one of them; a single factor is the one-dimensional model."""

    id: str
    factors: tuple[Factor, ...]

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(item for factor in self.factors for item in factor.items)

    @property
    def factor_of(self) -> IntArray:
        """The place of each item's factor."""
        return np.repeat(np.arange(len(self.factors)), [len(factor.items) for factor in self.factors])


def factor_model(index: IndexPlan) -> FactorModel:
    """An index's declared factors as a model of correlated factors."""
    return FactorModel(index.id, tuple(Factor(factor.id, factor.items) for factor in index.factors))


def structure(model: FactorModel, covariation: Covariation) -> StructureScore:
    """Fit a factor model by maximum likelihood to the items' covariances.

    A factor's sign is such that its loadings add up to more than 0. The effective base stands for n. Missing:
    complete cases. Raises ``LatentModelError`` for a model that no data identify, constant or collinear items and
    more than 30 of them, ``InsufficientBase`` below an effective base of 100, ``NotConverged``.
    Source: Jöreskog, Psychometrika 34 (1969); R's lavaan::cfa(std.lv = TRUE).
    """
    check_factor_model(model)
    held = covariation.of(model.items)
    check_factor_data(model, held)
    group = standardised_groups((held,))[0]
    slots = single_slots(len(model.items), len(model.factors))
    solution = maximised((group,), (slots,), model.factor_of, start_of(model, group))
    solution = _pointing_up(model, slots, solution)
    fit = fit_indices((group,), (implied(slots, model.factor_of, solution.parameters),), solution)
    loadings, correlations = _loadings(model, slots, solution), _correlations(model, slots, solution)
    uniques = solution.parameters[slots.uniques]
    warnings = tuple(_warnings(model, uniques, loadings, correlations))
    return StructureScore(model.id, held.complete_cases, fit, loadings, correlations, warnings)


@dataclass(frozen=True)
class FactorFault:
    """Why a factor model cannot be fitted: for a reader of any language, and as a part of an error's sentence."""

    reason: Reason
    sentence: str


def model_faults(model: FactorModel) -> Iterator[FactorFault]:
    """Every reason why no data identify the model."""
    counts = Counter(model.items)
    for item, count in counts.items():
        if count > 1:
            yield FactorFault(Reason("structure_doubled", {}, item), f"item {item} stands there {count} times")
    least = 3 if len(model.factors) == 1 else 2
    for factor in model.factors:
        if len(factor.items) < least:
            reason = Reason("structure_few_items", {"found": len(factor.items), "least": least}, factor.id)
            yield FactorFault(reason, f"factor {factor.id} has {len(factor.items)} items, {least} are needed")
    if not model.factors:
        yield FactorFault(Reason("structure_no_factors"), "it has no factors")
    if len(counts) > MOST_ITEMS:
        reason = Reason("structure_too_many", {"found": len(counts), "most": MOST_ITEMS})
        yield FactorFault(reason, f"{len(counts)} items are more than the {MOST_ITEMS} that are fitted")


def data_fault(held: Covariation) -> FactorFault | None:
    """The first reason why these answers tell nothing of the model."""
    if held.constant_items:
        named = ", ".join(held.constant_items)
        sentence = f"{named}: the same answer in every complete case; leave out"
        return FactorFault(Reason("structure_constant", {}, named), sentence)
    if np.linalg.eigvalsh(correlations_of(held.covariances[0]))[0] < _SMALLEST_EIGENVALUE:
        return FactorFault(Reason("structure_collinear"), "some of its items are collinear; keep fewer of them")
    if held.effective_base < LEAST_BASE:
        sentence = f"an effective base of {held.effective_base:.0f}, {LEAST_BASE} are needed"
        return FactorFault(too_few(held.effective_base), sentence)
    return None


def too_few(effective_base: float) -> Reason:
    return Reason("structure_base", {"found": effective_base, "least": LEAST_BASE})


def check_factor_model(model: FactorModel) -> None:
    """Raises ``LatentModelError`` naming every reason why no data identify the model."""
    faults = "; ".join(fault.sentence for fault in model_faults(model))
    if faults:
        raise LatentModelError(f"Factor model {model.id}: {faults}")


def check_factor_data(model: FactorModel, held: Covariation) -> None:
    """Raises what ``structure`` says of the answers."""
    fault = data_fault(held)
    if fault is not None:
        kind = InsufficientBase if fault.reason.code == "structure_base" else LatentModelError
        raise kind(f"Factor model {model.id}: {fault.sentence}")


def standardised_groups(held: tuple[Covariation, ...]) -> tuple[Group, ...]:
    """Groups on scales common to them all, so that steps are well measured: neither χ² nor equalities change."""
    total = sum(one.effective_base for one in held)
    centre = np.sum([one.effective_base * one.means[0] for one in held], axis=0) / total
    spread = np.sum([one.effective_base * np.diagonal(one.covariances[0]) for one in held], axis=0) / total
    scale = np.sqrt(spread)
    return tuple(
        Group((one.means[0] - centre) / scale, one.covariances[0] / np.outer(scale, scale), one.effective_base)
        for one in held
    )


def single_slots(items: int, factors: int) -> Slots:
    """Loadings, then correlations of factors, then unique variances; factors have variance 1."""
    places = np.full((factors, factors), -1)
    upper = np.triu_indices(factors, 1)
    places[upper] = items + np.arange(len(upper[0]))
    places = np.maximum(places, places.T)
    first = items + len(upper[0])
    return Slots(np.arange(items), places, first + np.arange(items), None, np.full(factors, -1))


def start_of(model: FactorModel, group: Group) -> FloatArray:
    """Loadings of 0.7 of an item's spread, with the signs of each factor's first axis; correlations of 0.3."""
    factor_of = model.factor_of
    deviation = np.sqrt(np.diagonal(group.covariances))
    signs = np.ones(len(factor_of))
    for place in range(len(model.factors)):
        block = np.flatnonzero(factor_of == place)
        axis = np.linalg.eigh(correlations_of(group.covariances[np.ix_(block, block)]))[1][:, -1]
        signs[block] = np.where(axis * np.sign(axis.sum() or 1.0) < 0, -1.0, 1.0)
    pairs = len(model.factors) * (len(model.factors) - 1) // 2
    return np.concatenate([0.7 * signs * deviation, np.full(pairs, 0.3), 0.5 * deviation**2])


def _pointing_up(model: FactorModel, slots: Slots, solution: Solution) -> Solution:
    signs = np.ones(len(solution.parameters))
    turned = np.bincount(model.factor_of, weights=solution.parameters[slots.loadings]) < 0
    direction = np.where(turned, -1.0, 1.0)
    signs[slots.loadings] = direction[model.factor_of]
    for first, second in zip(*np.triu_indices(len(model.factors), 1), strict=True):
        signs[slots.factors[first, second]] = direction[first] * direction[second]
    return Solution(
        signs * solution.parameters,
        np.outer(signs, signs) * solution.covariance,
        solution.chi_square,
        solution.df,
        solution.steps,
    )


def parameter(value: float, variance: float) -> Parameter:
    """A value with its normal interval."""
    error = max(variance, 0.0) ** 0.5
    return Parameter(value, error, value - _Z * error, value + _Z * error)


def _loadings(model: FactorModel, slots: Slots, solution: Solution) -> tuple[Loading, ...]:
    """λ / √(λ² + ψ), by the delta method: derivatives ψ / s³ and -λ / (2s³) with s² = λ² + ψ."""
    told = []
    for item, (name, place) in enumerate(zip(model.items, model.factor_of.tolist(), strict=True)):
        slot = np.array([slots.loadings[item], slots.uniques[item]])
        loading, unique = solution.parameters[slot]
        spread = float(np.sqrt(loading**2 + unique))
        slope = np.array([unique, -loading / 2]) / spread**3
        variance = float(slope @ solution.covariance[np.ix_(slot, slot)] @ slope)
        told.append(Loading(model.factors[place].id, name, parameter(float(loading) / spread, variance)))
    return tuple(told)


def _correlations(model: FactorModel, slots: Slots, solution: Solution) -> tuple[FactorCorrelation, ...]:
    told = []
    for first, second in zip(*np.triu_indices(len(model.factors), 1), strict=True):
        slot = slots.factors[first, second]
        found = parameter(float(solution.parameters[slot]), float(solution.covariance[slot, slot]))
        told.append(FactorCorrelation(model.factors[first].id, model.factors[second].id, found))
    return tuple(told)


def _warnings(
    model: FactorModel,
    uniques: FloatArray,
    loadings: tuple[Loading, ...],
    correlations: tuple[FactorCorrelation, ...],
) -> Iterator[StructureWarning]:
    for item, unique in zip(model.items, uniques.tolist(), strict=True):
        if unique < 0:
            yield StructureWarning("negative_unique_variance", (item,), unique)
    for one in loadings:
        if abs(one.loading.value) < 0.4:
            yield StructureWarning("weak_loading", (one.factor, one.item), one.loading.value)
    for pair in correlations:
        if max(abs(pair.correlation.ci_low), abs(pair.correlation.ci_high)) >= 1:
            yield StructureWarning("factors_not_apart", (pair.first, pair.second), pair.correlation.value)
