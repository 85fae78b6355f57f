"""Answers that were perhaps not thought about: pages read too fast, one answer all the way down.

Nothing is left out of a score here. Each check gives a flag for every response, so that a score can be told with and
without the flagged ones (``with_and_without``) and the difference, if there is one, be looked into. Copied answers are
found in ``duplicates``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import BoolArray, CodeArray, FloatArray

NumberArray: TypeAlias = NDArray[np.number[Any]]

SECONDS_PER_WORD = 0.3
"""Nobody reads and answers faster. Source: Zhang and Conrad, Survey Research Methods 8 (2014)."""
SECONDS_PER_CHINESE_CHARACTER = SECONDS_PER_WORD * 158 / 255
"""158 words or 255 characters are read in a minute. Source: Trauzettel-Klosinski and Dietz, IOVS 53 (2012)."""
LEAST_BATTERY = 5


@dataclass(frozen=True)
class Flags:
    """One flag a response; where ``told`` is False the check had nothing to look at and the flag is not set."""

    flagged: BoolArray
    told: BoolArray


def speeding(seconds: Sequence[NumberArray], reading_seconds: Sequence[FloatArray]) -> Flags:
    """Responses that spent less time on their pages than reading them takes.

    ``seconds`` has those of each page, shape (responses,), negative where a page was not seen or its time is not known;
    ``reading_seconds`` each page's words · ``SECONDS_PER_WORD`` in the language of each response, shape (responses,), 0
    where nothing can be read, and then nothing is told. Flagged: Σ seconds < Σ reading seconds over the pages seen.
    This is an absolute speed: nobody is too fast for being faster than others. Raises ``ScoringError`` when the shapes
    differ or a reading time is below 0.
    Source: Zhang and Conrad, Survey Research Methods 8 (2014); Greszki, Meyer and Schoen, POQ 79 (2015).
    """
    shapes = {column.shape for column in (*seconds, *reading_seconds)}
    if len(seconds) != len(reading_seconds) or len(shapes) != 1:
        raise ScoringError("Seconds need one column for each page whose reading time is given")
    if any((needed < 0).any() for needed in reading_seconds):
        raise ScoringError("A page's reading time is below 0: count its words again")
    margin, told = np.zeros(shapes.pop()), np.zeros(len(seconds[0]), dtype=np.bool_)
    for spent, needed in zip(seconds, reading_seconds, strict=True):
        seen = (spent >= 0) & (needed > 0)
        margin += np.where(seen, spent - needed, 0.0)
        told |= seen
    return Flags(margin < 0, told)


@dataclass(frozen=True)
class Lines:
    """Straight lines through a battery. ``full_marks`` are those along the best point, which are not flagged."""

    flags: Flags
    full_marks: BoolArray


def straight_lining(battery: Sequence[CodeArray], best: int, least: int = LEAST_BATTERY) -> Lines:
    """Responses that gave one and the same answer to all items of a battery that they answered: no variance at all.

    ``battery`` has the answers to each item, shape (responses,); missing ones neither make a line nor end it. Told from
    ``least`` answers on. Full marks throughout are counted apart: where all items point one way, and most people are
    content, they are often honest, and without them a score would only be lower. Raises ``ScoringError`` for a
    ``least`` below 2.
    Source: Krosnick, Applied Cognitive Psychology 5 (1991); Kim et al., Social Science Computer Review 37 (2019).
    """
    if least < 2:
        raise ScoringError(f"{least} answers: at least 2 are needed to be alike")
    size, beyond = len(battery[0]), np.int16(np.iinfo(np.int16).max)
    answers, lowest, highest = np.zeros(size, dtype=np.int64), np.full(size, beyond), np.full(size, -1, dtype=np.int16)
    for codes in battery:
        answered = codes >= 0
        answers += answered
        np.minimum(lowest, np.where(answered, codes, beyond), out=lowest)
        np.maximum(highest, codes, out=highest)
    told = answers >= least
    line = told & (lowest == highest)
    return Lines(Flags(line & (highest != best), told), line & (highest == best))
