"""The web application: wiring only. ``create_app`` takes settings and clock, so that tests and the demo set both."""

import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from litestar import Litestar, MediaType, Request, Response, get
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from surveyplat.errors import SurveyplatError, UnknownLink, http_status
from surveyplat.forms.pages import Survey, SurveyPages
from surveyplat.links import masked
from surveyplat.settings import Settings, load_settings
from surveyplat.storage.database import open_database
from surveyplat.web.chrome import LANGUAGES, preferred
from surveyplat.web.layout import notice

_log = logging.getLogger("surveyplat.web")
_RETRY_AFTER_SECONDS = 2


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] | None = None) -> Litestar:
    """The application of one worker process. ``clock`` defaults to the settings' own."""
    settings = settings or load_settings()

    @asynccontextmanager
    async def open_for_work(app: Litestar) -> AsyncIterator[None]:
        async with open_database(settings.database_url) as db:
            app.state.survey = Survey(db, settings, clock or settings.now)
            yield

    def refused(request: Request[Any, Any, Any], error: SurveyplatError) -> Response[str]:
        return _refusal(request, error, settings)

    def failed(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
        return _failure(request, error, settings)

    return Litestar(
        route_handlers=[health, SurveyPages],
        lifespan=[open_for_work],
        exception_handlers={SurveyplatError: refused, Exception: failed},
        middleware=[access_log],
        openapi_config=None,
        logging_config=None,
    )


def application() -> Litestar:
    """The factory that the server's worker processes call.

    What is there now stays until the process ends: the garbage collector need not go through it again and again, which
    makes everybody wait.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = create_app()
    gc.collect()
    gc.freeze()
    return app


@get("/health", media_type=MediaType.TEXT, sync_to_thread=False)
def health() -> str:
    return "ok"


def access_log(app: ASGIApp) -> ASGIApp:
    """One line a request: method, path without its token, status. Never an address, a token or an answer."""

    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                _log.info("%s %s %s", scope.get("method"), masked(scope["path"]), message["status"])
            await send(message)

        await app(scope, receive, noting)

    return logged


def _refusal(request: Request[Any, Any, Any], error: SurveyplatError, settings: Settings) -> Response[str]:
    status = http_status(error)
    language = _chrome_language(request)
    if isinstance(error, UnknownLink):
        return notice("unknown", language, synthetic=settings.synthetic, status=status)
    if status == 503:
        return _busy(request, error, settings)
    if status == 413:
        return notice("too_large", language, synthetic=settings.synthetic, status=status)
    return _failure(request, error, settings)


def _busy(request: Request[Any, Any, Any], error: SurveyplatError, settings: Settings) -> Response[str]:
    """A page that asks for patience and carries what was typed, so that it can be sent again with one touch.

    Browsers forget a form's fields on Back, because its page may not be stored.
    """
    _log.warning("%s %s not served: %s", request.method, masked(request.scope["path"]), error)
    page = notice(
        "busy",
        _chrome_language(request),
        synthetic=settings.synthetic,
        status=503,
        again=request.method,
        fields=getattr(request.state, "typed", ()),
    )
    page.headers["retry-after"] = str(_RETRY_AFTER_SECONDS)
    return page


def _failure(request: Request[Any, Any, Any], error: Exception, settings: Settings) -> Response[str]:
    """A page for whatever else: 404 and the like as an unknown link, a defect as 500 with its traceback in the log."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    language = _chrome_language(request)
    if status == 413:
        return notice("too_large", language, synthetic=settings.synthetic, status=status)
    if 400 <= status < 500:
        page = notice("unknown", language, synthetic=settings.synthetic, status=status)
        page.headers.update((error.headers or {}) if isinstance(error, HTTPException) else {})
        return page
    _log.error("%s %s failed", request.method, masked(request.scope["path"]), exc_info=error)
    return notice("broken", language, synthetic=settings.synthetic, status=500)


def _chrome_language(request: Request[Any, Any, Any]) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else preferred(request.headers.get("accept-language", ""))
