"""What ``surveyplat bench reports`` prints."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from surveyplat.bench.reports import ReportFigures


def report_document(figures: "ReportFigures") -> dict[str, Any]:
    floor = figures.floor.rate
    singles = {
        name: asdict(made) | {"pages_a_second": made.rate, "ratio_to_floor": made.rate / floor}
        for name, made in (("study", figures.study), ("dealer", figures.dealer))
    }
    return {
        "benchmark": "reports",
        "floor": asdict(figures.floor) | {"pages_a_second": floor},
        **singles,
        "cold": asdict(figures.cold) | {"processor_seconds": figures.cold_processor.seconds},
        "dealers": asdict(figures.dealers) | {"seconds_for_a_thousand_at_this_pace": figures.dealers.thousand},
    }


def report_table(figures: "ReportFigures") -> Table:
    every = figures.dealers
    table = Table(title="Reports from results; warm: processor seconds of one core", title_justify="left")
    table.add_column("", no_wrap=True)
    for column in ("Pages", "Seconds", "Pages/s", "x bare text", "MiB"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, made in (
        ("bare text, warm", figures.floor),
        ("study report, warm", figures.study),
        ("dealer's report, warm", figures.dealer),
        ("study report, cold, on the clock", figures.cold),
        ("study report, cold", figures.cold_processor),
    ):
        ratio = f"{made.rate / figures.floor.rate:.3f}"
        table.add_row(name, str(made.pages), f"{made.seconds:.3f}", f"{made.rate:.1f}", ratio, "")
    name = f"{every.reports:,} dealers' reports, {every.workers} worker(s)"
    cells = (
        f"{every.pages:,}",
        f"{every.seconds:.1f}",
        f"{every.pages / every.seconds:.1f}",
        "",
        "" if every.memory is None else f"{every.memory:,.0f}",
    )
    table.add_row(name, *cells)
    if every.reports != 1_000:
        table.add_row("scaled: 1,000 at this pace", "", f"{every.thousand:.1f}", "", "", "")
    return table
