"""A person's response in the database: drafted page by page, submitted once.

Both writes are units of the group-commit writer, so that they return only when the answers are durably committed.
They decide inside the transaction by a conditional update on the draft's revision: of two devices that save at the
same moment, the second one reads again and merges into what the first one left.
"""

import json
from base64 import b32encode
from collections.abc import Generator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import UUID, uuid5

from surveyplat.event_kinds import EventKind
from surveyplat.forms.answers import Answer, PageAnswers
from surveyplat.forms.language import Definition
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import Unit
from surveyplat.storage.statements import Statement, compiled_once
from surveyplat.storage.tables import Invitation, Response


@dataclass(frozen=True)
class Draft:
    """A response as it stands: ``pages`` are those submitted without a fault, each with when and how long."""

    answers: Mapping[str, Answer]
    pages: Mapping[str, Mapping[str, Any]]
    revision: int
    language: str
    receipt: str | None = None

    @property
    def complete(self) -> bool:
        return self.receipt is not None

    def first_open_page(self, definition: Definition) -> str | None:
        """The first page that was not submitted yet, None when all were."""
        return next((page.id for page in definition.pages if page.id not in self.pages), None)


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

    page: str
    answers: PageAnswers
    language: str
    based_on: int | None
    seconds: int | None
    receipt: str
    """The receipt to give if this submission completes the response."""


_KEY_PREFIX = "invitation:"
_VISIT = f"""
    SELECT invitation.id AS invitation, invitation.study, invitation.definition_hash, invitation.language,
        invitation.occasion_on, event.kind AS event_kind, event.occurred_on AS event_on, dealer.name AS dealer,
        dealer.code AS dealer_code, dealer.region, dealer.brand, customer.language AS customer_language,
        COALESCE(vehicle.model, '') AS model, vehicle.built_on, vehicle.delivered_on, response.id AS response,
        response.answers, response.pages, response.revision, response.language AS draft_language, response.receipt
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
_DRAFT_COLUMNS = (Response.answers, Response.pages, Response.revision, Response.language, Response.receipt)
_NAMESPACE = UUID("6d0f3f0e-0b5b-5a57-9d3c-5a3f0c2f9b11")


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
    return Draft(json.loads(row["answers"]), json.loads(row["pages"]), row["revision"], row["language"], row["receipt"])


def save_page(visit: Visit, definition: Definition, submission: PageSubmission, now: datetime) -> Unit[Draft]:
    """The unit that saves one page and, when it was the last open one, submits the response.

    A page with a fault keeps its good answers and stays open. A submitted response never changes: the unit gives it
    back as it is, with its receipt. The visit's draft is nearly always still the newest: the draft is read again only
    when it is not.
    """
    key = response_key(visit.invitation)

    def unit() -> Generator[Statement, Rows, Draft]:
        before = visit.draft
        while before is None or not before.complete:
            after = merged(definition, before, submission, now)
            if before is None:
                stored = yield _first(visit, after, now)
            else:
                stored = yield _update_unchanged(key, before.revision, **_state(after, now))
            if stored:
                return after
            rows = yield draft_query(key)
            before = draft_of(rows[0]) if rows else None
        return before

    return unit


def merged(definition: Definition, before: Draft | None, submission: PageSubmission, now: datetime) -> Draft:
    """The draft with the page's answers in it: merged by item.

    An item that the page left empty, or a list without a tick, takes an answer away only when the page was based on
    the newest draft; otherwise another device may have answered it since.
    """
    before = before or Draft({}, {}, 0, submission.language)
    newest = submission.based_on == before.revision
    kept = {
        item: answer for item, answer in before.answers.items() if not (newest and item in submission.answers.empty)
    }
    given = submission.answers.answers.items()
    answers = kept | {item: answer for item, answer in given if newest or answer != [] or item not in kept}
    pages = dict(before.pages)
    if not submission.answers.faults:
        pages[submission.page] = {"saved_at": now.isoformat(), "seconds": submission.seconds}
    finished = not submission.answers.faults and all(page.id in pages for page in definition.pages)
    receipt = submission.receipt if finished else None
    return Draft(answers, pages, before.revision + 1, submission.language, receipt)


def _first(visit: Visit, draft: Draft, now: datetime) -> Statement:
    return _insert_unless_there(
        id=uuid5(_NAMESPACE, str(visit.invitation)),
        key=response_key(visit.invitation),
        invitation=visit.invitation,
        study=visit.study,
        definition_hash=visit.definition_hash,
        source="web",
        occasion_on=visit.occasion_on,
        started_at=now,
        **_state(draft, now),
    )


@compiled_once
def _insert_unless_there(**columns: Any) -> AnyQuery:
    insert = Response.insert(Response(**columns)).on_conflict(target=Response.key, action="DO NOTHING")
    return insert.returning(Response.id)


@compiled_once
def _update_unchanged(response_key: str, based_on: int, **columns: Any) -> AnyQuery:
    unchanged = (Response.key == response_key) & (Response.revision == based_on) & (Response.state == "partial")
    return Response.update(**columns).where(unchanged).returning(Response.id)


def _state(draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        "answers": _json(draft.answers),
        "pages": _json(draft.pages),
        "revision": draft.revision,
        "language": draft.language,
        "state": "complete" if draft.complete else "partial",
        "updated_at": now,
        "submitted_at": now if draft.complete else None,
        "receipt": draft.receipt,
    }


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
