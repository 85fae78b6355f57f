"""What a browser sends for one page becomes typed answers.

A page's fields carry the names of its items. Nothing here trusts them: a repeated, forged or missing field gives a
fault or no answer, never an exception. The good answers beside a fault are kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from surveyplat.forms.asked import AskedPage
from surveyplat.forms.items import (
    InformationItem,
    MultipleItem,
    ProblemsItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
)
from surveyplat.forms.language import Definition

AnswerableItem = RatingItem | RecommendationItem | SingleItem | MultipleItem | TextItem | ProblemsItem

Answer = int | str | list[str] | dict[str, str]
"""A scale point or number, a code or text, ticked codes, or a typed missing such as ``{"missing": "dont_know"}``."""

DONT_KNOW: dict[str, str] = {"missing": "dont_know"}
NOT_ANSWERED: dict[str, str] = {"missing": "not_answered"}
DONT_KNOW_FIELD = "dk"
"""The value that the "don't know" choice of a rating sends."""

_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class AnswerFault:
    """A field that could not be taken: the item, and the chrome's sentence with its values."""

    item: str
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PageAnswers:
    """``answers`` holds each item with a usable answer; ``empty`` those left without one."""

    answers: Mapping[str, Answer]
    empty: tuple[str, ...]
    faults: tuple[AnswerFault, ...]


class _Refused(Exception):
    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


def read_page(definition: Definition, page: AskedPage, fields: Iterable[tuple[str, str]], language: str) -> PageAnswers:
    """Type the fields of one submitted page.

    A field whose name is no item of the page is ignored; of a repeated field of a single-valued item the last counts,
    as in the order that a browser sends. An item of type ``problems`` or ``multiple`` always has an answer: nothing
    ticked is an empty list, which is not the same as never asked.
    """
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    answers: dict[str, Answer] = {}
    empty: list[str] = []
    faults: list[AnswerFault] = []
    for item in answerable(page):
        try:
            answer = _read_item(definition, item, sent.get(item.id, []), language)
        except _Refused as refusal:
            faults.append(AnswerFault(item.id, refusal.sentence, refusal.values))
            continue
        if answer is None:
            empty.append(item.id)
            if item.required:
                faults.append(AnswerFault(item.id, "fault_required"))
        else:
            answers[item.id] = answer
    return PageAnswers(answers, tuple(empty), tuple(faults))


def answerable(page: AskedPage) -> Iterable[AnswerableItem]:
    """The page's items that take an answer."""
    return (item for item in page.items if not isinstance(item, InformationItem))


def _read_item(definition: Definition, item: AnswerableItem, values: list[str], language: str) -> Answer | None:
    match item:
        case RatingItem() | RecommendationItem():
            scale = definition.scale_of(item)
            return _read_point(values, scale.points, dont_know=scale.dont_know is not None)
        case SingleItem():
            return _read_code(values, {choice.code for choice in item.choices})
        case MultipleItem():
            return _read_codes(item, values, language)
        case ProblemsItem():
            return _known([problem.id for problem in item.problems], values)
        case TextItem():
            return _read_text(item, values)


def _read_point(values: list[str], points: range, *, dont_know: bool) -> Answer | None:
    value = values[-1].strip() if values else ""
    if not value:
        return None
    if dont_know and value == DONT_KNOW_FIELD:
        return dict(DONT_KNOW)
    if value.isascii() and value.isdigit() and len(value) < 4 and int(value) in points:
        return int(value)
    raise _Refused("fault_unknown_choice")


def _read_code(values: list[str], codes: set[str]) -> str | None:
    value = values[-1] if values else ""
    if not value:
        return None
    if value not in codes:
        raise _Refused("fault_unknown_choice")
    return value


def _read_codes(item: MultipleItem, values: list[str], language: str) -> list[str]:
    codes = _known([choice.code for choice in item.choices], values)
    exclusive = [choice for choice in item.choices if choice.exclusive and choice.code in codes]
    if exclusive and len(codes) > 1:
        raise _Refused("fault_exclusive", choice=exclusive[0].text[language])
    return codes


def _known(codes: list[str], values: list[str]) -> list[str]:
    """The ticked codes, each once, in the questionnaire's order."""
    ticked = {value for value in values if value}
    if not ticked <= set(codes):
        raise _Refused("fault_unknown_choice")
    return [code for code in codes if code in ticked]


def _read_text(item: TextItem, values: list[str]) -> str | None:
    text = clean_text(values[-1]) if values else ""
    if len(text) > item.max_length:
        raise _Refused("fault_too_long", count=str(item.max_length))
    return text or None


def clean_text(text: str) -> str:
    """Line ends as one line feed; without what no store can keep: control characters and halves of surrogate pairs."""
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
