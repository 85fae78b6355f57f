"""How a column's boxes share its height: text as large as fits, the rest of the height as room to write."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveyplat.reports import theme
from surveyplat.reports.flowables import lines_of
from surveyplat.reports.sheets.blocks import Box, Field
from surveyplat.reports.theme import TextStyle
from surveyplat.reports.typesetting import Line

LABEL_WIDTH = 62.0
TITLE_HEIGHT = 17.0
FIGURE_HEIGHT = 25.0
GAP = 7.0
"""Below each box."""
PAD = 5.0
FIELD_GAP = 2.4
_SIZES = (8.6, 8.0, 7.4, 6.8, 6.2)
_LEADING = 1.42
_BLANK, _SMALLEST_BLANK, _LARGEST_BLANK = 15.0, 9.5, 28.0
"""The height of a line to write on, before and after the rest of the column is shared out."""


@dataclass(frozen=True)
class Fitted:
    """A field as it is drawn: its lines, empty where it is to be filled in, and its height."""

    field: Field
    lines: tuple[Line, ...]
    height: float
    is_cut: bool


@dataclass(frozen=True)
class FittedBox:
    box: Box
    fields: tuple[Fitted, ...]
    height: float


@dataclass(frozen=True)
class FittedColumn:
    boxes: tuple[FittedBox, ...]
    style: TextStyle
    blank: float
    """The height of one line to write on."""


def fit(boxes: Sequence[Box], width: float, height: float) -> FittedColumn:
    """Every box at its place; where even the smallest size has no room, the longest texts are cut and marked so."""
    for size in _SIZES:
        style = _style(size)
        texts = _texts(boxes, style, width)
        spare = height - _needed(boxes, texts, style, _SMALLEST_BLANK)
        if spare >= 0:
            return _column(boxes, texts, style, _blank(boxes, spare), most=None)
    fixed = _needed(boxes, dict.fromkeys(texts, ()), style, _SMALLEST_BLANK)
    most = _most_lines(texts, (height - fixed) / style.leading)
    return _column(boxes, texts, style, _SMALLEST_BLANK, most)


def _style(size: float) -> TextStyle:
    return TextStyle(theme.REGULAR, size, size * _LEADING)


_Texts = dict[tuple[int, int], tuple[Line, ...]]
"""By the places of a box and of its field."""


def _texts(boxes: Sequence[Box], style: TextStyle, width: float) -> _Texts:
    room = width - LABEL_WIDTH - 2 * PAD
    return {
        (place, row): lines_of(field.text, style, room) if field.text else ()
        for place, box in enumerate(boxes)
        for row, field in enumerate(box.fields)
    }


def _needed(boxes: Sequence[Box], texts: _Texts, style: TextStyle, blank: float) -> float:
    fields = [field for box in boxes for field in box.fields]
    lines = sum(map(len, texts.values())) * style.leading
    empty = sum(field.blank for field in fields if not field.text) * blank
    frames = len(boxes) * (TITLE_HEIGHT + 2 * PAD + GAP) - GAP + FIGURE_HEIGHT * sum(map(_has_figure, boxes))
    return lines + empty + frames + FIELD_GAP * len(fields)


def _has_figure(box: Box) -> bool:
    return box.figure is not None


def _blank(boxes: Sequence[Box], spare: float) -> float:
    """A line to write on takes what is left, up to a comfortable height."""
    count = sum(field.blank for box in boxes for field in box.fields if not field.text)
    return min(_LARGEST_BLANK, _SMALLEST_BLANK + spare / count) if count else _BLANK


def _most_lines(texts: _Texts, room: float) -> int:
    """The most lines that every text may keep, at least two."""
    longest = max(map(len, texts.values()))
    fitting = (most for most in range(longest, 1, -1) if sum(min(len(each), most) for each in texts.values()) <= room)
    return next(fitting, 2)


def _column(boxes: Sequence[Box], texts: _Texts, style: TextStyle, blank: float, most: int | None) -> FittedColumn:
    fitted = tuple(_box(box, place, texts, style, blank, most) for place, box in enumerate(boxes))
    return FittedColumn(fitted, style, blank)


def _box(box: Box, place: int, texts: _Texts, style: TextStyle, blank: float, most: int | None) -> FittedBox:
    fields = tuple(_field(field, texts[place, row], style, blank, most) for row, field in enumerate(box.fields))
    inner = sum(each.height + FIELD_GAP for each in fields) + (FIGURE_HEIGHT if box.figure else 0.0)
    return FittedBox(box, fields, TITLE_HEIGHT + 2 * PAD + inner)


def _field(field: Field, lines: tuple[Line, ...], style: TextStyle, blank: float, most: int | None) -> Fitted:
    if not field.text:
        return Fitted(field, (), field.blank * blank, False)
    if most is None or len(lines) <= most:
        return Fitted(field, lines, len(lines) * style.leading, False)
    return Fitted(field, lines[: most - 1], most * style.leading, True)
