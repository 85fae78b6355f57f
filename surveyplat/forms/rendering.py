"""A definition's page, in one language, as a template needs it: fields with their options, texts and errors."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from litestar import Response

from surveyplat.forms.answers import DONT_KNOW, DONT_KNOW_FIELD, Answer, AnswerFault
from surveyplat.forms.language import (
    Definition,
    InformationItem,
    Item,
    MultipleItem,
    Page,
    ProblemsItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
)
from surveyplat.forms.responses import Draft, Visit
from surveyplat.web.chrome import LANGUAGES, chrome
from surveyplat.web.layout import render


@dataclass(frozen=True)
class Option:
    value: str
    text: str
    checked: bool
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


@dataclass(frozen=True)
class Presentation:
    """What pages of one visit have in common: the language shown and where the pages live."""

    definition: Definition
    language: str
    base_path: str
    synthetic: bool

    def url(self, page: str = "", language: str | None = None) -> str:
        """The path of a page of this survey, keeping the language."""
        path = f"{self.base_path}/{page}" if page else self.base_path
        return f"{path}?lang={language or self.language}"


def introduction(shown: Presentation, visit: Visit) -> Response[str]:
    words = chrome(shown.language)
    first = visit.draft.first_open_page(shown.definition) if visit.draft else None
    return _survey_page(
        shown,
        "introduction.html",
        "",
        about=_about(visit, shown.language),
        paragraphs=_paragraphs(shown.definition.introduction[shown.language]),
        minutes=words["minutes"].format(minutes=shown.definition.minutes),
        resumed=visit.draft is not None,
        start_url=shown.url(first or shown.definition.pages[0].id),
    )


def receipt_page(shown: Presentation, receipt: str) -> Response[str]:
    thanks = _paragraphs(shown.definition.thanks[shown.language])
    return _survey_page(shown, "receipt.html", "receipt", paragraphs=thanks, receipt=receipt)


def question_page(
    shown: Presentation, page: Page, draft: Draft | None, stamp: str, faults: Iterable[AnswerFault] = ()
) -> Response[str]:
    """The page with what was answered so far and, after a refused POST, its faults (status 422)."""
    definition, words = shown.definition, chrome(shown.language)
    number = definition.pages.index(page)
    errors = {fault.item: words[fault.sentence].format(**fault.values) for fault in faults}
    answers = draft.answers if draft else {}
    return _survey_page(
        shown,
        "page.html",
        page.id,
        status=422 if errors else 200,
        page_title=page.title[shown.language],
        page_of=words["page_of"].format(number=number + 1, count=len(definition.pages)),
        action=shown.url(page.id),
        stamp=stamp,
        fields=[_field(definition, item, answers.get(item.id), shown.language, errors) for item in page.items],
        errors=[
            {"field": item, "text": f"{_question(page, item, shown.language)} – {errors[item]}"} for item in errors
        ],
        last=number == len(definition.pages) - 1,
        back_url=shown.url(definition.pages[number - 1].id) if number else shown.url(),
    )


def _survey_page(shown: Presentation, template: str, page: str, *, status: int = 200, **values: Any) -> Response[str]:
    switches = [
        {
            "language": language,
            "name": language_name(language),
            "url": shown.url(page, language),
            "current": language == shown.language,
        }
        for language in shown.definition.languages
    ]
    title = shown.definition.title[shown.language]
    return render(
        template,
        shown.language,
        synthetic=shown.synthetic,
        status=status,
        study_title=title,
        switches=switches,
        **values,
    )


def _about(visit: Visit, language: str) -> str:
    sentence = chrome(language)["about_visit" if visit.event_kind == "service" else "about_vehicle"]
    return sentence.format(dealer=visit.dealer, model=visit.model, date=_day(visit.event_on, language))


def language_name(language: str) -> str:
    """What a language calls itself; its tag when nobody here knows."""
    if language in LANGUAGES:
        return chrome(language)["language_name"]
    locale = _locale(language)
    return (locale.get_display_name() if locale else None) or language


def _day(day: date, language: str) -> str:
    locale = _locale(language)
    return format_date(day, format="long", locale=locale) if locale else day.isoformat()


def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _question(page: Page, item_id: str, language: str) -> str:
    return next(item.text[language] for item in page.items if item.id == item_id)


def _field(
    definition: Definition, item: Item, answer: Answer | None, language: str, errors: Mapping[str, str]
) -> Field:
    """The item's field: what all of them have, and what its type adds."""
    field = Field(
        id=item.id,
        type=item.type,
        text=item.text[language],
        hint=item.hint[language] if item.hint else "",
        error=errors.get(item.id, ""),
    )
    match item:
        case RatingItem() | RecommendationItem():
            return replace(field, control="radio", options=tuple(_points(definition, item, answer, language)))
        case SingleItem():
            options = tuple(Option(c.code, c.text[language], c.code == answer) for c in item.choices)
            return replace(field, control="radio", options=options)
        case MultipleItem():
            ticked = _ticked(answer)
            options = tuple(Option(c.code, c.text[language], c.code in ticked, apart=c.exclusive) for c in item.choices)
            return replace(field, control="checkbox", options=options)
        case ProblemsItem():
            options = tuple(Option(p.id, p.text[language], p.id in _ticked(answer)) for p in item.problems)
            return replace(field, control="checkbox", options=options, hint=field.hint or chrome(language)["several"])
        case TextItem():
            limit = chrome(language)["characters"].format(count=item.max_length)
            value = answer if isinstance(answer, str) else ""
            return replace(field, value=value, multiline=item.multiline, limit=limit)
        case InformationItem():
            return field


def _points(
    definition: Definition, item: RatingItem | RecommendationItem, answer: Answer | None, language: str
) -> Iterator[Option]:
    scale = definition.scale_of(item)
    for point in scale.points:
        text = scale.labels[point][language] if point in scale.labels else ""
        yield Option(str(point), text, answer == point, number=str(point))
    if scale.dont_know is not None:
        yield Option(DONT_KNOW_FIELD, scale.dont_know[language], answer == DONT_KNOW, apart=True)


def _ticked(answer: Answer | None) -> list[str]:
    return answer if isinstance(answer, list) else []
