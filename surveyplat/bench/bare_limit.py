"""The bare limit: the least that a durable survey can do for one page, on the same kind of server.

One handler without a link, a draft, a receipt, a page to show or a log: it validates the same answers and inserts one
row through the writer. ``python -m surveyplat.bench.bare_limit`` serves it as the settings say.
"""

import json
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from litestar import Litestar, MediaType, Request, get, post

from surveyplat.bench.submissions import submissions
from surveyplat.settings import load_settings
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import open_database
from surveyplat.storage.statements import Statement, compiled_once
from surveyplat.storage.tables import Response
from surveyplat.web.granian_server import run_server


@compiled_once
def _insert(**columns: Any) -> AnyQuery:
    return Response.insert(Response(**columns)).returning(Response.id)


def application() -> Litestar:
    """The factory that the server's worker processes call."""
    settings = load_settings()
    page = submissions()

    @asynccontextmanager
    async def open_for_work(app: Litestar) -> AsyncIterator[None]:
        async with open_database(settings.database_url) as db:
            app.state.db = db
            yield

    @post("/submit", media_type=MediaType.TEXT)
    async def submit(request: Request[Any, Any, Any]) -> str:
        fields = parse_qsl((await request.body()).decode("ascii"), keep_blank_values=True)
        answers = page.read(fields).answers
        key, now = uuid4(), settings.now()

        def unit() -> Generator[Statement, Rows, None]:
            yield _insert(
                id=key,
                key=str(key),
                invitation=None,
                study=page.definition.study,
                definition_hash=page.definition_hash,
                source="web",
                language="en",
                state="complete",
                answers=json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
                pages="{}",
                started_at=now,
                updated_at=now,
            )

        await request.app.state.db.write(unit)
        return str(key)

    return Litestar(
        route_handlers=[_health, submit], lifespan=[open_for_work], openapi_config=None, logging_config=None
    )


@get("/health", media_type=MediaType.TEXT, sync_to_thread=False)
def _health() -> str:
    return "ok"


if __name__ == "__main__":
    run_server(load_settings(), "surveyplat.bench.bare_limit:application")
