"""HTTP as a browser speaks it, as cheaply as it can be done: what the load costs is taken from the server's share."""

import asyncio
import zlib
from dataclasses import dataclass

from surveyplat.errors import ServerFailed

_ACCEPTS = "accept-encoding: gzip\r\n"
_IS_FORM = "content-type: application/x-www-form-urlencoded\r\n"


@dataclass(frozen=True)
class Answer:
    """``location`` is where a redirect leads, "" when the answer is none; ``sent`` is the body as it came."""

    status: int
    location: str
    sent: bytes
    compressed: bool

    @property
    def body(self) -> bytes:
        return zlib.decompress(self.sent, wbits=31) if self.compressed else self.sent


class Connection(asyncio.Protocol):
    """A connection that stays open, one request at a time. Understands answers that state their length."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._transport: asyncio.Transport
        self._received = b""
        self._answer: asyncio.Future[Answer] | None = None

    async def get(self, path: str) -> Answer:
        return await self._exchange(f"GET {path} HTTP/1.1\r\nhost: {self._host}\r\n{_ACCEPTS}\r\n".encode())

    async def post(self, path: str, form: bytes) -> Answer:
        head = f"POST {path} HTTP/1.1\r\nhost: {self._host}\r\n{_ACCEPTS}{_IS_FORM}"
        return await self._exchange(f"{head}content-length: {len(form)}\r\n\r\n".encode() + form)

    def close(self) -> None:
        self._transport.close()

    async def _exchange(self, request: bytes) -> Answer:
        """Raises ``ServerFailed`` when the server closes the connection instead of answering."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  (what create_connection makes)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", 0))
        if len(rest) >= length and self._answer is not None:
            self._received = b""
            location, compressed = fields.get(b"location", b"").decode(), b"content-encoding" in fields
            self._answer.set_result(Answer(int(head[9:12]), location, rest, compressed))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ServerFailed(f"{self._host}: the server closed a connection: {exc}"))


class Connections:
    """So many connections to one server, lent to whoever works."""

    def __init__(self, opened: list[Connection]) -> None:
        self._free = opened

    @classmethod
    async def open(cls, address: str, amount: int) -> "Connections":
        """Connect ``amount`` times to ``http://host:port``. Raises ``OSError`` when nobody listens."""
        place = address.removeprefix("http://")
        host, _, port = place.partition(":")
        loop = asyncio.get_running_loop()
        made = [await loop.create_connection(lambda: Connection(place), host, int(port)) for _ in range(amount)]
        return cls([connection for _, connection in made])

    def borrow(self) -> Connection:
        return self._free.pop()

    def give_back(self, connection: Connection) -> None:
        self._free.append(connection)

    def close(self) -> None:
        for connection in self._free:
            connection.close()
