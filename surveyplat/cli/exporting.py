"""``surveyplat export``: rows, results and codebooks of a frozen period as files for other programs."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from surveyplat.audit.periods import Period, parse_period
from surveyplat.cli.progress import pass_bars
from surveyplat.cli.reports import Language
from surveyplat.errors import Fault, InvalidInput
from surveyplat.exports.wanted import Format, Subject, Wanted, subject_of
from surveyplat.settings import ROLE, Settings, load_settings

if TYPE_CHECKING:
    from surveyplat.exporting import Exported


def register(app: typer.Typer) -> None:
    app.command()(export)


def export(
    study: Annotated[str, typer.Argument(help="The study, for instance csi.")],
    period: Annotated[str, typer.Argument(help="A frozen period: 2026, 2026-Q3, 2026-07.")],
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            help="csv, xlsx and parquet hold published numbers or rows; sav (SPSS) and triple-s (XML and CSV) hold "
            "rows; codebook-pdf and codebook-csv say what the rows mean.",
        ),
    ] = Format.CSV,
    rows: Annotated[
        bool | None,
        typer.Option(
            "--rows/--results",
            help="Every response as a row, under pseudonyms, or the published numbers after suppression. Results "
            "without either, rows where the format holds nothing else.",
        ),
    ] = None,
    comparison: Annotated[
        bool, typer.Option("--comparison", help="The comparison with the period before: verdict, changes, tests.")
    ] = False,
    dealers: Annotated[
        bool, typer.Option("--dealers", help="The dealers side by side: own and shrunk value, expected range.")
    ] = False,
    with_texts: Annotated[
        bool, typer.Option("--with-texts", help="With rows: also what respondents wrote, masked.")
    ] = False,
    as_frozen: Annotated[
        bool,
        typer.Option(
            "--as-frozen",
            help="With rows: under the snapshot's own pseudonyms, which are the same in every period and study, and "
            "with every dealer, also one with too few answers to be shown. For auditors who compute anew.",
        ),
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE",
            help="The role of whoever takes it out, for the audit log: analyst, auditor. Never a name. "
            "SURVEYPLAT_OPERATOR without it.",
        ),
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="The language of labels and codebooks.")] = Language.CHINESE,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|FOLDER",
            help="Where to, over a file of that name; exports/STUDY/PERIOD in the data folder without it.",
        ),
    ] = None,
) -> None:
    """Export a frozen period. Each export is told to the audit log, with the hash of its files.

    Rows are data of single persons, also without their names: dealer, model and day may be enough for someone who knows
    the person. Give them to those only who analyse the study and are bound to secrecy; never to a dealer.
    """
    said = {Subject.ROWS: rows is True, Subject.RESULTS: rows is False, Subject.COMPARISON: comparison}
    asked = [subject for subject, is_said in {**said, Subject.DEALERS: dealers}.items() if is_said]
    wanted = Wanted(format_, subject_of(format_, asked), with_texts, as_frozen)
    if by is not None and not ROLE.fullmatch(by):
        fix = "Write a role in lower-case letters, digits and hyphens, such as data-analyst; no name"
        raise InvalidInput([Fault("option", "--by", "it is no role", fix)])
    settings = load_settings(**({} if by is None else {"operator": by}))
    exported = asyncio.run(_export(settings, study, parse_period(period), wanted, lang.value, output))
    _show(exported, wanted)


async def _export(
    settings: Settings, study: str, period: Period, wanted: Wanted, language: str, output: Path | None
) -> "Exported":
    from surveyplat.exporting import export_period
    from surveyplat.storage.database import open_database

    async with open_database(settings.database_url) as db:
        with pass_bars(f"{study} {period.name}") as bars:
            try:
                return await export_period(
                    db, settings, study, period, wanted, language, output=output, progress=bars, now=settings.now()
                )
            except asyncio.CancelledError:
                bars.stop()
                raise


def _show(exported: "Exported", wanted: Wanted) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for file in exported.files:
        console.print(str(file), markup=False)
        console.print(f"SHA-256 {exported.made.hashes[file.suffix]}", markup=False)
    counted = "variables" if wanted.subject == Subject.CODEBOOK else "rows"
    console.print(f"{exported.made.rows} {counted}; entry {exported.entry} of the audit log", markup=False)
    if wanted.subject == Subject.ROWS:
        console.print("These are data of single persons: keep them as such", markup=False)
