"""One dealer's own part of a study's results."""

from dataclasses import dataclass

from surveyplat.errors import ScoringError
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.records.league import DealerStanding
from surveyplat.scoring.results import IndexScore, Pp100Cell

LEAST_OTHERS = 3
"""Two others could each work out the third of an aggregate of three; of this many nobody knows the rest."""


@dataclass(frozen=True)
class Aggregate:
    """Dealers together: how many with answers, never which."""

    dealers: int
    index: IndexScore | None
    pp100: Estimate | None
    evened_out: float | None = None
    """Of the best quarter: what its score is without the luck of having been chosen for it."""


@dataclass(frozen=True)
class Lever:
    """An attribute of the driver model of the whole group, beside its own performance here (0-100 points)."""

    item: str
    share: float
    """Of the explained variance, with its interval."""
    share_low: float
    share_high: float
    own: Estimate
    group: Estimate


@dataclass(frozen=True)
class OwnCategory:
    """Problems per 100 vehicles of one category."""

    id: str
    own: Estimate
    group: Estimate


@dataclass(frozen=True)
class DealerResults:
    """``index`` or ``pp100`` is the study's first measure; it says itself when it is withheld, and then all else goes.

    ``standing`` is None where nobody can be compared with; ``levers`` are empty without a driver model.
    """

    study: str
    period: str
    snapshot_hash: str
    definition_hash: str
    dealer: str
    region_name: str
    answers: int
    eligible: int | None
    """Events that could have been answered; None where they are not known."""
    index: IndexScore | None
    pp100: Pp100Cell | None
    region: Aggregate | None = None
    group: Aggregate | None = None
    best: Aggregate | None = None
    standing: DealerStanding | None = None
    levers: tuple[Lever, ...] = ()
    categories: tuple[OwnCategory, ...] = ()

    @property
    def score(self) -> Estimate:
        """The first measure."""
        if self.index is not None:
            return self.index.score
        if self.pp100 is None:
            raise ScoringError(f"{self.study} {self.period}: the results of {self.dealer} hold no measure")
        return self.pp100.pp100
