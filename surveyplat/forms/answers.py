"""What a browser sends for one page becomes typed answers.

A page's fields carry the names of its items. Nothing here trusts them: a repeated, forged or missing field gives a
fault or no answer, never an exception. The good answers beside a fault are kept.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from surveyplat.forms.day_bounds import CALENDAR_ONLY, DayBounds
from surveyplat.forms.elements import Text
from surveyplat.forms.items import (
    WORDS_SUFFIX,
    AnswerableItem,
    ConsentItem,
    ConstantSumItem,
    DateItem,
    InformationItem,
    Item,
    MultipleItem,
    NumberItem,
    ProblemsItem,
    RankingItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
    asks_words,
    other_choice,
    places_of,
)
from surveyplat.forms.language import Definition
from surveyplat.forms.reading import (
    DONT_KNOW,
    DONT_KNOW_FIELD,
    MOST_WORDS,
    Refused,
    clean_text,
    read_code,
    read_codes,
    read_consent,
    read_day,
    read_number,
    read_point,
    read_ranking,
    read_shares,
    read_text,
    ticked,
)

__all__ = ["DONT_KNOW", "DONT_KNOW_FIELD", "clean_text"]

Answer = bool | int | float | str | list[str] | dict[str, str] | dict[str, dict[str, int]]
"""A scale point or number, a code, text or day (ISO 8601), codes that were ticked or ranked, true or false for consent,
``{"points": {code: share}}`` of a constant sum, or a typed missing such as ``{"missing": "dont_know"}``."""
Sent = Mapping[str, Sequence[str]]
"""Field -> the values that came under its name, in the order sent."""

NOT_ANSWERED: dict[str, str] = {"missing": "not_answered"}
_NOTHING = ("",)
_NO_VALUES: Mapping[str, Any] = {}
_UNREAD: Any = object()
"""Stands for what is not among ``Definition.values_sent`` and is read the long way."""


class HasItems(Protocol):
    """A page, or what is shown of it."""

    @property
    def items(self) -> tuple[Item, ...]: ...
    @property
    def answer_names(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class AnswerFault:
    """A field that could not be taken: the answer's name, and the chrome's sentence with its values."""

    item: str
    """The item, or for the words of "other, please say" the item with ``WORDS_SUFFIX``."""
    sentence: str
    values: Mapping[str, str | Text] = field(default_factory=dict)
    message: Text | None = None
    """What the definition says of the fault, instead of a sentence of the chrome."""


@dataclass(frozen=True)
class PageAnswers:
    """``answers`` holds each item with a usable answer; ``empty`` those left without one."""

    answers: Mapping[str, Answer]
    empty: tuple[str, ...]
    faults: tuple[AnswerFault, ...]


def read_page(
    definition: Definition,
    page: HasItems,
    fields: Iterable[tuple[str, str]],
    language: str,
    bounds: DayBounds = CALENDAR_ONLY,
) -> PageAnswers:
    """Type the fields of one submitted page.

    A field whose name is no item of the page is ignored; of a repeated field of a single-valued item the last counts,
    as in the order that a browser sends. A checklist, a choice of several and a consent always have an answer: nothing
    ticked is an empty list or false, which is not the same as never asked.
    """
    sent, usual = by_name(fields), definition.values_sent
    answers: dict[str, Answer] = {}
    empty: list[str] = []
    faults: list[AnswerFault] = []
    for item in page.items:
        answer = usual.get(item.id, _NO_VALUES).get(sent.get(item.id, _NOTHING)[-1], _UNREAD)
        if answer is None:
            empty.append(item.id)
        elif answer is not _UNREAD:
            answers[item.id] = answer
        elif not isinstance(item, InformationItem):
            try:
                answer = _read_item(definition, item, sent, language, bounds)
            except Refused as refusal:
                faults.append(AnswerFault(item.id, refusal.sentence, refusal.values))
            else:
                _take(item, answer, sent, answers, empty, faults)
    return PageAnswers(answers, tuple(empty), tuple(faults))


def answerable(page: HasItems) -> Iterator[AnswerableItem]:
    """The page's items that take an answer."""
    return (item for item in page.items if not isinstance(item, InformationItem))


def answer_names(page: HasItems) -> tuple[str, ...]:
    """The names under which the page's answers are kept: its items, and the words of those with an "other"."""
    return page.answer_names


def lacks_answer(answer: Answer | None) -> bool:
    """Whether nothing was answered: nothing typed or chosen, nothing ticked, no consent."""
    return answer is None or answer is False or answer == []


def required_fault(item: Item) -> AnswerFault:
    """The fault of an item that must be answered and was not."""
    return AnswerFault(item.id, "fault_consent" if isinstance(item, ConsentItem) else "fault_required")


def by_name(fields: Iterable[tuple[str, str]]) -> Sent:
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        if name in sent:
            sent[name].append(value)
        else:
            sent[name] = [value]
    return sent


def _read_item(
    definition: Definition, item: AnswerableItem, sent: Sent, language: str, bounds: DayBounds
) -> Answer | None:
    values = sent.get(item.id, ())
    match item:
        case RatingItem() | RecommendationItem():
            scale = definition.scale_of(item)
            return read_point(values, scale.points, dont_know=scale.dont_know is not None)
        case SingleItem():
            return read_code(values, item.choices)
        case MultipleItem():
            return read_codes(item, values)
        case ProblemsItem():
            return ticked([problem.id for problem in item.problems], values)
        case ConsentItem():
            return read_consent(values)
        case RankingItem():
            return read_ranking(item, _places(item, sent))
        case ConstantSumItem():
            return read_shares(item, _parts(item, sent), language)
        case _:
            return _read_typed(item, values, language, bounds)


def _read_typed(
    item: NumberItem | DateItem | TextItem, values: Sequence[str], language: str, bounds: DayBounds
) -> Answer | None:
    match item:
        case NumberItem():
            return read_number(item, values, language)
        case DateItem():
            return read_day(item, values, language, bounds)
        case TextItem():
            return read_text(values, item.max_length)


def _places(item: RankingItem, sent: Sent) -> list[Sequence[str]]:
    return [sent.get(f"{item.id}__{place}", ()) for place in range(1, places_of(item) + 1)]


def _parts(item: ConstantSumItem, sent: Sent) -> dict[str, Sequence[str]]:
    return {choice.code: sent.get(f"{item.id}__{choice.code}", ()) for choice in item.choices}


def _take(
    item: AnswerableItem,
    answer: Answer | None,
    sent: Sent,
    answers: dict[str, Answer],
    empty: list[str],
    faults: list[AnswerFault],
) -> None:
    """What was read goes where it belongs, and beside it the words of an "other"."""
    if answer is None:
        empty.append(item.id)
    else:
        answers[item.id] = answer
    if item.required and lacks_answer(answer):
        faults.append(required_fault(item))
    _read_words(item, answer, sent, answers, empty, faults)


def _read_words(
    item: AnswerableItem,
    answer: Answer | None,
    sent: Sent,
    answers: dict[str, Answer],
    empty: list[str],
    faults: list[AnswerFault],
) -> None:
    """The words of "other, please say": they count only beside their choice, and it does not count without them."""
    choice, name = other_choice(item), item.id + WORDS_SUFFIX
    if choice is None:
        return
    if not asks_words(item, answer):
        empty.append(name)
        return
    try:
        words = read_text(sent.get(name, ()), MOST_WORDS)
    except Refused as refusal:
        faults.append(AnswerFault(name, refusal.sentence, refusal.values))
        return
    if words is None:
        empty.append(name)
        faults.append(AnswerFault(name, "fault_words", {"choice": choice.text}))
    else:
        answers[name] = words


def as_typed(page: HasItems, fields: Iterable[tuple[str, str]], refused: Collection[str]) -> dict[str, Any]:
    """What was typed or chosen in the ``refused`` fields, as it came, in the form in which a page shows an answer.

    Only what a page can show: a forged code is on no page.
    """
    sent = by_name(fields)
    typed: dict[str, Any] = {}
    for item in answerable(page):
        if item.id in refused:
            typed[item.id] = _typed(item, sent)
        name = item.id + WORDS_SUFFIX
        if other_choice(item) and (name in refused or item.id in refused):
            typed[name] = _raw(sent.get(name, ()))
    return {name: answer for name, answer in typed.items() if answer is not None}


def _typed(item: AnswerableItem, sent: Sent) -> Any:
    values = sent.get(item.id, ())
    match item:
        case MultipleItem() | ProblemsItem():
            return list(values)
        case TextItem() | NumberItem() | DateItem():
            return _raw(values)
        case RankingItem():
            return [_raw(place) for place in _places(item, sent)]
        case ConstantSumItem():
            return {"points": {code: _raw(part) for code, part in _parts(item, sent).items()}}
        case _:
            return None


def _raw(values: Sequence[str]) -> str:
    return values[-1] if values else ""
