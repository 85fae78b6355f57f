"""Replicate counts of a Poisson bootstrap that depend on nothing but the customer's (or the response's) id.

Each customer draws, in each replicate, how often all of his or her responses count: Poisson with mean 1. The draw is a
hash of the id and the replicate's number, so that it is the same whichever piece, order or worker reads a response.
"""

from math import exp, factorial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from surveyplat.scoring.arrays import SeedArray

_WORD = 8
_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15


def seeds_of(ids: pl.Series) -> SeedArray:
    """A 64-bit seed for each id: its UTF-8 bytes, eight at a time, through the finaliser of SplitMix64."""
    seeds = np.zeros(len(ids), dtype=np.uint64)
    for word in _words(ids):
        seeds = mixed(seeds ^ word)
    return seeds


def _words(ids: pl.Series) -> SeedArray:
    """The ids' UTF-8 bytes, filled up with zeros, as 64-bit words, shape (words, ids)."""
    lengths = ids.str.len_bytes()
    words = max(-(-int(lengths.to_numpy().max(initial=0)) // _WORD), 1)
    if (lengths == ids.str.len_chars()).all():
        held = "".join(ids.str.pad_end(_WORD * words, "\0").str.join("")).encode()
    else:
        held = b"".join(name.encode().ljust(_WORD * words, b"\0") for name in ids.to_list())
    return np.ascontiguousarray(np.frombuffer(held, dtype="<u8").reshape(len(ids), words).T, dtype=np.uint64)


def poisson_counts(seeds: SeedArray, replicates: int) -> NDArray[np.uint8]:
    """How often each response counts in each replicate, shape (replicates, responses).

    A quantile of Poisson(1) for each of 65,536 equally likely draws; one 64-bit hash serves four replicates.
    Source: Chamandy et al., Estimating Uncertainty for Massive Data Streams (2012), the Poisson bootstrap;
    Steele, Lea and Flood, SplitMix (2014), the hash.
    """
    counts = np.empty((-(-replicates // 4), 4, len(seeds)), dtype=np.uint8)
    for block, quarters in enumerate(counts):
        drawn = mixed(seeds + np.uint64((block + 1) * _STEP & _MASK)).astype("<u8", copy=False)
        quarters[:] = _quantiles(np.ascontiguousarray(drawn.view("<u2").reshape(-1, 4).T))
    return counts.reshape(-1, len(seeds))[:replicates]


def _quantiles(drawn: NDArray[np.uint16]) -> NDArray[np.uint8]:
    counts = np.zeros(drawn.shape, dtype=np.uint8)
    for threshold in _THRESHOLDS:
        counts += (drawn >= threshold).view(np.uint8)
    return counts


def mixed(state: SeedArray) -> SeedArray:
    """The finaliser of SplitMix64: every bit of the result depends on every bit of ``state``."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def _thresholds() -> NDArray[np.uint16]:
    """The first of 65,536 draws from which a customer counts once, twice, and so on."""
    below = np.cumsum([exp(-1) / factorial(count) for count in range(12)])
    first = np.searchsorted((np.arange(1 << 16) + 0.5) / (1 << 16), below, side="right")
    return first[first < 1 << 16].astype(np.uint16)


_THRESHOLDS = _thresholds()
LARGEST_COUNT = len(_THRESHOLDS)
