"""``surveyplat bench``: what the survey, the writer and scoring manage here, each beside a floor of the same run."""

import json as json_text
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.status import Status
from rich.table import Table

if TYPE_CHECKING:
    from surveyplat.bench.load import Load
    from surveyplat.bench.scoring import ScoringFigures
    from surveyplat.bench.survey import SurveyFigures, SurveySize
    from surveyplat.bench.writer import WriterFigures

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_PostgresUrl = Annotated[
    str | None,
    typer.Option(help="A running server; a database is made on it and dropped. Else one is run here, if found."),
]
_LOADS = {
    "fills": "fills, from the link to the receipt",
    "pages": "their single requests",
    "submits": "submits, one POST each",
    "bare": "bare limit of a submit",
}
_WIDTH = 120
_WAYS = {"one_commit_each": "one commit each", "group_commit": "group commit"}

_bench = typer.Typer(no_args_is_help=True, help="Measure this machine; every figure stands beside a floor.")


def register(app: typer.Typer) -> None:
    app.add_typer(_bench, name="bench")


@_bench.command()
def survey(
    seconds: Annotated[float, typer.Option(min=0.01, max=60, help="How long each load is measured.")] = 5.0,
    clients: Annotated[int, typer.Option(min=1, max=512, help="Connections at once.")] = 256,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes of the server.")] = 1,
    stored: Annotated[int, typer.Option(min=0, max=2_000_000, help="Responses that are stored beforehand.")] = 0,
    postgres_url: _PostgresUrl = None,
    json: _Json = False,
) -> None:
    """Surveys of 30 answers filled in over HTTP as a browser does, and submits beside the bare limit."""
    from surveyplat.bench.survey import SurveySize, measure_survey

    size = SurveySize(seconds, clients, workers, stored)
    with _busy("Measuring the survey"):
        figures, left_out = measure_survey(size, server_url=postgres_url)
    if json:
        _print_json(_survey_document(size, figures, left_out))
        return
    console = table_console()
    for engine in figures:
        console.print(_survey_table(size, engine))
    if left_out:
        console.print(f"PostgreSQL was left out: {left_out}", markup=False)


@_bench.command()
def writer(
    seconds: Annotated[float, typer.Option(min=0.01, max=60, help="How long each way is measured.")] = 3.0,
    clients: Annotated[int, typer.Option(min=1, max=1024, help="Clients that submit at once.")] = 256,
    postgres_url: _PostgresUrl = None,
    json: _Json = False,
) -> None:
    """Durable submissions a second, on a fresh SQLite database and on PostgreSQL, against two floors."""
    from surveyplat.bench.writer import measure_writer

    with _busy("Measuring the writer"):
        figures = measure_writer(seconds=seconds, clients=clients, server_url=postgres_url)
    if json:
        _print_json(_writer_document(figures))
        return
    console = table_console()
    console.print(_writer_table(figures))
    if figures.left_out:
        console.print(f"PostgreSQL was left out: {figures.left_out}", markup=False)


@_bench.command()
def scoring(
    responses: Annotated[int, typer.Option(min=1_000, max=2_000_000, help="People who answered.")] = 100_000,
    dealers: Annotated[int, typer.Option(min=2, max=10_000, help="Dealers that they are spread over.")] = 200,
    items: Annotated[int, typer.Option(min=1, max=100, help="Items of the moments; the score is one of csi.")] = 20,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the score's work.")] = 1,
    tenfold: Annotated[bool, typer.Option("--tenfold", help="Score ten times the responses too.")] = False,
    json: _Json = False,
) -> None:
    """Seconds for every mean and standard error, for the whole score of a snapshot, and for exact LMG."""
    from surveyplat.bench.scoring import measure_scoring

    with _busy("Measuring scoring"):
        figures = measure_scoring(responses=responses, dealers=dealers, items=items, workers=workers, tenfold=tenfold)
    if json:
        _print_json(_scoring_document(figures))
    else:
        table_console().print(_scoring_table(figures))


@_bench.command()
def reports(
    dealers: Annotated[int, typer.Option(min=4, max=10_000, help="Dealers that get a report each.")] = 100,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that make dealers' reports.")] = 2,
    json: _Json = False,
) -> None:
    """Pages a second of a study's and of dealers' PDFs, a report from a cold start, and a report for every dealer."""
    from surveyplat.bench.reports import measure_reports
    from surveyplat.cli.bench_reports import report_document, report_table

    with _busy("Measuring reports"):
        figures = measure_reports(dealers=dealers, workers=workers)
    if json:
        _print_json(report_document(figures))
    else:
        table_console().print(report_table(figures))


def table_console() -> Console:
    """A pipe or a file has no width: there a table takes the room that its figures need."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=max(console.width, _WIDTH))


def _busy(what: str) -> Status:
    return Console(stderr=True).status(what)


def _print_json(document: dict[str, Any]) -> None:
    sys.stdout.write(json_text.dumps(document, indent=2, sort_keys=True, allow_nan=False) + "\n")


def _survey_document(size: "SurveySize", figures: Sequence["SurveyFigures"], left_out: str | None) -> dict[str, Any]:
    engines = {
        engine.engine: {load: _load_document(getattr(engine, load)) for load in _LOADS}
        | {
            "ratio_of_submits_to_bare": engine.submits.rate / engine.bare.rate,
            "statements_of_a_request": engine.statements,
        }
        for engine in figures
    }
    return {"benchmark": "survey", **asdict(size), "engines": engines, "left_out": left_out}


def _survey_table(size: "SurveySize", figures: "SurveyFigures") -> Table:
    statements = ", ".join(f"{method} {most}" for method, most in figures.statements.items())
    title = (
        f"{figures.engine}: {size.clients} connections, {size.workers} worker(s), {size.stored:,} stored responses; "
        f"SQL statements of a request: {statements}"
    )
    table = _table(title, "A second", "p50 ms", "p99 ms", "CPU ms each", "x bare limit")
    for load, name in _LOADS.items():
        measured: Load = getattr(figures, load)
        ratio = f"{measured.rate / figures.bare.rate:.2f}" if load in ("submits", "bare") else ""
        used = "" if measured.processor_ms is None else f"{measured.processor_ms:.2f}"
        table.add_row(name, *_load_cells(measured), used, ratio)
    return table


def _writer_document(figures: "WriterFigures") -> dict[str, Any]:
    engines = {
        engine.engine: {
            "one_commit_each": _load_document(engine.one_commit_each),
            "group_commit": _load_document(engine.group_commit)
            | {
                "ratio_to_validation": engine.group_commit.rate / figures.validation.rate,
                "ratio_to_one_commit_each": engine.group_commit.rate / engine.one_commit_each.rate,
            },
        }
        for engine in figures.engines
    }
    return {
        "benchmark": "writer",
        "answers": figures.answers,
        "clients": figures.clients,
        "validation": _load_document(figures.validation),
        "engines": engines,
        "left_out": figures.left_out,
    }


def _load_document(load: "Load") -> dict[str, Any]:
    return asdict(load) | {"rate": load.rate}


def _writer_table(figures: "WriterFigures") -> Table:
    title = f"Submissions of {figures.answers} answers, {figures.clients} clients at once, every one durable"
    table = _table(title, "Submits/s", "p50 ms", "p99 ms", "x validation alone", "x one commit each")
    table.add_row("validation alone, no storage", *_load_cells(figures.validation), "", "")
    for engine in figures.engines:
        for way, name in _WAYS.items():
            load: Load = getattr(engine, way)
            ratios = (load.rate / figures.validation.rate, load.rate / engine.one_commit_each.rate)
            table.add_row(f"{engine.engine}: {name}", *_load_cells(load), *(f"{ratio:.2f}" for ratio in ratios))
    return table


def _load_cells(load: "Load") -> tuple[str, str, str]:
    return f"{load.rate:,.0f}", f"{load.p50_ms:.2f}", f"{load.p99_ms:.2f}"


def _scoring_document(figures: "ScoringFigures") -> dict[str, Any]:
    tenfold = figures.tenfold
    return {
        "benchmark": "scoring",
        "responses": figures.responses,
        "dealers": figures.dealers,
        "items": figures.items,
        "workers": figures.workers,
        "seconds": {
            "moments": figures.moments,
            "bincount": figures.bincount,
            "one_item": figures.one_item,
            "svy_one_item": figures.svy_one_item,
            "lmg": {str(attributes): seconds for attributes, seconds in figures.lmg.items()},
            "lmg_with_replicates": figures.lmg_with_replicates,
        },
        "snapshot": asdict(figures.snapshot),
        "tenfold": None if tenfold is None else asdict(tenfold),
        "ratio_of_moments_to_bincount": figures.moments / figures.bincount,
        "ratio_of_snapshot_to_bincount": figures.snapshot.seconds / figures.bincount,
        "ratio_of_svy_to_moments": figures.svy_one_item and figures.svy_one_item / figures.one_item,
        "ratio_of_tenfold_to_snapshot": None if tenfold is None else tenfold.seconds / figures.snapshot.seconds,
        "ratio_of_tenfold_to_snapshot_cpu": None if tenfold is None else tenfold.cpu / figures.snapshot.cpu,
    }


def _scoring_table(figures: "ScoringFigures") -> Table:
    from surveyplat.bench.scoring import LMG_ATTRIBUTES, LMG_REPLICATES, PEER_RESPONSES

    title = f"{figures.responses:,} responses, {figures.dealers:,} dealers; whole scores by {figures.workers} worker(s)"
    table = _table(title, "Seconds", "CPU", "x bincount", "MiB")
    rows = [
        (f"one weighted bincount pass, {figures.items} items", figures.bincount),
        (f"means and errors by dealer, {figures.items} items", figures.moments),
    ]
    if figures.svy_one_item is not None:
        peer = f"1 item, {min(figures.responses, PEER_RESPONSES):,} responses"
        rows += [(f"the same, {peer}", figures.one_item), (f"svy: the same, {peer}", figures.svy_one_item)]
    for name, seconds in rows:
        table.add_row(name, f"{seconds:.4f}", "", f"{seconds / figures.bincount:.2f}", "")
    for whole in (figures.snapshot, figures.tenfold):
        if whole is not None:
            name = f"whole score of a csi snapshot's file, {whole.responses:,} responses"
            ratio = f"{whole.seconds / figures.bincount:.1f}"
            table.add_row(name, f"{whole.seconds:.4f}", f"{whole.cpu:.2f}", ratio, f"{whole.memory:,.0f}")
    for attributes, seconds in figures.lmg.items():
        table.add_row(f"exact LMG of {attributes} attributes", f"{seconds:.4f}", "", "", "")
    replicated = f"exact LMG of {LMG_ATTRIBUTES[0]} attributes with {LMG_REPLICATES} replicates"
    table.add_row(replicated, f"{figures.lmg_with_replicates:.4f}", "", "", "")
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    return table
