"""The rates that a plan declares: what a pass counts of them, and what they come to."""

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
import polars as pl

from surveyplat.scoring.arrays import CodeArray
from surveyplat.scoring.moments import Column
from surveyplat.scoring.plan import RatePlan
from surveyplat.scoring.rates import DeclaredRate, rate_column, rate_score
from surveyplat.scoring.results import RateScore
from surveyplat.scoring.snapshot import Piece, read_columns
from surveyplat.scoring.tabulation import Tabulation

_OUTSIDE, _INSIDE, _NO_ANSWER = 0, 1, -1


def rate_columns(rates: Sequence[RatePlan], piece: Piece) -> Iterator[Column]:
    """One column a rate: 1 in the set, 0 outside it; whoever has no answer in any of its columns has no part."""
    if not rates:
        return
    frame = read_columns(piece, [column for rate in rates for column in rate.columns])
    for rate in rates:
        flags = reduce(np.maximum, (_flags(frame[column], rate) for column in rate.columns))
        yield rate_column(_declared(rate), flags)


def declared_rates(table: Tabulation, rates: Sequence[RatePlan], *, simple_sample: bool) -> tuple[RateScore, ...]:
    """Each rate in percent, with its interval, or suppressed for too small a base."""
    return tuple(
        rate_score(_declared(rate), table.overall(f"rate/{rate.id}"), simple_sample=simple_sample) for rate in rates
    )


def _declared(rate: RatePlan) -> DeclaredRate:
    return DeclaredRate(rate.id, rate.columns[0], frozenset({_INSIDE}), frozenset({_OUTSIDE, _INSIDE}))


def _flags(column: pl.Series, rate: RatePlan) -> CodeArray:
    """1, 0 or no answer: a code that is null, or a whole number that is a ``Missing`` code."""
    answered = column.is_not_null() if column.dtype == pl.String else column >= 0
    wanted = [code for code in rate.counted if isinstance(code, str) == (column.dtype == pl.String)]
    flags = np.where(column.is_in(wanted).fill_null(False).to_numpy(), _INSIDE, _OUTSIDE)
    return np.where(answered.to_numpy(), flags, _NO_ANSWER).astype(np.int16)
