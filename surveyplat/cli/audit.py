"""``surveyplat freeze`` and ``surveyplat import-responses``: a period's answers, brought in and frozen."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from surveyplat.errors import Fault, InvalidInput
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.audit.freeze import FrozenPeriod
    from surveyplat.audit.periods import Period
    from surveyplat.forms.importing import ImportReport

_FAULTS_SHOWN = 20

Study = Annotated[str, typer.Argument(help="The study's name, such as csi.")]


def register(app: typer.Typer) -> None:
    app.command()(freeze)
    app.command("import-responses")(import_responses)


def freeze(
    study: Study,
    period: Annotated[str, typer.Argument(help="2026, 2026-Q3 or 2026-07.")],
    cut_off: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="End fieldwork at this past time, such as 2026-10-05T09:00:00+08:00."),
    ] = None,
) -> None:
    """Freeze a period: an immutable snapshot of its answers with a manifest. Frozen again, it is the same one."""
    from surveyplat.audit.periods import parse_period

    wanted = instant(cut_off) if cut_off is not None else None
    snapshot = asyncio.run(_freeze(study, parse_period(period), wanted))
    _show_snapshot(Console(highlight=False, soft_wrap=True, markup=False), snapshot)


def import_responses(
    study: Study,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A row each person, a column each item.")],
    period: Annotated[str, typer.Option(help="The period that the answers belong to: 2026, 2026-Q3 or 2026-07.")],
) -> None:
    """Take in answers that were collected elsewhere. Bad rows are quarantined; the same file twice changes nothing."""
    from surveyplat.audit.periods import parse_period

    report = asyncio.run(_import(study, file, parse_period(period)))
    _show_import(Console(highlight=False, soft_wrap=True, markup=False), f"{study} {period}", report)
    if report.refused:
        raise typer.Exit(1)


async def _freeze(study: str, period: "Period", cut_off: datetime | None) -> "FrozenPeriod":
    from surveyplat.pipeline import freeze_period
    from surveyplat.storage.database import open_database

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        return await freeze_period(db, settings, study, period, cut_off=cut_off, now=settings.now())


async def _import(study: str, file: Path, period: "Period") -> "ImportReport":
    from surveyplat.forms.importing import import_responses as take_in
    from surveyplat.forms.loading import load_study
    from surveyplat.storage.database import open_database

    settings = load_settings()
    definition = load_study(study, settings.questionnaires)
    async with open_database(settings.database_url) as db:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(f"Taking in {file.name}", total=None)
            return await take_in(
                db,
                definition,
                file,
                period.name,
                data_dir=settings.data_dir,
                now=settings.now(),
                on_progress=lambda done, total: progress.update(task, completed=done, total=total),
            )


def instant(text: str) -> datetime:
    """The time that a cut-off names. Raises ``InvalidInput`` unless it has its offset."""
    cause, fix = "is not a time with its offset", "Write it like 2026-10-05T09:00:00+08:00"
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput([Fault("option", "--cut-off", f'"{text}" {cause}', fix)]) from None
    if instant.tzinfo is None:
        raise InvalidInput([Fault("option", "--cut-off", f'"{text}" {cause}', fix)])
    return instant


def _show_snapshot(console: Console, snapshot: "FrozenPeriod") -> None:
    manifest = snapshot.manifest
    console.print(
        f"{manifest['study']} {manifest['period']}: {manifest['row_count']} rows, frozen {manifest['frozen_at']}"
    )
    if snapshot.revision:
        console.print(f"revision    {snapshot.revision}: {manifest['corrections'][-1]['reason']}", markup=False)
    console.print(f"cut-off     {manifest['cut_off']}")
    console.print(f"events      {manifest['events']}, invited {manifest['invited']}, responses {manifest['responses']}")
    for exclusion in manifest["exclusions"]:
        console.print(f"left out    {exclusion['count']}: {_reason(exclusion)}")
    console.print(f"definition  {snapshot.definition_hash}")
    console.print(f"rows        {snapshot.rows_hash}")
    console.print(f"file        {snapshot.path}")


def _reason(exclusion: Mapping[str, Any]) -> str:
    described = {
        "partial": "not submitted",
        "screened_out": "screened out",
        "over_quota": "came when a quota was full",
        "after_cut_off": "submitted after the cut-off",
        "empty": "nothing answered",
        "withdrawn": "withdrawn by a correction",
        "withdrawn_not_eligible": "withdrawn by a correction, and not to be asked at all",
    }
    if exclusion["reason"] == "other_definition":
        return f"answered version {exclusion['definition_version']} ({exclusion['definition_hash']})"
    return described[exclusion["reason"]]


def _show_import(console: Console, name: str, report: "ImportReport") -> None:
    console.print(f"{name}: {report.stored} stored, {report.unchanged} unchanged, {len(report.refused)} refused")
    if report.not_asked:
        console.print(f"not asked: {', '.join(report.not_asked)}")
    if report.period_is_frozen and report.stored:
        console.print("The period was frozen before: what was stored now stays out of its snapshot,")
        console.print("until `surveyplat correct --late` makes a revision that takes it in.")
    faults = [(row.row, fault) for row in report.refused for fault in row.faults]
    for number, fault in faults[:_FAULTS_SHOWN]:
        console.print(f"row {number}: {fault.column} {fault.cause}. {fault.fix}", markup=False)
    if len(faults) > _FAULTS_SHOWN:
        console.print(f"and {len(faults) - _FAULTS_SHOWN} more faults")
    if report.quarantine:
        console.print(f"The refused rows are in {report.quarantine}: correct them there and take in that file.")
