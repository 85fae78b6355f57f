"""How pages travel: gzip for whoever accepts it (docs/decisions/0007-compressed-pages.md says why that is safe)."""

import zlib
from functools import lru_cache
from typing import Any

GZIP_LEVEL = 6
"""0.1 ms a page; level 9 saves nothing over it."""
LEAST_BYTES = 500
"""Below that compression saves no packet."""
_GZIP_FRAME = 31
"""zlib's number for a window of 32 kB and a frame of gzip."""
_SAME_FOR_MANY = b"</style>"
"""What ends the part that all pages of one language begin with."""
_REFUSED = {"q=0", "q=0.0", "q=0.00", "q=0.000"}


def compressed(body: bytes) -> bytes:
    """The page's body as gzip, the same bytes for the same body."""
    shared = max(body.find(_SAME_FOR_MANY), 0)
    begun, sent = _begun(body[:shared])
    gzip = begun.copy()
    return b"".join((sent, gzip.compress(body[shared:]), gzip.flush()))


@lru_cache(maxsize=32)
def _begun(beginning: bytes) -> tuple[Any, bytes]:
    """A compressor that has read how a page begins, to be copied, and what it has already given for that."""
    gzip = zlib.compressobj(GZIP_LEVEL, wbits=_GZIP_FRAME)
    return gzip, gzip.compress(beginning)


def compressed_size(body: bytes) -> int:
    """The bytes of a page's body as they travel to a client that accepts gzip."""
    return len(compressed(body))


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: bytes) -> bool:
    """Whether the header names gzip and does not refuse it with a weight of 0."""
    for part in accept_encoding.decode("latin-1").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in _REFUSED
    return False
