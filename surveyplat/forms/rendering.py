"""A definition's page, in one language, as a template needs it: fields with their options, texts and errors.

Rendering a page costs more than everything else that showing it needs, and most of it never changes. So a page without
a fault is rendered once, with marks for what a person changes, and later only filled in.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from litestar import Response
from markupsafe import escape

from surveyplat.forms.answers import Answer, AnswerFault
from surveyplat.forms.asked import AskedPage
from surveyplat.forms.elements import Text
from surveyplat.forms.fields import Fill, field_of, fills
from surveyplat.forms.language import Definition
from surveyplat.forms.locales import day, locale_of
from surveyplat.forms.responses import Draft, Visit
from surveyplat.web.chrome import LANGUAGES, chrome
from surveyplat.web.layout import page_response, rendered
from surveyplat.web.pieces import Marks, Pieces

_BASE_PATH, _STAMP = "base path", "stamp"


@dataclass(frozen=True)
class Presentation:
    """What pages of one visit have in common: the language shown and where the pages live."""

    definition: Definition
    language: str
    base_path: str
    synthetic: bool
    pieces: dict[tuple[str, str], Pieces]
    """The definition's pages that were shown before, by page and language; a page is added when it is first shown."""

    def url(self, page: str = "", language: str | None = None) -> str:
        """The path of a page of this survey, keeping the language."""
        path = f"{self.base_path}/{page}" if page else self.base_path
        return f"{path}?lang={language or self.language}"


def introduction(shown: Presentation, visit: Visit) -> Response[Any]:
    words = chrome(shown.language)
    first = visit.draft.first_open_page(shown.definition) if visit.draft else None
    html = _survey_html(
        shown,
        "introduction.html",
        "",
        about=_about(visit, shown.language),
        paragraphs=_paragraphs(shown.definition.introduction[shown.language]),
        minutes=words["minutes"].format(minutes=shown.definition.minutes),
        resumed=visit.draft is not None,
        start_url=shown.url(first or shown.definition.asked[0].id),
    )
    return page_response(html)


def receipt_page(shown: Presentation, receipt: str) -> Response[Any]:
    thanks = _paragraphs(shown.definition.thanks[shown.language])
    return page_response(_survey_html(shown, "receipt.html", "receipt", paragraphs=thanks, receipt=receipt))


def question_page(
    shown: Presentation, page: AskedPage, draft: Draft | None, stamp: str, faults: Iterable[AnswerFault] = ()
) -> Response[Any]:
    """The page with what was answered so far and, after a refused POST, its faults (status 422)."""
    answers = draft.answers if draft else {}
    faults = tuple(faults)
    if faults:
        return page_response(rendered_page(shown, page, answers, stamp, faults), 422)
    return page_response(filled_page(shown, page, answers, stamp))


def filled_page(shown: Presentation, page: AskedPage, answers: Mapping[str, Answer], stamp: str) -> bytes:
    """The same as ``rendered_page`` without faults, in UTF-8, from the page's pieces."""
    pieces = shown.pieces.get((page.id, shown.language))
    if pieces is None:
        pieces = shown.pieces[page.id, shown.language] = _in_pieces(shown, page)
    values: dict[Hashable, str] = {_BASE_PATH: escape(shown.base_path), _STAMP: escape(stamp)}
    for item in page.items:
        for value, fill in fills(item, answers):
            values[item.id, value] = escape(fill)
    return pieces.filled(values)


def rendered_page(
    shown: Presentation, page: AskedPage, answers: Mapping[str, Answer], stamp: str, faults: Iterable[AnswerFault] = ()
) -> str:
    """The page as its template renders it."""
    filled = {item.id: dict(fills(item, answers)) for item in page.items}

    def fill(item: str, value: str) -> str:
        return filled.get(item, {}).get(value, "")

    return _page_html(shown, page, fill, stamp, faults)


def _in_pieces(shown: Presentation, page: AskedPage) -> Pieces:
    marks = Marks()
    anywhere = replace(shown, base_path=marks.mark(_BASE_PATH))

    def fill(item: str, value: str) -> str:
        return marks.mark((item, value))

    return marks.cut(_page_html(anywhere, page, fill, marks.mark(_STAMP)))


def _page_html(shown: Presentation, page: AskedPage, fill: Fill, stamp: str, faults: Iterable[AnswerFault] = ()) -> str:
    definition, words = shown.definition, chrome(shown.language)
    number = definition.asked.index(page)
    errors = {fault.item: words[fault.sentence].format(**fault.values) for fault in faults}

    def say(text: Text) -> str:
        return text[shown.language]

    return _survey_html(
        shown,
        "page.html",
        page.id,
        page_title=page.title[shown.language],
        page_of=words["page_of"].format(number=number + 1, count=len(definition.asked)),
        action=shown.url(page.id),
        stamp=stamp,
        fields=[field_of(definition, item, fill, say, shown.language, errors) for item in page.items],
        errors=[
            {"field": item, "text": f"{_question(page, item, shown.language)} – {errors[item]}"} for item in errors
        ],
        last=number == len(definition.asked) - 1,
        back_url=shown.url(definition.asked[number - 1].id) if number else shown.url(),
    )


def _survey_html(shown: Presentation, template: str, page: str, **values: Any) -> str:
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
    return rendered(
        template,
        shown.language,
        synthetic=shown.synthetic,
        study_title=title,
        switches=switches,
        **values,
    )


def _about(visit: Visit, language: str) -> str:
    sentence = chrome(language)[f"about_{visit.event_kind}"]
    return sentence.format(dealer=visit.dealer, model=visit.model, date=day(visit.event_on, language))


def language_name(language: str) -> str:
    """What a language calls itself; its tag when nobody here knows."""
    if language in LANGUAGES:
        return chrome(language)["language_name"]
    locale = locale_of(language)
    return (locale.get_display_name() if locale else None) or language


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _question(page: AskedPage, item_id: str, language: str) -> str:
    return next(item.text[language] for item in page.items if item.id == item_id)
