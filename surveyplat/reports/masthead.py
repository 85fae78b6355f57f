"""A short report's opening above its first section: what a cover would say, on the same page."""

from collections.abc import Iterator

from reportlab.platypus import Flowable

from surveyplat.reports import theme
from surveyplat.reports.blocks import Cover
from surveyplat.reports.flowables import TextBlock, draw_lines, labelled, lines_of
from surveyplat.reports.tagging import Element
from surveyplat.reports.theme import TextStyle

_KICKER = TextStyle(theme.BOLD, 8.6, 12, theme.VERMILION, after=2)
_TITLE = TextStyle(theme.BOLD, 21, 28, theme.NAVY, after=4)
_LABEL = TextStyle(theme.REGULAR, 7.4, 10.4, theme.QUIET)
_FACT = TextStyle(theme.BOLD, 8.2, 11.4)
_COLUMNS = 4
_GAP = 8.0


def masthead(cover: Cover, element: Element) -> Iterator[Flowable]:
    """Banner and kicker, title, the facts in columns and the footnote."""
    kicker = " · ".join(part for part in (cover.banner, cover.kicker) if part)
    yield TextBlock(kicker, _KICKER, element.add("P"))
    yield TextBlock(cover.title, _TITLE, element.add("H1"))
    yield _Facts(cover.facts, element.add("L"))
    yield TextBlock(cover.footnote, theme.NOTE, element.add("P"))


class _Facts(Flowable):  # type: ignore[misc]
    """Labels above their facts, under a rule; as many rows as there are facts."""

    def __init__(self, facts: tuple[tuple[str, str], ...], entries: Element) -> None:
        super().__init__()
        self._facts = [(fact, labelled(entries)) for fact in facts]
        self.spaceAfter = 4

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width = available_width
        inner = available_width / _COLUMNS - _GAP
        self._lines = [
            (lines_of(label, _LABEL, inner), lines_of(text, _FACT, inner)) for (label, text), _ in self._facts
        ]
        heights = [len(label) * _LABEL.leading + len(text) * _FACT.leading for label, text in self._lines]
        self._rows = [max(heights[start : start + _COLUMNS]) + _GAP for start in range(0, len(heights), _COLUMNS)]
        self.height = sum(self._rows) + _GAP
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(theme.NAVY)
        self.canv.setLineWidth(1)
        self.canv.line(0, self.height, self.width, self.height)
        column = self.width / _COLUMNS
        for place, ((label, text), (_, elements)) in enumerate(zip(self._lines, self._facts, strict=True)):
            row, x = place // _COLUMNS, place % _COLUMNS * column
            top = self.height - _GAP - sum(self._rows[:row])
            with self.canv.marked(elements[0]):
                draw_lines(self.canv, label, _LABEL, x, top, column)
            with self.canv.marked(elements[1]):
                draw_lines(self.canv, text, _FACT, x, top - len(label) * _LABEL.leading, column)
