"""``surveyplat charts``: a study's measures over weeks or months, with limits and signals."""

import asyncio
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from surveyplat.audit.periods import Period, parse_period
from surveyplat.cli.fitting import fitted
from surveyplat.cli.library_output import library_output_among_errors
from surveyplat.cli.progress import pass_bars
from surveyplat.reports.reasons import reasons_text
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.scoring.records.charts import Chart, MeasureCharts, Signal, StudyCharts

DOCUMENT = "surveyplat charts 1"
_NAMES = {
    "u": "u",
    "laney_u": "Laney u'",
    "p": "p",
    "laney_p": "Laney p'",
    "xbar": "x̄",
    "ewma": "EWMA",
    "cusum": "CUSUM",
}
_FALSE_ALARMS = 0.0027
"""Of a point of a Shewhart chart beyond three standard errors, when nothing happens."""


class By(StrEnum):
    """How long a point is."""

    WEEK = "week"
    MONTH = "month"


def register(app: typer.Typer) -> None:
    app.command()(charts)


def charts(
    study: Annotated[str, typer.Argument(help="The study, for instance csi.")],
    period: Annotated[str, typer.Argument(help="The last period to be charted: 2026, 2026-Q3, 2026-07.")],
    by: Annotated[By, typer.Option(help="How long a point is.")] = By.WEEK,
    dealer: Annotated[str | None, typer.Option(help="Only this dealer's answers.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    svg: Annotated[Path | None, typer.Option(help="Draw the charts into this SVG file.")] = None,
) -> None:
    """Control charts over the frozen periods up to one, as far back as they may be compared: what signals, and when.

    u and Laney u' of PP100, p and Laney p' of shares, means of indices and NPS, each with EWMA and CUSUM; from 20
    points on. Weeks with fewer than 30 answers are taken together with those that follow.
    """
    from surveyplat.scoring.documents import json_line, plain_document

    with library_output_among_errors():
        found = asyncio.run(_charts(study, parse_period(period), by, dealer))
    if svg is not None:
        _draw(found, svg)
    if json:
        sys.stdout.write(json_line(plain_document(DOCUMENT, found)))
        return
    _print(Console(highlight=False, markup=False), found)


async def _charts(study: str, period: Period, by: By, dealer: str | None) -> "StudyCharts":
    from surveyplat.scoring.workers import Workers
    from surveyplat.storage.database import open_database
    from surveyplat.timelines.charting import chart_study
    from surveyplat.timelines.walking import Instance

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        with pass_bars(f"Charting {study}") as bars:
            instance = Instance(db, settings, study, Workers(progress=bars))
            try:
                return await chart_study(instance, period, span=by.value, dealer=dealer)
            except asyncio.CancelledError:
                bars.stop()
                raise


def _draw(found: "StudyCharts", path: Path) -> None:
    from surveyplat.reports.control_chart_drawing import chart_sheet

    path.write_text(chart_sheet(found), encoding="utf-8")


def _print(console: Console, found: "StudyCharts") -> None:
    for measure in found.measures:
        if measure.charts:
            for part in fitted(_table(measure), console.width):
                console.print(part)
            console.print()
    for line in _remarks(found):
        console.print(line, markup=False)


def _table(measure: "MeasureCharts") -> Table:
    """A row a point: its value with the limits of the chart to judge it by, and what signals there."""
    judged = next(chart for chart in reversed(measure.charts) if chart.kind not in ("ewma", "cusum"))
    title = f"{measure.measure} by {_NAMES[judged.kind]} chart, centre {judged.centre:.1f}"
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(("", "Value", "n", "Limits", "Signals")):
        table.add_column(column, justify="left" if number in (0, 4) else "right", no_wrap=number in (0, 3))
    for place, point in enumerate(measure.points):
        limits = f"{judged.lower[place]:.1f} – {judged.upper[place]:.1f}"
        signals = ", ".join(_signals(measure, place))
        table.add_row(point.name, f"{point.value:.1f}", str(point.unweighted_base), limits, signals)
    return table


def _signals(measure: "MeasureCharts", place: int) -> Iterator[str]:
    for chart in measure.charts:
        yield from (_signal(chart, signal) for signal in chart.signals if signal.point == place)


def _signal(chart: "Chart", signal: "Signal") -> str:
    return f"{_NAMES[chart.kind]} {signal.side}"


def _remarks(found: "StudyCharts") -> Iterator[str]:
    for measure in found.measures:
        over = f"{measure.measure} over {', '.join(measure.periods)}"
        if measure.refused:
            yield f"{over}: no chart. {reasons_text(measure.refused, 'en', str)}"
        else:
            by_chance = len(measure.points) * _FALSE_ALARMS
            yield f"{over}: {len(measure.points)} points, of which {by_chance:.2f} would signal by chance alone"
        if measure.dispersion is not None:
            spread = measure.dispersion
            times = f"{spread.ratio:.2f} times as much (p {spread.p_value:.4f})"
            yield f"  its points vary {times} as the answers within them let expect"
    for reasons, names in _stops(found).items():
        yield f"{', '.join(names)}: charted no further back. {reasons}"


def _stops(found: "StudyCharts") -> dict[str, list[str]]:
    """The measures that end for the same reasons, told once."""
    stops: dict[str, list[str]] = {}
    for measure in found.measures:
        stops.setdefault(reasons_text(measure.stopped, "en", str), []).append(measure.measure)
    return stops
