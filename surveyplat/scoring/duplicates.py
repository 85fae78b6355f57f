"""Copied answers: whole vectors that several customers of a dealer gave alike within some weeks.

A vector is known by a 64-bit hash of its answers and its dealer, so that what must be compared is one small record a
response. Records of pieces are laid side by side: a dealer's rows may stand in several pieces of a snapshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import BoolArray, CodeArray, IntArray, SeedArray
from surveyplat.scoring.poisson import mixed

LEAST_VECTOR = 10
LEAST_APART = 3
"""So many answers of a vector differ from its most frequent one: full marks but for one or two agree by chance."""
WINDOW_DAYS = 31
"""How far apart the occasions of copied answers may be: answers made up for a dealer's month share its deadline."""

_NEVER = 2**62


@dataclass(frozen=True)
class Vectors:
    """The vectors of some responses that can be held against others, all of shape (vectors,).

    ``row`` is the response's place in the snapshot, ``dealer`` its cell, ``day`` a count of days.
    """

    row: IntArray
    dealer: IntArray
    vector: SeedArray
    customer: SeedArray
    day: IntArray

    def merge(self, other: "Vectors") -> "Vectors":
        return Vectors(
            *(np.concatenate([getattr(self, each.name), getattr(other, each.name)]) for each in fields(self))
        )


def vectors_told(codes: Sequence[CodeArray], least: int = LEAST_VECTOR) -> BoolArray:
    """Whose vector would hardly be given twice by chance: ``least`` answers, 3 of them other than the most frequent.

    ``codes`` holds the answers to each item, shape (responses,) each.
    """
    answered = sum((column >= 0 for column in codes), np.zeros(len(codes[0]), dtype=np.int64))
    most = np.zeros_like(answered)
    for point in range(max(int(column.max(initial=-1)) for column in codes) + 1):
        np.maximum(most, sum((column == point for column in codes), np.zeros_like(answered)), out=most)
    told: BoolArray = (answered >= least) & (answered - most >= LEAST_APART)
    return told


def vectors_of(
    codes: Sequence[CodeArray],
    dealer: IntArray,
    customer: SeedArray,
    day: IntArray,
    told: BoolArray,
    first_row: int = 0,
) -> Vectors:
    """The vectors of the responses that are ``told``. Missing answers of a kind are answers of a kind.

    Raises ``ScoringError`` for arrays of different lengths.
    """
    if any(len(labels) != len(told) for labels in (*codes, dealer, customer, day)):
        raise ScoringError("Dealer, customer and day need one number for each response")
    rows = np.flatnonzero(told)
    return Vectors(rows + first_row, dealer[rows], _hashed(codes, rows), customer[rows], day[rows])


def copied_rows(vectors: Vectors, window_days: int = WINDOW_DAYS) -> IntArray:
    """The rows, in order, whose vector another customer of the dealer gave within ``window_days``; both are copies.

    A customer may give the same answers again: that is nobody's copy.
    Source: Kuriakose and Robbins, Statistical Journal of the IAOS 32 (2016), for whole vectors.
    """
    if not len(vectors.row):
        return vectors.row
    order = np.lexsort((vectors.customer, vectors.day, vectors.vector, vectors.dealer))
    day, customer = vectors.day[order], vectors.customer[order]
    alike = _same(vectors.dealer[order]) & _same(vectors.vector[order])
    change = np.append(True, ~alike | ~_same(customer))
    run, starts = np.cumsum(change) - 1, np.flatnonzero(change)
    joined = np.append(False, alike)[starts]
    before = np.where(joined, day[starts - 1], -_NEVER)[run]
    following = np.append(np.where(joined[1:], day[starts[1:]], _NEVER), [_NEVER])[run]
    near = (day - before <= window_days) | (following - day <= window_days)
    return np.sort(vectors.row[order[near]])


def _same(labels: IntArray | SeedArray) -> BoolArray:
    """Whether each label but the first is that of the row before it."""
    same: BoolArray = labels[1:] == labels[:-1]
    return same


def _hashed(codes: Sequence[CodeArray], rows: IntArray) -> SeedArray:
    state = np.zeros(len(rows), dtype=np.uint64)
    for column in codes:
        state = mixed(state * np.uint64(31) ^ column[rows].astype(np.int64).view(np.uint64))
    return state
