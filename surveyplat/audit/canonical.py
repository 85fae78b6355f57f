"""One form, one text: what is hashed is written in exactly one way."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces, characters as themselves; days as ISO dates."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_day)


def json_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal digits."""
    return sha256(canonical_json(value).encode()).hexdigest()


def rows_hash(header: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> str:
    """SHA-256 of the canonical rows: one line of JSON for the (name, type) header, then one for each row, in order."""
    hashed = sha256()
    for line in (header, *rows):
        hashed.update(canonical_json(line).encode() + b"\n")
    return hashed.hexdigest()


def _day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
