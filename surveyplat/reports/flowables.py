"""Text, charts and panels as flowables: they draw what content decided, at the size the page gives them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from surveyplat.reports import theme
from surveyplat.reports.blocks import KeyFigure
from surveyplat.reports.tagging import Destination, Element
from surveyplat.reports.theme import TextStyle
from surveyplat.reports.typesetting import Line, Span, break_lines, normalised, visible

_OPENING = tuple("（《「『【〔〖〈“‘")
_PAIR = re.compile("(?<=[）》」』】〕〗〉”’、。，；：])(?=[（《「『【〔〖〈“‘）》」』】〕〗〉”’、。，；：])")
"""Two full-width marks side by side are set half an em closer: each fills only half of its square."""
_PANEL_PAD = 10.0


@lru_cache(maxsize=8192)
def spans_of(text: str, style: TextStyle, lead: str = "") -> tuple[Span, ...]:
    """Text ready to be broken: normalised, with a mark for every glyph that its font lacks."""
    parts = [(lead, theme.BOLD), (text, style.font)] if lead else [(text, style.font)]
    joint = " " if lead and text and lead[-1].isascii() else ""
    ready = [Span(visible(normalised(part), theme.glyphs(font)), font) for part, font in parts if part]
    if joint:
        ready[0] = Span(ready[0].text + joint, ready[0].font)
    return tuple(ready)


@lru_cache(maxsize=8192)
def lines_of(text: str, style: TextStyle, width: float, lead: str = "") -> tuple[Line, ...]:
    """The text broken into lines; kept, because charts and tables ask for the same lines several times."""
    return break_lines(spans_of(text, style, lead), width, partial(text_width, size=style.size))


def text_width(text: str, font: str, *, size: float) -> float:
    """In points, as ``draw_lines`` sets it."""
    width = theme.measure(text, font, size)
    return width if text.isascii() else width - len(_PAIR.findall(text)) * size / 2


def draw_lines(canvas: Canvas, lines: Sequence[Line], style: TextStyle, x: float, top: float, width: float) -> None:
    """Draw lines downwards from ``top``; a right-aligned asterisk hangs outside, so that digits keep their columns."""
    canvas.setFillColor(style.colour)
    baseline = top - (style.leading - style.size) / 2 - style.size * 0.86
    for line in lines:
        at = x + _indent(line, style, width)
        for place, span in enumerate(line.spans, 1):
            canvas.setFont(span.font, style.size)
            text = f"{span.text} " if line.ends_word and place == len(line.spans) else span.text
            for piece in _PAIR.split(text):
                canvas.drawString(at, baseline, piece)
                at += theme.measure(piece, span.font, style.size) - style.size / 2
            at += style.size / 2
        baseline -= style.leading


def _indent(line: Line, style: TextStyle, width: float) -> float:
    if style.align == "left":
        return -style.size / 2 if line.text.startswith(_OPENING) else 0.0
    room = width - line.width
    if style.align == "centre":
        return room / 2
    return room + (theme.measure("*", style.font, style.size) if line.text.endswith("*") else 0.0)


class TextBlock(Flowable):  # type: ignore[misc]
    """A paragraph in one style, with an optional bold lead; breaks between pages by lines, never leaving one alone.

    ``element`` is what it is in the report's structure; without one it is an artifact.
    """

    def __init__(
        self,
        text: str,
        style: TextStyle,
        element: Element | None = None,
        *,
        lead: str = "",
        lines: tuple[Line, ...] | None = None,
    ) -> None:
        super().__init__()
        self._text, self._style, self._lead, self._lines = text, style, lead, lines
        self._element = element
        self.spaceBefore, self.spaceAfter = style.before, style.after

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        if self._lines is None:
            self._lines = lines_of(self._text, self._style, available_width, self._lead)
        self.width, self.height = available_width, len(self._lines) * self._style.leading
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        self.wrap(available_width, available_height)
        lines = self._lines or ()
        fitting = min(int(available_height // self._style.leading), len(lines) - 2)
        if fitting < 2:
            return []
        first = TextBlock("", replace(self._style, after=0.0), self._element, lines=lines[:fitting])
        return [first, TextBlock("", replace(self._style, before=0.0), self._element, lines=lines[fitting:])]

    def draw(self) -> None:
        with self.canv.marked(self._element):
            draw_lines(self.canv, self._lines or (), self._style, 0, self.height, self.width)


class Kicker(TextBlock):
    """A section's short name above its heading, its entry in the outline and what links to it lead to."""

    def __init__(self, text: str, style: TextStyle, key: str, element: Element) -> None:
        super().__init__(text, style, element)
        self._key, self._begun = key, element

    def draw(self) -> None:
        top = min(self.canv.absolutePosition(0, self.height)[1] + 8, theme.PAGE_HEIGHT)
        self.canv.bookmarkPage(self._key, fit="XYZ", left=0, top=top, zoom=0)
        self.canv.addOutlineEntry(self._text, self._key, level=0)
        self.canv.begin_section(self._key)
        self._begun.begins = Destination(self._key, top)
        super().draw()


class Chart(Flowable):  # type: ignore[misc]
    """A drawing at its own size, as a part of a figure."""

    def __init__(self, drawing: Drawing, figure: Element) -> None:
        super().__init__()
        self._drawing, self._figure = drawing, figure
        self.spaceAfter = 4

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self._drawing.width, self._drawing.height

    def draw(self) -> None:
        left, bottom = self.canv.absolutePosition(0, 0)
        self._figure.reach((left, bottom, left + self._drawing.width, bottom + self._drawing.height))
        with self.canv.marked(self._figure):
            renderPDF.draw(self._drawing, self.canv, 0, 0)


class Panel(Flowable):  # type: ignore[misc]
    """The key figures side by side on a tinted ground, each with its label above and its uncertainty below."""

    _VALUE = TextStyle(theme.BOLD, 22, 27, theme.NAVY)
    _LABEL = TextStyle(theme.REGULAR, 8, 11, theme.QUIET)
    _DETAIL = TextStyle(theme.REGULAR, 7.6, 10.6, theme.INK)

    def __init__(self, figures: Sequence[KeyFigure], section: Element) -> None:
        super().__init__()
        self._figures = figures
        entries = section.add("L")
        self._elements = [labelled(entries) for _ in figures]
        self.spaceAfter = 4

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width = available_width
        self._column = available_width / max(1, len(self._figures))
        inner = self._column - _PANEL_PAD - 4
        self._labels = [lines_of(figure.label, self._LABEL, inner) for figure in self._figures]
        self._details = [lines_of(figure.detail, self._DETAIL, inner) for figure in self._figures]
        self._label_rows = max(map(len, self._labels), default=1)
        rows = self._label_rows * self._LABEL.leading
        rows += max(map(len, self._details), default=1) * self._DETAIL.leading
        self.height = rows + self._VALUE.leading + 2 * _PANEL_PAD
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setFillColor(theme.PANEL)
        self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        self.canv.setFillColor(theme.NAVY)
        self.canv.rect(0, self.height - 2, self.width, 2, stroke=0, fill=1)
        for index, (figure, elements) in enumerate(zip(self._figures, self._elements, strict=True)):
            self._draw_figure(figure, index, elements)

    def _draw_figure(self, figure: KeyFigure, index: int, elements: tuple[Element, Element]) -> None:
        x, inner = index * self._column + _PANEL_PAD, self._column - _PANEL_PAD
        top = self.height - _PANEL_PAD
        label_top = top - (self._label_rows - len(self._labels[index])) * self._LABEL.leading
        with self.canv.marked(elements[0]):
            draw_lines(self.canv, self._labels[index], self._LABEL, x, label_top, inner)
        top -= self._label_rows * self._LABEL.leading
        value = lines_of(figure.value, self._VALUE, 1000)
        size = min(1.0, inner / value[0].width) if value and value[0].width else 1.0
        style = replace(self._VALUE, size=self._VALUE.size * size)
        with self.canv.marked(elements[1].add("P")):
            draw_lines(self.canv, lines_of(figure.value, style, 1000), style, x, top, inner)
        with self.canv.marked(elements[1].add("P")):
            draw_lines(self.canv, self._details[index], self._DETAIL, x, top - self._VALUE.leading, inner)


def labelled(entries: Element) -> tuple[Element, Element]:
    """A new entry of a list: its label and its body."""
    entry = entries.add("LI")
    return entry.add("Lbl"), entry.add("LBody")
