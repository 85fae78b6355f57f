"""Synthetic customers at their phones: they fill surveys over HTTP or by the same submission code."""

import re
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from math import ceil
from urllib.parse import urlencode

import anyio
import httpx

from surveyplat.errors import ServerFailed
from surveyplat.forms.answers import DONT_KNOW, DONT_KNOW_FIELD, Answer
from surveyplat.forms.pages import Survey
from surveyplat.forms.responses import Visit
from surveyplat.forms.stamps import PageView, make_stamp, read_stamp
from surveyplat.links import make_token
from surveyplat.settings import Settings
from surveyplat.simulation.behaviour import FilledPage, FilledSurvey
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Invitation

_STAMP = re.compile(r'name="stamp" value="([^"]+)"')
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_RECEIPT = re.compile(r'class="receipt"')
_AT_ONCE_DIRECT = 128
_AT_ONCE_HTTP = 16


@dataclass(frozen=True)
class Customer:
    """Somebody who will answer: the personal link's token, and what will be filled in."""

    token: str
    filled: FilledSurvey


Tick = Callable[[], None]
"""Called after each survey."""


async def invited_at(db: Database, settings: Settings, study: str, now: datetime) -> dict[str, str]:
    """The tokens of the study's invitations made at ``now``: event reference -> token."""
    columns = (Invitation.nonce, Invitation.generation, Invitation.event.reference.as_alias("event"))
    made = (Invitation.study == study) & (Invitation.created_at == now)
    rows = await db.read(Invitation.select(*columns).where(made).order_by(Invitation.key))
    link = settings.keys.link
    return {row["event"]: make_token(link, bytes(row["nonce"]), row["generation"]) for row in rows}


async def fill_directly(survey: Survey, customers: Sequence[Customer], tick: Tick) -> None:
    """Submit every page through the code that serves the pages, without HTTP around it."""

    async def fill(customer: Customer) -> None:
        visit = await survey.visit(customer.token)
        for revision, page in enumerate(customer.filled.pages):
            shown = await survey.present(customer.token, visit, customer.filled.language)
            opened = survey.clock() - timedelta(seconds=page.seconds)
            view = PageView(visit.invitation, visit.definition_hash, page.id, revision, int(opened.timestamp()))
            stamp = make_stamp(survey.settings.keys.stamp(), view)
            sent = shown.page(page.id) or shown.definition.page(page.id).whole
            visit = replace(visit, draft=(await survey.save(visit, shown, sent, form_fields(page, stamp))).draft)
        tick()

    await _all_of(customers, fill, _AT_ONCE_DIRECT)


async def fill_over_http(address: str, survey: Survey, customers: Sequence[Customer], tick: Tick) -> None:
    """Open each personal link at ``address`` and fill the pages as a browser does: GET, POST, follow the redirect.

    The server's clock stands still: each stamp is made to tell of the seconds that the customer spent on its page.
    Raises ``ServerFailed`` when a survey that was filled to its end shows no receipt.
    """
    # Reading the certificates takes longer than filling a page: once for all phones.
    certificates = ssl.create_default_context()

    async def fill(customer: Customer) -> None:
        path, visit = f"/s/{customer.token}", await survey.visit(customer.token)
        async with httpx.AsyncClient(base_url=address, verify=certificates, follow_redirects=True, timeout=30) as phone:
            shown = await phone.get(path)
            for page in customer.filled.pages:
                place = f"{path}/{page.id}?lang={customer.filled.language}"
                stamp = _stamp_in((await phone.get(place)).raise_for_status().text, page.id)
                fields = form_fields(page, _read_for_some_time(survey, visit, page, stamp))
                shown = await phone.post(place, content=urlencode(fields), headers=_FORM)
        if customer.filled.complete and not _RECEIPT.search(shown.raise_for_status().text):
            raise ServerFailed(f"{address}: a survey was filled to its end and no receipt was shown")
        tick()

    await _all_of(customers, fill, _AT_ONCE_HTTP)


def form_fields(page: FilledPage, stamp: str) -> list[tuple[str, str]]:
    """What a browser would send for this page: a field for each choice made."""
    typed = (((item, value) for value in _values(answer)) for item, answer in page.answers.items())
    return [("stamp", stamp), *chain.from_iterable(typed)]


def _values(answer: Answer) -> Iterable[str]:
    if isinstance(answer, list):
        return answer
    return [DONT_KNOW_FIELD if answer == DONT_KNOW else str(answer)]


def _stamp_in(html: str, page: str) -> str:
    found = _STAMP.search(html)
    if found is None:
        raise ServerFailed(f"page {page}: it holds no form")
    return found[1]


def _read_for_some_time(survey: Survey, visit: Visit, page: FilledPage, stamp: str) -> str:
    key = survey.settings.keys.stamp()
    view = read_stamp(key, stamp, visit.invitation, visit.definition_hash, page.id)
    if view is None:
        raise ServerFailed(f"page {page.id}: its stamp is not of this instance")
    return make_stamp(key, replace(view, shown_at=view.shown_at - ceil(page.seconds)))


async def _all_of(customers: Sequence[Customer], fill: Callable[[Customer], Awaitable[None]], at_once: int) -> None:
    waiting = iter(customers)

    async def work() -> None:
        for customer in waiting:
            await fill(customer)

    async with anyio.create_task_group() as workers:
        for _ in range(min(at_once, len(customers))):
            workers.start_soon(work)
