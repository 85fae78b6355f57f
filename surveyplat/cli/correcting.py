"""``surveyplat correct`` and ``surveyplat frozen``: what was frozen wrongly put right in a further revision."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from surveyplat.cli.audit import instant
from surveyplat.cli.listing import RECORDED, listing, minute, print_listing
from surveyplat.errors import InvalidInput
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.correcting.planned import Wanted
    from surveyplat.correcting.revising import Preview, Revised
    from surveyplat.scoring.results import StudyScores


def register(app: typer.Typer) -> None:
    app.command()(correct)
    app.command()(frozen)


def correct(
    study: Annotated[str, typer.Argument(help="The study's name, such as csi.")],
    period: Annotated[str, typer.Argument(help="A frozen period: 2026, 2026-Q3 or 2026-07.")],
    reason: Annotated[str, typer.Option(help="Why, for whoever reads the report; no personal data.")],
    by: Annotated[str, typer.Option(metavar="ROLE", help="Who answers for it: a role, such as quality manager.")],
    changes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV or XLSX. Columns: response or event; withdraw (a reason's code), or the right dealer, model, "
            "occurred_on and kind.",
        ),
    ] = None,
    late: Annotated[bool, typer.Option("--late", help="Take in answers that came after the freeze and count.")] = False,
    cut_off: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="With --late: answers on the web count until this past time, too."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and record nothing.")] = False,
) -> None:
    """Correct a frozen period: a new revision beside what was frozen, which stays. All of it, or nothing.

    Codes of withdraw: filled_by_dealer, wrong_person and consent_withdrawn leave the customer among those who were
    asked; test, duplicate and not_eligible do not. The same correction again gives the revision that it made.
    """
    from surveyplat.audit.periods import parse_period
    from surveyplat.correcting.planned import Wanted

    if (changes is None) != late or (cut_off is not None and not late):
        raise typer.BadParameter("give --changes FILE, or --late (with --cut-off WHEN if need be)")
    until = None if cut_off is None else instant(cut_off)
    wanted = Wanted(study, parse_period(period), reason, by, changes, until)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    try:
        if dry_run:
            _show_preview(console, asyncio.run(_preview(wanted)))
        else:
            _show_revised(console, wanted, asyncio.run(_correct(wanted)))
    except InvalidInput:
        Console(stderr=True).print("A correction is all or nothing: nothing was recorded")
        raise


async def _correct(wanted: "Wanted") -> "Revised":
    from surveyplat.correcting.revising import correct_period
    from surveyplat.storage.database import open_database

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        return await correct_period(db, settings, wanted, now=settings.now())


async def _preview(wanted: "Wanted") -> "Preview":
    from surveyplat.cli.progress import pass_bars
    from surveyplat.correcting.revising import preview_correction
    from surveyplat.scoring.workers import Workers
    from surveyplat.storage.database import open_database

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        with pass_bars(f"Scoring {wanted.study} {wanted.period.name}") as bars:
            return await preview_correction(db, settings, wanted, now=settings.now(), workers=Workers(progress=bars))


def _show_revised(console: Console, wanted: "Wanted", revised: "Revised") -> None:
    revision = revised.after.revision
    made = "made" if revised.is_new else "was made by this correction before; nothing was recorded"
    console.print(f"{wanted.study} {wanted.period.name}: revision {revision} {made}")
    _show_rows(console, revised)
    console.print(f"file        {revised.after.path}", markup=False)
    if revised.is_new:
        console.print(f"Its numbers: `surveyplat report {wanted.study} {wanted.period.name}`; what was published stays")


def _show_preview(console: Console, preview: "Preview") -> None:
    manifest = preview.revised.after.manifest
    console.print(f"{manifest['study']} {manifest['period']}: revision {manifest['revision']} would be made")
    _show_rows(console, preview.revised)
    console.print(_measures(preview.before, preview.after))
    console.print("Nothing was recorded: this was a dry run")


def _show_rows(console: Console, revised: "Revised") -> None:
    before, manifest = revised.before, revised.after.manifest
    made = manifest["corrections"][-1]
    console.print(f"withdrawn   {_withdrawn(made['withdrawn'])}")
    console.print(f"added       {made['added']}")
    console.print(f"changed     {made['changed']}")
    if made["events"]:
        console.print(f"events      {made['events']} without a row, put right among those who were asked")
    if revised.is_new:
        console.print(f"rows        {before.manifest['row_count']} -> {manifest['row_count']}")
    console.print(f"rows hash   {manifest['rows_hash']}")
    console.print(f"supersedes  {manifest['supersedes']}")
    if revised.elsewhere:
        console.print(
            f"Frozen as well, and not corrected: {', '.join(revised.elsewhere)}. Correct what is wrong there, too",
            markup=False,
        )
    if revised.few:
        console.print(
            f"Of {', '.join(revised.few)} fewer than 5 answers differ: whoever has the reports of both revisions could "
            "work them out. Collect such corrections, or keep the dealers' reports back",
            markup=False,
        )


def _withdrawn(codes: Mapping[str, int]) -> str:
    told = ", ".join(f"{code} {count}" for code, count in codes.items())
    return f"{sum(codes.values())}: {told}" if told else "0"


def _measures(before: "StudyScores", after: "StudyScores") -> Table:
    """Every headline measure of the whole study before and after; nothing that is not published."""
    from surveyplat.reports.restating import restatement

    table = Table("Measure", "Before", "After", "Difference")
    for column in table.columns[1:]:
        column.justify = "right"
    for each in restatement(after.period, before, after)["measures"]:
        first, now = each["first"], each["now"]
        table.add_row(each["id"], _value(first), _value(now), _difference(first, now))
    return table


def _value(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return "–"
    return f"not shown ({told['suppressed']})" if told["value"] is None else f"{told['value']:.1f}"


def _difference(first: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    if first is None or now is None or first["value"] is None or now["value"] is None:
        return ""
    return f"{now['value'] - first['value']:+.1f}"


def frozen(
    study: Annotated[str | None, typer.Argument(help="Only this study.")] = None,
) -> None:
    """List every frozen period with its revisions, the newest of which counts."""
    revisions = asyncio.run(_revisions(study))
    if not revisions:
        Console(highlight=False).print("Nothing is frozen here: `surveyplat freeze` freezes a period.")
        return
    table = listing("Study", "Period", "Revision", RECORDED, "Rows", "Rows hash", "Why", folding="Why")
    for cells in _listed(revisions):
        table.add_row(*cells)
    print_listing(table)


async def _revisions(study: str | None) -> list[dict[str, Any]]:
    from surveyplat.audit.freeze import every_revision
    from surveyplat.storage.database import open_database

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        return await every_revision(db, study)


def _listed(revisions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for each in revisions:
        manifest = each["manifest"]
        why = manifest["corrections"][-1]["reason"] if manifest.get("corrections") else "frozen"
        when: datetime = each["frozen_at"]
        told = (each["study"], each["period"], each["revision"], minute(when), manifest["row_count"])
        yield (*map(str, told), manifest["rows_hash"][:12], why)
