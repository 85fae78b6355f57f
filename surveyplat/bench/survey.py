"""How many people can fill in a survey at once over HTTP, the load's own cost included, beside the bare limit.

Three loads on real server processes and a fresh database. *Fills*: a survey of 30 answers on three pages as a browser
goes through it, from the link to the receipt. *Submits*: one POST of a page of 30 answers, a complete response. *Bare
limit*: the least that a durable submit can be (``bare_limit``). Every POST is answered after its durable commit.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any, cast
from urllib.parse import urlencode

import httpx

from surveyplat.app import create_app
from surveyplat.bench.connections import Answer, Connection, Connections
from surveyplat.bench.counting import CountedDatabase
from surveyplat.bench.growth import Dialect, grow
from surveyplat.bench.load import Load, closed_loop, load_of
from surveyplat.bench.processor import processor_seconds
from surveyplat.bench.submissions import (
    LANGUAGE,
    LINK_KEY,
    NOW,
    Submissions,
    invitation_of,
    invite_to,
    store_visit,
    submissions,
    token_of,
)
from surveyplat.bench.writer import postgres_database
from surveyplat.errors import PostgresAbsent, ServerFailed
from surveyplat.forms.stamps import PageView, make_stamp
from surveyplat.forms.stored import store_definition
from surveyplat.settings import Keys, load_settings
from surveyplat.storage.database import open_database
from surveyplat.storage.migration import migrate_up
from surveyplat.web.server_process import RunningServer, running_server

PAGES = 3
MOST_FILLS = 500
MOST_SUBMITS = 5_000
"""Fills and submits a second that invitations are prepared for; a faster server ends its run early."""

_STAMP = b'name="stamp" value="'
_RECEIPT = b'class="receipt"'
_FORM = "application/x-www-form-urlencoded"
_BARE = ("surveyplat.bench.bare_limit",)


@dataclass(frozen=True)
class SurveySize:
    """``seconds`` of each load, ``clients`` at once, server ``workers``, complete responses ``stored`` beforehand."""

    seconds: float
    clients: int
    workers: int
    stored: int


@dataclass(frozen=True)
class SurveyFigures:
    """One engine. ``pages`` are the fills' single requests; ``statements`` is the most SQL of one, by method."""

    engine: Dialect
    fills: Load
    pages: Load
    submits: Load
    bare: Load
    statements: dict[str, int]


@dataclass(frozen=True)
class _Prepared:
    """The two questionnaires, and the numbers of the invitations to them."""

    paged: Submissions
    single: Submissions
    fills: range
    submits: range


def measure_survey(size: SurveySize, *, server_url: str | None = None) -> tuple[tuple[SurveyFigures, ...], str | None]:
    """The figures of SQLite and, when it is found or ``server_url`` names it, PostgreSQL, else why it was left out.

    Raises ``ServerFailed`` when a server does not start or answers otherwise than a survey does, ``StorageError`` when
    a database cannot be reached.
    """
    with tempfile.TemporaryDirectory(prefix="surveyplat-bench-") as folder:
        sqlite = _engine("sqlite", f"sqlite:///{Path(folder) / 'bench.db'}", size)
    try:
        with postgres_database(server_url) as url:
            return (sqlite, _engine("postgresql", url, size)), None
    except PostgresAbsent as absent:
        return (sqlite,), str(absent)


def _engine(name: Dialect, url: str, size: SurveySize) -> SurveyFigures:
    prepared = asyncio.run(_prepare(name, url, size))
    with tempfile.TemporaryDirectory(prefix="surveyplat-bench-") as folder:
        environment = _environment(url, folder, size.workers)
        with running_server(environment) as server:
            fills, pages = asyncio.run(_fills(server, prepared, size))
            submits = asyncio.run(_submits(server, prepared, size))
        with running_server(environment, _BARE) as server:
            bare = asyncio.run(_bare(server, prepared, size))
        statements = asyncio.run(_statements(url, folder, prepared))
    return SurveyFigures(name, fills, pages, submits, bare, statements)


def _environment(url: str, folder: str, workers: int) -> dict[str, str]:
    return {
        "SURVEYPLAT_ENVIRONMENT": "development",
        "SURVEYPLAT_DATABASE_URL": url,
        "SURVEYPLAT_DATA_DIR": folder,
        "SURVEYPLAT_LINK_KEY": LINK_KEY.hex(),
        "SURVEYPLAT_DATA_KEY": LINK_KEY.hex(),
        "SURVEYPLAT_CLOCK": NOW.isoformat(),
        "SURVEYPLAT_WORKERS": str(workers),
    }


async def _prepare(name: Dialect, url: str, size: SurveySize) -> _Prepared:
    """Migrate, store the questionnaires, the invitations, and the responses that are there before."""
    await migrate_up(url)
    paged, single = submissions(PAGES), submissions()
    fills = range(size.stored, size.stored + 2 * size.clients + round(size.seconds * MOST_FILLS) + 1)
    submits = range(fills.stop, fills.stop + 2 * size.clients + round(size.seconds * MOST_SUBMITS))
    async with open_database(url) as db:
        for made in (paged, single):
            await db.write(store_definition(made.definition, NOW))
        event = await db.write(store_visit)
        await grow(db, name, single, event, size.stored)
        await invite_to(db, paged, event, fills)
        await invite_to(db, single, event, submits)
    return _Prepared(paged, single, fills, submits)


async def _fills(server: RunningServer, prepared: _Prepared, size: SurveySize) -> tuple[Load, Load]:
    """The load of whole fills, and that of their requests."""
    forms = _encoded(prepared.paged)
    waits: list[float] = []

    async def fill(connection: Connection, number: int) -> None:
        browser = _Browser(connection, waits)
        await browser.fill(f"/s/{token_of(number)}", prepared.paged.definition.asked[0].id, forms)

    def forget_the_warm_up() -> None:
        waits.clear()

    numbers = iter(prepared.fills[1:])
    fills = await _measured(server, fill, numbers, size, forget_the_warm_up)
    return fills, load_of(waits, fills.seconds)


async def _submits(server: RunningServer, prepared: _Prepared, size: SurveySize) -> Load:
    [form] = _encoded(prepared.single)
    made, page, key = prepared.single, prepared.single.definition.asked[0].id, Keys(LINK_KEY, LINK_KEY).stamp()

    async def submit(connection: Connection, number: int) -> None:
        stamp = make_stamp(key, PageView(invitation_of(number), made.definition_hash, page, 0, int(NOW.timestamp())))
        sent = b"stamp=" + stamp.encode() + b"&" + form
        answer = await connection.post(f"/s/{token_of(number)}/{page}?lang={LANGUAGE}", sent)
        _demand(answer.status == 303 and "/receipt" in answer.location, answer, "a submit")

    return await _measured(server, submit, iter(prepared.submits), size)


async def _bare(server: RunningServer, prepared: _Prepared, size: SurveySize) -> Load:
    [form] = _encoded(prepared.single)

    async def submit(connection: Connection, _: int) -> None:
        answer = await connection.post("/submit", form)
        _demand(answer.status == 201, answer, "the bare limit")

    return await _measured(server, submit, iter(prepared.submits), size)


async def _measured(
    server: RunningServer,
    work: Callable[[Connection, int], Awaitable[None]],
    numbers: Iterator[int],
    size: SurveySize,
    after_warm_up: Callable[[], None] = lambda: None,
) -> Load:
    """One piece of work of each client to warm up, then the measured run."""
    connections = await Connections.open(server.address, size.clients)

    async def on_a_connection(number: int) -> None:
        connection = connections.borrow()
        await work(connection, number)
        connections.give_back(connection)

    try:
        await closed_loop(on_a_connection, numbers, clients=size.clients, seconds=0)
        after_warm_up()
        before = processor_seconds(server.process.pid)
        load = await closed_loop(on_a_connection, numbers, clients=size.clients, seconds=size.seconds)
        after = processor_seconds(server.process.pid)
    finally:
        connections.close()
    used = None if before is None or after is None else (after - before) * 1000 / load.answered
    return replace(load, processor_ms=used)


class _Browser:
    """Goes through a survey as a person does: opens the link, fills each page, follows each redirect to the receipt."""

    def __init__(self, connection: Connection, waits: list[float]) -> None:
        self._connection = connection
        self._waits = waits

    async def fill(self, link: str, first_page: str, forms: list[bytes]) -> None:
        await self._shown(link)
        url = f"{link}/{first_page}?lang={LANGUAGE}"
        shown = await self._shown(url)
        for form in forms:
            answer = await self._timed(self._connection.post(url, b"stamp=" + _stamp_in(shown) + b"&" + form))
            _demand(answer.status == 303, answer, url)
            url = answer.location
            shown = await self._shown(url)
        _demand(_RECEIPT in shown.body, shown, url)

    async def _shown(self, url: str) -> Answer:
        answer = await self._timed(self._connection.get(url))
        _demand(answer.status == 200, answer, url)
        return answer

    async def _timed(self, answer: Awaitable[Answer]) -> Answer:
        sent = perf_counter()
        received = await answer
        self._waits.append(perf_counter() - sent)
        return received


async def _statements(url: str, folder: str, prepared: _Prepared) -> dict[str, int]:
    """The most statements of a request, by method, in one fill; the first visit has read the definition."""
    settings = load_settings(
        _env_file=None,
        environment="development",
        database_url=url,
        data_dir=folder,
        link_key=LINK_KEY.hex(),
        data_key=LINK_KEY.hex(),
        clock=NOW,
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(cast(Any, app))
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://survey") as client:
        survey = app.state.survey
        await client.get(f"/s/{token_of(prepared.fills[0])}")
        survey.db = CountedDatabase(survey.db)
        most = {"GET": 0, "POST": 0}
        for method, path, form in _requests(prepared):
            survey.db.statements = 0
            await client.request(method, path, content=form, headers={"content-type": _FORM})
            most[method] = max(most[method], survey.db.statements)
    return most


def _requests(prepared: _Prepared) -> Iterator[tuple[str, str, bytes]]:
    link = f"/s/{token_of(prepared.fills[0])}"
    yield "GET", link, b""
    for page, form in zip(prepared.paged.definition.asked, _encoded(prepared.paged), strict=True):
        yield "GET", f"{link}/{page.id}", b""
        yield "POST", f"{link}/{page.id}", form
    yield "GET", f"{link}/receipt", b""


def _encoded(made: Submissions) -> list[bytes]:
    return [urlencode(form).encode() for form in made.forms]


def _stamp_in(page: Answer) -> bytes:
    return page.body.partition(_STAMP)[2].partition(b'"')[0]


def _demand(true: bool, answer: Answer, what: str) -> None:
    if not true:
        raise ServerFailed(f"{what}: the server answered {answer.status}, which no survey does. See `surveyplat serve`")
