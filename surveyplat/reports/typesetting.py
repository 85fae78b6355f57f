"""Lines of mixed Chinese and Latin text: what may break where, and what a font cannot show.

The rules are those of the W3C's "Requirements for Chinese Text Layout" (CLREQ): no closing punctuation at a line's
start, no opening punctuation at its end, a number stays with its unit, and a space of about a quarter em stands between
Han and Latin (a plain space, which in these fonts is 0.224 em wide, so that copied text keeps it).

Text is raw: no markup is read, so ``<`` and ``&`` are only characters.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

MISSING_MARK = "□"

_CLOSING = frozenset("、。，．：；？！）》」』】〕〗〉”’…—～·%‰℃,.;:!?)]}")
_OPENING = frozenset("（《「『【〔〖〈“‘([{¥￥£€$#")
_HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE = re.compile(f"[{_HAN}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6“”‘’…—·]")
_LATIN = "A-Za-z0-9\u00c0-\u024f"
_HAN_THEN_LATIN = re.compile(f"([{_HAN}]) ?(?=[{_LATIN}+−±<>])")
_LATIN_THEN_HAN = re.compile(f"([{_LATIN}]) ?(?=[{_HAN}])")
_UNITS = "points?|years?|months?|weeks?|days?|hours?|minutes?|answers?|dealers?|vehicles?|problems?|items?|PP100"
_HAN_UNITS = "年月日天周时分秒个家位名台辆份条项次类题页季元万亿点百"
_GLUED = re.compile(
    rf"(?<=[0-9]) (?=(?:{_UNITS})\b)|(?<=[0-9]) (?=[%‰℃])|(?<=[0-9]) (?=[{_HAN_UNITS}])"
    rf"|(?<=[<>=≥≤±±×]) (?=[−+0-9])|(?<=[A-Za-z]) (?=[<>=≥≤])|(?<=[第年月]) (?=[0-9])"
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b([0-9]{{1,2}}) ({_MONTHS}) ([0-9]{{4}})\b")
_QUARTER = re.compile(r"\b(Q[1-4]) ([0-9]{4})\b")
_QUOTES_AMONG_LATIN = (
    (re.compile("(?<=[A-Za-z])’"), "'"),
    (re.compile("[“”](?=[A-Za-z])|(?<=[A-Za-z.,!?])[“”]"), '"'),
    (re.compile("‘(?=[A-Za-z])"), "'"),
)
_NO_BREAK = "\u00a0"

Widths = Callable[[str, str], float]
"""(text, font name) -> width in points."""


@dataclass(frozen=True)
class Span:
    """A run of text in one font."""

    text: str
    font: str


@dataclass(frozen=True)
class Line:
    spans: tuple[Span, ...]
    width: float
    ends_word: bool = False
    """Whether it was broken at a space, which a reader that hears or copies the text still needs."""

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


def normalised(text: str) -> str:
    """White space collapsed to one space (line ends too), Han and Latin set apart by one space, numbers glued to units.

    Curly quotes between Latin letters become straight ones: Chinese fonts draw them a full em wide.
    """
    text = re.sub(r"[ \t\r\n\f\v]+", " ", unicodedata.normalize("NFC", text)).strip()
    text = _LATIN_THEN_HAN.sub(r"\1 ", _HAN_THEN_LATIN.sub(r"\1 ", text))
    for pattern, straight in _QUOTES_AMONG_LATIN:
        text = pattern.sub(straight, text)
    text = _QUARTER.sub(rf"\1{_NO_BREAK}\2", _DATE.sub(rf"\1{_NO_BREAK}\2{_NO_BREAK}\3", text))
    return _GLUED.sub(_NO_BREAK, text)


def visible(text: str, glyphs: Collection[int]) -> str:
    """The text with each character that the font lacks, or that would be invisible, replaced by a mark and its code.

    An emoji becomes □U+1F600: shown, never lost. ``glyphs`` are the font's code points.
    """
    if text.replace(_NO_BREAK, " ").isprintable() and all(map(glyphs.__contains__, map(ord, text))):
        return text
    return "".join(_shown(character, glyphs) for character in text)


def _shown(character: str, glyphs: Collection[int]) -> str:
    if character in (" ", _NO_BREAK):
        return character
    if ord(character) in glyphs and unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp"):
        return character
    return f"{MISSING_MARK}U+{ord(character):04X}"


@lru_cache(maxsize=16384)
def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two neighbouring characters, neither of them a space."""
    if after in _CLOSING or before in _OPENING:
        return False
    if after in _OPENING and _WIDE.match(after):
        return True
    if _WIDE.match(before) or _WIDE.match(after):
        return True
    if before in "/_" or after == MISSING_MARK:
        return True
    return before == "-" and after.islower()


@lru_cache(maxsize=4096)
def atoms(text: str) -> tuple[str, ...]:
    """The pieces that a line may not split, in order; a piece keeps the space that follows it."""
    pieces: list[str] = []
    start = 0
    for position in range(1, len(text)):
        before, after = text[position - 1], text[position]
        ends_here = before == " " and _may_end_at_space(text, position) if before == " " else _inner(before, after)
        if ends_here:
            pieces.append(text[start:position])
            start = position
    return (*pieces, text[start:]) if text else ()


def _inner(before: str, after: str) -> bool:
    return after not in (" ", _NO_BREAK) and before != _NO_BREAK and may_break(before, after)


def _may_end_at_space(text: str, position: int) -> bool:
    return text[position] not in _CLOSING and (position < 2 or text[position - 2] not in _OPENING)


def break_lines(spans: tuple[Span, ...], width: float, measure: Widths) -> tuple[Line, ...]:
    """Greedy lines no wider than ``width`` points; an atom that is wider by itself is split between characters.

    A last line of one Han character takes its neighbour down with it. No text gives no lines.
    """
    pieces = [piece for atom in _span_atoms(spans) for piece in _fitting(atom, width, measure)]
    lines: list[list[tuple[Span, ...]]] = [[]]
    filled = 0.0
    for piece in pieces:
        if lines[-1] and filled + _width(piece, measure, trimmed=True) > width:
            lines.append([])
            filled = 0.0
        lines[-1].append(piece)
        filled += _width(piece, measure)
    _mend_widow(lines, width, measure)
    return tuple(_line(line, measure) for line in lines if line)


def _span_atoms(spans: tuple[Span, ...]) -> Iterator[tuple[Span, ...]]:
    """Atoms over span borders: each is the spans of one unbreakable piece."""
    text = "".join(span.text for span in spans)
    borders = [(span, len(span.text)) for span in spans]
    for atom in atoms(text):
        taken: list[Span] = []
        rest = atom
        while rest:
            span, left = borders[0]
            part = rest[:left]
            taken.append(Span(part, span.font))
            rest = rest[left:]
            borders[0] = (span, left - len(part))
            if borders[0][1] == 0:
                borders.pop(0)
        yield tuple(taken)


def _fitting(atom: tuple[Span, ...], width: float, measure: Widths) -> Iterator[tuple[Span, ...]]:
    if _width(atom, measure, trimmed=True) <= width:
        yield atom
        return
    part, filled = "", 0.0
    for span in atom:
        for character in span.text:
            advance = measure(character, span.font)
            if part and filled + advance > width:
                yield (Span(part, span.font),)
                part, filled = "", 0.0
            part, filled = part + character, filled + advance
        if part:
            yield (Span(part, span.font),)
        part, filled = "", 0.0


def _width(piece: tuple[Span, ...], measure: Widths, *, trimmed: bool = False) -> float:
    texts = [(span.text, span.font) for span in piece]
    if trimmed and texts:
        texts[-1] = (texts[-1][0].rstrip(" "), texts[-1][1])
    return sum(measure(text, font) for text, font in texts)


def _mend_widow(lines: list[list[tuple[Span, ...]]], width: float, measure: Widths) -> None:
    if len(lines) < 2 or len(lines[-1]) != 1 or len(lines[-2]) < 4:
        return
    alone = "".join(span.text for span in lines[-1][0]).rstrip("。！？；… ")
    moved = lines[-2][-1]
    if len(alone) == 1 and _WIDE.match(alone) and _width((*moved, *lines[-1][0]), measure) <= width:
        lines[-1].insert(0, lines[-2].pop())


def _line(pieces: list[tuple[Span, ...]], measure: Widths) -> Line:
    merged: list[Span] = []
    for span in (span for piece in pieces for span in piece):
        if merged and merged[-1].font == span.font:
            merged[-1] = Span(merged[-1].text + span.text, span.font)
        else:
            merged.append(span)
    ends_word = merged[-1].text.endswith(" ")
    merged[-1] = Span(merged[-1].text.rstrip(" "), merged[-1].font)
    return Line(tuple(merged), _width(tuple(merged), measure), ends_word)
