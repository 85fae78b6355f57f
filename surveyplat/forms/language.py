"""The definition language: what a questionnaire file may say, as frozen models.

A definition is immutable once it is loaded. The models carry the shape and the bounds of single values; whatever links
two places of a file (a name and its declaration, a text and its languages) is found by ``forms.checking``.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

ID = r"^[A-Za-z][A-Za-z0-9_]*$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9_]*$"
LANGUAGE_TAG = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
NOT_BLANK = r"\S"

Id = Annotated[str, StringConstraints(pattern=ID, max_length=40)]
Code = Annotated[str, StringConstraints(pattern=CODE, max_length=40)]
LanguageTag = Annotated[str, StringConstraints(pattern=LANGUAGE_TAG)]
Words = Annotated[str, StringConstraints(pattern=NOT_BLANK)]
Text = dict[str, Words]
"""Language tag -> text, one entry for each language of the definition."""

WholeNumber = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]


class Part(BaseModel):
    """What every part of a definition has in common: it never changes and takes no unknown key.

    The docstrings below are what an editor shows its user: the JSON Schema takes them as descriptions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Scale(Part):
    """A rating scale from ``minimum`` to ``maximum`` in steps of one; ``dont_know`` is the answer apart from it."""

    minimum: WholeNumber
    maximum: WholeNumber
    labels: dict[int, Text]
    dont_know: Text | None = None

    @field_validator("labels")
    @classmethod
    def _in_order(cls, labels: dict[int, Text]) -> dict[int, Text]:
        return dict(sorted(labels.items()))

    @property
    def points(self) -> range:
        return range(self.minimum, self.maximum + 1)


RECOMMENDATION_POINTS = (0, 10)
"""Both ends of every recommendation item, on which NPS rests."""


class Choice(Part):
    """One answer: its code is stored, its text is read."""

    code: Code
    """Stays as it is for ever: stored answers name it."""
    text: Text


class MultipleChoice(Choice):
    """One answer of several that may be ticked together."""

    exclusive: Flag = False
    """True: ticking it excludes all others ("none of these")."""


class ProblemChoice(Part):
    """One problem of a quality study. malfunction: broken or does not work; design: works as built, but hard to use."""

    id: Id
    kind: Literal["malfunction", "design"]
    text: Text


class Question(Part):
    """What every item has: an id (a column of the snapshot), its wording and an optional hint."""

    id: Id
    text: Text
    hint: Text | None = None


class Answerable(Question):
    """An item that takes an answer."""

    required: Flag = False
    """True: the page is not passed without an answer."""


class RatingItem(Answerable):
    """One point of a scale that the definition declares under scales."""

    type: Literal["rating"]
    scale: str
    """The name of a scale."""


class RecommendationItem(Answerable):
    """0-10, with labels for both ends."""

    type: Literal["recommendation"]
    labels: dict[int, Text]


class SingleItem(Answerable):
    """One of several choices."""

    type: Literal["single"]
    choices: Annotated[tuple[Choice, ...], Field(min_length=2)]


class MultipleItem(Answerable):
    """Any number of several choices."""

    type: Literal["multiple"]
    choices: Annotated[tuple[MultipleChoice, ...], Field(min_length=1)]


class TextItem(Answerable):
    """An answer in the respondent's own words."""

    type: Literal["text"]
    multiline: Flag = False
    """True: a field of several lines."""
    max_length: Annotated[WholeNumber, Field(ge=1, le=5_000)] = 2_000


class ProblemsItem(Answerable):
    """A checklist of one problem category: each problem ticked counts."""

    type: Literal["problems"]
    category: str
    """One of the categories of measurement."""
    problems: Annotated[tuple[ProblemChoice, ...], Field(min_length=1)]


class InformationItem(Question):
    """Text only: it takes no answer."""

    type: Literal["information"]


Item = Annotated[
    RatingItem | RecommendationItem | SingleItem | MultipleItem | TextItem | ProblemsItem | InformationItem,
    Field(discriminator="type"),
]


class Page(Part):
    """What is asked, saved and acknowledged together."""

    id: Id
    title: Text
    """The heading of the page: its items are read below it."""
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


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


class Measurement(Part):
    """What is measured with the answers. Absent parts are not measured."""

    indices: tuple[Index, ...] = ()
    categories: dict[str, Text] = {}
    """Problem category -> its title, in the order of the pages."""
    drivers: tuple[Driver, ...] = ()
    derived_indices: tuple[DerivedIndex, ...] = ()
    recommend: str | None = None
    """The recommendation item whose net promoter score is reported."""
    overall: str | None = None
    """The rating item whose share of the top two points is reported."""


class Fieldwork(Part):
    """Who is asked and when: ``delay_days`` after the event, for ``expires_days``.

    ``occasion`` says which date decides the period: the event's own, or the due one (event + delay).
    """

    trigger: Literal["sale", "service"]
    delay_days: Annotated[WholeNumber, Field(ge=0, le=3650)]
    expires_days: Annotated[WholeNumber, Field(ge=1, le=365)]
    occasion: Literal["event", "due"]


class Definition(Part):
    """One version of one study's questionnaire, with its measurement and its fieldwork."""

    surveyplat: Literal[1]
    """The version of the definition language."""
    study: Id
    version: Annotated[str, StringConstraints(pattern=NOT_BLANK, max_length=40)]
    title: Text
    languages: Annotated[tuple[LanguageTag, ...], Field(min_length=1)]
    minutes: Annotated[WholeNumber, Field(ge=1, le=120)]
    """How long answering takes, as the introduction promises."""
    introduction: Text
    thanks: Text
    scales: dict[Id, Scale] = {}
    pages: Annotated[tuple[Page, ...], Field(min_length=1)]
    measurement: Measurement
    fieldwork: Fieldwork

    @field_validator("measurement")
    @classmethod
    def _categories_in_page_order(cls, measurement: Measurement, info: ValidationInfo) -> Measurement:
        """The pages decide the order, so that a canonical form with sorted keys loses nothing."""
        asked = [item.category for page in info.data.get("pages", ()) for item in page.items if item.type == "problems"]
        place = {category: number for number, category in reversed(list(enumerate(asked)))}
        ordered = sorted(measurement.categories.items(), key=lambda entry: place.get(entry[0], len(asked)))
        return measurement.model_copy(update={"categories": dict(ordered)})

    def items(self) -> Iterator[tuple[Page, Item]]:
        """Every item with its page, in the order in which they are asked."""
        return ((page, item) for page in self.pages for item in page.items)

    def page(self, page_id: str) -> Page:
        """The page with this id. Raises ``KeyError`` when there is none."""
        for page in self.pages:
            if page.id == page_id:
                return page
        raise KeyError(page_id)

    def item(self, item_id: str) -> Item:
        """The item with this id. Raises ``KeyError`` when there is none."""
        for _, item in self.items():
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def scale_of(self, item: RatingItem | RecommendationItem) -> Scale:
        """The scale that an item is answered on; a recommendation item has its own, 0-10."""
        if isinstance(item, RatingItem):
            return self.scales[item.scale]
        minimum, maximum = RECOMMENDATION_POINTS
        return Scale(minimum=minimum, maximum=maximum, labels=item.labels)

    def problems(self) -> Iterator[tuple[str, ProblemChoice]]:
        """Every problem with its category, in the order in which they are asked."""
        checklists = (item for _, item in self.items() if isinstance(item, ProblemsItem))
        return ((item.category, problem) for item in checklists for problem in item.problems)
