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
    raw = np.array([str(name).encode() for name in ids.to_list()], dtype=np.bytes_)
    width = -(-max(raw.dtype.itemsize, 1) // _WORD) * _WORD
    words = raw.astype(f"S{width}").view("<u8").reshape(len(raw), -1).astype(np.uint64)
    seeds = np.zeros(len(raw), dtype=np.uint64)
    for position in range(words.shape[1]):
        seeds = _mixed(seeds ^ words[:, position])
    return seeds


def poisson_counts(seeds: SeedArray, replicates: int) -> NDArray[np.uint8]:
    """How often each response counts in each replicate, shape (replicates, responses).

    A Poisson(1) quantile table over 65,536 equally likely draws; one 64-bit hash serves four replicates.
    Source: Chamandy et al., Estimating Uncertainty for Massive Data Streams (2012), the Poisson bootstrap;
    Steele, Lea and Flood, SplitMix (2014), the hash.
    """
    steps = [np.uint64((block + 1) * _STEP & _MASK) for block in range(-(-replicates // 4))]
    blocks = [_quantiles(_mixed(seeds + step)) for step in steps]
    return np.concatenate([block.T for block in blocks])[:replicates]


def _quantiles(hashed: SeedArray) -> NDArray[np.uint8]:
    quarters = hashed.astype("<u8").view("<u2").reshape(len(hashed), 4)
    counts: NDArray[np.uint8] = _POISSON[quarters]
    return counts


def _mixed(state: SeedArray) -> SeedArray:
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def _quantile_table() -> NDArray[np.uint8]:
    below = np.cumsum([exp(-1) / factorial(count) for count in range(12)])
    middles = (np.arange(65_536) + 0.5) / 65_536
    return np.searchsorted(below, middles).astype(np.uint8)


_POISSON = _quantile_table()
