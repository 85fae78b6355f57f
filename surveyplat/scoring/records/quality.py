"""How well answers were given, and what hangs on it."""

from dataclasses import dataclass
from typing import Literal

from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.records.contrast import Contrast

Check = Literal["speeding", "straight_lining", "duplicates", "any"]

Withheld = Literal["few_flagged", "few_left"]


@dataclass(frozen=True)
class QualityCheck:
    """``flagged`` responses of those that the check could be made of (``told``), as counted, and as a weighted share.

    speeding: less time than the pages take to read; straight_lining: one answer throughout, full marks apart;
    duplicates: another customer of the dealer gave all the same answers; any: one of the three.
    """

    check: Check
    flagged: int
    told: int
    share: Estimate
    """In percent (0..100)."""


@dataclass(frozen=True)
class MeasureWithout:
    """The first index (its id) or "pp100" without the flagged, and that less the score of everybody.

    ``withheld`` says why the latter two are None. few_flagged: of both scores the mean of the flagged can be computed,
    which must be of 30 answers at least, as any mean that is shown. few_left: the same of those that are left.
    """

    measure: str
    flagged: int
    """Flagged responses that had an answer."""
    unflagged: Estimate | None
    difference: Contrast | None
    withheld: Withheld | None


@dataclass(frozen=True)
class AnswerQuality:
    """Nothing is left out of any score for what is told here."""

    checks: tuple[QualityCheck, ...]
    """One a check that could be made of somebody."""
    full_marks: int
    """Responses with the best answer throughout: not flagged as straight lines."""
    measures: tuple[MeasureWithout, ...]
