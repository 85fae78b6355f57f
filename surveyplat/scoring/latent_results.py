"""What a fitted path model tells, each number with its bootstrap interval: weights, paths, reliability, the index."""

from collections.abc import Iterator, Mapping
from math import sqrt

import numpy as np

from surveyplat.errors import LatentModelError
from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.bootstrapped import bootstrapped
from surveyplat.scoring.covariation import correlations_of
from surveyplat.scoring.latent_models import Construct
from surveyplat.scoring.plan import ScaleItem
from surveyplat.scoring.pls import PlsFit
from surveyplat.scoring.records.latent import (
    ConstructQuality,
    Discriminance,
    ItemRole,
    LatentIndex,
    LatentScore,
    LatentWarning,
    Path,
)

LARGEST_VIF = 5.0
"""Above it, the weights of a formative construct's items are not to be told apart (Hair et al. 2011)."""


def latent_score(fit: PlsFit) -> LatentScore:
    """Everything that a fitted model tells. Raises nothing: what has no meaning is None, what is odd is a warning."""
    names = fit.model.names
    place = {name: number for number, name in enumerate(names)}
    return LatentScore(
        id=fit.model.id,
        complete_cases=fit.covariation.complete_cases,
        replicates=fit.replicates,
        constructs=tuple(_quality(fit, number, construct) for number, construct in enumerate(fit.model.constructs)),
        paths=tuple(
            Path(start, end, bootstrapped(fit.paths[:, place[start], place[end]])) for start, end in fit.model.paths
        ),
        discriminance=tuple(_discriminance(fit)),
        warnings=tuple(_warnings(fit)),
    )


def latent_index(fit: PlsFit, construct: str, scales: Mapping[str, ScaleItem]) -> LatentIndex:
    """The ACSI/ECSI index of a construct on 0-100 points: Σ w_i (x̄_i - min_i) / (max_i - min_i) · 100.

    w is the outer weight divided by the standard deviation of the item as a share of its scale, normalised. Missing:
    complete cases of the model's items. Raises ``LatentModelError`` for an unknown construct, an item without a
    scale, and a negative weight, with which the index would fall as an answer rises.
    Source: Fornell et al., Journal of Marketing 60 (1996), appendix; ACSI Methodology Report (2005).
    """
    if construct not in fit.model.names:
        raise LatentModelError(f"Path model {fit.model.id} has no construct {construct}: name one of its constructs")
    number = fit.model.names.index(construct)
    block = np.flatnonzero(fit.model.blocks[:, number])
    items = fit.model.constructs[number].items
    _check_index(fit, items, fit.weights[0, block, number], scales)
    span = np.array([float(scales[item].maximum - scales[item].minimum) for item in items])
    lowest = np.array([float(scales[item].minimum) for item in items])
    covariances = fit.covariation.covariances[:, block][:, :, block]
    deviation = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    raw = fit.weights[:, block, number] / (deviation / span)
    weights = raw / raw.sum(axis=1, keepdims=True)
    index = (weights * (fit.covariation.means[:, block] - lowest) / span).sum(axis=1) * 100
    by_point = weights[0] / span * 100
    variance = by_point @ covariances[0] @ by_point / (fit.covariation.effective_base - 1)
    named = dict(zip(items, weights[0].tolist(), strict=True))
    return LatentIndex(construct, named, bootstrapped(index), sqrt(variance), fit.covariation.complete_cases)


def _check_index(fit: PlsFit, items: tuple[str, ...], weights: FloatArray, scales: Mapping[str, ScaleItem]) -> None:
    faults = [f"{item} has no declared scale" for item in items if item not in scales]
    faults += [f"{item} has the negative weight {w:.3g}" for item, w in zip(items, weights, strict=True) if w < 0]
    if faults:
        raise LatentModelError(
            f"Path model {fit.model.id}: {'; '.join(faults)}; no index can be made of these items",
            code="latent_no_index",
            detail=", ".join(
                item for item, weight in zip(items, weights, strict=True) if weight < 0 or item not in scales
            ),
        )


def _quality(fit: PlsFit, number: int, construct: Construct) -> ConstructQuality:
    block = np.flatnonzero(fit.model.blocks[:, number])
    weights, loadings = fit.weights[:, block, number], fit.loadings[:, block, number]
    roles = tuple(
        ItemRole(item, bootstrapped(weights[:, place]), bootstrapped(loadings[:, place]))
        for place, item in enumerate(construct.items)
    )
    explained = bootstrapped(fit.r_squared[:, number]) if fit.model.arrows[:, number].any() else None
    if construct.mode == "B" or len(block) == 1:
        return ConstructQuality(construct.id, roles, explained, None, None, None, None)
    among = correlations_of(fit.covariation.covariances[:, block][:, :, block])
    rho_a = consistent_reliability(weights, among)
    return ConstructQuality(
        construct.id,
        roles,
        explained,
        alpha=bootstrapped(standardised_alpha(among)),
        rho_c=bootstrapped(composite_reliability(loadings)),
        rho_a=None if np.isnan(rho_a[0]) else bootstrapped(rho_a[~np.isnan(rho_a)]),
        ave=bootstrapped((loadings**2).mean(axis=1)),
    )


def standardised_alpha(correlations: FloatArray) -> FloatArray:
    """k / (k - 1) · (1 - k / ΣR) of a stack of k items' correlations. Source: Cronbach, Psychometrika 16 (1951)."""
    k = correlations.shape[-1]
    alpha: FloatArray = k / (k - 1) * (1 - k / correlations.sum(axis=(-2, -1)))
    return alpha


def composite_reliability(loadings: FloatArray) -> FloatArray:
    """(Σλ)² / ((Σλ)² + Σ(1 - λ²)). Source: Jöreskog, Psychometrika 36 (1971); Werts, Linn and Jöreskog (1974)."""
    common = loadings.sum(axis=1) ** 2
    reliability: FloatArray = common / (common + (1 - loadings**2).sum(axis=1))
    return reliability


def consistent_reliability(weights: FloatArray, correlations: FloatArray) -> FloatArray:
    """(w'w)² · w'(S - diag S)w / w'(ww' - diag ww')w; NaN inside this room where only one item has weight.

    Source: Dijkstra and Henseler, MIS Quarterly 39 (2015), equation 3.
    """
    squares = (weights**2).sum(axis=1)
    off = np.einsum("ri,rij,rj->r", weights, correlations, weights) - squares
    spread = squares**2 - (weights**4).sum(axis=1)
    reliability: FloatArray = np.divide(squares**2 * off, spread, out=np.full(len(weights), np.nan), where=spread > 0)
    return reliability


def _discriminance(fit: PlsFit) -> Iterator[Discriminance]:
    """HTMT of each pair of reflective constructs: mean |r| between their items, by the root of the means within each.

    A single item agrees with itself: 1 within. Source: Henseler, Ringle and Sarstedt, JAMS 43 (2015).
    """
    sizes = np.abs(correlations_of(fit.covariation.covariances))
    reflective = [number for number, construct in enumerate(fit.model.constructs) if construct.mode == "A"]
    blocks = {number: np.flatnonzero(fit.model.blocks[:, number]) for number in reflective}
    within = {number: _mean_within(sizes, block) for number, block in blocks.items()}
    for place, first in enumerate(reflective):
        for second in reflective[place + 1 :]:
            across = sizes[:, blocks[first]][:, :, blocks[second]].mean(axis=(1, 2))
            level = np.sqrt(within[first] * within[second])
            if level[0] > 0:
                htmt = across[level > 0] / level[level > 0]
                yield Discriminance(fit.model.names[first], fit.model.names[second], bootstrapped(htmt))


def _mean_within(sizes: FloatArray, block: IntArray) -> FloatArray:
    """Mean |r| of an item with the others of its block."""
    if len(block) == 1:
        return np.ones(len(sizes))
    left, right = np.triu_indices(len(block), 1)
    mean: FloatArray = sizes[:, block[left], block[right]].mean(axis=1)
    return mean


def _warnings(fit: PlsFit) -> Iterator[LatentWarning]:
    if fit.replicates_lost:
        yield LatentWarning("replicates_lost", "", "", float(fit.replicates_lost))
    for number, construct in enumerate(fit.model.constructs):
        block = np.flatnonzero(fit.model.blocks[:, number])
        if len(block) == 1:
            yield LatentWarning("single_item", construct.id, construct.items[0], 1.0)
        for item, weight in zip(construct.items, fit.weights[0, block, number].tolist(), strict=True):
            if weight < 0:
                yield LatentWarning("negative_weight", construct.id, item, weight)
        if construct.mode == "B":
            inflation = np.diagonal(
                np.linalg.inv(correlations_of(fit.covariation.covariances[0])[np.ix_(block, block)])
            )
            for item, vif in zip(construct.items, inflation.tolist(), strict=True):
                if vif > LARGEST_VIF:
                    yield LatentWarning("formative_collinearity", construct.id, item, vif)
