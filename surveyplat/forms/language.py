"""The definition language: what a questionnaire file may say, as frozen models.

A definition is immutable once it is loaded. The models carry the shape and the bounds of single values; whatever links
two places of a file (a name and its declaration, a text and its languages) is found by ``forms.checking``. The parts
are grouped in ``elements``, ``conditions``, ``items`` and ``measuring``; this file puts them together.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from surveyplat.event_kinds import EventKind
from surveyplat.forms.asked import AskedPage, Page, PageOnPath, asked_pages
from surveyplat.forms.conditions import Calculations, Condition
from surveyplat.forms.elements import NOT_BLANK, Id, LanguageTag, Number, Part, Text, WholeNumber
from surveyplat.forms.items import (
    RECOMMENDATION_POINTS,
    Item,
    ProblemChoice,
    ProblemsItem,
    RatingItem,
    RecommendationItem,
    Scale,
    SingleItem,
    other_choice,
)
from surveyplat.forms.measuring import Measurement


class Quota(Part):
    """How many complete responses are wanted of those for whom a condition holds; more are thanked and let go."""

    id: Id
    when: Condition | None = None
    """Whom it counts; everybody without it."""
    limit: Annotated[WholeNumber, Field(ge=1)]
    each: Literal["study", "dealer", "model"] = "study"
    """Whether the limit holds for the study as a whole, or for each dealer or model."""
    per: Literal["month", "quarter", "year"] | None = None
    """Counted anew in each of these, by the date of the occasion; once for all without it."""
    thanks: Text
    """What is said to whoever comes when it is full."""


class Variant(Part):
    """Other wording for one brand: what is not named here is as it stands."""

    brand: Annotated[str, StringConstraints(pattern=NOT_BLANK, max_length=100)]
    """The brand's name as events carry it."""
    title: Text | None = None
    introduction: Text | None = None
    thanks: Text | None = None
    texts: dict[Id, Text] = {}
    """The id of a page, item, row or problem -> its wording for this brand."""


class Sampling(Part):
    """Whom of those with an event is asked."""

    share: Annotated[Number, Field(gt=0, le=1)] = 1.0
    """The share of the events that are asked about, chosen by chance."""
    most_per_dealer: Annotated[WholeNumber, Field(ge=1)] | None = None
    """The most invitations of one dealer in one month; any number without it."""


class Fieldwork(Part):
    """Who is asked and when: ``delay_days`` after the event, for ``expires_days``.

    ``occasion`` says which date decides the period: the event's own, or the due one (event + delay).
    """

    trigger: EventKind
    delay_days: Annotated[WholeNumber, Field(ge=0, le=3650)]
    expires_days: Annotated[WholeNumber, Field(ge=1, le=365)]
    occasion: Literal["event", "due"]
    reminders: tuple[Annotated[WholeNumber, Field(ge=1, le=365)], ...] = ()
    """Days after the invitation on which whoever has not answered is reminded."""
    sampling: Sampling = Sampling()
    channels: tuple[Literal["mail", "sms", "chat", "list"], ...] = ()
    """Ways to hand the link over, the preferred one first; whatever is set up without it."""


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
    calculated: Calculations = {}
    """Values that nobody is asked for: hidden ones and those that are calculated."""
    quotas: tuple[Quota, ...] = ()
    variants: tuple[Variant, ...] = ()
    measurement: Measurement
    fieldwork: Fieldwork

    @field_validator("measurement")
    @classmethod
    def _categories_in_page_order(cls, measurement: Measurement, info: ValidationInfo) -> Measurement:
        """The pages decide the order, so that a canonical form with sorted keys loses nothing."""
        pages = asked_pages(info.data.get("pages", ()))
        asked = [item.category for page in pages for item in page.items if isinstance(item, ProblemsItem)]
        place = {category: number for number, category in reversed(list(enumerate(asked)))}
        ordered = sorted(measurement.categories.items(), key=lambda entry: place.get(entry[0], len(asked)))
        return measurement.model_copy(update={"categories": dict(ordered)})

    @cached_property
    def asked(self) -> tuple[AskedPage, ...]:
        """The pages as they are asked: batteries, blocks and details of problems written out."""
        return asked_pages(self.pages)

    @cached_property
    def same_for_everybody(self) -> bool:
        """Whether everybody is shown the same pages with the same items in the same order."""
        return all(page.fixed and not (page.conditions or page.shuffles or page.end) for page in self.asked)

    @cached_property
    def whole_path(self) -> tuple[PageOnPath, ...]:
        """Every page with all of its items, as everybody is shown them when they are the same for everybody."""
        return tuple(page.whole for page in self.asked)

    @cached_property
    def values_sent(self) -> Mapping[str, Mapping[str, int | str | None]]:
        """What a browser sends for an item of which one point or choice is taken, and which answer that is.

        Item -> value -> answer, None for the value of nothing chosen. Only what needs no second look: not "don't know",
        not nothing where an answer is required, and no item with an "other".
        """
        return {item.id: self._values_of(item) for _, item in self.items()}

    def _values_of(self, item: Item) -> dict[str, int | str | None]:
        match item:
            case RatingItem() | RecommendationItem():
                values: dict[str, int | str | None] = {str(point): point for point in self.scale_of(item).points}
            case SingleItem() if not other_choice(item):
                values = {choice.code: choice.code for choice in item.choices}
            case _:
                return {}
        return values if item.required else {"": None, **values}

    def items(self) -> Iterator[tuple[AskedPage, Item]]:
        """Every item with its page, in the order in which they are written."""
        return ((page, item) for page in self.asked for item in page.items)

    def page(self, page_id: str) -> AskedPage:
        """The page with this id. Raises ``KeyError`` when there is none."""
        for page in self.asked:
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
