"""``surveyplat person``: what is stored about one person, and its erasure."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from surveyplat.durable import write_durably
from surveyplat.errors import Fault, InvalidInput, StorageError, SurveyplatError
from surveyplat.settings import Settings, load_settings

if TYPE_CHECKING:
    from surveyplat.audit.commitments import Receipt
    from surveyplat.audit.notes import PublicKey
    from surveyplat.audit.proofs import AuditLog
    from surveyplat.erasing import Erasure
    from surveyplat.fieldwork.tombstones import Tombstone

person = typer.Typer(no_args_is_help=True, help="One person's data: show them, erase them, prove that it was done.")

_console = Console(highlight=False, soft_wrap=True, markup=False)
_errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)

_OF_PERSONS = ("reference", "language", "name", "email", "phone")
_OF_EVENTS = ("reference", "kind", "occurred_on", "dealer", "vin", "model")
_OF_INVITATIONS = ("event", "study", "state", "created_at", "sent_at", "expires_at")
_OF_ANSWERS = ("question", "answer", "means")

Reference = Annotated[str, typer.Argument(help="The customer_id, as the events' files have it.")]


def register(app: typer.Typer) -> None:
    app.add_typer(person, name="person")


@person.command()
def show(
    reference: Reference,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, to be handed to the person.")] = False,
) -> None:
    """Show all that is stored about one customer. The audit log records that it was read, not who it is about."""
    document = asyncio.run(_shown(load_settings(), reference))
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    else:
        _print_person(document)


@person.command()
def erase(
    reference: Reference,
    reason: Annotated[str, typer.Option(help="Why, for the audit log: naming nobody, such as request-2026-114.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; change nothing.")] = False,
    receipt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the receipt goes; by default erasure-....json here.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase one person: say what goes, ask, do it in one transaction, and write the receipt that proves it."""
    settings = load_settings()
    planned = asyncio.run(_erased(settings, _Wanted(reference, reason, dry_run=True)))
    if _is_over(planned, reference):
        return
    _print_plan(planned, settings)
    if dry_run:
        _console.print("Nothing was changed.")
        return
    _demand_consent(yes)
    wanted = _Wanted(reference, reason, dry_run=False, receipt=receipt)
    _is_over(asyncio.run(_erased(settings, wanted)), reference)


@person.command()
def check(
    receipt: Annotated[Path, typer.Argument(metavar="RECEIPT", help="The file that `person erase` wrote.")],
    key: Annotated[str | None, typer.Option(help="The public key that must have signed (`audit key`).")] = None,
    in_log: Annotated[bool, typer.Option("--log", help="Look the entry up in the database's log, too.")] = False,
) -> None:
    """Check that the audit log holds what a receipt says: by its proof alone, or with --log against the database."""
    from surveyplat.audit.commitments import Receipt
    from surveyplat.audit.notes import PublicKey

    kept = Receipt.parse(_read(receipt))
    if kept.proof is not None or not in_log:
        _print_proved(kept, None if key is None else PublicKey.parse(key))
    if in_log:
        _print_in_log(kept, asyncio.run(_log(load_settings())))


@person.command()
def sweep() -> None:
    """Rewrite the database's files, so that no byte of what was erased is left in them. Best at a quiet hour."""
    from surveyplat.storage.sweeping import sweep as rewrite

    asyncio.run(rewrite(load_settings().database_url))
    _console.print("The database was rewritten. Backups made before hold what was erased since: see docs/erasure.md")


@dataclass(frozen=True)
class _Wanted:
    reference: str
    reason: str
    dry_run: bool
    receipt: Path | None = None


async def _shown(settings: Settings, reference: str) -> dict[str, Any]:
    from surveyplat.audit.commitments import READ, Receipt, fresh_salt
    from surveyplat.erasing import files_naming, read_person
    from surveyplat.fieldwork.people import Vault
    from surveyplat.fieldwork.tombstones import Tombstone
    from surveyplat.personal_copies import definitions_of, personal_copy
    from surveyplat.storage.database import open_database

    receipt = Receipt(READ, reference, fresh_salt())
    async with open_database(settings.database_url) as db:
        read = await read_person(db, Vault(settings.keys.data), receipt, by=settings.operator, now=settings.now())
        if isinstance(read, Tombstone):
            return {"reference": reference, "erased_at": read.erased_at.isoformat()}
        found, entry = read
        copy = personal_copy(found, await definitions_of(db, found))
    refused = [str(path) for path in files_naming(settings.data_dir, found)]
    logged = {"entry": entry, "subject": receipt.subject, "salt": receipt.salt.hex()}
    return {**copy, "files_of_refused_rows": refused, "read": logged}


async def _erased(settings: Settings, wanted: _Wanted) -> "Erasure | Tombstone":
    """Erase, or say what would go. The receipt is on the disk before anything is erased: its salt is nowhere else."""
    from surveyplat.audit.commitments import ERASED, Receipt, fresh_salt
    from surveyplat.audit.notes import signer_of
    from surveyplat.erasing import Erasure, erase_person, proved
    from surveyplat.fieldwork.people import Vault
    from surveyplat.storage.database import open_database

    receipt = Receipt(ERASED, wanted.reference, fresh_salt())
    path = wanted.receipt or Path(f"erasure-{receipt.subject[:12]}.json")
    vault, now = Vault(settings.keys.data), settings.now()
    async with open_database(settings.database_url) as db:
        if wanted.dry_run:
            return await erase_person(db, vault, receipt, wanted.reason, by=settings.operator, now=now, dry_run=True)
        _demand_free(path)
        _write(path, receipt)
        try:
            done = await erase_person(db, vault, receipt, wanted.reason, by=settings.operator, now=now)
        except StorageError:
            _errors.print(f"Whether it was erased is not known: `surveyplat person check {path} --log` tells")
            raise
        except SurveyplatError:
            path.unlink()
            raise
        if not isinstance(done, Erasure) or done.entry is None:
            path.unlink()
            return done
        if settings.seal_seed is not None:
            _write(path, await proved(db, receipt, done.entry, signer_of(settings)))
    _console.print(f"Erased; entry {done.entry} of the audit log. The receipt is {path}")
    _console.print("Run `surveyplat person sweep` to rewrite the database's files without the old bytes.")
    return done


def _is_over(found: "Erasure | Tombstone", reference: str) -> bool:
    """Whether the person was erased before; then it is said when."""
    from surveyplat.fieldwork.tombstones import Tombstone

    if isinstance(found, Tombstone):
        _console.print(f"{reference} was erased on {_moment(found.erased_at)}; there is nothing left to erase")
        return True
    return False


def _demand_consent(yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise InvalidInput([Fault("consent", "--yes", "nobody can be asked here", "Repeat it with --yes")])
    typer.confirm("This cannot be taken back. Erase?", abort=True)


def _demand_free(path: Path) -> None:
    if path.exists():
        raise InvalidInput([Fault("file", str(path), "is there already", "Name another file for the receipt")])


def _write(path: Path, receipt: "Receipt") -> None:
    content = json.dumps(receipt.document(), ensure_ascii=False, indent=1) + "\n"
    try:
        write_durably(path, content.encode(), mode=0o600)
    except OSError as fault:
        fix = "Name a file in a folder that can be written; nothing was erased"
        raise InvalidInput([Fault("file", str(path), f"cannot be written: {fault.strerror}", fix)]) from None


def _print_plan(planned: Any, settings: Settings) -> None:
    from surveyplat.erasing import files_naming

    took = planned.took
    table = Table("what", "how many", "what becomes of it", box=None, pad_edge=False)
    for what, count, becomes in (
        ("contact", took.contacts, "name, mail address, phone number and their key are deleted"),
        ("links", took.links, f"end, {took.open_invitations} of them still open; they look like unknown ones"),
        ("events", took.events, "lose their reference; kind, day, dealer and model stay, as nobody's"),
        ("vehicles", took.vehicles, "these events are told of a vehicle without number instead"),
        ("half-filled", took.drafts, "lose their answers and can no longer be filled in"),
        ("submitted", took.submitted, "closed answers stay in the statistics, as nobody's"),
        ("texts in them", took.texts_masked, "are masked where they name somebody"),
    ):
        table.add_row(what, str(count), becomes)
    _console.print(table)
    _console.print("Frozen periods keep their rows, under a pseudonym; backups keep what they hold: docs/erasure.md")
    for path in files_naming(settings.data_dir, planned.person):
        _console.print(f"Delete by hand: {path} holds refused rows of this person")


def _print_person(document: Mapping[str, Any]) -> None:
    if "erased_at" in document:
        erased = datetime.fromisoformat(document["erased_at"])
        _console.print(f"{document['reference']} was erased on {_moment(erased)}; nothing is stored")
        return
    contact = document["contact"] or {}
    person = {"reference": document["reference"], "language": document["language"], **contact}
    _print_rows("Person", [person], _OF_PERSONS)
    _print_rows("Events", document["events"], _OF_EVENTS)
    _print_rows("Invitations", document["invitations"], _OF_INVITATIONS)
    for response in document["responses"]:
        when = _day(response["submitted_at"] or response["updated_at"])
        _print_rows(f"{response['title']}: {response['state']}, {when}", response["answers"], _OF_ANSWERS)
    for path in document["files_of_refused_rows"]:
        _console.print(f"Refused rows of this person are in {path}")
    _console.print(f"That it was read is entry {document['read']['entry']} of the audit log.")


def _print_rows(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """What a person at a terminal reads; the JSON document has the other columns too."""
    _console.print(f"\n{title}" if rows else f"\n{title}: none")
    if rows:
        table = Table(*columns, box=None, pad_edge=False)
        for column in table.columns:
            column.overflow = "fold"
        for row in rows:
            table.add_row(*(_cell(name, row.get(name)) for name in columns))
        _console.print(table)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name.endswith("_at"):
        return _day(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _day(moment: str) -> str:
    return moment[: len("2026-10-27")]


def _print_proved(receipt: "Receipt", key: "PublicKey | None") -> None:
    from surveyplat.audit.commitments import check_receipt

    reached = check_receipt(receipt, key)
    entry = receipt.proof["entry"] if receipt.proof else {}
    told = f"{receipt.kind} of {receipt.reference} is entry {entry['index']}, recorded {entry['recorded_at']}"
    _console.print(f"{told}, of the log of {reached.origin} ({reached.size} entries)")
    if key is None:
        _console.print("Whose signature it is was not checked: give --key")


def _print_in_log(receipt: "Receipt", log: "AuditLog") -> None:
    from surveyplat.audit.commitments import check_in_log

    entry = check_in_log(receipt, log)
    told = f"{receipt.kind} of {receipt.reference} is entry {entry['index']}, recorded {entry['recorded_at']}"
    _console.print(f"{told}, of the log in the database, each entry of which is as it was recorded")


async def _log(settings: Settings) -> "AuditLog":
    from surveyplat.audit.proofs import read_log
    from surveyplat.storage.database import open_database

    async with open_database(settings.database_url) as db:
        return await read_log(db)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidInput([Fault("file", str(path), f"cannot be read: {fault}", "Name the receipt")]) from None


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
