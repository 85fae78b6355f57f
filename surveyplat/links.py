"""Personal links: a token is derived, never stored; what the database holds is its hash.

A token can be rebuilt for a reminder from the invitation's nonce, and a new generation revokes the old ones. A link is
looked up by the SHA-256 of the whole token, so that how far a guess was right cannot be measured by the clock.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import digest

NONCE_BYTES = 16
"""Random bytes of an invitation's nonce."""
TOKEN_LENGTH = 22
"""Characters of a token: 128 bits in base64url without padding."""
SURVEY = "survey"
"""The purpose of a link that opens a questionnaire."""
_TOKEN_BYTES = 16


def make_token(link_key: bytes, nonce: bytes, generation: int, purpose: str = SURVEY) -> str:
    """The first 128 bits of HMAC-SHA-256(link key, nonce || purpose || generation), 22 characters.

    The nonce has a fixed length and the generation stands as 4 bytes, big-endian, so that no two triples share a
    message. Raises ``ValueError`` for a nonce of another length.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes, not {len(nonce)}")
    message = nonce + purpose.encode("utf-8") + generation.to_bytes(4, "big")
    return urlsafe_b64encode(digest(link_key, message, sha256)[:_TOKEN_BYTES]).rstrip(b"=").decode("ascii")


def token_hash(token: str) -> str:
    """What is stored and looked up: SHA-256 of the token, 64 hexadecimal digits. Any text has one, a forged one too."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def link_for(base_url: str, token: str) -> str:
    """The address that a customer opens: ``{base}/s/{token}``."""
    return f"{base_url.rstrip('/')}/s/{token}"


def masked(path: str) -> str:
    """The path as a log may show it: everything from a token on becomes ``...``."""
    head, mark, _ = path.partition("/s/")
    return f"{head}/s/..." if mark else path
