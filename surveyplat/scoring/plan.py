"""What scoring must know of a questionnaire: the measurement section of its definition, as frozen data.

``pipeline`` builds a plan from a definition; nothing in this room reads YAML. Item names are column names of the
snapshot's item columns.
"""

from dataclasses import dataclass
from typing import Literal

from surveyplat.scoring.latent_models import PathModel
from surveyplat.scoring.quality_plan import QualityPlan

Rescaling = Literal["minmax", "times100"]
"""minmax: (x - min) / (max - min) x total. times100: x x total/10 on a 1-10 scale. They differ: always declared."""


@dataclass(frozen=True)
class ScaleItem:
    """A rating item: the ends of its own scale and the point from which an answer counts as a top box."""

    id: str
    minimum: int
    maximum: int


@dataclass(frozen=True)
class Factor:
    """A named group of items with its declared weight (any unit: weights are normalised)."""

    id: str
    weight: float
    items: tuple[str, ...]


@dataclass(frozen=True)
class IndexPlan:
    """A respondent's index: items within factors, factors within the index, on ``total`` points."""

    id: str
    factors: tuple[Factor, ...]
    total: float = 1000.0
    usable_share: float = 0.5
    """A respondent's index is used when at least this share of the total weight is answered."""
    weights_source: str = ""


@dataclass(frozen=True)
class Problem:
    """One problem of a quality study's catalogue: the id that an answer ticks."""

    id: str
    category: str
    kind: Literal["malfunction", "design"]


@dataclass(frozen=True)
class DriverPlan:
    """Which items may explain which outcome. Up to 20 attributes are decomposed exactly, up to 100 by random orders."""

    id: str
    target: str
    attributes: tuple[str, ...]


@dataclass(frozen=True)
class DerivedIndexPlan:
    """An index whose weights are the normalised LMG shares of a driver model (case Q2)."""

    id: str
    driver: str
    rescaling: Rescaling
    total: float = 1000.0


@dataclass(frozen=True)
class GapPair:
    """What belongs together: the item on the perception and the one on the expectation."""

    id: str
    perception: str
    expectation: str


@dataclass(frozen=True)
class RatePlan:
    """A declared share: of those with an answer in one of ``columns``, who has one of ``counted`` in any of them.

    Columns hold codes of a choice (text), or whole numbers: scale points, consent or ticks (1 and 0).
    """

    id: str
    columns: tuple[str, ...]
    counted: tuple[int | str, ...]


@dataclass(frozen=True)
class LatentPlan:
    """A path model, and the construct whose index is published."""

    model: PathModel
    index: str | None = None


@dataclass(frozen=True)
class ScoringPlan:
    """Everything that a study measures. Empty tuples and None where it does not."""

    study: str
    definition_hash: str
    items: tuple[ScaleItem, ...]
    indices: tuple[IndexPlan, ...] = ()
    problems: tuple[Problem, ...] = ()
    categories: tuple[str, ...] = ()
    """Problem categories in the questionnaire's order."""
    drivers: tuple[DriverPlan, ...] = ()
    derived_indices: tuple[DerivedIndexPlan, ...] = ()
    recommend: str | None = None
    """The 0-10 recommendation item, from which NPS is computed."""
    overall: str | None = None
    """The overall satisfaction item, from which CSAT (top two boxes) is computed."""
    rates: tuple[RatePlan, ...] = ()
    gaps: tuple[GapPair, ...] = ()
    models: tuple[LatentPlan, ...] = ()
    quality: QualityPlan | None = None

    @property
    def problems_by_category(self) -> dict[str, tuple[Problem, ...]]:
        """The problems of every category that has any, in the questionnaire's order."""
        inside = {name: tuple(each for each in self.problems if each.category == name) for name in self.categories}
        return {name: problems for name, problems in inside.items() if problems}
