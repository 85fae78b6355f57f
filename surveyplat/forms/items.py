"""The kinds of items: everything that can stand on a page of a questionnaire."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from surveyplat.forms.conditions import Condition, Reference
from surveyplat.forms.elements import Code, DayOrToday, Flag, Id, Number, Part, Text, WholeNumber

Order = Literal["fixed", "random"]
"""fixed: as written. random: another order for each invitation, always the same one for the same invitation."""


def _bound_tag(value: Any) -> str:
    return "<reference>" if isinstance(value, dict | Reference) else "<day>"


Bound = Annotated[
    Annotated[DayOrToday, Tag("<day>")] | Annotated[Reference, Tag("<reference>")], Discriminator(_bound_tag)
]
"""A day of the calendar, today, or a reference to a day."""

RECOMMENDATION_POINTS = (0, 10)
"""Both ends of every recommendation item, on which NPS rests."""
WORDS_SUFFIX = "__words"
"""What the name of the answer to "other, please say" ends with."""


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


class Choice(Part):
    """One answer: its code is stored, its text is read."""

    code: Code
    """Stays as it is for ever: stored answers name it."""
    text: Text


class OpenChoice(Choice):
    """One answer of several; ``other`` asks in words what it is."""

    other: Flag = False
    """True: a field beside it takes what it is, in the respondent's words ("other, please say")."""

    @property
    def stays(self) -> bool:
        """Whether it keeps its place when the others stand in a random order."""
        return self.other


class MultipleChoice(OpenChoice):
    """One answer of several that may be ticked together."""

    exclusive: Flag = False
    """True: ticking it excludes all others ("none of these")."""

    @property
    def stays(self) -> bool:
        return self.other or self.exclusive


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
    show: Condition | None = None
    """Shown when this holds; always without it. It speaks of earlier pages, never of its own."""


class Answerable(Question):
    """An item that takes an answer."""

    required: Flag = False
    """True: the page is not passed without an answer."""
    required_when: Condition | None = None
    """The page is not passed without an answer when this holds; it may speak of the item's own page."""


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
    choices: Annotated[tuple[OpenChoice, ...], Field(min_length=2)]
    order: Order = "fixed"


class MultipleItem(Answerable):
    """Any number of several choices."""

    type: Literal["multiple"]
    choices: Annotated[tuple[MultipleChoice, ...], Field(min_length=1)]
    order: Order = "fixed"
    most: Annotated[WholeNumber, Field(ge=1)] | None = None
    """How many may be ticked; any number without it."""


class NumberItem(Answerable):
    """A number with its unit and range."""

    type: Literal["number"]
    minimum: Number
    maximum: Number
    decimals: Annotated[WholeNumber, Field(ge=0, le=6)] = 0
    """How many decimals an answer may have; whole numbers only without it."""
    unit: Text | None = None
    """What is counted, read beside the field: km, years, yuan."""


class DateItem(Answerable):
    """A day of the calendar."""

    type: Literal["date"]
    earliest: Bound | None = None
    """The first day that is taken: a day, today, or a reference to a day such as {event: date}."""
    latest: Bound | None = None
    """The last day that is taken, in the same way."""


class TextItem(Answerable):
    """An answer in the respondent's own words."""

    type: Literal["text"]
    multiline: Flag = False
    """True: a field of several lines."""
    max_length: Annotated[WholeNumber, Field(ge=1, le=5_000)] = 2_000


class RankingItem(Answerable):
    """The choices brought into an order of preference, or the first ``places`` of it."""

    type: Literal["ranking"]
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=20)]
    places: Annotated[WholeNumber, Field(ge=1)] | None = None
    """How many places are asked for; all without it."""
    order: Order = "fixed"


class ConstantSumItem(Answerable):
    """A total shared out over the choices: whole numbers that add up to it."""

    type: Literal["constant_sum"]
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=20)]
    total: Annotated[WholeNumber, Field(ge=1, le=1_000_000)] = 100
    unit: Text | None = None
    """What is shared out, read beside each field: points, per cent, yuan."""


class ConsentItem(Answerable):
    """A statement that is agreed to by ticking it. Required: the survey goes on only with consent."""

    type: Literal["consent"]


class Detail(Part):
    """One question about each problem that was ticked: when, how often, how bad, repaired or not."""

    id: Id
    text: Text
    choices: Annotated[tuple[OpenChoice, ...], Field(min_length=2)]


class Details(Part):
    """What is asked about every problem that was ticked, on a page that follows the checklist's."""

    title: Text
    """The heading of that page."""
    questions: Annotated[tuple[Detail, ...], Field(min_length=1)]


class ProblemsItem(Answerable):
    """A checklist of one problem category: each problem ticked counts."""

    type: Literal["problems"]
    category: str
    """One of the categories of measurement."""
    problems: Annotated[tuple[ProblemChoice, ...], Field(min_length=1)]
    details: Details | None = None


class InformationItem(Question):
    """Text only: it takes no answer."""

    type: Literal["information"]


AnswerableItem = (
    RatingItem
    | RecommendationItem
    | SingleItem
    | MultipleItem
    | NumberItem
    | DateItem
    | TextItem
    | RankingItem
    | ConstantSumItem
    | ConsentItem
    | ProblemsItem
)
"""What takes an answer."""

_Question = AnswerableItem | InformationItem
"""What stands on a page by itself."""

Item = Annotated[_Question, Field(discriminator="type")]


class Row(Part):
    """One question of a battery: a rating item of its own."""

    id: Id
    text: Text


class Battery(Question):
    """Several ratings on one scale under one introduction, asked one below the other on every device."""

    type: Literal["battery"]
    scale: str
    """The name of a scale."""
    rows: Annotated[tuple[Row, ...], Field(min_length=2)]
    required: Flag = False
    """True: the page is not passed without an answer to each row."""
    order: Order = "fixed"


class Block(Part):
    """Items that belong together: shown together, in a fixed or a random order."""

    type: Literal["block"]
    id: Id
    text: Text | None = None
    """Read before the items."""
    hint: Text | None = None
    show: Condition | None = None
    """All of the block is shown when this holds."""
    order: Order = "fixed"
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


Entry = Annotated[_Question | Battery | Block, Field(discriminator="type")]
"""What a page may list."""


def other_choice(item: Item) -> OpenChoice | None:
    """The item's choice that asks in words what it is, None when it has none."""
    if isinstance(item, SingleItem | MultipleItem):
        return next((choice for choice in item.choices if choice.other), None)
    return None


def asks_words(item: Item, answer: object) -> bool:
    """Whether an answer chose "other", so that its words belong to it."""
    choice = other_choice(item)
    chosen = answer if isinstance(answer, list) else [answer]
    return choice is not None and choice.code in chosen


def places_of(item: RankingItem) -> int:
    """How many places a ranking asks for."""
    return min(item.places or len(item.choices), len(item.choices))


def derived_names(item: Item) -> tuple[str, ...]:
    """The names that an item makes beside its own: of form fields, answers and columns of the snapshot."""
    words = (item.id + WORDS_SUFFIX,) if other_choice(item) else ()
    match item:
        case MultipleItem() | ConstantSumItem():
            return (*(f"{item.id}__{choice.code}" for choice in item.choices), *words)
        case RankingItem():
            return tuple(f"{item.id}__{place}" for place in range(1, places_of(item) + 1))
        case ProblemsItem():
            return tuple(problem.id for problem in item.problems)
        case _:
            return words
