"""What is told of a study's weights: their kind, the margins that they meet, and what they cost."""

from dataclasses import dataclass
from typing import Literal

from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.coverage import NotCovered

WeightingKind = Literal["raked", "post_stratified_by_dealer", "unweighted"]


@dataclass(frozen=True)
class MarginCategory:
    """A category of a margin, or several that were joined: events and responses of the dealers that were raked."""

    names: tuple[str, ...]
    """("",) for events without a vehicle, and for responses whose category is not known."""
    events: float
    """As raked to: scaled to the covered events of the dealers."""
    responses: int


@dataclass(frozen=True)
class WeightedMargin:
    """One variable that weights add up to. Categories of dealers are listed in the coverage, only joined ones here."""

    name: str
    categories: tuple[MarginCategory, ...]
    joined: tuple[tuple[str, ...], ...]
    not_covered: tuple[NotCovered, ...]


@dataclass(frozen=True)
class Weighting:
    """How the responses are weighted, and what that costs."""

    margins: tuple[WeightedMargin, ...]
    sweeps: int
    """Of the proportional fitting, until every margin was met; 0 where nothing was raked."""
    largest_multiple: float
    """The largest weight as a multiple of the mean weight of the raked responses; 1 where nothing was raked."""
    trimmed: int
    """Responses whose weight is held at the largest one allowed."""
    apart: int
    """Responses of dealers with fewer known events than responses; they stand for themselves, with the weight 1."""
    design_effect: float
    """Kish's, of all responses' weights."""
    reasons: tuple[Reason, ...] = ()
    """Why not more was raked, or not trimmed."""


UNWEIGHTED = Weighting((), 0, 1.0, 0, 0, 1.0)
