"""The uncertainty of an index whose weights are derived: other samples would have given other weights, too.

The standard error of the index as published takes its weights for given. Here each bootstrap replicate weights the
attributes by its own driver model, and, beside it, by the sample's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from surveyplat.scoring.arrays import BoolArray, FloatArray, SeedArray
from surveyplat.scoring.importance import SharedOut
from surveyplat.scoring.intervals import mean_interval
from surveyplat.scoring.passes import CountedStudy
from surveyplat.scoring.plan import DerivedIndexPlan, IndexPlan, ScoringPlan
from surveyplat.scoring.poisson import poisson_counts
from surveyplat.scoring.records.drivers import Replicated
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.replicates import LEAST_REPLICATES, bootstrapped
from surveyplat.scoring.respondent import rescaled
from surveyplat.scoring.row_weights import Task
from surveyplat.scoring.snapshot import Answers, read_piece, read_seeds

_BLOCK_ROWS = 4096


@dataclass(frozen=True)
class ReplicateSums:
    """Σw·index and Σw of the respondents with an index, shape (1 + replicates, 2): first the sample itself.

    ``given`` has the sample's weights of the attributes in every replicate, ``rederived`` each replicate's own.
    """

    given: FloatArray
    rederived: FloatArray

    def merge(self, other: "ReplicateSums") -> "ReplicateSums":
        return ReplicateSums(self.given + other.given, self.rederived + other.rederived)


@dataclass(frozen=True)
class _Shares:
    """The shares of the sample and of the usable replicates, shape (1 + usable, attributes), and which these are."""

    attributes: tuple[str, ...]
    stack: FloatArray
    usable: BoolArray


def rederived(study: CountedStudy, derived: DerivedIndexPlan, shared: SharedOut, index: Ratio) -> Replicated | None:
    """One further pass: SE = SE given the weights · SD over replicates with own weights / SD with the sample's.

    Both standard deviations are of the same Poisson bootstrap of customers, so that chance and what the bootstrap does
    not know of the design (strata, raking) cancel in their ratio. ``shared`` are the driver's importances, ``index`` is
    the published ratio. None where fewer than 100 replicates could be told, or answers do not vary.
    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), 6.2 and 10.6 for the ratio.
    """
    driver = next(driver for driver in study.plan.drivers if driver.id == derived.driver)
    shares = _Shares(driver.attributes, shared.stack, shared.usable)
    if len(shares.stack) <= LEAST_REPLICATES:
        return None
    sums = study.workers.merged("derived weights", partial(_count, study.plan, derived, shares), study.tasks)
    units = int(study.table.moments.cell_units.sum())
    given, own = (bootstrapped(each, units, _ratio).std_error for each in (sums.given, sums.rederived))
    if given == 0 or index.std_error == 0:
        return None
    wider = replace(index, std_error=index.std_error * own / given)
    low, high = mean_interval(wider, 0.0, derived.total)
    return Replicated(wider.value, wider.std_error, wider.df, len(shares.stack) - 1, low, high)


def _ratio(sums: FloatArray) -> FloatArray:
    ratios: FloatArray = sums[:, 0] / sums[:, 1]
    return ratios


def _count(plan: ScoringPlan, derived: DerivedIndexPlan, shares: _Shares, task: Task) -> ReplicateSums:
    answers = read_piece(task.piece, [item for item in plan.items if item.id in shares.attributes])
    weights, seeds = task.row_weights(answers), read_seeds(task.piece)
    answered, points = _attributes(plan, derived, shares.attributes, answers)
    size = len(shares.stack)
    given, own = np.zeros((size, 2)), np.zeros((size, 2))
    for block in _blocks(len(weights)):
        counts = _counts(seeds[block], shares.usable) * weights[block]
        index, usable = _indices(points[block], answered[block], shares.stack, derived.total)
        own += np.stack([(counts * index.T).sum(axis=1), (counts * usable.T).sum(axis=1)], axis=1)
        given += counts @ np.stack([index[:, 0], usable[:, 0]], axis=1)
    return ReplicateSums(given, own)


def _blocks(rows: int) -> Iterator[slice]:
    return (slice(start, start + _BLOCK_ROWS) for start in range(0, rows, _BLOCK_ROWS))


def _attributes(
    plan: ScoringPlan, derived: DerivedIndexPlan, attributes: tuple[str, ...], answers: Answers
) -> tuple[FloatArray, FloatArray]:
    """Who answered, and the answers rescaled to 0-1, both of shape (rows, attributes)."""
    scale = {item.id: item for item in plan.items}
    answered = np.column_stack([answers.answered(name) for name in attributes]).astype(np.float64)
    return answered, np.column_stack([rescaled(answers, scale[name], derived.rescaling) for name in attributes])


def _counts(seeds: SeedArray, usable: BoolArray) -> FloatArray:
    """How often each row counts: once in the sample, then as drawn in each usable replicate."""
    drawn = poisson_counts(seeds, len(usable))[usable].astype(np.float64)
    return np.concatenate([np.ones((1, len(seeds))), drawn])


def _indices(
    points: FloatArray, answered: FloatArray, shares: FloatArray, total: float
) -> tuple[FloatArray, FloatArray]:
    """Each row's index by each row of ``shares``, and whether it is usable: shape (rows, 1 + replicates)."""
    weight = answered @ shares.T
    usable = (weight >= IndexPlan.usable_share * (1 - 1e-12)).astype(np.float64)
    index = np.divide(total * (points @ shares.T), weight, out=np.zeros_like(weight), where=usable > 0)
    return index, usable
