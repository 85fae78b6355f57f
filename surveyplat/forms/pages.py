"""The respondent's pages: ``/s/<token>``, one URL a page.

A GET changes nothing. A POST saves, then redirects (303), so that Back always works; on a fault it shows the page again
with everything that was typed, its good answers already saved. The link itself is the capability: no cookie.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from types import MappingProxyType
from typing import Any

from litestar import Controller, HttpMethod, Request, Response, post, route
from litestar.exceptions import ClientException, InternalServerException
from litestar.params import FromPath

from surveyplat.errors import BodyTooLarge, UnknownLink
from surveyplat.forms.answers import Answer, PageAnswers, answer_names, as_typed, read_page
from surveyplat.forms.asked import PageOnPath
from surveyplat.forms.day_bounds import CALENDAR_ONLY, DayBounds
from surveyplat.forms.demands import demanded
from surveyplat.forms.endings import thanks
from surveyplat.forms.language import Definition
from surveyplat.forms.merging import digests, shown_by, shown_now
from surveyplat.forms.progress import progress_of
from surveyplat.forms.rendering import Presentation, introduction, question_page, receipt_page
from surveyplat.forms.responses import (
    Draft,
    PageSubmission,
    Visit,
    receipt_number,
    save_page,
    visit_of,
    visit_query,
)
from surveyplat.forms.stamps import PageView, make_stamp, read_stamp, seconds_shown
from surveyplat.forms.stored import stored_definition
from surveyplat.forms.wording import for_brand
from surveyplat.links import token_hash
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.web.answering import SeeOther
from surveyplat.web.form_body import form_fields
from surveyplat.web.pieces import Pieces

AnyRequest = Request[Any, Any, Any]

RECEIPT = "receipt"
MOST_BODY_BYTES = 64 * 1024
"""Room for the longest text that a definition may allow, 5,000 characters of 12 bytes each once they are encoded."""
_MOST_FIELDS = 2_000
_READING = (HttpMethod.GET, HttpMethod.HEAD)
"""Link checkers ask with HEAD; the server leaves the body out."""
_FORM = "application/x-www-form-urlencoded"
TYPING = ("saving", "draft")
"""The field with which the page's script says that it saves while somebody is typing."""
STAMP_HEADER = "x-stamp"
"""Carries the stamp with which such a page continues."""


@dataclass(frozen=True)
class Saved:
    """What became of one POST. ``view`` is the showing of the page that it came from, None when no stamp tells."""

    draft: Draft
    read: PageAnswers
    view: PageView | None


class Survey:
    """What the pages need: the database, the settings, the clock, the definitions already read and their pages.

    A definition is immutable and known by its hash, so that one read of it serves the process for ever.
    """

    def __init__(self, db: Database, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.db = db
        self.settings = settings
        self.clock = clock
        self._stamp_key = settings.keys.stamp()
        self._definitions: dict[tuple[str, str], Definition] = {}
        self._pieces: dict[tuple[str, str], dict[Hashable, Pieces]] = {}

    async def definition(self, content_hash: str, brand: str) -> Definition:
        """The definition with this hash, in the brand's wording."""
        if (content_hash, brand) not in self._definitions:
            stored = await stored_definition(self.db, content_hash)
            self._definitions[content_hash, brand] = for_brand(stored, brand)
        return self._definitions[content_hash, brand]

    async def visit(self, token: str) -> Visit:
        """Who the link belongs to, and the draft so far. Raises ``UnknownLink``."""
        rows = await self.db.read(visit_query(token_hash(token), self.clock()))
        if not rows:
            raise UnknownLink("the link is unknown or has expired; open it from the latest message")
        return visit_of(rows[0])

    async def present(self, token: str, visit: Visit, language: str | None) -> Presentation:
        definition = await self.definition(visit.definition_hash, visit.brand)
        wanted = (language, visit.draft.language if visit.draft else None, visit.language)
        shown = next((tag for tag in wanted if tag in definition.languages), definition.languages[0])
        pieces = self._pieces.setdefault((visit.definition_hash, visit.brand), {})
        progress = progress_of(
            definition, visit, *((visit.draft.answers, visit.draft.pages) if visit.draft else ({}, {}))
        )
        return Presentation(definition, str(shown), f"/s/{token}", self.settings.synthetic, pieces, progress)

    def stamp(self, visit: Visit, page: PageOnPath, draft: Draft | None, again: PageView | None = None) -> str:
        """The stamp of a page that is shown now, with the draft's answers.

        A page shown ``again`` for what was wrong with it was read before: its time runs on from then.
        """
        shown = digests(answer_names(page.page), draft.answers if draft else {})
        view = self._view(visit, page, draft.revision if draft else 0, shown)
        return make_stamp(self._stamp_key, replace(view, shown_at=again.shown_at) if again else view)

    def stamp_to_continue(self, visit: Visit, page: PageOnPath, saved: Saved) -> str:
        """The stamp of a page that was saved while somebody is typing on it: the same showing, with what it shows now.

        It is based on the new draft only when nobody else saved anything in between: the page shows nothing of that. A
        page that is back after it was submitted, because no answer had arrived, counts as shown again.
        """
        before = saved.view or self._view(visit, page, 0, "")
        own = saved.draft.saved_by(before.showing)
        if own and own.over:
            before = replace(before, showing=token_hex(4))
        items = answer_names(page.page)
        shown = shown_now(items, saved.read, shown_by(items, before.digests), saved.draft.conflicts)
        alone = own and not own.over and before.revision >= own.since
        revision = saved.draft.revision if alone else before.revision
        return make_stamp(self._stamp_key, replace(before, revision=revision, digests=shown))

    def _view(self, visit: Visit, page: PageOnPath, revision: int, shown: str) -> PageView:
        now = int(self.clock().timestamp())
        return PageView(visit.invitation, visit.definition_hash, page.id, revision, now, token_hex(4), shown)

    async def save(self, visit: Visit, shown: Presentation, page: PageOnPath, fields: list[tuple[str, str]]) -> Saved:
        """Save one POST's fields; returns when they are durably committed."""
        now = self.clock()
        stamp = next((value for name, value in fields if name == "stamp"), "")
        view = read_stamp(self._stamp_key, stamp, visit.invitation, visit.definition_hash, page.id)
        sent = read_page(shown.definition, page, fields, shown.language, _bounds(shown, page, now))
        read = demanded(page, sent, shown.progress.facts)
        submission = PageSubmission(
            page=page,
            answers=read,
            language=shown.language,
            based_on=view.revision if view else None,
            seconds=seconds_shown(view, now),
            receipt=receipt_number(self.settings.keys.link, visit.invitation),
            showing=view.showing if view else "",
            shown=shown_by(answer_names(page.page), view.digests) if view else None,
            typing=TYPING in fields,
        )
        draft = await self.db.write(save_page(visit, shown.definition, submission, now))
        return Saved(draft, read, view)


class SurveyPages(Controller):
    path = "/s"

    @route("/{token:str}", http_method=_READING)
    async def introduction(self, request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        _, visit, shown = await _open(request, token)
        if visit.draft and visit.draft.complete:
            return SeeOther(shown.url(RECEIPT))
        return introduction(shown, visit)

    @route("/{token:str}/{page_id:str}", http_method=_READING)
    async def page(self, request: AnyRequest, token: FromPath[str], page_id: FromPath[str]) -> Response[Any]:
        survey, visit, shown = await _open(request, token)
        if visit.draft and visit.draft.receipt:
            if page_id != RECEIPT:
                return SeeOther(shown.url(RECEIPT))
            return await _receipt(survey, visit, visit.draft, shown)
        page = shown.progress.path.page(page_id)
        if page is None:
            return SeeOther(shown.url())
        stamp = survey.stamp(visit, page, visit.draft)
        return question_page(shown, page, visit.draft, stamp)

    @post("/{token:str}/{page_id:str}", request_max_body_size=MOST_BODY_BYTES)
    async def save(self, request: AnyRequest, token: FromPath[str], page_id: FromPath[str]) -> Response[Any]:
        request.state.typed = fields = _fields(await _body(request))
        survey, visit, shown = await _open(request, token)
        page = shown.page(page_id)
        typing = TYPING in fields
        if page is None or (visit.draft and visit.draft.complete):
            return _saved_quietly() if typing else SeeOther(shown.url())
        saved = await survey.save(visit, shown, page, fields)
        if typing:
            return _saved_quietly(survey.stamp_to_continue(visit, page, saved), saved.draft.conflicts)
        return _answer(survey, visit, shown, page, saved, fields)


async def _open(request: AnyRequest, token: str) -> tuple[Survey, Visit, Presentation]:
    survey: Survey = request.app.state.survey
    visit = await survey.visit(token)
    return survey, visit, await survey.present(token, visit, request.query_params.get("lang"))


async def _receipt(survey: Survey, visit: Visit, draft: Draft, shown: Presentation) -> Response[Any]:
    said = await thanks(survey.db, shown.progress, draft.outcome or "complete", visit.occasion_on)
    return receipt_page(shown, draft.receipt or "", said)


def _answer(
    survey: Survey, visit: Visit, shown: Presentation, page: PageOnPath, saved: Saved, fields: list[tuple[str, str]]
) -> Response[Any]:
    """On to the receipt or to where a saved page leads, or the same page again with its faults and conflicts."""
    draft, faults = saved.draft, saved.read.faults
    if draft.complete:
        return SeeOther(shown.url(RECEIPT))
    if not (faults or draft.conflicts):
        progress = progress_of(shown.definition, visit, draft.answers, draft.pages)
        return SeeOther(shown.url(progress.after(page.id) or ""))
    stamp = survey.stamp(visit, page, draft, saved.view)
    typed = as_typed(page, fields, {fault.item for fault in faults})
    return question_page(shown, page, replace(draft, answers={**draft.answers, **typed}), stamp, faults)


def _saved_quietly(stamp: str = "", conflicts: Mapping[str, Answer] = MappingProxyType({})) -> Response[Any]:
    """No page, because nobody asked for one. 409: something is left for the page's own submission to decide."""
    headers = {"cache-control": "no-store", **({STAMP_HEADER: stamp} if stamp else {})}
    return Response(None, status_code=409 if conflicts else 204, headers=headers)


def _bounds(shown: Presentation, page: PageOnPath, now: datetime) -> DayBounds:
    if not page.dated:
        return CALENDAR_ONLY
    facts, names = shown.progress.facts, answer_names(page)
    return DayBounds(
        now, facts.with_answers({name: facts.answers[name] for name in facts.answers if name not in names})
    )


async def _body(request: AnyRequest) -> bytes:
    """The form as it was sent. Another kind of body is refused: it would read as a page without any answer."""
    kind = request.headers.get("content-type", _FORM).partition(";")[0].strip().lower()
    if kind != _FORM or request.headers.get("content-encoding", "identity") != "identity":
        raise ClientException("the page was not sent as a form", status_code=415)
    try:
        return await request.body()
    except InternalServerException:
        raise ClientException("the connection ended before the whole form had arrived") from None


def _fields(body: bytes) -> list[tuple[str, str]]:
    """The form's fields in the order sent. A body that is no form gives none; a swollen one is refused."""
    if body.count(b"&") >= _MOST_FIELDS:
        raise BodyTooLarge(f"the form has more than {_MOST_FIELDS} fields; a page never sends as many")
    return form_fields(body)
