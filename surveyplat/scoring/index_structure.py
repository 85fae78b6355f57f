"""Whether an index's items hang together as its factors say, with what the next period's comparison needs of them."""

from dataclasses import dataclass

import numpy as np

from surveyplat.errors import LatentModelError, NotConverged
from surveyplat.scoring.covariation import Covariation
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.structure import Factor, FactorModel, StructureScore


@dataclass(frozen=True)
class ItemMoments:
    """Means and covariances (divisor Σw, lower triangle row by row) of complete cases, on the items' own scales.

    From these and the effective base anybody can fit the factor model again, alone or with another period's.
    """

    items: tuple[str, ...]
    complete_cases: int
    effective_base: float
    means: tuple[float, ...]
    covariances: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, held: Covariation) -> "ItemMoments":
        rows = (held.covariances[0, place, : place + 1].tolist() for place in range(len(held.items)))
        means = tuple(held.means[0].tolist())
        return cls(held.items, held.complete_cases, held.effective_base, means, tuple(map(tuple, rows)))

    @property
    def covariation(self) -> Covariation:
        covariances = np.zeros((1, len(self.items), len(self.items)))
        for place, row in enumerate(self.covariances):
            covariances[0, place, : place + 1] = row
            covariances[0, : place + 1, place] = row
        means = np.array([self.means])
        return Covariation(self.items, self.complete_cases, self.effective_base, means, covariances)


@dataclass(frozen=True)
class IndexStructure:
    """The factor model of an index; without ``score`` where ``refused`` says why it cannot be told.

    ``moments`` are None where no model could be fitted to them: too few answers, items that are all alike.
    """

    index: str
    factors: tuple[Factor, ...]
    score: StructureScore | None
    moments: ItemMoments | None
    refused: tuple[Reason, ...] = ()

    @property
    def model(self) -> FactorModel:
        return FactorModel(self.index, self.factors)


def unfitted(error: LatentModelError) -> Reason:
    """Why a model that is identified could not be fitted to answers that are enough."""
    return Reason("structure_not_converged" if isinstance(error, NotConverged) else "structure_unidentified")
