"""The measurement section: what is computed from the answers, so that scoring needs nothing but the definition."""

from typing import Annotated, Literal

from pydantic import Field

from surveyplat.forms.conditions import Scalar
from surveyplat.forms.elements import Id, Number, Part, Text, Words

COMPLAINT_CLASSES = ("product", "service", "information", "price", "contract", "after_sales")
"""The codes of a complaints item, beside an exclusive one for none and one for any other."""


class FactorDef(Part):
    """A group of rating items with its declared weight, in any unit: weights are normalised."""

    id: Id
    title: Text
    weight: Annotated[Number, Field(gt=0)]
    items: Annotated[tuple[str, ...], Field(min_length=1)]
    """The ids of its rating items."""


class Index(Part):
    """A respondent's index on ``total`` points, usable when at least ``usable_share`` of the weight is answered."""

    id: Id
    title: Text
    total: Annotated[Number, Field(gt=0)] = 1000.0
    usable_share: Annotated[Number, Field(gt=0, le=1)] = 0.5
    weights_source: Words
    """Where the weights come from: a publication, a survey, a decision."""
    factors: Annotated[tuple[FactorDef, ...], Field(min_length=1)]


class Driver(Part):
    """Which rating items may explain which outcome; at most 20 are decomposed exactly."""

    id: Id
    target: str
    """The rating item that is to be explained."""
    attributes: Annotated[tuple[str, ...], Field(min_length=1)]


class DerivedIndex(Part):
    """An index whose weights are the importance shares of a driver model."""

    id: Id
    title: Text
    driver: str
    """The id of a driver model."""
    rescaling: Literal["minmax", "times100"]
    """minmax: (x - min) / (max - min) of the total. times100: x / 10 of it, on scales from 1 to 10 only."""
    total: Annotated[Number, Field(gt=0)] = 1000.0


class Gap(Part):
    """What was found less what was expected: two rating items on the same scale, asked of the same person."""

    id: Id
    title: Text
    expectation: str
    """The rating item that asks what was expected."""
    perception: str
    """The rating item that asks what was found."""


class Rate(Part):
    """The share, in per cent, of those who answered an item with one of ``answers``."""

    id: Id
    title: Text
    item: str
    """A single, multiple, rating, recommendation or consent item."""
    answers: Annotated[tuple[Scalar, ...], Field(min_length=1)]
    """Codes of a choice, points of a scale, or true for consent."""


class Construct(Part):
    """A latent variable with the rating items that show it. reflective: mode A. formative: mode B."""

    id: Id
    title: Text
    items: Annotated[tuple[str, ...], Field(min_length=1)]
    mode: Literal["reflective", "formative"] = "reflective"


class Path(Part):
    """An arrow of the structural model, from one construct to another."""

    cause: str
    effect: str


class LatentModel(Part):
    """Constructs and the arrows between them, for partial least squares path modelling."""

    id: Id
    title: Text
    constructs: Annotated[tuple[Construct, ...], Field(min_length=2)]
    paths: Annotated[tuple[Path, ...], Field(min_length=1)]
    index: str | None = None
    """The construct whose index on 0-100 is reported."""


class Measurement(Part):
    """What is measured with the answers. Absent parts are not measured."""

    indices: tuple[Index, ...] = ()
    categories: dict[str, Text] = {}
    """Problem category -> its title, in the order of the pages."""
    drivers: tuple[Driver, ...] = ()
    derived_indices: tuple[DerivedIndex, ...] = ()
    gaps: tuple[Gap, ...] = ()
    rates: tuple[Rate, ...] = ()
    models: tuple[LatentModel, ...] = ()
    recommend: str | None = None
    """The recommendation item whose net promoter score is reported."""
    overall: str | None = None
    """The rating item whose share of the top two points is reported."""
    complaints: str | None = None
    """The single or multiple item whose codes are complaint classes."""
