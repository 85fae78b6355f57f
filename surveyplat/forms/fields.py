"""An item as a template needs it: its field, with the options, texts and error that stand there, and what fills it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from surveyplat.forms.elements import Text
from surveyplat.forms.items import (
    WORDS_SUFFIX,
    ConsentItem,
    ConstantSumItem,
    DateItem,
    Item,
    MultipleItem,
    NumberItem,
    OpenChoice,
    ProblemsItem,
    RankingItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
    other_choice,
    places_of,
)
from surveyplat.forms.language import Definition
from surveyplat.forms.locales import number, typed_number
from surveyplat.forms.reading import CONSENTED, DONT_KNOW, DONT_KNOW_FIELD
from surveyplat.web.chrome import chrome

CHECKED, SELECTED = " checked", " selected"
TEXT, WORDS = "text", "words"

Fill = Callable[[str, str], str]
"""What stands in a place of an item's field, as ``fills`` names the places; "" when nothing does."""
Say = Callable[[Text], str]
"""A text in the language that is shown, with what stands for its placeholders."""


@dataclass(frozen=True)
class Option:
    """``chosen`` is the attribute as HTML writes it: ``CHECKED``, ``SELECTED`` or ""."""

    value: str
    text: str
    chosen: str
    number: str = ""
    apart: bool = False
    words: "Blank | None" = None
    """The field right below it that takes in words what it is."""


@dataclass(frozen=True)
class Blank:
    """One of an item's several fields to fill in, with its own label; with ``options`` it is a list to choose from."""

    id: str
    name: str
    label: str
    value: str = ""
    options: tuple[Option, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Field:
    """One item on the page. ``control`` says which kind of field it is: that of its template."""

    id: str
    type: str
    text: str
    hint: str = ""
    error: str = ""
    control: str = ""
    options: tuple[Option, ...] = ()
    blanks: tuple[Blank, ...] = ()
    value: str = ""
    keyboard: str = ""
    """The keyboard that a phone shows for it: numeric, decimal, or "" for the usual one."""
    unit: str = ""
    limit: str = ""
    lead: str = ""
    """The id of the heading above its group: a choice is named by both, for "When did it begin?" says too little."""

    @property
    def described_by(self) -> str:
        """The ids of what is read after the field's name."""
        told = {"hint": self.hint, "error": self.error, "unit": self.unit, "limit": self.limit}
        return " ".join(f"{name}-{self.id}" for name, text in told.items() if text)


def fills(item: Item, answers: Mapping[str, Any], language: str) -> Iterator[tuple[str, str]]:
    """What an answer puts into its field, by place.

    An option's place is its value, that of a list to choose from has the number of the list before it, and what is
    typed stands at ``TEXT``, at ``WORDS`` or at the code of its share.
    """
    answer = answers.get(item.id)
    match item, answer:
        case _, {"points": dict() as points}:
            yield from ((code, str(share)) for code, share in points.items())
        case _, dict():
            yield from [(DONT_KNOW_FIELD, CHECKED)] if answer == DONT_KNOW else []
        case ConsentItem(), bool():
            yield CONSENTED, CHECKED if answer else ""
        case RankingItem(), list():
            yield from ((_place(place, code), SELECTED) for place, code in enumerate(answer, start=1))
        case _, list():
            yield from ((code, CHECKED) for code in answer)
        case NumberItem(), int() | float():
            yield TEXT, typed_number(answer, language)
        case ((NumberItem() | DateItem() | TextItem()), str()):
            yield TEXT, answer
        case _, str() | int():
            yield str(answer), CHECKED
    words = answers.get(item.id + WORDS_SUFFIX)
    if isinstance(words, str):
        yield WORDS, words


def questions(items: Iterable[Item], say: Say) -> dict[str, str]:
    """What is asked, by the name of the answer: an item's wording stands for the words of its "other" too."""
    return {name: say(item.text) for item in items for name in (item.id, item.id + WORDS_SUFFIX)}


def field_of(
    definition: Definition, item: Item, fill: Fill, say: Say, language: str, errors: Mapping[str, str]
) -> Field:
    """The item's field: what all of them have, and what its type adds."""
    hint = say(item.hint) if item.hint else ""
    field = Field(item.id, item.type, say(item.text), hint, errors.get(item.id, ""))
    match item:
        case RatingItem() | RecommendationItem():
            return replace(field, control="radio", options=tuple(_points(definition, item, fill, language)))
        case SingleItem() | MultipleItem():
            return _choices(field, item, fill, say, language, errors)
        case ProblemsItem():
            options = tuple(Option(p.id, say(p.text), fill(item.id, p.id)) for p in item.problems)
            return replace(field, control="checkbox", options=options, hint=hint or chrome(language)["several"])
        case ConsentItem():
            return replace(field, control="tick", options=(Option(CONSENTED, field.text, fill(item.id, CONSENTED)),))
        case RankingItem():
            return _ranking(field, item, fill, say, language)
        case ConstantSumItem():
            return _shares(field, item, fill, say, language)
        case _:
            return _typed(field, item, fill, say, language)


def _typed(field: Field, item: Item, fill: Fill, say: Say, language: str) -> Field:
    """The field of an item that is typed in; information has none."""
    field = replace(field, value=fill(item.id, TEXT))
    match item:
        case TextItem():
            limit = chrome(language)["characters"].format(count=item.max_length)
            return replace(field, control="lines" if item.multiline else "line", limit=limit)
        case NumberItem():
            return replace(field, control="number", keyboard=_keyboard(item), unit=say(item.unit) if item.unit else "")
        case DateItem():
            return replace(field, control="line" if field.error and not _is_day(field.value) else "date")
        case _:
            return field


def _choices(
    field: Field,
    item: SingleItem | MultipleItem,
    fill: Fill,
    say: Say,
    language: str,
    errors: Mapping[str, str],
) -> Field:
    options = tuple(
        Option(
            choice.code,
            say(choice.text),
            fill(item.id, choice.code),
            apart=getattr(choice, "exclusive", False),
            words=_words(item, choice, fill, say, language, errors),
        )
        for choice in item.choices
    )
    control = "radio" if isinstance(item, SingleItem) else "checkbox"
    most = item.most if isinstance(item, MultipleItem) else None
    hint = _beside(field.hint, chrome(language)["most"].format(count=most) if most else "")
    return replace(field, control=control, options=options, hint=hint)


def _words(
    item: Item, choice: OpenChoice, fill: Fill, say: Say, language: str, errors: Mapping[str, str]
) -> Blank | None:
    if choice is not other_choice(item):
        return None
    name = item.id + WORDS_SUFFIX
    label = chrome(language)["say"].format(choice=say(choice.text))
    return Blank(name, name, label, fill(item.id, WORDS), error=errors.get(name, ""))


def _ranking(field: Field, item: RankingItem, fill: Fill, say: Say, language: str) -> Field:
    words = chrome(language)
    texts = {choice.code: say(choice.text) for choice in item.choices}
    blanks = tuple(
        Blank(
            id=item.id if place == 1 else f"{item.id}__{place}",
            name=f"{item.id}__{place}",
            label=words["place"].format(number=place),
            options=tuple(Option(code, text, fill(item.id, _place(place, code))) for code, text in texts.items()),
        )
        for place in range(1, places_of(item) + 1)
    )
    return replace(field, control="lists", blanks=blanks, hint=_beside(field.hint, words["ranking"]))


def _shares(field: Field, item: ConstantSumItem, fill: Fill, say: Say, language: str) -> Field:
    unit = say(item.unit) if item.unit else ""
    blanks = tuple(
        Blank(
            id=f"{item.id}__{choice.code}" if number_ else item.id,
            name=f"{item.id}__{choice.code}",
            label=say(choice.text),
            value=fill(item.id, choice.code),
        )
        for number_, choice in enumerate(item.choices)
    )
    total = _beside(number(item.total, 0, language), unit)
    hint = _beside(field.hint, chrome(language)["sum"].format(total=total))
    return replace(field, control="shares", blanks=blanks, hint=hint, unit=unit)


def _points(
    definition: Definition, item: RatingItem | RecommendationItem, fill: Fill, language: str
) -> Iterator[Option]:
    scale = definition.scale_of(item)
    for point in scale.points:
        text = scale.labels[point][language] if point in scale.labels else ""
        yield Option(str(point), text, fill(item.id, str(point)), number=str(point))
    if scale.dont_know is not None:
        yield Option(DONT_KNOW_FIELD, scale.dont_know[language], fill(item.id, DONT_KNOW_FIELD), apart=True)


def _place(place: int, code: str) -> str:
    return f"{place} {code}"


def _keyboard(item: NumberItem) -> str:
    """A telephone's keyboards of digits have no minus."""
    return "" if item.minimum < 0 else "decimal" if item.decimals else "numeric"


def _is_day(text: str) -> bool:
    return len(text) == 10 and text.count("-") == 2


def _beside(*texts: str) -> str:
    return " ".join(text for text in texts if text)
