"""A TrueType font as reportlab wants it, read in place: a report shows a few hundred of 30,000 glyphs.

reportlab's own reader takes the whole file (10 MB) into memory and each number of its tables by itself. Here the file
is mapped, so that processes share it and only the glyphs that are drawn are ever read, and tables are read as a whole.
Source: OpenType 1.9, tables cmap, hhea, hmtx, loca and head.
"""

import sys
from array import array
from collections.abc import Iterable
from itertools import chain
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import iter_unpack, unpack_from
from weakref import WeakKeyDictionary

from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import TTEncoding, TTFont, TTFontFace

from surveyplat.errors import ReportError

_ALL_CHARACTERS = (3, 10)
"""The platform and encoding of the character table that knows every plane of Unicode."""
_GROUPS = 12
"""The format of a character table made of groups: first character, last character, glyph of the first."""
_SPACE, _NO_BREAK_SPACE = 0x20, 0xA0


class MappedFont(TTFont):  # type: ignore[misc]
    """A font of reportlab's by the name ``name``, whose file stays where it is."""

    def __init__(self, name: str, path: Path) -> None:
        """As reportlab's does, but for the face. Raises ``ReportError`` when the file is no font like those shipped."""
        self.fontName = name
        self.face = MappedFace(str(path))
        self.encoding = TTEncoding()
        self.state: WeakKeyDictionary[PDFDocument, TTFont.State] = WeakKeyDictionary()
        self._asciiReadable = True
        self.shapable = False

    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:  # noqa: N802, ARG002  (reportlab's)
        """A text's width in points; what the font lacks is as wide as its first glyph."""
        return 0.001 * size * sum(map(self.face.charWidths.__getitem__, map(ord, text)))


class MappedFace(TTFontFace):  # type: ignore[misc]
    """The face of a mapped font: what reportlab reads of it, by the same names."""

    def readFile(self, f: str) -> None:  # noqa: N802  (reportlab's name)
        self.filename = f
        with Path(f).open("rb") as file:
            self._ttf_data = mmap(file.fileno(), 0, access=ACCESS_READ)
        self._pos = 0

    def extractInfo(self, charInfo: int = 1) -> None:  # noqa: N802, N803, ARG002  (reportlab's names)
        super().extractInfo(charInfo=0)
        widths, bearings = self._metrics()
        self.hmetrics = _Metrics(widths, bearings)
        self.glyphPos = self._places()
        self.charToGlyph = self._glyphs()
        self.defaultWidth = self._pdfScale(widths[0])
        scaled = [self._pdfScale(width) for width in widths]
        widths_of = zip(self.charToGlyph, map(scaled.__getitem__, self.charToGlyph.values()), strict=True)
        self.charWidths = _Widths(self.defaultWidth, widths_of)

    def get_table(self, tag: str) -> "bytes | _Part":
        """A table's bytes; of the glyphs' outlines, which are nearly the whole file, only a way to get at them."""
        return _Part(self._ttf_data, self.get_table_pos(tag)[0]) if tag == "glyf" else self._table(tag)

    def _table(self, tag: str) -> bytes:
        start, length = self.get_table_pos(tag)
        table: bytes = self._ttf_data[start : start + length]
        return table

    def _metrics(self) -> "tuple[array[int], array[int]]":
        """Width and left bearing by glyph; glyphs after the last that has both have its width."""
        (pairs,) = unpack_from(">H", self._table("hhea"), 34)
        numbers = _numbers("H", self._table("hmtx"))
        widths, bearings = numbers[0 : 2 * pairs : 2], numbers[1 : 2 * pairs : 2] + numbers[2 * pairs :]
        widths.extend([widths[-1]] * (len(bearings) - pairs))
        return widths, bearings

    def _places(self) -> "array[int]":
        """Where each glyph's outline begins, and where the last one ends."""
        (has_long_places,) = unpack_from(">h", self._table("head"), 50)
        table = self._table("loca")
        return _numbers("I", table) if has_long_places else array("I", (2 * each for each in _numbers("H", table)))

    def _glyphs(self) -> dict[int, int]:
        table = self._table("cmap")
        (subtables,) = unpack_from(">H", table, 2)
        found = (unpack_from(">HHL", table, 4 + 8 * number) for number in range(subtables))
        start = next((place for *kind, place in found if tuple(kind) == _ALL_CHARACTERS), None)
        if start is None or unpack_from(">H", table, start) != (_GROUPS,):
            raise ReportError(f"font {self.filename}: its table of characters is of another kind. Install it again")
        (groups,) = unpack_from(">L", table, start + 12)
        glyphs = dict(
            chain.from_iterable(
                zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)
                for first, last, glyph in iter_unpack(">LLL", table[start + 16 : start + 16 + 12 * groups])
            )
        )
        return glyphs | {_NO_BREAK_SPACE: glyphs[_SPACE]}


class _Widths(dict[int, float]):
    """Width by character, with that of what the font lacks."""

    def __init__(self, default: float, known: Iterable[tuple[int, float]]) -> None:
        super().__init__(known)
        self._default = default

    def __missing__(self, character: int) -> float:
        return self._default


class _Metrics:
    """Width and left bearing of a glyph by its number."""

    def __init__(self, widths: "array[int]", bearings: "array[int]") -> None:
        self._widths, self._bearings = widths, bearings

    def __getitem__(self, glyph: int) -> tuple[int, int]:
        return self._widths[glyph], self._bearings[glyph]


class _Part:
    """A part of a mapped file; only the slices that are asked for are copied."""

    def __init__(self, data: mmap, start: int) -> None:
        self._data, self._start = data, start

    def __getitem__(self, place: slice) -> bytes:
        return self._data[self._start + place.start : self._start + place.stop]


def _numbers(code: str, table: bytes) -> "array[int]":
    """A table of big-endian numbers, none of them signed."""
    numbers = array(code, table)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
