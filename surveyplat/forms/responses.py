"""A person's response in the database: drafted page by page, submitted once.

Both writes are units of the group-commit writer, so that they return only when the answers are durably committed.
They decide inside the transaction by a conditional update on the draft's revision: of two devices that save at the
same moment, the second one reads again and merges into what the first one left.
"""

from base64 import b32encode
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from hashlib import sha256
from hmac import digest
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec

from surveyplat.errors import UnknownLink
from surveyplat.event_kinds import EventKind
from surveyplat.forms.answers import Answer, PageAnswers
from surveyplat.forms.asked import PageOnPath
from surveyplat.forms.language import Definition
from surveyplat.forms.merging import merge
from surveyplat.forms.progress import Progress, finished, longest_shown, progress_of, record
from surveyplat.forms.quotas import QuotaPlace, quota_places, quota_query, take_place
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import Unit
from surveyplat.storage.statements import Statement, compiled_once
from surveyplat.storage.tables import Invitation, Response

Outcome = Literal["complete", "screened_out", "over_quota"]
"""complete: the survey's end. screened_out: not one of those who are to be asked. over_quota: enough of them answered.
Only complete ones are scored."""


@dataclass(frozen=True)
class SavedBy:
    """The one ``showing`` of a page that made all revisions after ``since``; ``over`` once that page was submitted."""

    showing: str
    since: int
    over: bool


@dataclass(frozen=True)
class Draft:
    """A response as it stands: ``pages`` are those submitted without a fault, each with when and how long.

    ``conflicts`` are not stored: what the save that gave this draft found of another device, item by item.
    """

    answers: Mapping[str, Answer]
    pages: Mapping[str, Mapping[str, Any]]
    revision: int
    language: str
    receipt: str | None = None
    outcome: Outcome | None = None
    """How a submitted one ended."""
    by: SavedBy | None = None
    """Who saved it last; None when no stamp told, and once it is submitted."""
    conflicts: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.receipt is not None

    def known_to(self, submission: "PageSubmission") -> bool:
        """Whether nobody else saved anything since the submission's page was shown."""
        if submission.based_on is None:
            return False
        own = self.saved_by(submission.showing)
        return submission.based_on == self.revision or (own is not None and submission.based_on >= own.since)

    def saved_by(self, showing: str) -> SavedBy | None:
        """Who saved it last, when that was this showing of a page."""
        return self.by if self.by is not None and self.by.showing == showing else None


@dataclass(frozen=True)
class Visit:
    """What a personal link opens: the invitation, its occasion, and the draft so far.

    ``model`` is empty and the vehicle's days are None for an event without a vehicle; ``customer_language`` is empty
    when unknown.
    """

    invitation: UUID
    study: str
    definition_hash: str
    language: str
    occasion_on: Any
    event_kind: EventKind
    event_on: Any
    dealer: str
    dealer_code: str
    region: str
    brand: str
    customer_language: str
    model: str
    built_on: date | None
    delivered_on: date | None
    draft: Draft | None


@dataclass(frozen=True)
class PageSubmission:
    """One POST: the page's answers, the draft revision that the page was based on, and how long it was shown."""

    page: PageOnPath
    answers: PageAnswers
    language: str
    based_on: int | None
    seconds: int | None
    receipt: str
    """The receipt to give if this submission completes the response."""
    showing: str = ""
    shown: Mapping[str, str] | None = None
    """The digest of what the page showed of each item; None when no stamp tells it."""
    typing: bool = False
    """Saved while it was being typed: good answers are kept, but the page is not submitted."""


_KEY_PREFIX = "invitation:"
_VISIT = f"""
    SELECT invitation.id AS invitation, invitation.study, invitation.definition_hash, invitation.language,
        invitation.occasion_on, event.kind AS event_kind, event.occurred_on AS event_on, dealer.name AS dealer,
        dealer.code AS dealer_code, dealer.region, dealer.brand, customer.language AS customer_language,
        COALESCE(vehicle.model, '') AS model, vehicle.built_on, vehicle.delivered_on, response.id AS response,
        response.answers, response.pages, response.revision, response.language AS draft_language, response.receipt,
        response.outcome
    FROM invitation
    JOIN event ON event.id = invitation.event
    JOIN dealer ON dealer.id = event.dealer
    JOIN customer ON customer.id = event.customer
    LEFT JOIN vehicle ON vehicle.id = event.vehicle
    LEFT JOIN response ON response.key = '{_KEY_PREFIX}' || CAST(invitation.id AS text)
    WHERE invitation.token_hash = {{}} AND invitation.expires_at > {{}}
"""
"""Everything that a page needs, at once: Piccolo's selects cannot go from an invitation to its response."""
_VISIT_COLUMNS = tuple(field.name for field in fields(Visit) if field.name != "draft")
_DRAFT_COLUMNS = (
    *(Response.answers, Response.pages, Response.revision, Response.language),
    *(Response.receipt, Response.outcome),
)
_BY = ""
"""The name, no page's, under which the column ``pages`` of a draft says who saved it last."""
_NAMESPACE = UUID("6d0f3f0e-0b5b-5a57-9d3c-5a3f0c2f9b11")
_written = msgspec.json.Encoder(order="sorted").encode
_read = msgspec.json.Decoder().decode
"""JSON in a twentieth of the time that the standard library takes, which is a tenth of a save."""


def receipt_number(link_key: bytes, invitation: UUID) -> str:
    """The receipt of a response: derived, so that the same submission always gets the same one."""
    code = b32encode(digest(link_key, b"receipt" + invitation.bytes, sha256)[:5]).decode()
    return f"{code[:4]}-{code[4:]}"


@compiled_once
def visit_query(token_hash: str, now: datetime) -> AnyQuery:
    """The invitation of a live link and its draft; expired and unknown links alike give no row."""
    return Invitation.raw(_VISIT, token_hash, now)


def visit_of(row: Mapping[str, Any]) -> Visit:
    """The visit in a row of ``visit_query``."""
    draft = None
    if row["response"] is not None:
        draft = draft_of({**row, "language": row["draft_language"]})
    return Visit(draft=draft, **{name: row[name] for name in _VISIT_COLUMNS})


@compiled_once
def draft_query(key: str) -> AnyQuery:
    """The draft of an invitation, by its ``response_key``."""
    return Response.select(*_DRAFT_COLUMNS).where(Response.key == key)


def response_key(invitation: UUID) -> str:
    return f"{_KEY_PREFIX}{invitation}"


def draft_of(row: Mapping[str, Any]) -> Draft:
    pages = _read(row["pages"])
    by = SavedBy(**pages.pop(_BY)) if _BY in pages else None
    return Draft(_read(row["answers"]), pages, row["revision"], row["language"], row["receipt"], row["outcome"], by)


def save_page(visit: Visit, definition: Definition, submission: PageSubmission, now: datetime) -> Unit[Draft]:
    """The unit that saves one page and, when it was the last open one, submits the response.

    A page with a fault keeps its good answers and stays open. A submitted response never changes: the unit gives it
    back as it is, with its receipt. The visit's draft is nearly always still the newest: the draft is read again only
    when it is not. Raises ``UnknownLink``, in the transaction, when the person was erased since the visit was read.
    """
    key = response_key(visit.invitation)

    def unit() -> Generator[Statement, Rows, Draft]:
        before = visit.draft
        while before is None or not before.complete:
            after = merged(definition, visit, before, submission, now)
            places = () if submission.typing else _places(definition, visit, after)
            if (yield from _any_full(places)):
                after = _finished(after, _progress(definition, visit, after), "over_quota", submission.receipt)
            if submission.typing and not _worth_saving(before, after, submission):
                return replace(before or Draft({}, {}, 0, submission.language), conflicts=after.conflicts)
            if before is None:
                stored = yield _first(visit, after, now)
            else:
                stored = yield _update_unchanged(key, before.revision, **_state(after, now))
            if stored:
                for place in places if after.outcome == "complete" else ():
                    yield take_place(place.key)
                return after
            rows = yield draft_query(key)
            if not rows:
                raise UnknownLink("the person was erased while the page was on its way; nothing was stored")
            before = draft_of(rows[0])
        return before

    return unit


def merged(
    definition: Definition, visit: Visit, before: Draft | None, submission: PageSubmission, now: datetime
) -> Draft:
    """The draft with the page's answers in it: merged by item, as ``merging.merge`` says.

    A page with a conflict is open, like one with a fault, so that it is shown again before anything is final. When
    nothing on the person's path is open any more the response is finished, and what is off the path is dropped.
    """
    before = before or Draft({}, {}, 0, submission.language)
    newest = before.known_to(submission)
    sent = submission.answers
    result = merge(before.answers, sent, submission.shown, newest=newest, typing=submission.typing)
    pages = dict(before.pages)
    passed = not (sent.faults or result.conflicts or submission.typing)
    if passed:
        seconds = longest_shown(before.pages.get(submission.page.id), submission.seconds)
        pages[submission.page.id] = record(submission.page, now.isoformat(), seconds)
    elif not submission.typing:
        pages.pop(submission.page.id, None)
    draft = Draft(
        answers=result.answers,
        pages=pages,
        revision=before.revision + 1,
        language=submission.language,
        by=_saved_by(before, submission, over=passed),
        conflicts=result.conflicts,
    )
    if not passed:
        return draft
    progress = _progress(definition, visit, draft)
    if not progress.done:
        return draft
    outcome = progress.path.end.outcome if progress.path.end else "complete"
    return _finished(draft, progress, outcome, submission.receipt)


def _progress(definition: Definition, visit: Visit, draft: Draft) -> Progress:
    return progress_of(definition, visit, draft.answers, draft.pages)


def _places(definition: Definition, visit: Visit, draft: Draft) -> tuple[QuotaPlace, ...]:
    """The quotas that count the person; most questionnaires have none, and need not be gone through for them."""
    if not definition.quotas:
        return ()
    return quota_places(definition, _progress(definition, visit, draft).facts, visit.occasion_on)


def _saved_by(before: Draft, submission: PageSubmission, *, over: bool) -> SavedBy | None:
    if not submission.showing:
        return None
    own = before.saved_by(submission.showing)
    return SavedBy(submission.showing, own.since if own else before.revision, over)


def _finished(draft: Draft, progress: Progress, outcome: Outcome, receipt: str) -> Draft:
    answers, pages = finished(progress)
    return replace(draft, answers=answers, pages=pages, receipt=receipt, outcome=outcome, by=None)


def _worth_saving(before: Draft | None, after: Draft, submission: PageSubmission) -> bool:
    """Whether what was typed says anything new; what arrives after its page was submitted is older than that."""
    if before is None:
        return bool(after.answers)
    own = before.saved_by(submission.showing)
    return after.answers != before.answers and not (own and own.over)


def _any_full(places: Iterable[QuotaPlace]) -> Generator[Statement, Rows, bool]:
    """Whether one of the quotas that count somebody is full.

    The writer works on one unit at a time, on both engines: nobody takes a place between the question and the answer.
    """
    for place in places:
        if place.is_full((yield quota_query(place.key))):
            return True
    return False


def _first(visit: Visit, draft: Draft, now: datetime) -> Statement:
    columns = {
        "id": uuid5(_NAMESPACE, str(visit.invitation)),
        "key": response_key(visit.invitation),
        "invitation": visit.invitation,
        "study": visit.study,
        "definition_hash": visit.definition_hash,
        "source": "web",
        "occasion_on": visit.occasion_on,
        "started_at": now,
        **_state(draft, now),
    }
    return _insert_unless_there(visit.invitation, **columns)


@compiled_once
def _insert_unless_there(invited: UUID, **columns: Any) -> AnyQuery:
    """Also nothing where the invitation is gone: Piccolo's inserts take no condition."""
    places = ", ".join("{}" for _ in columns)
    insert = (
        f"INSERT INTO response ({', '.join(columns)}) SELECT {places} "
        "WHERE EXISTS (SELECT 1 FROM invitation WHERE id = {}) ON CONFLICT (key) DO NOTHING RETURNING id"
    )
    return Response.raw(insert, *columns.values(), invited)


@compiled_once
def _update_unchanged(response_key: str, based_on: int, **columns: Any) -> AnyQuery:
    unchanged = (Response.key == response_key) & (Response.revision == based_on) & (Response.state == "partial")
    return Response.update(**columns).where(unchanged).returning(Response.id)


def _state(draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        "answers": _json(draft.answers),
        "pages": _json({**draft.pages, _BY: vars(draft.by)} if draft.by else draft.pages),
        "revision": draft.revision,
        "language": draft.language,
        "state": "complete" if draft.complete else "partial",
        "updated_at": now,
        "submitted_at": now if draft.complete else None,
        "receipt": draft.receipt,
        "outcome": draft.outcome,
    }


def _json(value: Mapping[str, Any]) -> str:
    return _written(value).decode()
