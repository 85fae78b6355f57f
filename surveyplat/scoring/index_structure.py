"""Whether an index's items hang together as its factors say, with what the next period's comparison needs of them."""

import numpy as np

from surveyplat.errors import LatentModelError, NotConverged
from surveyplat.scoring.covariation import Covariation
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.structures import ItemMoments


def item_moments(held: Covariation) -> ItemMoments:
    """What results keep of complete cases."""
    rows = (held.covariances[0, place, : place + 1].tolist() for place in range(len(held.items)))
    means = tuple(held.means[0].tolist())
    return ItemMoments(held.items, held.complete_cases, held.effective_base, means, tuple(map(tuple, rows)))


def covariation_kept(moments: ItemMoments) -> Covariation:
    """What ``item_moments`` was told, as far as results keep it."""
    covariances = np.zeros((1, len(moments.items), len(moments.items)))
    for place, row in enumerate(moments.covariances):
        covariances[0, place, : place + 1] = row
        covariances[0, : place + 1, place] = row
    means = np.array([moments.means])
    return Covariation(moments.items, moments.complete_cases, moments.effective_base, means, covariances)


def unfitted(error: LatentModelError) -> Reason:
    """Why a model that is identified could not be fitted to answers that are enough."""
    return Reason("structure_not_converged" if isinstance(error, NotConverged) else "structure_unidentified")
