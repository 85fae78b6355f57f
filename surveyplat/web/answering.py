"""Answers to a browser: the headers of every page encoded once, the page compressed for whoever accepts it.

Litestar's own answers turn each header into text and back for every request, and its compression writes a file in
memory: together they cost more than a page that is filled in from its pieces.
"""

from typing import Any

from litestar import MediaType, Request, Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from surveyplat.web.compression import LEAST_BYTES, accepts_gzip, compressed

Headers = tuple[tuple[bytes, bytes], ...]

_HTML: Headers = ((b"content-type", b"text/html; charset=utf-8"), (b"vary", b"accept-encoding"))
_GZIP = (b"content-encoding", b"gzip")
_SEE_OTHER: Headers = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-length", b"0"),
)


class PageAnswer(Response[Any]):
    """A page: ``html`` as text, or as UTF-8, and beside its own ``headers`` those that every page has."""

    def __init__(self, html: str | bytes, headers: Headers, status: int = 200) -> None:
        super().__init__(html, media_type=MediaType.HTML, status_code=status)
        self._every_page = headers

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **_: Any) -> ASGIResponse:  # noqa: ARG002
        """The page as it travels to whoever sent the request."""
        body = self.render(self.content, MediaType.HTML)
        headers = [*_HTML, *self._every_page, *_encoded(self.headers)]
        if len(body) >= LEAST_BYTES and accepts_gzip(_accept_encoding(request.scope)):
            body = compressed(body)
            headers.append(_GZIP)
        headers.append((b"content-length", b"%d" % len(body)))
        return _Ready(self.status_code or 200, headers, body)


class SeeOther(Response[Any]):
    """Where to go on after a POST: 303, never stored. ``url`` is ASCII, as every address is."""

    def __init__(self, url: str) -> None:
        super().__init__(b"", status_code=303)
        self._url = url

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """The way on, whoever asks."""
        return _Ready(303, [(b"location", self._url.encode("ascii")), *_SEE_OTHER], b"")


class _Ready(ASGIResponse):
    """An answer that needs no more work. Litestar's own constructor would decode and complete the headers."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self._start = {"type": "http.response.start", "status": status, "headers": headers}
        self._body = {"type": "http.response.body", "body": body, "more_body": False}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await send(self._start)  # type: ignore[arg-type]
        await send(self._body)  # type: ignore[arg-type]


def _encoded(headers: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), str(value).encode("latin-1")) for name, value in headers.items()]


def _accept_encoding(scope: Any) -> bytes:
    return b",".join([value for name, value in scope["headers"] if name == b"accept-encoding"])
