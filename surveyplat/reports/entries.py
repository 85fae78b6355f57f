"""Entries of lists: a point with its number in the margin, and the card of an action."""

from collections.abc import Sequence

from reportlab.platypus import Flowable

from surveyplat.reports import theme
from surveyplat.reports.blocks import ActionCard, Paragraph
from surveyplat.reports.flowables import draw_lines, labelled, lines_of
from surveyplat.reports.references import BESIDE, ROOM, Reference, Referrer
from surveyplat.reports.tagging import Element
from surveyplat.reports.theme import TextStyle
from surveyplat.reports.typesetting import Line


class Hanging(Flowable):  # type: ignore[misc]
    """Text beside its label: a number or a word that hangs in the margin.

    ``indents`` are where the label and the text begin, and what stays free at the right; ``elements`` those of both.
    ``reference`` stands at the right of the first line.
    """

    def __init__(
        self,
        label: str,
        text: Paragraph,
        styles: tuple[TextStyle, TextStyle],
        indents: tuple[float, float, float],
        elements: tuple[Element, Element],
        lines: tuple[Line, ...] | None = None,
        reference: Reference | None = None,
    ) -> None:
        super().__init__()
        self._label, self._text, self._styles, self._indents, self._lines = label, text, styles, indents, lines
        self._elements, self._reference = elements, reference
        self.spaceAfter = styles[1].after

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        if self._lines is None:
            width = available_width - self._indents[1] - self._indents[2]
            self._lines = lines_of(self._text.text, self._styles[1], width, self._text.lead)
        self.width, self.height = available_width, max(1, len(self._lines)) * self._styles[1].leading
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        self.wrap(available_width, available_height)
        lines = self._lines or ()
        fitting = min(int(available_height // self._styles[1].leading), len(lines) - 2)
        if fitting < 2:
            return []
        same = self._text, self._styles, self._indents, self._elements
        return [Hanging(self._label, *same, lines[:fitting], self._reference), Hanging("", *same, lines[fitting:])]

    def draw(self) -> None:
        (label_style, style), (label_at, text_at, _) = self._styles, self._indents
        label = lines_of(self._label, label_style, text_at - label_at)
        if label:
            with self.canv.marked(self._elements[0]):
                draw_lines(self.canv, label, label_style, label_at, self.height, text_at - label_at)
        with self.canv.marked(self._elements[1]):
            draw_lines(self.canv, self._lines or (), style, text_at, self.height, self.width - text_at)
        if self._reference:
            self._reference.draw(self.canv, self.width, self.height, BESIDE)


_NUMBER = TextStyle(theme.BOLD, theme.BODY.size, theme.BODY.leading, theme.VERMILION)
_PLAN_LABEL = TextStyle(theme.BOLD, 8, 12.6, theme.QUIET)
_PLAN_TEXT = TextStyle(theme.REGULAR, 8.6, 12.6)
_WHAT = TextStyle(theme.BOLD, 10, 14.4, after=3)
_CARD_INDENT = 20.0
_PLAN_INDENT = 58.0
_STATE_WIDTH = 128.0
_FREE = ROOM + 10.0
"""Points at the right of a text that has a reference."""


def points_of(paragraphs: Sequence[Paragraph], points: Element, refer: Referrer | None) -> list[Hanging]:
    """Findings with their numbers in the margin: entries of the list ``points``. Their references stand in a column."""
    free = _FREE if refer and any(each.see for each in paragraphs) else 0.0
    return [
        _hanging(str(number), each, (_NUMBER, theme.BODY), (0.0, 17.0, free), labelled(points), refer)
        for number, each in enumerate(paragraphs, 1)
    ]


def beside(paragraph: Paragraph, style: TextStyle, section: Element, refer: Referrer) -> Hanging:
    """A paragraph with its reference at the right."""
    elements = section.add("P"), section.add("Div")
    return _hanging("", paragraph, (style, style), (0.0, 0.0, _FREE), elements, refer)


def _hanging(
    label: str,
    paragraph: Paragraph,
    styles: tuple[TextStyle, TextStyle],
    indents: tuple[float, float, float],
    elements: tuple[Element, Element],
    refer: Referrer | None,
) -> Hanging:
    """With a reference, which follows the text in the structure as it does on the page."""
    if not (paragraph.see and refer):
        return Hanging(label, paragraph, styles, indents, elements)
    text, reference = elements[1].add("P"), refer.to(paragraph.see, elements[1].add("P"))
    return Hanging(label, paragraph, styles, indents, (elements[0], text), reference=reference)


def card_of(card: ActionCard, cards: Element, refer: Referrer | None) -> list[Flowable]:
    """One action: its number, what is to be done and its state, then the labelled rest of the plan."""
    number, body = labelled(cards)
    styles, indents = (_PLAN_LABEL, _PLAN_TEXT), (_CARD_INDENT, _PLAN_INDENT, _FREE if card.see and refer else 0.0)
    what = Hanging(
        card.number,
        Paragraph(card.what),
        (_NUMBER, _WHAT),
        (0.0, _CARD_INDENT, _STATE_WIDTH),
        (number, body.add("P")),
    )
    top = _CardTop(card.state, body.add("P"))
    plan = body.add("L")
    see = (card.see, *("" for _ in card.parts[1:]))
    parts = [
        _hanging(label, Paragraph(text, see=section), styles, indents, labelled(plan), refer)
        for (label, text), section in zip(card.parts, see, strict=True)
    ]
    parts[-1].spaceAfter = 11
    return [top, what, *parts]


class _CardTop(Flowable):  # type: ignore[misc]
    """The rule above a card, and its state at the right of the line below."""

    _STATE = TextStyle(theme.REGULAR, 7.8, _WHAT.leading, theme.QUIET, align="right")

    def __init__(self, state: str, element: Element) -> None:
        super().__init__()
        self._state, self._element = state, element

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, 6.0
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(theme.NAVY)
        self.canv.setLineWidth(0.9)
        self.canv.line(0, self.height, self.width, self.height)
        state = lines_of(self._state, self._STATE, _STATE_WIDTH)
        with self.canv.marked(self._element):
            draw_lines(self.canv, state, self._STATE, self.width - _STATE_WIDTH, 0, _STATE_WIDTH)
