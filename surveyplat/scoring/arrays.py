"""Names for the array types that this room passes around."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
CodeArray: TypeAlias = NDArray[np.int16]
SeedArray: TypeAlias = NDArray[np.uint64]


def summed_at(positions: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Σ of the values that stand at each position from 0 to ``size`` - 1."""
    return np.bincount(positions, values, minlength=size).astype(np.float64, copy=False)
