"""PLS path modelling from the correlation matrix: outer weights, loadings, paths and R², with a bootstrap of all.

With the correlations S of the items, outer weights W (items x constructs, 0 outside a construct's block) and the
constructs' correlations C = W'SW, each round sets the inner weights E by the path scheme (a construct's predecessors
weigh with their regression coefficients, its successors with their correlations), takes the proxies' covariances with
the items, S W E, as new weights (mode A; mode B: premultiplied by the block's inverse S_jj), and scales each
construct to variance 1. Everything stands in a stack: the sample first, then the bootstrap replicates.

Source: Lohmöller, Latent Variable Path Modeling with Partial Least Squares (1989), chapter 2; Tenenhaus et al.,
Computational Statistics and Data Analysis 48 (2005); R's seminr::estimate_pls with path_weighting.
"""

from dataclasses import dataclass, replace

import numpy as np

from surveyplat.errors import InsufficientBase, LatentModelError, NotConverged
from surveyplat.scoring.arrays import BoolArray, FloatArray, IntArray
from surveyplat.scoring.covariation import Covariation, correlations_of
from surveyplat.scoring.latent_models import PathModel, check_path_model
from surveyplat.scoring.suppression import LEAST_EFFECTIVE_BASE

LEAST_CASES = 30
CASES_PER_ARROW = 10
"""Complete cases for each predictor of the model's largest regression (Barclay, Higgins and Thompson 1995)."""
_MOST_ROUNDS = 300
_SETTLED = 1e-10
_SMALLEST_EIGENVALUE = 1e-9


@dataclass(frozen=True)
class PlsFit:
    """A fitted model; arrays are stacks, the sample first, then each usable bootstrap replicate.

    ``weights`` and ``loadings`` have the shape (stack, items, constructs), 0 outside a construct's block; ``paths``
    (stack, constructs, constructs), from the row to the column; ``r_squared`` (stack, constructs), 0 where no path
    leads to; ``construct_correlations`` (stack, constructs, constructs); all of standardised variables.
    """

    model: PathModel
    covariation: Covariation
    """Of the model's items, in its order; the same stack."""
    weights: FloatArray
    loadings: FloatArray
    paths: FloatArray
    r_squared: FloatArray
    construct_correlations: FloatArray
    rounds: int
    replicates_lost: int
    """Replicates in which an item had no spread, predictors were collinear, or the weights did not settle."""

    @property
    def replicates(self) -> int:
        return len(self.weights) - 1


def fit_pls(model: PathModel, covariation: Covariation) -> PlsFit:
    """Fit a path model to the counted covariances of its items.

    A construct with one item is that item. A construct's sign is such that its loadings add up to more than 0. Raises
    ``LatentModelError`` for a faulty model, constant items, collinear items of a formative construct and collinear
    predecessors, naming all of a kind; ``InsufficientBase`` below max(30, 10 for each arrow into one construct)
    complete cases or an effective base of 20; ``NotConverged`` when the weights do not settle in 300 rounds.
    """
    check_path_model(model)
    held = covariation.of(model.items)
    _check_data(model, held)
    correlations = correlations_of(held.covariances)
    usable = np.flatnonzero(held.varied & _formative_usable(model, correlations))
    correlations = correlations[usable]
    weights, settled, rounds = _settled_weights(model, correlations)
    if not settled[0]:
        raise NotConverged(
            f"Path model {model.id}: the weights do not settle in {_MOST_ROUNDS} rounds; simplify it",
            code="latent_unsettled",
            values={"rounds": _MOST_ROUNDS},
        )
    between = _between(correlations, weights)
    kept = np.flatnonzero(settled & _predecessors_usable(model, between))
    if not len(kept) or kept[0] != 0:
        raise LatentModelError(
            f"Path model {model.id}: {'; '.join(_collinear_predecessors(model, between[0]))}",
            code="latent_collinear_constructs",
            detail=", ".join(model.names),
        )
    weights, between = _signed(correlations[kept], weights[kept], between[kept])
    paths, r_squared = _inner_regressions(model, between)
    chosen = usable[kept]
    stack = replace(held, means=held.means[chosen], covariances=held.covariances[chosen])
    loadings = (correlations[kept] @ weights) * model.blocks
    lost = len(held.means) - len(kept)
    return PlsFit(model, stack, weights, loadings, paths, r_squared, between, rounds, lost)


def _check_data(model: PathModel, held: Covariation) -> None:
    constant = held.constant_items
    if constant:
        faults = "; ".join(f"{item} has the same answer in every complete case" for item in constant)
        message = f"Path model {model.id}: {faults}; leave these items out"
        raise LatentModelError(message, code="constant_items", detail=", ".join(constant))
    collinear = _collinear_blocks(model, correlations_of(held.covariances[0]))
    if collinear:
        message = f"Path model {model.id}: {'; '.join(collinear.values())}; leave these items out"
        raise LatentModelError(message, code="collinear_items", detail=", ".join(collinear))
    formative = [len(construct.items) for construct in model.constructs if construct.mode == "B"]
    arrows = max(int(model.arrows.sum(axis=0).max()), *formative, 0)
    least = max(LEAST_CASES, CASES_PER_ARROW * arrows)
    if held.complete_cases < least:
        raise InsufficientBase(
            f"Path model {model.id}: {held.complete_cases} complete cases, {least} are needed",
            code="too_few_cases",
            values={"cases": held.complete_cases, "least": least},
        )
    if held.effective_base < LEAST_EFFECTIVE_BASE:
        raise InsufficientBase(
            f"Path model {model.id}: an effective base of {held.effective_base:.0f}, {LEAST_EFFECTIVE_BASE} are needed",
            code="effective_base",
            values={"base": held.effective_base, "least": LEAST_EFFECTIVE_BASE},
        )


def _collinear_blocks(model: PathModel, correlations: FloatArray) -> dict[str, str]:
    """The items of a formative construct that cannot be told apart -> the sentence that says so."""
    return {
        ", ".join(construct.items): (
            f"the items {', '.join(construct.items)} of the formative construct {construct.id} are collinear"
        )
        for construct, block in zip(model.constructs, model.blocks.T, strict=True)
        if construct.mode == "B" and np.linalg.eigvalsh(correlations[block][:, block])[0] < _SMALLEST_EIGENVALUE
    }


def _formative_usable(model: PathModel, correlations: FloatArray) -> BoolArray:
    """Which of a stack have items that can be told apart in every formative construct."""
    usable = np.ones(len(correlations), dtype=np.bool_)
    for construct, block in zip(model.constructs, model.blocks.T, strict=True):
        if construct.mode == "B":
            usable &= np.linalg.eigvalsh(correlations[:, block][:, :, block])[:, 0] > _SMALLEST_EIGENVALUE
    return usable


def _settled_weights(model: PathModel, correlations: FloatArray) -> tuple[FloatArray, BoolArray, int]:
    """Outer weights of each of the stack, which of them settled, and the rounds that it took."""
    blocks, outer = model.blocks, _outer_transform(model, correlations)
    weights = _unit_variance(
        correlations, np.broadcast_to(blocks.astype(np.float64), (len(correlations), *blocks.shape))
    )
    change = np.full(len(correlations), np.inf)
    rounds = 0
    while rounds < _MOST_ROUNDS and change.max() >= _SETTLED:
        rounds += 1
        covariances = correlations @ weights
        inner = _inner_weights(model, np.swapaxes(weights, 1, 2) @ covariances)
        proxies = covariances @ inner * blocks
        new = _unit_variance(correlations, proxies if outer is None else outer @ proxies)
        change = np.abs(new - weights).max(axis=(1, 2))
        weights = new
    return weights, change < _SETTLED, rounds


def _outer_transform(model: PathModel, correlations: FloatArray) -> FloatArray | None:
    """The inverses S_jj of formative blocks within an identity matrix; None when every construct is reflective."""
    if all(construct.mode == "A" for construct in model.constructs):
        return None
    transform = np.broadcast_to(np.eye(correlations.shape[1]), correlations.shape).copy()
    for construct, block in zip(model.constructs, model.blocks.T, strict=True):
        if construct.mode == "B":
            place = np.ix_(np.arange(len(correlations)), np.flatnonzero(block), np.flatnonzero(block))
            transform[place] = np.linalg.inv(correlations[place])
    return transform


def _unit_variance(correlations: FloatArray, weights: FloatArray) -> FloatArray:
    """Weights scaled so that every construct has variance 1; one without any variance keeps weights of 0."""
    variances = np.einsum("rij,rij->rj", weights, correlations @ weights)
    scale = np.divide(1.0, np.sqrt(np.maximum(variances, 0)), out=np.zeros_like(variances), where=variances > 0)
    scaled: FloatArray = weights * scale[:, None, :]
    return scaled


def _inner_weights(model: PathModel, between: FloatArray) -> FloatArray:
    """E, shape (stack, constructs, constructs): what construct i weighs in the proxy of construct j."""
    inner = between * model.arrows.T
    for place, start in model.regressions:
        inner[:, start, place] = _coefficients(between, start, place)
    return inner


def _inner_regressions(model: PathModel, between: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Path coefficients and R² of every construct that a path leads to."""
    paths, r_squared = np.zeros_like(between), np.zeros(between.shape[:2])
    for place, start in model.regressions:
        paths[:, start, place] = _coefficients(between, start, place)
        r_squared[:, place] = (paths[:, start, place] * between[:, start, place]).sum(axis=1)
    return paths, r_squared


def _coefficients(between: FloatArray, start: IntArray, place: int) -> FloatArray:
    """Standardised regression coefficients of construct ``place`` on those at ``start``; collinear ones share alike."""
    joint = between[:, start, place]
    if len(start) == 1:
        return joint
    among = between[:, start][:, :, start]
    try:
        coefficients = np.linalg.solve(among, joint[..., None])[..., 0]
    except np.linalg.LinAlgError:
        coefficients = (np.linalg.pinv(among, hermitian=True) @ joint[..., None])[..., 0]
    return np.asarray(coefficients, dtype=np.float64)


def _between(correlations: FloatArray, weights: FloatArray) -> FloatArray:
    """Correlations of the constructs, W'SW."""
    between: FloatArray = np.swapaxes(weights, 1, 2) @ correlations @ weights
    return between


def _signed(correlations: FloatArray, weights: FloatArray, between: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The same with every construct pointing where its items point: its loadings add up to more than 0."""
    loadings = (correlations @ weights) * (weights != 0)
    signs = np.where(loadings.sum(axis=1) < 0, -1.0, 1.0)
    return weights * signs[:, None, :], between * signs[:, :, None] * signs[:, None, :]


def _predecessors_usable(model: PathModel, between: FloatArray) -> BoolArray:
    """Which of a stack have predecessors that can be told apart, for every construct."""
    usable: BoolArray = np.logical_and.reduce(np.isclose(np.diagonal(between, axis1=1, axis2=2), 1), axis=1)
    for _, start in model.regressions:
        usable &= np.linalg.eigvalsh(between[:, start][:, :, start])[:, 0] > _SMALLEST_EIGENVALUE
    return usable


def _collinear_predecessors(model: PathModel, between: FloatArray) -> list[str]:
    names = np.array(model.names)
    faults = [f"{name} has no variance" for name in names[~np.isclose(np.diagonal(between), 1)]]
    for place, start in model.regressions:
        if np.linalg.eigvalsh(between[np.ix_(start, start)])[0] <= _SMALLEST_EIGENVALUE:
            faults.append(f"{', '.join(names[start])}, which lead to {names[place]}, are collinear")
    return faults
