"""The application of a preview: the real one, with a banner; the definition is read again whenever it was saved."""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from types import MappingProxyType
from typing import Any, cast

from litestar import Litestar
from litestar.types import Receive, Scope, Send

from surveyplat.forms.pages import RECEIPT, Survey
from surveyplat.forms.versions import content_hash
from surveyplat.preview.occasion import Visitor, begin, preview_token
from surveyplat.preview.watched import WatchedDefinition
from surveyplat.settings import Settings
from surveyplat.web.layout import rendered, security_headers

RESTART = "/preview/restart"
HEALTH = "/health"
_HTML_LANGUAGE = re.compile(rb'<html lang="([^"]*)"')
_BODY = b"<body>"
_ENGLISH = ("Preview: nothing that you enter is kept.", "Start again")
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"zh-Hans": ("预览：您填写的内容不会保留。", "重新开始"), "en": _ENGLISH}
)


class PreviewSite:
    """An ASGI application around ``inner``, which must have been started."""

    def __init__(
        self,
        inner: Litestar,
        settings: Settings,
        watched: WatchedDefinition,
        visitor: Visitor,
        told: Callable[[str], None],
    ) -> None:
        self._inner = inner
        self._settings = settings
        self._watched = watched
        self._visitor = visitor
        self._told = told
        self._stored = ""
        self._one_at_a_time = asyncio.Lock()
        self.link = f"/s/{preview_token(settings.keys.link)}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, after whatever was saved in the meantime."""
        asked: Mapping[str, Any] = cast("Mapping[str, Any]", scope)
        if asked["type"] != "http":
            return
        await self._refresh()
        path, method = asked["path"], asked["method"]
        if path == HEALTH:
            await self._inner(scope, receive, send)
        elif self._watched.definition is None:
            await _send_page(send, self._faults_page(), 422)
        elif path == RESTART and method == "POST":
            await self._begin()
            await _redirect(send, self.link)
        elif path in ("/", RESTART):
            await _redirect(send, self.link)
        else:
            await self._inner(_uncompressed(scope), receive, _bannered(send, again=path == f"{self.link}/{RECEIPT}"))

    async def start(self) -> None:
        """Take in the definition as it was read first, and tell the link."""
        await self._take_in()
        self._told(f"Preview on {self._settings.base_url}{self.link} (stop with Ctrl+C; reload after saving the file)")

    async def _refresh(self) -> None:
        async with self._one_at_a_time:
            if self._watched.refresh():
                await self._take_in()

    async def _take_in(self) -> None:
        """Invite to the definition, unless it has faults; one that asks nothing else keeps the answers."""
        definition, faults = self._watched.definition, self._watched.faults
        if definition is None:
            named = "".join(f"\n{fault}" for fault in faults)
            self._told(f"{self._watched.path} has {len(faults)} faults; the page shows them:{named}")
        elif content_hash(definition) != self._stored:
            await self._begin()

    async def _begin(self) -> None:
        definition = self._watched.definition
        if definition is None:
            return
        survey: Survey = self._inner.state.survey
        await begin(survey.db, definition, self._visitor, self._settings.keys.link, datetime.now(UTC))
        self._stored = content_hash(definition)

    def _faults_page(self) -> str:
        faults = self._watched.faults
        return rendered("preview_faults.html", "en", synthetic=False, path=str(self._watched.path), faults=faults)


def _uncompressed(scope: Scope) -> Scope:
    """The request without what it accepts, so that the page can be given its banner."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    changed: Any = {**scope, "headers": headers}
    return cast("Scope", changed)


def _bannered(send: Send, *, again: bool) -> Send:
    """Pages pass with the banner at their top; everything else as it is. Our pages are sent in one piece."""
    begun: list[dict[str, Any]] = []

    async def bannered(message: Any) -> None:
        if message["type"] == "http.response.start":
            begun.append(message)
        elif begun:
            body = with_banner(message["body"], again=again)
            others = [header for header in begun[0]["headers"] if header[0] != b"content-length"]
            headers = [*others, (b"content-length", str(len(body)).encode())]
            await _pass(send, {**begun.pop(), "headers": headers})
            await _pass(send, {**message, "body": body})
        else:
            await send(message)

    return bannered


async def _pass(send: Send, message: Any) -> None:
    await send(message)


def with_banner(page: bytes, *, again: bool) -> bytes:
    """A page of ours with the banner at its top, ``again`` with a button to start again; other bodies as they are."""
    language = _HTML_LANGUAGE.search(page)
    if language is None:
        return page
    text, restart = _WORDS.get(language.group(1).decode(), _ENGLISH)
    form = f'<form method="post" action="{RESTART}"><p><button>{escape(restart)}</button></p></form>' if again else ""
    banner = f'<aside class="demo">{escape(text)}{form}</aside>'
    return page.replace(_BODY, _BODY + b"\n" + banner.encode(), 1)


async def _send_page(send: Send, html: str, status: int) -> None:
    body = html.encode()
    headers = {**security_headers(), "content-type": "text/html; charset=utf-8", "content-length": str(len(body))}
    await _send(send, status, headers, body)


async def _redirect(send: Send, address: str) -> None:
    await _send(send, 303, {"location": address, "cache-control": "no-store", "content-length": "0"}, b"")


async def _send(send: Send, status: int, headers: Mapping[str, str], body: bytes) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await _pass(send, {"type": "http.response.start", "status": status, "headers": encoded})
    await _pass(send, {"type": "http.response.body", "body": body, "more_body": False})
