"""``surveyplat score``: a frozen period's numbers, as tables or as one JSON document."""

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from surveyplat.audit.periods import Period, parse_period
from surveyplat.cli.estimate_tables import estimates
from surveyplat.cli.fitting import fitted
from surveyplat.cli.library_output import library_output_among_errors
from surveyplat.cli.progress import pass_bars
from surveyplat.cli.scoring_changes import comparison_remarks, comparison_tables
from surveyplat.cli.scoring_drivers import driver_remarks, driver_tables
from surveyplat.cli.scoring_factors import factor_remarks, factor_tables, invariance_remarks
from surveyplat.cli.scoring_pp100 import pp100_change_tables, pp100_remarks, pp100_tables
from surveyplat.cli.scoring_quality import quality_remarks, quality_tables
from surveyplat.cli.scoring_structure import structure_remarks, structure_tables
from surveyplat.cli.scoring_weighting import weighting_remarks, weighting_tables
from surveyplat.scoring.results import DerivedIndexScore, IndexScore, StudyScores
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.scored_periods import PeriodScores
    from surveyplat.scoring.dispositions import Participation


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
    from surveyplat.scoring.documents import json_line

    with executor_for(workers, cluster) as executor, library_output_among_errors():
        scored = asyncio.run(_score(study, parse_period(period), executor))
    if json:
        sys.stdout.write(json_line(_document(scored)))
        return
    console = Console(highlight=False, markup=False)
    for table in _tables(scored):
        for part in fitted(table, console.width):
            console.print(part)
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
        yield estimates("Rates", ((rate.id, rate.rate, ()) for rate in scores.rates), 1)
    yield from pp100_tables(scores)
    if scores.dealers:
        yield _dealer_table(scores)
    if scores.regions:
        yield _region_table(scores)
    yield from driver_tables(scores)
    yield from structure_tables(scores)
    yield from factor_tables(scores)
    yield from quality_tables(scores, _participation(scored))
    yield from weighting_tables(scores)
    if scored.comparison is not None:
        yield from comparison_tables(scored.comparison)
        yield from pp100_change_tables(scored.comparison)


def _index_table(index: IndexScore) -> Table:
    rows = [(index.id, index.score, ("",))]
    rows += [(f"  {factor.id}", factor.score, (f"{factor.weight:.3f}",)) for factor in index.factors]
    return estimates(f"Index {index.id}, {index.total:g} points", rows, 1, ("Weight",))


def _derived_table(derived: DerivedIndexScore) -> Table:
    title = f"Index {derived.id}, {derived.total:g} points ({derived.rescaling}), weights from drivers {derived.driver}"
    table = estimates(title, [(derived.id, derived.score, ("",))], 3, ("Weight",))
    anew = derived.rederived
    if anew is not None and anew.ci_low is not None and anew.ci_high is not None:
        interval = f"{anew.ci_low:.3f} – {anew.ci_high:.3f}"
        table.add_row("  weights derived anew", "", "", f"{anew.std_error:.4f}", interval, "")
    for item, weight in derived.weights.items():
        table.add_row(f"  {item}", "", "", "", "", f"{weight:.6f}")
    return table


def _dealer_table(scores: StudyScores) -> Table:
    rows = ((dealer.dealer, dealer.index.score, ()) for dealer in scores.dealers)
    return estimates(f"Dealers, index {scores.indices[0].id}", rows, 1)


def _region_table(scores: StudyScores) -> Table:
    rows = ((region.region, region.index.score, ()) for region in scores.regions)
    return estimates(f"Regions, index {scores.indices[0].id}", rows, 1)


def _remarks(scored: "PeriodScores") -> Iterator[str]:
    yield from pp100_remarks(scored.scores)
    yield from driver_remarks(scored.scores)
    yield from structure_remarks(scored.scores)
    yield from weighting_remarks(scored.scores)
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
