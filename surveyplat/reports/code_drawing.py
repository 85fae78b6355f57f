"""A QR code as a drawing: dark modules as one path, at any size, with the quiet zone that readers need."""

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.graphics.shapes import Drawing, Path

from surveyplat.reports import theme
from surveyplat.reports.marks import empty_drawing

QUIET_ZONE = 4
"""Modules left white around the code. Source: ISO/IEC 18004 (2015), 6.3.8."""


def draw_code(text: str, size: float) -> Drawing:
    """A square of ``size`` points; 15 % of the code may be lost (level M) and it is still read."""
    modules = code_modules(text)
    step = size / (len(modules) + 2 * QUIET_ZONE)
    path = Path(fillColor=theme.INK, strokeColor=None, strokeWidth=0)
    for row, line in enumerate(modules):
        bottom = size - (QUIET_ZONE + row + 1) * step
        for start, length in _runs(line):
            _box(path, (QUIET_ZONE + start) * step, bottom, length * step, step)
    drawing = empty_drawing(size, size)
    drawing.add(path)
    return drawing


def code_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """The code's rows from the top, True where it is dark, without the quiet zone."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    return tuple(tuple(bool(code.isDark(row, column)) for column in range(count)) for row in range(count))


def _runs(line: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Start and length of every run of dark modules."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(line):
        if dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((place, 1))
    return runs


def _box(path: Path, left: float, bottom: float, width: float, height: float) -> None:
    path.moveTo(left, bottom)
    path.lineTo(left + width, bottom)
    path.lineTo(left + width, bottom + height)
    path.lineTo(left, bottom + height)
    path.closePath()
