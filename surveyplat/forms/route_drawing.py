"""The map of a questionnaire's routes as SVG: pages in a column on sheets of A4, detours left of it, ends at its right.

A page that some pass by has a detour around it, from the line above it to the line below it, so that no arrow ever
crosses a box. No box is cut by the edge of a sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from surveyplat.forms.route_map import Ending, Line, RouteMap, Stop, Tone
from surveyplat.forms.text_fitting import width, wrapped

SHEET_WIDTH, SHEET_HEIGHT = 794, 1123
"""A4 at 96 points an inch."""
_MARGIN = 36
_BOX_LEFT, _BOX_WIDTH = 130, 412
_MIDDLE = _BOX_LEFT + _BOX_WIDTH / 2
_DETOUR = 84
_END_LEFT, _END_WIDTH = 586, 172
_PAD = 12
_GAP = 40
_JOIN, _LEAVE = 10, 18
"""How far below a box a detour comes back, and above the next one it leaves."""
_INK, _PAPER, _RULE, _ACCENT = "#1b2530", "#ffffff", "#5b6b7a", "#0b5394"
_FILLS: Final = {
    "page": "#f4f7fa",
    "some": "#fff8e6",
    "complete": "#e6f4ea",
    "screened_out": "#fdecea",
    "quota": "#f3f0fa",
}
_FONTS = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Segoe UI', Arial, sans-serif"
_TONES: Final[dict[Tone, tuple[float, str, str]]] = {
    "title": (14, "bold", _INK),
    "name": (11, "normal", _RULE),
    "items": (12, "normal", _INK),
    "condition": (12, "normal", _ACCENT),
    "check": (12, "normal", "#7a3e00"),
}
"""Size, weight and colour."""
_MARKS: Final[dict[Tone, str]] = {"condition": "◇ ", "check": "✓ "}


@dataclass(frozen=True)
class _Row:
    """One line of a box as it is set: its words, its tone, and its baseline below the box's top."""

    words: str
    tone: Tone
    baseline: float


@dataclass(frozen=True)
class _Set:
    """The words of a box, set: the rows, and the height of the box."""

    rows: tuple[_Row, ...]
    height: float


def drawn(route: RouteMap) -> bytes:
    """The map as an SVG document, ``SHEET_WIDTH`` wide, with its text once more as a description."""
    drawing = _Drawing(route)
    drawing.heading()
    for stop in route.stops:
        drawing.stop(stop)
    drawing.finish()
    return drawing.document()


class _Drawing:
    """The sheet being drawn on, from the top to the bottom; ``_at`` is where the next thing may start."""

    def __init__(self, route: RouteMap) -> None:
        self._route = route
        self._at: float = _MARGIN
        self._line_from: float | None = None
        self._root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
        self._root.set("aria-labelledby", "map-title map-description")
        self._root.set("lang", route.language)
        self._text_in(self._root, "title", route.title, id="map-title")
        self._text_in(self._root, "desc", route.description, id="map-description")
        self._text_in(self._root, "style", f"@page{{size:A4;margin:0}}text{{font-family:{_FONTS}}}")
        self._paper = self._add("rect", width=SHEET_WIDTH, fill=_PAPER)
        self._arrowhead()

    def heading(self) -> None:
        for words, size, weight, colour in (
            (self._route.title, 18.0, "bold", _INK),
            (self._route.about, 12.0, "normal", _RULE),
        ):
            for line in wrapped(words, size, SHEET_WIDTH - 2 * _MARGIN):
                self._at += size * 1.4
                self._words(line, _MARGIN, self._at, size, weight, colour)
        self._at += 18
        self._pill(self._route.start, "complete")

    def stop(self, stop: Stop) -> None:
        words = _set(stop.lines, _BOX_WIDTH)
        ending = _set_ending(stop.ending) if stop.ending else None
        self._make_room(max(words.height, ending.height + 34 if ending else 0) + _GAP)
        joined_at = self._line_to(self._at + _GAP)
        top = self._at = self._at + _GAP
        self._box(_BOX_LEFT, top, _BOX_WIDTH, words, "some" if stop.skipped else "page")
        self._at = top + words.height
        leads_on = not (stop.ending and stop.ending.always)
        self._line_from = self._at + (0 if leads_on else _JOIN)
        if stop.skipped:
            self._detour(stop.skipped, joined_at, top + words.height)
        if stop.ending and ending:
            self._end(stop.ending, ending, top)

    def finish(self) -> None:
        self._make_room(_GAP + 30)
        last = self._route.stops[-1].ending if self._route.stops else None
        if last is None or not last.always:
            self._line_to(self._at + _GAP)
            self._at += _GAP
            self._pill(self._route.finish, "complete")
        if self._route.quotas:
            words = _set(self._route.quotas, SHEET_WIDTH - 2 * _MARGIN)
            self._make_room(words.height + _GAP)
            self._box(_MARGIN, self._at + _GAP, SHEET_WIDTH - 2 * _MARGIN, words, "quota")
            self._at += _GAP + words.height

    def document(self) -> bytes:
        height = self._at + _MARGIN
        self._paper.set("height", _figure(height))
        self._root.set("viewBox", f"0 0 {SHEET_WIDTH} {_figure(height)}")
        self._root.set("width", str(SHEET_WIDTH))
        self._root.set("height", _figure(height))
        return bytes(tostring(self._root, encoding="utf-8", xml_declaration=True))

    def _make_room(self, height: float) -> None:
        """Go on to the next sheet when what follows would be cut by the edge of this one."""
        edge = (self._at // SHEET_HEIGHT + 1) * SHEET_HEIGHT
        if self._at + height > edge - _MARGIN and height < SHEET_HEIGHT - 2 * _MARGIN:
            self._at = edge + _MARGIN / 2

    def _line_to(self, top: float) -> float:
        """The line from the box above down to the one at ``top``; gives where a detour leaves it."""
        start = self._line_from if self._line_from is not None else self._at
        self._add("path", d=f"M{_MIDDLE} {_figure(start)}V{_figure(top)}", **_STROKE, marker_end="url(#arrow)")
        return top - _LEAVE

    def _detour(self, words: str, start: float, bottom: float) -> None:
        end = bottom + _JOIN
        d = f"M{_MIDDLE} {_figure(start)}H{_DETOUR}V{_figure(end)}H{_MIDDLE - 1}"
        self._add("path", d=d, **_STROKE, stroke_dasharray="5 4", marker_end="url(#arrow)")
        lines = wrapped(words, 11, _DETOUR - 20)
        at = (start + end) / 2 - 7 * (len(lines) - 1)
        for number, line in enumerate(lines):
            self._words(line, _DETOUR - 6, at + 14 * number, 11, "normal", _RULE, anchor="end")

    def _end(self, ending: Ending, words: _Set, top: float) -> None:
        """The way out to the right of a page: whom it takes, and as what."""
        height = words.height + 34
        self._box(_END_LEFT, top, _END_WIDTH, words, "page", frame=False)
        y = top + words.height + 15
        self._at = max(self._at, top + height)
        self._add(
            "rect", x=_END_LEFT, y=y - 15, width=_END_WIDTH, height=30, rx=15, fill=_FILLS[ending.outcome], **_LINE
        )
        self._words(ending.label, _END_LEFT + _END_WIDTH / 2, y + 4, 12, "bold", _INK, anchor="middle")
        corner = _BOX_LEFT + _BOX_WIDTH
        self._add(
            "path",
            d=f"M{corner} {_figure(top + 20)}H{_END_LEFT - 16}V{_figure(y)}H{_END_LEFT}",
            **_STROKE,
            marker_end="url(#arrow)",
        )

    def _pill(self, words: str, fill: str) -> None:
        wide = max(120, width(words, 13) + 40)
        self._add("rect", x=_MIDDLE - wide / 2, y=self._at, width=wide, height=30, rx=15, fill=_FILLS[fill], **_LINE)
        self._words(words, _MIDDLE, self._at + 20, 13, "bold", _INK, anchor="middle")
        self._at += 30
        self._line_from = self._at

    def _box(self, left: float, top: float, wide: float, words: _Set, fill: str, frame: bool = True) -> None:
        if frame:
            self._add("rect", x=left, y=top, width=wide, height=words.height, rx=6, fill=_FILLS[fill], **_LINE)
        for row in words.rows:
            size, weight, colour = _TONES[row.tone]
            self._words(row.words, left + (_PAD if frame else 0), top + row.baseline, size, weight, colour)

    def _words(
        self, words: str, x: float, y: float, size: float, weight: str, colour: str, anchor: str = "start"
    ) -> None:
        node = self._add("text", x=x, y=y, font_size=size, font_weight=weight, fill=colour, text_anchor=anchor)
        node.text = words

    def _arrowhead(self) -> None:
        marker = SubElement(SubElement(self._root, "defs"), "marker", id="arrow", orient="auto")
        for name, value in (
            ("viewBox", "0 0 8 8"),
            ("refX", "8"),
            ("refY", "4"),
            ("markerWidth", "8"),
            ("markerHeight", "8"),
        ):
            marker.set(name, value)
        SubElement(marker, "path", d="M0 0L8 4L0 8z", fill=_RULE)

    def _add(self, kind: str, **attributes: float | str) -> Element:
        named = {name.replace("_", "-"): _figure(value) for name, value in attributes.items()}
        return SubElement(self._root, kind, named)

    @staticmethod
    def _text_in(parent: Element, kind: str, words: str, **attributes: str) -> None:
        SubElement(parent, kind, attributes).text = words


_LINE: Final[dict[str, str]] = {"stroke": _RULE, "stroke_width": "1"}
_STROKE: Final[dict[str, str]] = {"stroke": _RULE, "stroke_width": "1.5", "fill": "none"}


def _set(lines: Sequence[Line], wide: float) -> _Set:
    """Lines broken to fit a box of this width."""
    rows: list[_Row] = []
    at: float = _PAD - 4
    for line in lines:
        size = _TONES[line.tone][0]
        for words in wrapped(_MARKS.get(line.tone, "") + line.words, size, wide - 2 * _PAD):
            at += size * 1.4
            rows.append(_Row(words, line.tone, at))
        at += 2
    return _Set(tuple(rows), at + _PAD)


def _set_ending(ending: Ending) -> _Set:
    words = _set([Line("condition", ending.words)], _END_WIDTH + 2 * _PAD)
    return _Set(words.rows, words.height)


def _figure(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
