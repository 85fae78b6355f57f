"""A definition's page, in one language, as a template needs it: fields with their options, texts and errors.

Rendering a page costs more than everything else that showing it needs, and most of it never changes. So a page without
a fault is rendered once, with marks for what a person changes, and later only filled in.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

from litestar import Response
from markupsafe import escape

from surveyplat.forms.answers import Answer, AnswerFault
from surveyplat.forms.asked import PageOnPath
from surveyplat.forms.conflicts import conflicts_in_words
from surveyplat.forms.elements import Text
from surveyplat.forms.fields import Field, Fill, Say, field_of, fills, questions
from surveyplat.forms.language import Definition
from surveyplat.forms.locales import day, locale_of
from surveyplat.forms.placeholders import Placeholder
from surveyplat.forms.progress import Progress
from surveyplat.forms.responses import Draft, Visit
from surveyplat.forms.wording import Wording, filled
from surveyplat.web.chrome import LANGUAGES, chrome
from surveyplat.web.layout import page_response, rendered
from surveyplat.web.pieces import Marks, Pieces

_BASE_PATH, _STAMP, _ABOUT, _RECEIPT = "base path", "stamp", "about", "receipt"
_MOST_PIECES = 1_000
"""Looks of one definition's pages that are kept, some 10 kB each."""


@dataclass(frozen=True)
class Presentation:
    """What pages of one visit have in common: the language shown and where the pages live."""

    definition: Definition
    language: str
    base_path: str
    synthetic: bool
    pieces: dict[Hashable, Pieces]
    """The definition's pages that were shown before, each as it may look; one is added when first shown."""
    progress: Progress

    def page(self, page_id: str) -> PageOnPath | None:
        """A page as it is sent: one that is off the path by now still brings its answers, should it lead back."""
        asked = next((page for page in self.definition.asked if page.id == page_id), None)
        return (self.progress.path.page(page_id) or asked.whole) if asked else None

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.definition, self.language, self.progress.facts)

    def url(self, page: str = "", language: str | None = None) -> str:
        """The path of a page of this survey, keeping the language."""
        path = f"{self.base_path}/{page}" if page else self.base_path
        return f"{path}?lang={language or self.language}"


def introduction(shown: Presentation, visit: Visit) -> Response[Any]:
    """The page that a link opens: who asks, about what, and how long it takes.

    Somebody for whom no page is meant, say because every one is shown for other brands only, is thanked.
    """
    words = chrome(shown.language)
    first = next((page.id for page in shown.progress.path.pages), None)
    start = first and (shown.progress.open_page or first)
    text = shown.definition.thanks if first is None else shown.definition.introduction
    resumed = visit.draft is not None

    def html(anywhere: Presentation, marks: Marks) -> str:
        return _survey_html(
            anywhere,
            "introduction.html",
            "",
            about=marks.mark(_ABOUT),
            paragraphs=_paragraphs(_marked(text, shown.language, marks)),
            minutes=words["minutes"].format(minutes=shown.definition.minutes) if first else "",
            resumed=resumed,
            start_url=anywhere.url(start) if start else "",
        )

    look = ("introduction", shown.language, start, resumed)
    return page_response(_from_pieces(shown, look, html, {_ABOUT: _about(visit, shown.language)}))


def receipt_page(shown: Presentation, receipt: str, thanks: Text) -> Response[Any]:
    """The page that a submitted response leads to: its receipt, and what is said at its end."""

    def html(anywhere: Presentation, marks: Marks) -> str:
        paragraphs = _paragraphs(_marked(thanks, shown.language, marks))
        return _survey_html(anywhere, "receipt.html", "receipt", paragraphs=paragraphs, receipt=marks.mark(_RECEIPT))

    look = ("receipt", shown.language, thanks[shown.language])
    return page_response(_from_pieces(shown, look, html, {_RECEIPT: receipt}))


def question_page(
    shown: Presentation, page: PageOnPath, draft: Draft | None, stamp: str, faults: Iterable[AnswerFault] = ()
) -> Response[Any]:
    """The page with what was answered so far and, after a refused POST, its faults (status 422) and conflicts (409)."""
    answers = draft.answers if draft else {}
    faults = tuple(faults)
    if faults or (draft and draft.conflicts):
        return page_response(rendered_page(shown, page, answers, stamp, faults, draft), 422 if faults else 409)
    return page_response(filled_page(shown, page, answers, stamp))


def filled_page(shown: Presentation, page: PageOnPath, answers: Mapping[str, Answer], stamp: str) -> bytes:
    """The same as ``rendered_page`` without faults, in UTF-8, from the page's pieces.

    A page whose items or choices stand in a random order looks different for everybody, and is rendered.
    """
    if page.page.shuffles:
        return rendered_page(shown, page, answers, stamp).encode()
    place = _place(shown, page)

    def html(anywhere: Presentation, marks: Marks) -> str:
        return _marked_page(anywhere, page, place, marks)

    values: dict[Hashable, str] = {_STAMP: stamp}
    for item in page.items:
        for value, fill in fills(item, answers, shown.language):
            values[item.id, value] = fill
    return _from_pieces(shown, (page.id, page.item_ids, shown.language, place), html, values)


def rendered_page(
    shown: Presentation,
    page: PageOnPath,
    answers: Mapping[str, Answer],
    stamp: str,
    faults: Iterable[AnswerFault] = (),
    disputed: Draft | None = None,
) -> str:
    """The page as its template renders it. ``disputed``: the draft whose conflicts are to be shown."""
    given = {item.id: dict(fills(item, answers, shown.language)) for item in page.items}

    def fill(item: str, value: str) -> str:
        return given.get(item, {}).get(value, "")

    return _page_html(shown, page, _place(shown, page), fill, shown.wording, stamp, faults, disputed)


def _from_pieces(
    shown: Presentation,
    look: Hashable,
    html: Callable[[Presentation, Marks], str],
    values: Mapping[Hashable, str],
) -> bytes:
    """A page in UTF-8 with these values and the person's own; ``html`` marks their places when it first looks so."""
    if look not in shown.pieces:
        _make_room(shown.pieces)
        marks = Marks()
        shown.pieces[look] = marks.cut(html(replace(shown, base_path=marks.mark(_BASE_PATH)), marks))
    pieces = shown.pieces[look]
    everything: dict[Hashable, str] = {_BASE_PATH: shown.base_path, **values}
    for named in pieces.places:
        if isinstance(named, Placeholder):
            everything[named] = shown.wording.value(named)
    return pieces.filled({name: escape(value) for name, value in everything.items()})


def _marked_page(anywhere: Presentation, page: PageOnPath, place: "_Place", marks: Marks) -> str:
    def fill(item: str, value: str) -> str:
        return marks.mark((item, value))

    def say(text: Text) -> str:
        return _marked(text, anywhere.language, marks)

    return _page_html(anywhere, page, place, fill, say, marks.mark(_STAMP))


def _marked(text: Text, language: str, marks: Marks) -> str:
    return filled(text[language], marks.mark)


def _make_room(pieces: dict[Hashable, Pieces]) -> None:
    """Rules can make many looks of one page: the oldest goes when there are too many."""
    if len(pieces) >= _MOST_PIECES:
        del pieces[next(iter(pieces))]


@dataclass(frozen=True)
class _Place:
    """Where a page stands on the path. ``count`` is None when the path may still change."""

    number: int
    count: int | None
    back: str | None
    last: bool

    def in_words(self, words: Mapping[str, str]) -> str:
        if self.count is None:
            return words["page_number"].format(number=self.number)
        return words["page_of"].format(number=self.number, count=self.count)


def _place(shown: Presentation, page: PageOnPath) -> _Place:
    """A page that is not on the path, as when pages are weighed, counts as the first."""
    progress = shown.progress
    ids = [each.id for each in progress.path.pages]
    settled = all(not each.conditions and not each.end and each.fixed for each in shown.definition.asked)
    number = ids.index(page.id) + 1 if page.id in ids else 1
    return _Place(number, len(ids) if settled else None, progress.before(page.id), progress.is_last(page.page))


def _page_html(
    shown: Presentation,
    page: PageOnPath,
    place: _Place,
    fill: Fill,
    say: Say,
    stamp: str,
    faults: Iterable[AnswerFault] = (),
    disputed: Draft | None = None,
) -> str:
    words = chrome(shown.language)
    errors = {fault.item: _said(fault, words, say) for fault in faults}
    asked = questions(page.items, say)
    return _survey_html(
        shown,
        "page.html",
        page.id,
        page_title=say(page.page.title),
        page_of=place.in_words(words),
        action=shown.url(page.id),
        stamp=stamp,
        fields=list(_fields(shown, page, fill, say, errors)),
        errors=[{"field": item, "text": f"{asked[item]} – {said}"} for item, said in errors.items()],
        conflicts=conflicts_in_words(shown.definition, page.items, disputed, say, shown.language),
        last=place.last,
        back_url=shown.url(place.back or ""),
    )


def _said(fault: AnswerFault, words: Mapping[str, str], say: Say) -> str:
    if fault.message:
        return say(fault.message)
    values = {name: value if isinstance(value, str) else say(value) for name, value in fault.values.items()}
    return words[fault.sentence].format(**values)


def _fields(shown: Presentation, page: PageOnPath, fill: Fill, say: Say, errors: Mapping[str, str]) -> Iterator[Field]:
    """The fields of the items that are shown, a group's lead before the first of its items."""
    for group, members in groupby(page.shown, key=lambda each: each.group):
        if group and group.lead:
            hint = say(group.lead.hint) if group.lead.hint else ""
            yield Field(id=group.lead.id, type="lead", text=say(group.lead.text), hint=hint)
        lead = group.lead.id if group and group.lead else ""
        for member in members:
            yield replace(field_of(shown.definition, member.item, fill, say, shown.language, errors), lead=lead)


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
