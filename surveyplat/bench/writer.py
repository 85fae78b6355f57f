"""How many submissions a second are durably committed, beside two floors that are measured in the same run.

Three ways to take the same page of 30 answers: validation alone, without storage; the same statements with one durable
commit a submission; and the product's writer, which commits many submissions at once.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Literal
from uuid import uuid4

from surveyplat.bench.load import Load, closed_loop, load_of
from surveyplat.bench.postgres_cluster import Server, running_cluster
from surveyplat.bench.submissions import ANSWERS, Submissions, store_invitations, submissions
from surveyplat.errors import PostgresAbsent
from surveyplat.storage.database import Unit, open_database
from surveyplat.storage.engine import WalSQLiteEngine, engine_of
from surveyplat.storage.migration import migrate_up
from surveyplat.storage.postgres_commit import PostgresCommitter
from surveyplat.storage.sqlite_commit import SQLiteCommitter
from surveyplat.storage.writer import Committer

MOST_RATE = 4_000
"""Submissions a second that invitations are prepared for; a faster way ends its run early."""

Write = Callable[[Unit[Any]], Awaitable[Any]]


@dataclass(frozen=True)
class EngineFigures:
    """One engine: with one durable commit a submission, and with the product's writer."""

    engine: Literal["sqlite", "postgresql"]
    one_commit_each: Load
    group_commit: Load


@dataclass(frozen=True)
class WriterFigures:
    """``left_out`` says why there are no figures of PostgreSQL, None when there are."""

    clients: int
    answers: int
    validation: Load
    engines: tuple[EngineFigures, ...]
    left_out: str | None


def measure_writer(*, seconds: float, clients: int, server_url: str | None = None) -> WriterFigures:
    """Measure each way for ``seconds`` on a fresh database in a temporary folder; each submission is validated too.

    PostgreSQL runs here as a server of its own when its programs are found, or is the one at ``server_url``, on which a
    database is made and dropped again. Raises ``StorageError`` when a database cannot be reached.
    """
    made = submissions()
    validation = _validation(made, seconds)
    with tempfile.TemporaryDirectory(prefix="surveyplat-bench-") as folder:
        sqlite = asyncio.run(_engine("sqlite", f"sqlite:///{Path(folder) / 'bench.db'}", made, seconds, clients))
    try:
        with postgres_database(server_url) as url:
            postgres = asyncio.run(_engine("postgresql", url, made, seconds, clients))
    except PostgresAbsent as absent:
        return WriterFigures(clients, ANSWERS, validation, (sqlite,), str(absent))
    return WriterFigures(clients, ANSWERS, validation, (sqlite, postgres), None)


def _validation(made: Submissions, seconds: float) -> Load:
    waits: list[float] = []
    begun = answered = perf_counter()
    while not waits or answered - begun < seconds:
        sent = perf_counter()
        made.read()
        answered = perf_counter()
        waits.append(answered - sent)
    return load_of(waits, answered - begun)


@contextmanager
def postgres_database(server_url: str | None) -> Iterator[str]:
    """A database that is dropped at the end, on the server at ``server_url`` or on one that runs meanwhile."""
    if server_url is None:
        with running_cluster() as cluster, _database(cluster) as url:
            yield url
    else:
        with _database(Server(server_url)) as url:
            yield url


@contextmanager
def _database(server: Server) -> Iterator[str]:
    name = f"surveyplat_bench_{uuid4().hex}"
    url = server.create(name)
    try:
        yield url
    finally:
        server.drop(name)


async def _engine(
    name: Literal["sqlite", "postgresql"], url: str, made: Submissions, seconds: float, clients: int
) -> EngineFigures:
    await migrate_up(url)
    async with open_database(url) as db:
        amount = 2 * clients + round(seconds * MOST_RATE)
        await store_invitations(db, made, 2 * amount)
        committer = _committer(url)
        try:
            one_commit_each = await _measured(_OneByOne(committer).write, made, range(amount), seconds, clients)
        finally:
            await committer.close()
        group_commit = await _measured(db.write, made, range(amount, 2 * amount), seconds, clients)
    return EngineFigures(name, one_commit_each, group_commit)


async def _measured(write: Write, made: Submissions, numbers: range, seconds: float, clients: int) -> Load:
    """One submission of each client to warm up, then the measured run."""

    async def submit(number: int) -> None:
        await write(made.unit(number))

    jobs = iter(numbers)
    await closed_loop(submit, jobs, clients=clients, seconds=0)
    return await closed_loop(submit, jobs, clients=clients, seconds=seconds)


class _OneByOne:
    """What the writer would be without group commit: the same units, in turn, each in a durable commit of its own."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer
        self._turn = asyncio.Lock()

    async def write(self, unit: Unit[Any]) -> Any:
        async with self._turn:
            [outcome] = await self._committer.commit([unit])
        if outcome.error is not None:
            raise outcome.error
        return outcome.value


def _committer(url: str) -> Committer:
    engine = engine_of(url)
    return SQLiteCommitter(engine) if isinstance(engine, WalSQLiteEngine) else PostgresCommitter(engine)
