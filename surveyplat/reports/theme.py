"""The look of a report: its two fonts, its colours, its text styles and its page.

Colours are those of Okabe and Ito (2008), told apart by colour-blind readers; every mark differs in shape too, so that
a black-and-white print loses nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics

from surveyplat.reports.blocks import Align
from surveyplat.reports.font_files import MappedFont

REGULAR = "NotoSansSC-Regular"
BOLD = "NotoSansSC-Bold"

PAGE_WIDTH, PAGE_HEIGHT = A4
SIDE_MARGIN = 21 * mm
TOP_MARGIN = 25 * mm
BOTTOM_MARGIN = 22 * mm
TEXT_WIDTH = PAGE_WIDTH - 2 * SIDE_MARGIN

INK: Color = HexColor("#1B2733")
QUIET: Color = HexColor("#5B6874")
RULE: Color = HexColor("#CBD3DB")
GRID: Color = HexColor("#E3E8ED")
PANEL: Color = HexColor("#F2F5F8")
NAVY: Color = HexColor("#12355B")
BLUE: Color = HexColor("#0072B2")
VERMILION: Color = HexColor("#C04F00")
BAR: Color = HexColor("#A8BFD6")
PAPER: Color = HexColor("#FFFFFF")


@dataclass(frozen=True)
class TextStyle:
    """How one kind of text is set; sizes in points."""

    font: str
    size: float
    leading: float
    colour: Color = INK
    align: Align = "left"
    before: float = 0.0
    after: float = 0.0


BODY = TextStyle(REGULAR, 9.6, 15.2, after=6)
NOTE = TextStyle(REGULAR, 7.8, 11.8, QUIET, before=3, after=6)
SUBHEADING = TextStyle(BOLD, 11, 16, NAVY, before=14, after=6)
KICKER = TextStyle(BOLD, 8.2, 11, VERMILION, before=22)
HEADING = TextStyle(BOLD, 16.5, 23, NAVY, after=10)
FIGURE_TITLE = TextStyle(BOLD, 9.4, 13.5, INK, after=3)
CELL = TextStyle(REGULAR, 8.2, 11.6)
CELL_HEAD = TextStyle(BOLD, 7.6, 10.4, QUIET)
CHART = TextStyle(REGULAR, 7.6, 9.6)
CHART_QUIET = TextStyle(REGULAR, 7, 9, QUIET)
FURNITURE = TextStyle(REGULAR, 7.4, 10, QUIET)


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make both fonts known to reportlab, once in a process."""
    folder = Path(__file__).parent / "fonts"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(MappedFont(name, folder / f"{name}.ttf"))


@lru_cache(maxsize=2)
def glyphs(font: str) -> Collection[int]:
    """The code points that a font can show."""
    register_fonts()
    glyphs: Mapping[int, int] = pdfmetrics.getFont(font).face.charToGlyph
    return glyphs.keys()


@lru_cache(maxsize=200_000)
def measure(text: str, font: str, size: float) -> float:
    """A text's width in points."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, font, size))
