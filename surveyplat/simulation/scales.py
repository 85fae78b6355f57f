"""From a latent value to an answer: the nearest point of an item's own scale, never beyond its ends."""

import numpy as np

from surveyplat.forms.items import RatingItem, RecommendationItem
from surveyplat.forms.language import Definition


def scale_ends(definition: Definition, item_id: str) -> tuple[int, int]:
    """Lowest and highest point of a rating or recommendation item."""
    item = definition.item(item_id)
    if not isinstance(item, RatingItem | RecommendationItem):
        raise TypeError(
            f"{item_id}: an item of type {item.type} has no scale, and a checked definition does not use it so"
        )
    scale = definition.scale_of(item)
    return scale.minimum, scale.maximum


def outcomes(definition: Definition, overall: float, recommend: float) -> dict[str, int]:
    """Answers to the overall and recommendation items, where the definition has them."""
    measurement = definition.measurement
    latent = ((measurement.overall, overall), (measurement.recommend, recommend))
    return {
        item: int(np.clip(np.rint(value), *scale_ends(definition, item))) for item, value in latent if item is not None
    }
