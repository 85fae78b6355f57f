"""References to the page of a section: drawn where they stand, their number filled in when the pages are known.

Drawing everything twice would cost twice; so a page keeps a place in its stream, and what belongs there is drawn after
the last page. A reference's room does not depend on its number, so that nothing moves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from surveyplat.reports import theme
from surveyplat.reports.blocks import ReferenceWords
from surveyplat.reports.flowables import draw_lines, lines_of
from surveyplat.reports.tagging import Element, TaggedCanvas
from surveyplat.reports.theme import TextStyle

ROOM = 66.0
"""Points at the right of a text that its reference takes."""
BESIDE = TextStyle(theme.REGULAR, 8, theme.BODY.leading, theme.BLUE, "right")
_IN_TABLE = TextStyle(theme.REGULAR, theme.CELL.size, theme.CELL.leading, theme.BLUE, "right")
_WIDEST = "000"
_NO_BREAK = "\u00a0"
DrawPage = Callable[[Canvas, int], None]
"""Draws on a canvas what is said of a page, by its printed number."""


@dataclass(frozen=True)
class _Waiting:
    """A place in a page's stream, and what is drawn there once the section's page is known."""

    page: int
    mark: str
    section: str
    draw: DrawPage


class ReferringCanvas(TaggedCanvas):
    """A canvas that draws at its end what depends on where the sections begin."""

    covers = 0
    """Pages in front that are not counted."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._begun: dict[str, int] = {}
        self._waiting: list[_Waiting] = []

    def begin_section(self, section: str) -> None:
        """The section begins on the present page."""
        self._begun[section] = self.getPageNumber() - self.covers

    def draw_when_known(self, section: str, draw: DrawPage) -> None:
        """Draw here, later: ``draw`` is given the printed number of the page that the section begins on."""
        mark = f"%{len(self._waiting)} is drawn last"
        self._waiting.append(_Waiting(self.getPageNumber() - 1, mark, section, draw))
        self._code.append(mark)

    def save(self) -> None:
        if self._code:
            self.showPage()
        for each in self._waiting:
            self._fill(each)
        super().save()

    def _fill(self, each: _Waiting) -> None:
        """The mark is a line of its own, which no text can be: in a stream a text's line ends are escaped."""
        self.saveState()
        each.draw(self, self._begun[each.section])
        self.restoreState()
        page = self._doc.Pages.pages[each.page]
        page.stream = page.stream.replace(f"\n{each.mark}\n", "\n".join(["", *self._code, ""]), 1)
        self._code.clear()


@dataclass(frozen=True)
class Reference:
    """A link to a section, and how its page is told."""

    section: str
    name: str
    words: ReferenceWords
    link: Element

    def draw(self, canvas: ReferringCanvas, right: float, top: float, style: TextStyle, room: float = ROOM) -> None:
        """Its words in one line that ends at ``right``; all of its room is the link."""
        left, bottom = canvas.absolutePosition(right - room, top - style.leading)
        self.link.reach((left, bottom, left + room, bottom + style.leading))
        with canvas.marked(self.link):
            words = partial(self._draw_words, left=right - room, top=top, style=style, room=room)
            canvas.draw_when_known(self.section, words)

    def _draw_words(self, canvas: Canvas, page: int, *, left: float, top: float, style: TextStyle, room: float) -> None:
        self.tell(page)
        draw_lines(canvas, lines_of(self.words.page.format(page=page), style, room), style, left, top, room)

    def tell(self, page: int) -> None:
        """Say where the link leads, for whoever does not see it."""
        self.link.alternative = self.words.link.format(page=page, name=self.name)


@dataclass(frozen=True)
class Referrer:
    """Makes the references of one report; ``names`` are those of its sections."""

    words: ReferenceWords
    names: Mapping[str, str]

    def to(self, section: str, parent: Element) -> Reference:
        """A reference as the parent's next part."""
        link = parent.add("Reference").add("Link", goes_to=section)
        return Reference(section, self.names[section], self.words, link)

    @property
    def widest(self) -> str:
        """The words of a page of three digits, in one piece: what a column must hold."""
        return self.words.page.format(page=_WIDEST).replace(" ", _NO_BREAK)


class ReferenceCell(Flowable):  # type: ignore[misc]
    """A table's cell that holds nothing but a reference."""

    def __init__(self, reference: Reference) -> None:
        super().__init__()
        self._reference = reference

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, _IN_TABLE.leading
        return self.width, self.height

    def draw(self) -> None:
        self._reference.draw(self.canv, self.width, self.height, _IN_TABLE, self.width)
