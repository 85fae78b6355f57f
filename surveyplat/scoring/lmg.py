"""LMG: an outcome's R² shared out among its attributes, exactly, from the covariance matrix alone.

The share of an attribute is the mean of what it adds to R², over all orders in which the attributes can enter the
regression (its Shapley value). Source: Lindeman, Merenda and Gold (1980); Grömping, J. Statistical Software 17(1) 2006,
equation 6; R's relaimpo::calc.relimp(type = "lmg").
"""

from math import factorial

import numpy as np

from surveyplat.scoring.arrays import FloatArray, IntArray
from surveyplat.scoring.covariation import correlations_of

MOST_ATTRIBUTES = 20
GROUP = 32
"""Matrices that are decomposed together."""
_BLOCK = 1 << 16
"""Numbers of one kind that are worked on at a time: as many as the processor's own memory holds."""
_MOST_LATER = 14
_PIVOT = 1e-10
"""An attribute left with less than this share of its variance adds nothing to those already entered."""

Triangle = list[FloatArray]
"""Upper triangles of a stack of matrices: row i from its diagonal on, shape (size - i, stack)."""


def lmg(covariances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Decompose R² for a stack of covariance matrices, shape (replicates, p + 1, p + 1) with the outcome last.

    Gives the LMG values, shape (replicates, p), which add up to R², shape (replicates,). An attribute without variance
    adds nothing; the outcome's variance must be positive.
    Work grows as 2^p: about 5 ms a matrix for 18 attributes.
    """
    correlations = correlations_of(covariances)
    parts = [_decomposed(correlations[start : start + GROUP]) for start in range(0, len(correlations), GROUP)]
    return np.concatenate([values for values, _ in parts]), np.concatenate([total for _, total in parts])


def _decomposed(correlations: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The values and R² of a few replicates.

    The first attributes are entered for all replicates at once; from then on each of their subsets is a block of its
    own, in which the later attributes are entered and what is left unexplained is summed.
    """
    replicates, size, _ = correlations.shape
    attributes = size - 1
    later = min(attributes, _MOST_LATER, (_BLOCK // replicates).bit_length() - 1)
    matrices = np.moveaxis(correlations, 0, -1)
    first = _entered([np.ascontiguousarray(matrices[row, row:]) for row in range(size)], later + 1)
    weights = [_weights(attributes, later, entered) for entered in range(attributes - later + 1)]
    sums = np.empty((1 << attributes - later, later + 2, replicates))
    for subset in range(len(sums)):
        lanes = slice(subset * replicates, (subset + 1) * replicates)
        unexplained = _unexplained([row[:, lanes] for row in first]).reshape(1 << later, replicates)
        sums[subset] = weights[subset.bit_count()] @ unexplained
    r_squared = 1 - unexplained[-1]
    return _values(sums, attributes - later), r_squared


def _entered(rows: Triangle, left: int) -> Triangle:
    """All subsets of the leading attributes, until ``left`` rows remain; subset S stands at Σ 2^j over j in S.

    One attribute after the other is either left out (its row is dropped) or swept in (Schur complement), for all
    subsets at once: the stack doubles as the matrices shrink.
    """
    while len(rows) > left:
        pivot, *others = rows
        scaled = pivot[1:] * _inverse(pivot[0])
        rows = [_both(row, pivot[place + 1 :], scaled[place]) for place, row in enumerate(others)]
    return rows


def _unexplained(rows: Triangle) -> FloatArray:
    """What all subsets of the attributes leave of the outcome's variance.

    The last two attributes, on which most of the work falls, are entered together, so that nothing is copied.
    """
    if len(rows) == 2:
        return _entered(rows, 1)[0]
    (aa, ab, ay), (bb, by), (yy,) = _entered(rows, 3)
    inverse, left = _inverse(aa), np.empty((4, len(yy)))
    left[0] = yy
    left[1] = yy - ay * ay * inverse
    left[2] = yy - by * by * _inverse(bb)
    scaled = ab * inverse
    beyond = by - ay * scaled
    left[3] = left[1] - beyond * beyond * _inverse(bb - ab * scaled)
    return left


def _both(row: FloatArray, pivot: FloatArray, scaled: FloatArray) -> FloatArray:
    """A row without the attribute, and beside it the row with the attribute swept in."""
    both = np.empty((len(row), 2, row.shape[1]))
    both[:, 0] = row
    swept = np.multiply(pivot, scaled, out=both[:, 1])
    np.subtract(row, swept, out=swept)
    return both.reshape(len(row), -1)


def _inverse(pivot: FloatArray) -> FloatArray:
    if pivot.min() > _PIVOT:
        return 1.0 / pivot
    return np.divide(1.0, pivot, out=np.zeros_like(pivot), where=pivot > _PIVOT)


def _weights(attributes: int, later: int, entered: int) -> FloatArray:
    """Weights of the later attributes' subsets when ``entered`` earlier ones are in, shape (later + 2, 2^later).

    An attribute's value is Σ over subsets with it of R² · (weight as the joined set + weight as the set to join), less
    Σ over all subsets of R² · weight as the set to join: a row for each later attribute's first sum, one without regard
    to membership (of which those of the earlier ones are made), and one for the second sum.
    """
    orders = factorial(attributes)
    to_join = [factorial(s) * factorial(attributes - s - 1) / orders for s in range(attributes)] + [0.0]
    joined = [0.0, *to_join[:-1]]
    subsets: IntArray = np.arange(1 << later)
    sizes = entered + np.bitwise_count(subsets).astype(np.intp)
    both = (np.array(to_join) + np.array(joined))[sizes]
    member = subsets >> np.arange(later)[:, None] & 1
    return np.vstack([member * both, both, np.array(to_join)[sizes]])


def _values(sums: FloatArray, earlier: int) -> FloatArray:
    """Values of all attributes, shape (replicates, attributes), from the sums by subset of the earlier ones.

    The sums are of what is left unexplained, 1 - R²: the constant drops out of each value, and the sign turns.
    """
    floor = sums[:, -1].sum(axis=0)
    member = np.arange(len(sums)) >> np.arange(earlier)[:, None] & 1
    firsts = np.concatenate([member @ sums[:, -2], sums[:, :-2].sum(axis=0)])
    values: FloatArray = (floor - firsts).T
    return values
