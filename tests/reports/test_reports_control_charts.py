"""The sheet of control charts: a panel a chart, each signal marked, whatever names the study has."""

from xml.etree import ElementTree

import numpy as np

from surveyplat.reports.control_chart_drawing import chart_sheet
from surveyplat.scoring.control_charts import cusum, ewma, shewhart
from surveyplat.scoring.processes import mean_process
from surveyplat.scoring.records.charts import ChartPoint, MeasureCharts, StudyCharts

_SVG = "{http://www.w3.org/2000/svg}"


def sheet(*measures: MeasureCharts, dealer: str | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(chart_sheet(StudyCharts("售后<csi>", "2026-Q3", "week", dealer, measures)))


def charted(jump: float) -> MeasureCharts:
    values = 700 + 4.0 * (np.arange(24) % 2)
    values[12] += jump
    process = mean_process(values, np.full(24, 50), 100.0)
    points = tuple(ChartPoint(f"2026-W{14 + place}", value, 50, 50.0) for place, value in enumerate(values.tolist()))
    return MeasureCharts("csi", "mean", ("2026-Q3",), points, (shewhart(process), ewma(process), cusum(process)), None)


def texts(drawn: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in drawn.iter(f"{_SVG}text")]


def diamonds(drawn: ElementTree.Element) -> int:
    return len(list(drawn.iter(f"{_SVG}polygon")))


def test_every_chart_has_a_panel_and_every_signal_a_mark() -> None:
    quiet, loud = charted(0), charted(200)
    signals = sum(len(chart.signals) for chart in loud.charts)
    assert signals > 0
    assert (diamonds(sheet(quiet)), diamonds(sheet(quiet, loud))) == (0, signals)
    assert {"csi: means", "csi: EWMA", "csi: CUSUM, standard errors"} <= set(texts(sheet(quiet)))


def test_names_of_any_script_are_written_as_they_are() -> None:
    drawn = sheet(charted(0), dealer="示例&店")
    title = "售后<csi> up to 2026-Q3 by week, dealer 示例&店"
    assert drawn.findtext(f"{_SVG}title") == title
    assert title in texts(drawn)


def test_nothing_to_chart_is_said() -> None:
    assert texts(sheet()) == ["售后<csi> up to 2026-Q3 by week: too few points for a chart"]
