"""Control charts as one SVG sheet: a panel a chart, points with their limits, signals in another shape and colour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, String

from surveyplat.reports import theme
from surveyplat.reports.axes import axis_over
from surveyplat.reports.blocks import Axis
from surveyplat.reports.theme import CHART_QUIET, FIGURE_TITLE
from surveyplat.scoring.records.charts import Chart, MeasureCharts, StudyCharts

_WIDTH, _HEIGHT = 760.0, 170.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 60.0, 30.0, 26.0
_MOST_NAMES = 14
_FONT, _BOLD = "Helvetica", "Helvetica-Bold"
_FAMILY = "Helvetica, Arial, sans-serif"
"""An SVG names its fonts and does not carry them: these every reader has, or has its like."""
_KINDS = {
    "u": "u chart",
    "laney_u": "Laney u' chart",
    "p": "p chart",
    "laney_p": "Laney p' chart",
    "xbar": "means",
    "ewma": "EWMA",
    "cusum": "CUSUM, standard errors",
}


@dataclass(frozen=True)
class _Panel:
    """Where one chart stands on the sheet: its lower edge, and its scale."""

    bottom: float
    axis: Axis
    count: int

    def x(self, place: int) -> float:
        return _LEFT + (place + 0.5) * (_WIDTH - _LEFT - _RIGHT) / self.count

    def y(self, value: float) -> float:
        share = (value - self.axis.low) / (self.axis.high - self.axis.low)
        return self.bottom + _BOTTOM + share * (_HEIGHT - _TOP - _BOTTOM)


def chart_sheet(found: StudyCharts) -> str:
    """An SVG document with every chart of a study; one line says so where there is none."""
    panels = [(measure, chart) for measure in found.measures for chart in measure.charts]
    height = 40 + _HEIGHT * len(panels)
    sheet = Drawing(_WIDTH, height)
    sheet.initialFontName = _FONT
    of = f", dealer {found.dealer}" if found.dealer else ""
    title = f"{found.study} up to {found.period} by {found.span}{of}"
    _write(sheet, title if panels else f"{title}: too few points for a chart", _LEFT, height - 22)
    for number, (measure, chart) in enumerate(panels, start=1):
        _draw(sheet, measure, chart, height - 40 - number * _HEIGHT)
    return _named(_with_families(str(renderSVG.drawToString(sheet))), title)


def _named(svg: str, title: str) -> str:
    """With the sheet's name for whoever has it read out, in place of the drawing's own dots."""
    return svg.replace("<title>...</title>", f"<title>{escape(title)}</title>").replace("<desc>...</desc>", "<desc/>")


def _with_families(svg: str) -> str:
    """Fonts by their families: a reader without the first one takes the next."""
    bold = svg.replace(f"font-family: {_BOLD}", f"font-family: {_FAMILY}; font-weight: bold")
    return bold.replace(f"font-family: {_FONT};", f"font-family: {_FAMILY};")


def _draw(sheet: Drawing, measure: MeasureCharts, chart: Chart, bottom: float) -> None:
    rows = [chart.plotted, *([chart.plotted_low] if chart.plotted_low else []), chart.lower, chart.upper]
    axis = axis_over((value for row in rows for value in row), lambda value, digits: f"{value:.{digits}f}", "")
    panel = _Panel(bottom, axis, len(chart.plotted))
    _write(sheet, f"{measure.measure}: {_KINDS[chart.kind]}", _LEFT, bottom + _HEIGHT - 16)
    _draw_axes(sheet, panel, [point.name for point in measure.points])
    _draw_centre(sheet, panel, chart.centre)
    for ends in (chart.lower, chart.upper):
        _draw_limits(sheet, panel, ends)
    for plotted in (chart.plotted, *([chart.plotted_low] if chart.plotted_low else [])):
        _draw_run(sheet, panel, plotted)
    for place, value in _signalled(chart):
        _draw_signal(sheet, panel.x(place), panel.y(value))


def _signalled(chart: Chart) -> Iterator[tuple[int, float]]:
    """Where signals are drawn: on the low sum of a CUSUM, else on the points."""
    for signal in chart.signals:
        row = chart.plotted_low if signal.side == "low" and chart.plotted_low else chart.plotted
        yield signal.point, row[signal.point]


def _draw_axes(sheet: Drawing, panel: _Panel, names: Sequence[str]) -> None:
    for value, text in panel.axis.ticks:
        y = panel.y(value)
        sheet.add(Line(_LEFT, y, _WIDTH - _RIGHT, y, strokeColor=theme.GRID, strokeWidth=0.5))
        _write_quiet(sheet, text, _LEFT - 5, y - 2.5, "end")
    step = -(-len(names) // _MOST_NAMES)
    for place in range(0, len(names), step):
        _write_quiet(sheet, names[place].split("/")[0], panel.x(place), panel.bottom + 10, "middle")


def _draw_centre(sheet: Drawing, panel: _Panel, centre: float) -> None:
    y = panel.y(centre)
    sheet.add(Line(_LEFT, y, _WIDTH - _RIGHT, y, strokeColor=theme.QUIET, strokeWidth=0.8))
    _write_quiet(sheet, f"{centre:.1f}", _WIDTH - _RIGHT + 5, y - 2.5, "start")


def _draw_limits(sheet: Drawing, panel: _Panel, ends: Sequence[float]) -> None:
    """Steps: each point has limits of its own, which its base makes wider or narrower."""
    half = (panel.x(1) - panel.x(0)) / 2 if panel.count > 1 else 0.0
    corners = [
        coordinate
        for place, value in enumerate(ends)
        for coordinate in (panel.x(place) - half, panel.y(value), panel.x(place) + half, panel.y(value))
    ]
    sheet.add(PolyLine(corners, strokeColor=theme.VERMILION, strokeWidth=0.8, strokeDashArray=[3, 2]))


def _draw_run(sheet: Drawing, panel: _Panel, values: Sequence[float]) -> None:
    corners = [coordinate for place, value in enumerate(values) for coordinate in (panel.x(place), panel.y(value))]
    sheet.add(PolyLine(corners, strokeColor=theme.BLUE, strokeWidth=1.0))
    for place, value in enumerate(values):
        sheet.add(Circle(panel.x(place), panel.y(value), 1.7, fillColor=theme.BLUE, strokeColor=None))


def _draw_signal(sheet: Drawing, x: float, y: float) -> None:
    corners = [x, y + 5, x + 5, y, x, y - 5, x - 5, y]
    sheet.add(Polygon(corners, fillColor=theme.VERMILION, strokeColor=theme.PAPER, strokeWidth=0.6))


def _write(sheet: Drawing, text: str, x: float, y: float) -> None:
    sheet.add(String(x, y, text, fontName=_BOLD, fontSize=FIGURE_TITLE.size, fillColor=theme.INK))


def _write_quiet(sheet: Drawing, text: str, x: float, y: float, anchor: str) -> None:
    sheet.add(String(x, y, text, fontName=_FONT, fontSize=CHART_QUIET.size, fillColor=theme.QUIET, textAnchor=anchor))
