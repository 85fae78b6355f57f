"""``surveyplat score``: a frozen period's numbers, as tables or as one JSON document."""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from surveyplat.audit.periods import Period, parse_period
from surveyplat.cli.progress import pass_bars
from surveyplat.cli.scoring_changes import comparison_remarks, comparison_tables
from surveyplat.cli.scoring_drivers import driver_remarks, driver_tables
from surveyplat.cli.scoring_factors import factor_remarks, factor_tables, invariance_remarks
from surveyplat.cli.scoring_quality import quality_remarks, quality_tables
from surveyplat.cli.scoring_structure import structure_remarks, structure_tables
from surveyplat.scoring.results import (
    DerivedIndexScore,
    Estimate,
    IndexScore,
    Pp100Score,
    StudyScores,
)
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.pipeline import PeriodScores
    from surveyplat.scoring.dispositions import Participation

_INTERVAL = "95 % interval"
_BASE = ("n", "SE", _INTERVAL)
_WHY_SUPPRESSED = {
    "base": "suppressed: fewer than 30 answers",
    "effective_base": "suppressed: effective base below 20",
    "relative_error": "suppressed: standard error above 30 % of the rate",
    "complementary": "suppressed: another suppressed number would follow from it",
}
_MOST_PROBLEMS = 20

_EstimateRow = tuple[str, Estimate, tuple[str, ...]]
"""A row's name, its number, and what stands in the columns after it."""


def register(app: typer.Typer) -> None:
    app.command()(score)


def score(
    study: str = typer.Argument(help="The study, for instance csi."),
    period: str = typer.Argument(help="A year, a quarter or a month: 2026, 2026-Q3, 2026-07."),
    workers: int = typer.Option(1, min=1, max=256, help="Processes of this machine that share the work."),
    cluster: str | None = typer.Option(
        None, help="A Dask scheduler, tcp://host:8786, whose workers see the data folder under the same path."
    ),
    json: bool = typer.Option(False, "--json", help="Print one JSON document and nothing else."),
) -> None:
    """Score a frozen period: indices, rates, PP100, drivers, and the change from the period before.

    The numbers are the same whoever does the work.
    """
    from surveyplat.executors import executor_for
    from surveyplat.pipeline import json_line

    with executor_for(workers, cluster) as executor:
        scored = asyncio.run(_score(study, parse_period(period), executor))
    if json:
        sys.stdout.write(json_line(_document(scored)))
        return
    console = Console(highlight=False)
    for table in _tables(scored):
        console.print(table)
        console.print()
    for line in _remarks(scored):
        console.print(line, markup=False)


async def _score(study: str, period: Period, executor: Executor | None) -> "PeriodScores":
    from surveyplat.pipeline import score_period
    from surveyplat.storage.database import open_database

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        with pass_bars(f"Scoring {study} {period.name}") as bars:
            try:
                return await score_period(db, settings, study, period, executor=executor, progress=bars)
            except asyncio.CancelledError:
                bars.stop()
                raise


def _document(scored: "PeriodScores") -> dict[str, object]:
    from surveyplat.scoring.documents import comparison_document, plain_document, results_document

    compared = None if scored.comparison is None else comparison_document(scored.comparison)
    asked = _participation(scored)
    participated = None if asked is None else plain_document("surveyplat participation 1", asked)
    return {"scores": results_document(scored.scores), "comparison": compared, "participation": participated}


def _participation(scored: "PeriodScores") -> "Participation | None":
    from surveyplat.measurement import participation

    return participation(scored.frozen.manifest)


def _tables(scored: "PeriodScores") -> Iterator[Table]:
    scores = scored.scores
    for index in scores.indices:
        yield _index_table(index)
    for derived in scores.derived_indices:
        yield _derived_table(derived)
    if scores.rates:
        yield _estimates("Rates", ((rate.id, rate.rate, ()) for rate in scores.rates), 1)
    if scores.pp100 is not None:
        yield from _pp100_tables(scores.pp100)
    if scores.dealers:
        yield _dealer_table(scores)
    yield from driver_tables(scores)
    yield from structure_tables(scores)
    yield from factor_tables(scores)
    yield from quality_tables(scores, _participation(scored))
    if scored.comparison is not None:
        yield from comparison_tables(scored.comparison)


def _index_table(index: IndexScore) -> Table:
    rows = [(index.id, index.score, ("",))]
    rows += [(f"  {factor.id}", factor.score, (f"{factor.weight:.3f}",)) for factor in index.factors]
    return _estimates(f"Index {index.id}, {index.total:g} points", rows, 1, ("Weight",))


def _derived_table(derived: DerivedIndexScore) -> Table:
    title = f"Index {derived.id}, {derived.total:g} points ({derived.rescaling}), weights from drivers {derived.driver}"
    table = _estimates(title, [(derived.id, derived.score, ("",))], 3, ("Weight",))
    for item, weight in derived.weights.items():
        table.add_row(f"  {item}", "", "", "", "", f"{weight:.6f}")
    return table


def _pp100_tables(pp100: Pp100Score) -> Iterator[Table]:
    cells = (pp100.total, *pp100.categories)
    rows = [
        (cell.id, cell.pp100, (_shown(cell.malfunction, 1), _shown(cell.design, 1), _count(cell.problems)))
        for cell in cells
    ]
    yield _estimates("Problems per 100 vehicles", rows, 1, ("Malf.", "Design", "Count"))
    top = sorted(pp100.problems, key=lambda cell: (-(cell.problems or 0), cell.id))[:_MOST_PROBLEMS]
    title = f"The {len(top)} problems reported most often, per 100 vehicles"
    yield _estimates(title, ((cell.id, cell.pp100, (_count(cell.problems),)) for cell in top), 1, ("Count",))


def _dealer_table(scores: StudyScores) -> Table:
    rows = ((dealer.dealer, dealer.index.score, ()) for dealer in scores.dealers)
    return _estimates(f"Dealers, index {scores.indices[0].id}", rows, 1)


def _remarks(scored: "PeriodScores") -> Iterator[str]:
    yield from driver_remarks(scored.scores)
    yield from structure_remarks(scored.scores)
    yield from quality_remarks(scored.scores)
    yield from factor_remarks(scored.scores)
    for dealer in scored.scores.coverage:
        if dealer.is_short:
            answers = (
                f"{dealer.dealer or 'Unknown dealer'}: {dealer.responses} answers, {dealer.eligible} eligible events"
            )
            yield f"{answers}; each of these answers stands for itself only"
    if scored.comparison is None:
        yield f"No comparison: {scored.period.previous().name} is not frozen."
    else:
        yield from comparison_remarks(scored.comparison)
        yield from invariance_remarks(scored.comparison)
    yield f"Snapshot {scored.frozen.rows_hash}, {scored.scores.unweighted_base} responses, {scored.scores.weighting}"


def _estimates(title: str, rows: Iterable[_EstimateRow], digits: int, extra: tuple[str, ...] = ()) -> Table:
    table = _table(title, ("", "Score", *_BASE, *extra))
    for name, estimate, cells in rows:
        table.add_row(name, *_estimate_cells(estimate, digits), *cells)
    return table


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0 or column == _INTERVAL)
    return table


def _estimate_cells(estimate: Estimate, digits: int) -> tuple[str, str, str, str]:
    base = f"{estimate.unweighted_base}{' (low)' if estimate.low_base and estimate.value is not None else ''}"
    if estimate.value is None or estimate.ci_low is None or estimate.ci_high is None:
        return _shown(estimate, digits), base, "", ""
    error = "" if estimate.std_error is None else f"{estimate.std_error:.{digits + 1}f}"
    return _shown(estimate, digits), base, error, f"{estimate.ci_low:.{digits}f} – {estimate.ci_high:.{digits}f}"


def _count(problems: int | None) -> str:
    return "" if problems is None else str(problems)


def _shown(estimate: Estimate | None, digits: int) -> str:
    if estimate is None:
        return ""
    if estimate.value is None:
        return _WHY_SUPPRESSED.get(estimate.suppressed or "", "not available")
    return f"{estimate.value:.{digits}f}"
