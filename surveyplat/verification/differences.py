"""The first place at which two JSON values differ."""

import json
from collections.abc import Iterator, Mapping
from math import isclose
from typing import Any

_SAME = 1e-9
"""Relative difference up to which numbers of another processor are the same ones."""


def first_difference(found: Any, wanted: Any) -> str | None:
    """The first place at which two JSON values differ, in words; None when they are the same."""
    return next(_differences(found, wanted, ""), None)


def as_json(document: Any) -> Any:
    """The document as it is read back from JSON: lists for tuples, texts for keys."""
    return json.loads(json.dumps(document, allow_nan=False))


def _differences(found: Any, wanted: Any, place: str) -> Iterator[str]:
    if isinstance(found, Mapping) and isinstance(wanted, Mapping):
        for name in [*wanted, *(name for name in found if name not in wanted)]:
            if name not in found or name not in wanted:
                yield f"{place}/{name} {'is absent' if name in wanted else 'was added'}"
            else:
                yield from _differences(found[name], wanted[name], f"{place}/{name}")
    elif isinstance(found, list) and isinstance(wanted, list):
        for number, (one, other) in enumerate(zip(found, wanted, strict=False)):
            yield from _differences(one, other, f"{place}/{number}")
        if len(found) != len(wanted):
            yield f"{place} has {len(found)} entries, and {len(wanted)} come out"
    elif not _is_same(found, wanted):
        yield f"{place} is {found!r}, and {wanted!r} comes out"


def _is_same(found: Any, wanted: Any) -> bool:
    if type(found) in (int, float) and type(wanted) in (int, float):
        return isclose(found, wanted, rel_tol=_SAME)
    return bool(found == wanted and type(found) is type(wanted))
