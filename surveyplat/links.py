"""Personal links: a token is a capability, derived and never stored.

token = base64url of the first 128 bits of HMAC-SHA-256(link key, nonce | purpose | generation). It can be rebuilt for a
reminder from the invitation's random nonce; a new generation revokes the old one. Only its hash is indexed, so that
looking one up compares hashes and a stolen database opens no survey.
"""

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import digest

TOKEN_BYTES = 16
NONCE_BYTES = 16
ANSWERING = "answer"
"""The purpose of a link that opens a survey."""

_PERSONAL_PATH = re.compile(r"/s/[^/?#\s]+")


def make_token(link_key: bytes, nonce: bytes, generation: int, purpose: str = ANSWERING) -> str:
    """The token of an invitation: 22 characters of base64url."""
    message = nonce + b"|" + purpose.encode() + b"|" + str(generation).encode()
    return urlsafe_b64encode(digest(link_key, message, sha256)[:TOKEN_BYTES]).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """SHA-256 of a token, in hexadecimal: what the database knows of it."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def link_for(base_url: str, token: str) -> str:
    return f"{base_url.rstrip('/')}/s/{token}"


def masked(path: str) -> str:
    """A path or URL without the tokens in it, fit for a log."""
    return _PERSONAL_PATH.sub("/s/...", path)
