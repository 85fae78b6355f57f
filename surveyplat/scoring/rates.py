"""Declared rates: the share of answers in a set of codes (complaint, repurchase, problem solved, top boxes)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from surveyplat.errors import ScoringError
from surveyplat.scoring.arrays import CodeArray
from surveyplat.scoring.intervals import percent_interval
from surveyplat.scoring.moments import Column
from surveyplat.scoring.plan import ScaleItem
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.results import RateScore
from surveyplat.scoring.suppression import published


@dataclass(frozen=True)
class DeclaredRate:
    """``counted`` of the ``allowed`` codes of one choice, rating or consent column."""

    id: str
    item: str
    counted: frozenset[int]
    allowed: frozenset[int]

    def __post_init__(self) -> None:
        stray = sorted(self.counted - self.allowed)
        if stray or not self.counted or self.counted == self.allowed or min(self.allowed) < 0:
            raise ScoringError(
                f"rate {self.id}: counted codes {_told(self.counted)} of {_told(self.allowed)}; count some of the "
                "item's codes, which are 0 or above, and not all"
            )


def top_boxes(id_: str, item: ScaleItem, boxes: int = 2) -> DeclaredRate:
    """The share of the highest scale points: CSAT with two. Raises ``ScoringError`` when none or all of them are."""
    points = range(item.minimum, item.maximum + 1)
    return DeclaredRate(
        id_, item.id, frozenset(point for point in points if point > item.maximum - boxes), frozenset(points)
    )


def customer_effort(item: ScaleItem) -> DeclaredRate:
    """CES 2.0: the share that agrees, 5 to 7 on 1-7, that it was made easy. Raises ``ScoringError`` on other scales.

    Source: Dixon, Toman and DeLisi, The Effortless Experience (2013).
    """
    if (item.minimum, item.maximum) != (1, 7):
        raise ScoringError(
            f"{item.id}: its scale is {item.minimum} to {item.maximum}; customer effort is asked on 1 to 7"
        )
    return top_boxes("ces", item, 3)


def rate_column(rate: DeclaredRate, codes: CodeArray) -> Column:
    """What the pass counts: 1 where an answer is in the set; negative ``Missing`` codes are outside the base.

    Raises ``ScoringError`` naming every code that the column may not hold.
    """
    answered = codes >= 0
    stray = sorted(set(np.unique(codes[answered]).tolist()) - rate.allowed)
    if stray:
        raise ScoringError(f"rate {rate.id}: {rate.item} holds {_told(stray)}; its codes are {_told(rate.allowed)}")
    inside = answered & np.isin(codes, sorted(rate.counted))
    return Column(f"rate/{rate.id}", inside.astype(np.float64), answered.astype(np.float64))


def rate_score(rate: DeclaredRate, share: Ratio, *, simple_sample: bool) -> RateScore:
    """The rate in percent: 100 · Σ w in the set / Σ w answered, or suppressed for too small a base.

    95 % intervals: Wilson's for a ``simple_sample`` (no weights, strata or clusters), else Korn and Graubard's.
    Source: Wilson, JASA 22 (1927); Korn and Graubard, Survey Methodology 24 (1998).
    """
    return RateScore(rate.id, published(share.scaled(100), partial(percent_interval, simple_sample=simple_sample)))


def _told(codes: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(codes))) or "none"
