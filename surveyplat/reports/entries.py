"""Entries of lists: a point with its number in the margin, and the card of an action."""

from reportlab.platypus import Flowable

from surveyplat.reports import theme
from surveyplat.reports.blocks import ActionCard, Paragraph
from surveyplat.reports.flowables import draw_lines, labelled, lines_of
from surveyplat.reports.tagging import Element
from surveyplat.reports.theme import TextStyle
from surveyplat.reports.typesetting import Line


class Hanging(Flowable):  # type: ignore[misc]
    """Text beside its label: a number or a word that hangs in the margin.

    ``indents`` are where the label and the text begin, and what stays free at the right; ``elements`` those of both.
    """

    def __init__(
        self,
        label: str,
        text: Paragraph,
        styles: tuple[TextStyle, TextStyle],
        indents: tuple[float, float, float],
        elements: tuple[Element, Element],
        lines: tuple[Line, ...] | None = None,
    ) -> None:
        super().__init__()
        self._label, self._text, self._styles, self._indents, self._lines = label, text, styles, indents, lines
        self._elements = elements
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
        return [Hanging(self._label, *same, lines[:fitting]), Hanging("", *same, lines[fitting:])]

    def draw(self) -> None:
        (label_style, style), (label_at, text_at, _) = self._styles, self._indents
        label = lines_of(self._label, label_style, text_at - label_at)
        if label:
            with self.canv.marked(self._elements[0]):
                draw_lines(self.canv, label, label_style, label_at, self.height, text_at - label_at)
        with self.canv.marked(self._elements[1]):
            draw_lines(self.canv, self._lines or (), style, text_at, self.height, self.width - text_at)


_NUMBER = TextStyle(theme.BOLD, theme.BODY.size, theme.BODY.leading, theme.VERMILION)
_PLAN_LABEL = TextStyle(theme.BOLD, 8, 12.6, theme.QUIET)
_PLAN_TEXT = TextStyle(theme.REGULAR, 8.6, 12.6)
_WHAT = TextStyle(theme.BOLD, 10, 14.4, after=3)
_CARD_INDENT = 20.0
_PLAN_INDENT = 58.0
_STATE_WIDTH = 128.0


def point_of(number: str, paragraph: Paragraph, points: Element) -> Hanging:
    """One finding with its number in the margin: an entry of the list ``points``."""
    return Hanging(number, paragraph, (_NUMBER, theme.BODY), (0.0, 17.0, 0.0), labelled(points))


def card_of(card: ActionCard, cards: Element) -> list[Flowable]:
    """One action: its number, what is to be done and its state, then the labelled rest of the plan."""
    number, body = labelled(cards)
    styles, indents = (_PLAN_LABEL, _PLAN_TEXT), (_CARD_INDENT, _PLAN_INDENT, 0.0)
    what = Hanging(
        card.number,
        Paragraph(card.what),
        (_NUMBER, _WHAT),
        (0.0, _CARD_INDENT, _STATE_WIDTH),
        (number, body.add("P")),
    )
    top = _CardTop(card.state, body.add("P"))
    plan = body.add("L")
    parts = [Hanging(label, Paragraph(text), styles, indents, labelled(plan)) for label, text in card.parts]
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
