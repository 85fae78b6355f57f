"""Answers that were perhaps not thought about: pages read too fast, one answer all the way down, copied answers.

Nothing is left out of a score here. Each check gives a flag for every response, so that a score can be told with and
without the flagged ones (``with_and_without``) and the difference, if there is one, be looked into.
"""

from dataclasses import dataclass, replace

import numpy as np

from surveyplat.errors import InsufficientBase, ScoringError
from surveyplat.scoring.arrays import BoolArray, CodeArray, FloatArray, IntArray, SeedArray
from surveyplat.scoring.contrasts import Contrast, contrast
from surveyplat.scoring.design import Ratio, ratios_overall
from surveyplat.scoring.moments import Column, Rows, moments_of
from surveyplat.scoring.poisson import mixed

SECONDS_PER_WORD = 0.3
"""Nobody reads and answers faster. Source: Zhang and Conrad, Survey Research Methods 8 (2014)."""
SECONDS_PER_CHINESE_CHARACTER = SECONDS_PER_WORD * 158 / 255
"""158 words or 255 characters are read in a minute. Source: Trauzettel-Klosinski and Dietz, IOVS 53 (2012)."""
LEAST_BATTERY = 5
LEAST_VECTOR = 10


@dataclass(frozen=True)
class Flags:
    """One flag a response; where ``told`` is False the check had nothing to look at and the flag is not set."""

    flagged: BoolArray
    told: BoolArray


@dataclass(frozen=True)
class WithAndWithout:
    """A measure over all answers and over those that are not flagged; ``difference`` is the second less the first."""

    all: Ratio
    unflagged: Ratio
    difference: Contrast
    flagged: int
    """Flagged responses that had an answer."""


def speeding(seconds: FloatArray, reading_seconds: FloatArray) -> Flags:
    """Responses that spent less time on their pages than reading them takes.

    ``seconds``, shape (responses, pages), negative or NaN where a page was not seen or its time is not known;
    ``reading_seconds``, shape (pages,), is each page's words · ``SECONDS_PER_WORD``. Flagged: Σ seconds < Σ reading
    seconds over the pages seen. This is an absolute speed: nobody is too fast for being faster than others. Raises
    ``ScoringError`` when the shapes differ or a reading time is not above 0.
    Source: Zhang and Conrad, Survey Research Methods 8 (2014); Greszki, Meyer and Schoen, POQ 79 (2015).
    """
    if seconds.ndim != 2 or seconds.shape[1] != len(reading_seconds):
        raise ScoringError("Seconds need one column for each page whose reading time is given")
    if not np.isfinite(reading_seconds).all() or (reading_seconds <= 0).any():
        raise ScoringError("A page's reading time is not above 0: leave pages without words out")
    seen = np.isfinite(seconds) & (seconds >= 0)
    spent = np.where(seen, seconds, 0.0).sum(axis=1)
    needed: FloatArray = seen @ reading_seconds
    told: BoolArray = np.logical_or.reduce(seen, axis=1)
    return Flags(spent < needed, told)


def longest_runs(codes: CodeArray) -> IntArray:
    """The longest run of equal answers of each response to a battery (long-string index), shape (responses,).

    ``codes`` has the shape (responses, items), in the order shown; missing answers neither end a run nor lengthen it.
    Source: Johnson, Journal of Research in Personality 39 (2005).
    """
    last = np.full(len(codes), -1, dtype=codes.dtype)
    run, longest = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    for answer in codes.T:
        answered = answer >= 0
        run = np.where(answered, np.where(answer == last, run + 1, 1), run)
        last = np.where(answered, answer, last)
        np.maximum(longest, run, out=longest)
    return longest


def straight_lining(codes: CodeArray, least: int = LEAST_BATTERY) -> Flags:
    """Responses that gave one and the same answer to all items of a battery that they answered: no variance at all.

    Told from ``least`` answers on. Batteries with items turned round tell it best; where all items point one way, and
    most people are content, equal answers are often honest. Raises ``ScoringError`` for a ``least`` below 2.
    Source: Krosnick, Applied Cognitive Psychology 5 (1991); Kim et al., Social Science Computer Review 37 (2019).
    """
    if least < 2:
        raise ScoringError(f"{least} answers: at least 2 are needed to be alike")
    answered = (codes >= 0).sum(axis=1)
    told = answered >= least
    return Flags(told & (longest_runs(codes) == answered), told)


def duplicates(
    codes: CodeArray,
    dealer: IntArray,
    customer: IntArray,
    day: IntArray,
    *,
    window_days: int,
    least: int = LEAST_VECTOR,
) -> Flags:
    """Responses whose whole vector of answers another customer of the same dealer gave within ``window_days``.

    ``codes`` has the shape (responses, items), the other arrays one number a response. Missing answers must be alike
    too; customers who are not known have a number each. Told of vectors with ``least`` answers that are not all the
    same: those are ``straight_lining``'s, and people who give full marks agree without copying.
    Raises ``ScoringError`` for arrays of different lengths.
    Source: Kuriakose and Robbins, Statistical Journal of the IAOS 32 (2016).
    """
    if any(len(labels) != len(codes) for labels in (dealer, customer, day)):
        raise ScoringError("Dealer, customer and day need one number for each response")
    told = ((codes >= 0).sum(axis=1) >= least) & ~straight_lining(codes, 2).flagged
    rows = np.flatnonzero(told)
    flagged = np.zeros(len(codes), dtype=np.bool_)
    if len(rows):
        flagged[rows] = _copied(codes[rows], dealer[rows], customer[rows], day[rows], window_days)
    return Flags(flagged, told)


def _copied(codes: CodeArray, dealer: IntArray, customer: IntArray, day: IntArray, window_days: int) -> BoolArray:
    """In the order of dealer, vector, day and customer, the nearest other customer's rows end and follow one's run."""
    order = np.lexsort((customer, day, _hashed(codes), dealer))
    sorted_codes, sorted_day = codes[order], day[order]
    alike = (np.diff(dealer[order]) == 0) & (sorted_codes[1:] == sorted_codes[:-1]).all(axis=1)
    change = np.append(True, ~alike | (np.diff(customer[order]) != 0))
    run = np.cumsum(change) - 1
    starts = np.flatnonzero(change)
    joined = np.append(False, alike)[starts]
    before = np.where(joined, sorted_day[starts - 1], np.iinfo(np.int64).min // 2)[run]
    following = np.append(np.where(joined[1:], sorted_day[starts[1:]], np.iinfo(np.int64).max // 2), [2**62])[run]
    near = (sorted_day - before <= window_days) | (following - sorted_day <= window_days)
    copied = np.zeros(len(codes), dtype=np.bool_)
    copied[order] = near
    return copied


def _hashed(codes: CodeArray) -> SeedArray:
    state = np.zeros(len(codes), dtype=np.uint64)
    for answer in codes.T:
        state = mixed(state * np.uint64(31) ^ answer.astype(np.int64).view(np.uint64))
    return state


def with_and_without(column: Column, flagged: BoolArray, weights: FloatArray, rows: Rows) -> WithAndWithout:
    """A measure R = Σwy / Σwx over all responses and over the unflagged ones, and how far they are apart.

    Both rest on the same people, so that the difference's SE is that of the units' u_unflagged - u_all with
    u = w (y - R x) / Σwx, within strata. Raises ``InsufficientBase`` when nobody unflagged has an answer.
    Source: Woodruff, JASA 66 (1971).
    """
    kept = replace(column, values=np.where(flagged, 0.0, column.values), base=np.where(flagged, 0.0, column.base))
    ratios = ratios_overall(moments_of([column, kept], weights, rows))
    everybody, unflagged = ratios.at(0), ratios.at(1)
    if not unflagged.weighted_base:
        raise InsufficientBase(f"{column.id}: every answer is flagged, so that nothing is left to compare with")
    influence = _influence(kept, unflagged) - _influence(column, everybody)
    total = float(weights.sum())
    spread = Column(column.id, influence * total, np.ones(len(weights)))
    std_error = ratios_overall(moments_of([spread], weights, rows)).at(0).std_error
    difference = contrast(unflagged.value - everybody.value, std_error, everybody.df)
    return WithAndWithout(everybody, unflagged, difference, everybody.unweighted_base - unflagged.unweighted_base)


def _influence(column: Column, ratio: Ratio) -> FloatArray:
    return (column.values - ratio.value * column.base) / ratio.weighted_base
