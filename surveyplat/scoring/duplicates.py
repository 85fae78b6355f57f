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

    ``row`` is the response's place in the snapshot, ``dealer`` its cell, ``day`` a count of days; ``customer`` is a
    number that no other customer of the dealer has.
    """

    row: IntArray
    dealer: IntArray
    vector: SeedArray
    customer: IntArray
    day: IntArray

    def merge(self, other: "Vectors") -> "Vectors":
        names = (each.name for each in fields(self))
        return Vectors(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in names))

    def chosen(self, rows: BoolArray) -> "Vectors":
        return Vectors(*(getattr(self, each.name)[rows] for each in fields(self)))

    @property
    def repeated(self) -> "Vectors":
        """Those that a dealer has more than once: nearly all of them are alone, and need not be looked at again."""
        keys = mixed(self.vector ^ mixed(self.dealer.view(np.uint64)))
        order = np.argsort(keys)
        alike = _same(keys[order])
        found = np.zeros(len(keys), dtype=np.bool_)
        found[order[1:][alike]] = found[order[:-1][alike]] = True
        return self.chosen(found)


def vectors_told(codes: Sequence[CodeArray], least: int = LEAST_VECTOR) -> BoolArray:
    """Who gave ``least`` answers. ``codes`` holds the answers to each item, shape (responses,) each."""
    answered = np.zeros(len(codes[0]), dtype=np.int16)
    for column in codes:
        answered += column >= 0
    return answered >= least


def vectors_of(
    codes: Sequence[CodeArray], dealer: IntArray, customer: IntArray, day: IntArray, told: BoolArray, first_row: int = 0
) -> Vectors:
    """The vectors of the responses that are ``told``. Missing answers of a kind are answers of a kind.

    Raises ``ScoringError`` for arrays of different lengths.
    """
    lengths = [len(column) for column in codes] + [len(dealer), len(customer), len(day)]
    if any(length != len(told) for length in lengths):
        raise ScoringError("Dealer, customer and day need one number for each response")
    rows = np.flatnonzero(told)
    return Vectors(rows + first_row, dealer[rows], _hashed(codes, rows), customer[rows], day[rows])


def hardly_by_chance(codes: Sequence[CodeArray], rows: IntArray) -> BoolArray:
    """Which of these rows have 3 answers other than their most frequent one."""
    held = np.stack([column[rows] for column in codes])
    answered = np.count_nonzero(held >= 0, axis=0)
    points = range(int(held.max(initial=-1)) + 1)
    most = np.max([np.count_nonzero(held == point, axis=0) for point in points], axis=0, initial=0)
    told: BoolArray = answered - most >= LEAST_APART
    return told


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
