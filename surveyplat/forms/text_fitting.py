"""How much room words need, estimated without the font: enough to break lines before they run out of their box."""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

_NARROW = frozenset("iljtfr.,:;'|!()[] 1I·")
_LATIN, _CAPITAL, _THIN = 0.56, 0.7, 0.34
"""Widths in em, on the wide side of the usual sans-serif fonts."""
_PIECES = re.compile(r"\s+|[^\s\u2e80-\uffef]+|[\u2e80-\uffef]")
_NEVER_FIRST = frozenset("，。、；：？！）”’》")
"""Signs that never start a line of Chinese."""


def width(words: str, size: float) -> float:
    """The estimated width of words set in this size, in the same unit."""
    return size * sum(map(_ems, words))


def wrapped(words: str, size: float, room: float) -> list[str]:
    """The words in lines that are no wider than ``room``: broken at spaces, between Chinese characters, or anywhere
    in a word that is too long by itself."""
    lines = [""]
    for piece in _pieces(words, size, room):
        if lines[-1] and width(lines[-1] + piece.rstrip(), size) > room and piece not in _NEVER_FIRST:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def _pieces(words: str, size: float, room: float) -> Iterator[str]:
    """Words, spaces and Chinese characters; a word wider than the room in parts that fit."""
    for piece in _PIECES.findall(words):
        part = ""
        for sign in piece if width(piece, size) > room else ():
            if part and width(part + sign, size) > room:
                yield part
                part = ""
            part += sign
        yield part or piece


def _ems(sign: str) -> float:
    if east_asian_width(sign) in ("W", "F") or "\u2018" <= sign <= "\u201f":
        return 1.0
    if sign in _NARROW:
        return _THIN
    return _CAPITAL if sign.isupper() or sign in "mwMW%@" else _LATIN
