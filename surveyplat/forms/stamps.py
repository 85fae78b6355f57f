"""A page's stamp: what the page knew when it was shown, signed, so that the POST can say so.

stamp = revision "." shown at "." showing "." digests "." mac; the mac is HMAC-SHA-256(key, invitation, definition hash,
page and the four), cut to 128 bits.
A stale, forged or absent stamp never costs an answer: it only takes away what the stamp would have told.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest, digest
from uuid import UUID

_MAC_BYTES = 16


@dataclass(frozen=True)
class PageView:
    """One showing of one page: to whom, of which definition, and on which draft it was based."""

    invitation: UUID
    definition_hash: str
    page: str
    revision: int
    shown_at: int
    """Seconds since 1970."""
    showing: str = ""
    """Tells this showing from every other one; letters and digits."""
    digests: str = ""
    """What the page's items showed, as ``merging.digests`` writes it."""


def make_stamp(key: bytes, view: PageView) -> str:
    return f"{view.revision}.{view.shown_at}.{view.showing}.{view.digests}.{_mac(key, view)}"


def read_stamp(key: bytes, text: str, invitation: UUID, definition_hash: str, page: str) -> PageView | None:
    """The showing that the stamp tells of, or None when we did not make it for this page."""
    revision, shown, showing, digests, mac = (*text.split("."), "", "", "", "", "")[:5]
    if not (_small_number(revision) and _small_number(shown)):
        return None
    view = PageView(invitation, definition_hash, page, int(revision), int(shown), showing, digests)
    return view if compare_digest(mac.encode(), _mac(key, view).encode()) else None


def seconds_shown(view: PageView | None, now: datetime) -> int | None:
    """How long the page was open, in whole seconds; None when no stamp tells."""
    return None if view is None else max(0, int(now.timestamp()) - view.shown_at)


def _mac(key: bytes, view: PageView) -> str:
    seen = f"{view.invitation}|{view.definition_hash}|{view.page}|{view.revision}|{view.shown_at}"
    message = f"{seen}|{view.showing}|{view.digests}".encode("utf-8", "replace")
    return urlsafe_b64encode(digest(key, message, sha256)[:_MAC_BYTES]).rstrip(b"=").decode()


def _small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
