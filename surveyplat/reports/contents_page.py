"""The contents as a reader sees them: names, what each section states, and its page, every line a link."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from surveyplat.reports import theme
from surveyplat.reports.blocks import ContentsList, Entry
from surveyplat.reports.flowables import TextBlock, draw_lines, lines_of
from surveyplat.reports.references import Reference, Referrer
from surveyplat.reports.tagging import Element
from surveyplat.reports.theme import TextStyle
from surveyplat.reports.typesetting import Line, Span

_NAME = TextStyle(theme.BOLD, 9, 12.4, theme.NAVY)
_HEADING = TextStyle(theme.REGULAR, 9, 12.4)
_PAGE = TextStyle(theme.BOLD, 9, 12.4, theme.NAVY, "right")
_HEAD = replace(theme.CELL_HEAD, align="right", after=2)
_NAME_WIDTH = 122.0
_PAGE_WIDTH = 40.0
_GAP = 12.0
_PAD = 1.8
_ROOM = 600.0
"""Points that the lines may take: all of them stand on one page, under their heading."""
_FITS = ((1.0, 9), (0.9, 9), (0.9, 2), (0.8, 1))
"""Size of the type, and how many lines a text may have. What is cut here stands whole above its section."""


@dataclass(frozen=True)
class _Fit:
    scale: float
    most_lines: int

    def sized(self, style: TextStyle) -> TextStyle:
        return replace(style, size=style.size * self.scale, leading=style.leading * self.scale)

    def lines(self, text: str, style: TextStyle, width: float) -> tuple[Line, ...]:
        """Each ends with a space, by which a reader that hears them keeps them apart."""
        lines = lines_of(text, self.sized(style), width)
        kept = lines[: self.most_lines]
        if len(kept) < len(lines):
            kept = (*kept[:-1], _continued(kept[-1]))
        return (*kept[:-1], replace(kept[-1], ends_word=True))


@dataclass(frozen=True)
class _Set:
    """An entry in lines."""

    name: tuple[Line, ...]
    heading: tuple[Line, ...]
    fit: _Fit

    @property
    def height(self) -> float:
        rows = max(len(self.name), len(self.heading))
        return rows * self.fit.sized(_HEADING).leading + 2 * _PAD * self.fit.scale


def contents_of(contents: ContentsList, section: Element, width: float, refer: Referrer) -> list[Flowable]:
    """The list's head and its lines, as large as lets them stand on one page."""
    toc = section.add("TOC")
    head = TextBlock(contents.page, _HEAD, toc.add("Caption"))
    entries = _fitted(contents.entries, width)
    return [
        head,
        *(
            ContentsLine(line, refer.to(entry.section, toc.add("TOCI")))
            for entry, line in zip(contents.entries, entries, strict=True)
        ),
    ]


def _fitted(entries: Sequence[Entry], width: float) -> list[_Set]:
    found: list[_Set] = []
    for scale, most_lines in _FITS:
        fit = _Fit(scale, most_lines)
        found = [_set(entry, fit, width) for entry in entries]
        if sum(line.height for line in found) <= _ROOM:
            break
    return found


def _set(entry: Entry, fit: _Fit, width: float) -> _Set:
    name = fit.lines(entry.name, _NAME, _NAME_WIDTH - _GAP)
    return _Set(name, fit.lines(entry.heading, _HEADING, width - _NAME_WIDTH - _PAGE_WIDTH - _GAP), fit)


def _continued(line: Line) -> Line:
    last = line.spans[-1]
    return replace(line, spans=(*line.spans[:-1], Span(f"{last.text}…", last.font)))


class ContentsLine(Flowable):  # type: ignore[misc]
    """One section: its name, what it states and its page, over a rule; all of it is the link."""

    def __init__(self, entry: _Set, reference: Reference) -> None:
        super().__init__()
        self._entry, self._reference = entry, reference

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, self._entry.height
        return self.width, self.height

    def draw(self) -> None:
        entry, fit, link = self._entry, self._entry.fit, self._reference.link
        self.canv.setStrokeColor(theme.GRID)
        self.canv.setLineWidth(0.4)
        self.canv.line(0, 0, self.width, 0)
        left, bottom = self.canv.absolutePosition(0, 0)
        link.reach((left, bottom, left + self.width, bottom + self.height))
        top = self.height - _PAD * fit.scale
        with self.canv.marked(link):
            draw_lines(self.canv, entry.name, fit.sized(_NAME), 0, top, _NAME_WIDTH)
            draw_lines(self.canv, entry.heading, fit.sized(_HEADING), _NAME_WIDTH, top, self.width)
            self.canv.draw_when_known(self._reference.section, self._draw_page)

    def _draw_page(self, canvas: Canvas, page: int) -> None:
        style = self._entry.fit.sized(_PAGE)
        top = self.height - _PAD * self._entry.fit.scale
        self._reference.tell(page)
        lines = lines_of(str(page), style, _PAGE_WIDTH)
        draw_lines(canvas, lines, style, self.width - _PAGE_WIDTH, top, _PAGE_WIDTH)
