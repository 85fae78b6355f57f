"""An item as a template needs it: its field, with the options, texts and error that stand there, and what fills it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from surveyplat.forms.answers import DONT_KNOW, DONT_KNOW_FIELD, Answer
from surveyplat.forms.elements import Text
from surveyplat.forms.items import (
    Item,
    MultipleItem,
    ProblemsItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
)
from surveyplat.forms.language import Definition
from surveyplat.web.chrome import chrome

CHECKED = " checked"
TEXT = "text"

Fill = Callable[[str, str], str]
"""What stands in a field: of an item and an option's value ``CHECKED`` or "", of an item and ``TEXT`` its text."""
Say = Callable[[Text], str]
"""A text in the language that is shown, with what stands for its placeholders."""


@dataclass(frozen=True)
class Option:
    """``checked`` is the attribute as HTML writes it, ``CHECKED`` or ""."""

    value: str
    text: str
    checked: str
    number: str = ""
    apart: bool = False


@dataclass(frozen=True)
class Field:
    """One item on the page. ``control`` is the input type of its options, "" when it has none."""

    id: str
    type: str
    text: str
    hint: str
    control: str = ""
    options: tuple[Option, ...] = ()
    value: str = ""
    multiline: bool = False
    limit: str = ""
    error: str = ""


def fills(item: Item, answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
    """What an answer puts into its field: ``TEXT`` and the text, or each chosen option's value and ``CHECKED``."""
    match answers.get(item.id):
        case str() as text if item.type == "text":
            yield TEXT, text
        case str() | int() as answer:
            yield str(answer), CHECKED
        case list() as answer:
            yield from ((value, CHECKED) for value in answer)
        case dict() as answer if answer == DONT_KNOW:
            yield DONT_KNOW_FIELD, CHECKED


def field_of(
    definition: Definition, item: Item, fill: Fill, say: Say, language: str, errors: Mapping[str, str]
) -> Field:
    """The item's field: what all of them have, and what its type adds."""
    field = Field(
        id=item.id,
        type=item.type,
        text=say(item.text),
        hint=say(item.hint) if item.hint else "",
        error=errors.get(item.id, ""),
    )
    match item:
        case RatingItem() | RecommendationItem():
            return replace(field, control="radio", options=tuple(_points(definition, item, fill, language)))
        case SingleItem():
            options = tuple(Option(c.code, say(c.text), fill(item.id, c.code)) for c in item.choices)
            return replace(field, control="radio", options=options)
        case MultipleItem():
            options = tuple(Option(c.code, say(c.text), fill(item.id, c.code), apart=c.exclusive) for c in item.choices)
            return replace(field, control="checkbox", options=options)
        case ProblemsItem():
            options = tuple(Option(p.id, say(p.text), fill(item.id, p.id)) for p in item.problems)
            return replace(field, control="checkbox", options=options, hint=field.hint or chrome(language)["several"])
        case TextItem():
            limit = chrome(language)["characters"].format(count=item.max_length)
            return replace(field, value=fill(item.id, TEXT), multiline=item.multiline, limit=limit)
        case _:
            return field


def _points(
    definition: Definition, item: RatingItem | RecommendationItem, fill: Fill, language: str
) -> Iterator[Option]:
    scale = definition.scale_of(item)
    for point in scale.points:
        text = scale.labels[point][language] if point in scale.labels else ""
        yield Option(str(point), text, fill(item.id, str(point)), number=str(point))
    if scale.dont_know is not None:
        yield Option(DONT_KNOW_FIELD, scale.dont_know[language], fill(item.id, DONT_KNOW_FIELD), apart=True)
