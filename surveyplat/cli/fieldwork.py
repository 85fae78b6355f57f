"""``surveyplat intake`` and ``surveyplat invite``: events in, personal links out."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from surveyplat.settings import Settings, load_settings

if TYPE_CHECKING:
    from surveyplat.fieldwork.delivery import DeliveryReport, Handed
    from surveyplat.fieldwork.events import IntakeReport
    from surveyplat.fieldwork.invitations import Disposition, InviteReport
    from surveyplat.fieldwork.outbox import Waiting
    from surveyplat.forms.language import Definition

SHOWN_LINKS = 50
"""Links that the terminal shows; a file takes them all."""
SHOWN_REFUSALS = 20
"""Refused rows that the terminal shows; the quarantine file has them all."""
_LINE_OF_A_LINK = 1000
"""Wider than any terminal, because a link that was cut or folded cannot be copied."""
_DISPOSITIONS: "dict[Disposition, str]" = {
    "invited": "invited now",
    "already_invited": "invited before",
    "not_due": "not due yet",
    "expired": "too long ago to be asked about",
    "recently_asked": "customer has an open invitation of this study",
    "erased": "customer's personal data were erased",
}
_HANDED: "dict[Handed, str]" = {
    "sent": "sent by mail",
    "refused": "refused by the mail server for good; see the links below",
    "postponed": "postponed; run the command again",
    "unsure": "perhaps delivered: the server went away; not sent again",
    "taken": "sent by another process meanwhile",
    "without_mail": "without a mail address; see the links below",
    "unreadable": "with personal data that cannot be opened: restore the data key",
}

_console = Console(highlight=False, markup=False)
_errors = Console(stderr=True, highlight=False, markup=False)


def register(app: typer.Typer) -> None:
    app.command()(intake)
    app.command()(invite)


def intake(
    file: Annotated[Path, typer.Argument(help="CSV (UTF-8 or GB18030) or XLSX; the first row names the columns.")],
) -> None:
    """Take events in: sale, service, lost, enquiry, dealer, employee, inspection; good rows are stored.

    Bad rows go to a quarantine file that can be corrected and taken in again; there were some when the exit code is 1.
    """
    report = asyncio.run(_intake(load_settings(), file))
    if report.unknown_columns:
        _errors.print(f"Warning: unknown columns are ignored: {', '.join(report.unknown_columns)}", markup=False)
    counts = f"{report.new} new, {report.unchanged} unchanged, {report.refused} refused"
    _console.print(f"{report.rows} rows ({report.read_as}): {counts}")
    if report.unreachable:
        _console.print(f"{report.unreachable} new events of customers with neither mail address nor phone number")
    if report.erased:
        of = "row belongs to an erased person" if report.erased == 1 else "rows belong to erased persons"
        _console.print(f"{report.erased} {of}: counted, nothing personal stored", soft_wrap=True)
    if report.quarantine:
        _print_refusals(report)
        raise typer.Exit(1)


def _print_refusals(report: "IntakeReport") -> None:
    for refusal in report.refusals[:SHOWN_REFUSALS]:
        for fault in refusal.faults:
            _errors.print(f"Row {refusal.row}: {fault}", markup=False, soft_wrap=True)
    if report.refused > SHOWN_REFUSALS:
        _errors.print(f"... and {report.refused - SHOWN_REFUSALS} more rows")
    _errors.print(f"Correct the refused rows in {report.quarantine} and take it in", markup=False, soft_wrap=True)


async def _intake(settings: Settings, file: Path) -> "IntakeReport":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from surveyplat.fieldwork.events import intake
    from surveyplat.fieldwork.people import Vault
    from surveyplat.storage.database import open_database

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    async with open_database(settings.database_url) as db:
        with Progress(*columns, console=_errors, transient=True, disable=not _errors.is_terminal) as progress:
            task = progress.add_task("Events", total=None)
            return await intake(
                db,
                Vault(settings.keys.data),
                file,
                now=settings.now(),
                data_dir=settings.data_dir,
                on_progress=lambda done, total: progress.update(task, completed=done, total=total),
            )


def invite(
    study: Annotated[str, typer.Argument(help="The study's name, such as csi.")],
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Also events that fall due up to this day; by default those due now."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Write the links that are not mailed to this CSV file, to be handed over.")
    ] = None,
) -> None:
    """Invite for the events that are due, then mail the links (SURVEYPLAT_SMTP_URL), or list them."""
    from surveyplat.forms.loading import load_study

    settings = load_settings()
    asyncio.run(_invite(settings, load_study(study, settings.questionnaires), until, output))


async def _invite(settings: Settings, definition: "Definition", until: datetime | None, output: Path | None) -> None:
    from surveyplat.fieldwork.delivery import deliver
    from surveyplat.fieldwork.handover import links_to_hand_over, write_links
    from surveyplat.pipeline import invite_due
    from surveyplat.storage.database import open_database

    now = settings.now()
    async with open_database(settings.database_url) as db:
        last_day = until.date() if until else None
        _print_invited(await invite_due(db, settings, definition, now=now, until=last_day))
        if settings.smtp_url:
            _print_delivered(await deliver(db, settings, definition, settings.smtp_url.get_secret_value(), now=now))
        items = await links_to_hand_over(db, settings, definition, now=now)
        if output is None:
            _print_links(items, settings)
        else:
            written = await write_links(db, settings, items, output, now=now)
            _console.print(f"{written} links written to {output}", markup=False, soft_wrap=True)


def _print_invited(report: "InviteReport") -> None:
    for disposition, meaning in _DISPOSITIONS.items():
        number = report.counts[disposition]
        if number or disposition == "invited":
            _console.print(f"{number:>8}  {meaning}")


def _print_delivered(report: "DeliveryReport") -> None:
    for handed, meaning in _HANDED.items():
        if report.counts[handed]:
            _console.print(f"{report.counts[handed]:>8}  {meaning}")
    if report.interrupted:
        _console.print(
            f"{report.interrupted:>8}  begun by a run that was interrupted: perhaps delivered, not sent again"
        )
    if report.trouble:
        _errors.print(report.trouble, markup=False)


def _print_links(items: "Sequence[Waiting]", settings: Settings) -> None:
    """Without personal data: whoever hands the links over takes the file."""
    if not items:
        return
    table = Table("customer", "dealer", "language", "last day", "link", box=None, pad_edge=False)
    for item in items[:SHOWN_LINKS]:
        link = item.link(settings.keys.link, settings.base_url)
        table.add_row(item.customer, item.dealer, item.language, item.last_day().isoformat(), link)
    Console(highlight=False, markup=False, width=_LINE_OF_A_LINK).print(table)
    hidden = len(items) - SHOWN_LINKS
    more = f"{hidden} more links; --output FILE" if hidden > 0 else "--output FILE"
    _console.print(f"{more} writes all of them with name, phone and mail address, to be handed over", soft_wrap=True)
