"""``surveyplat person``: what is stored about one person, and its erasure."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from surveyplat.cli.person_printing import (
    console,
    print_erased_before,
    print_in_log,
    print_person,
    print_plan,
    print_proved,
)
from surveyplat.durable import write_durably
from surveyplat.errors import Fault, InvalidInput, StorageError, SurveyplatError
from surveyplat.settings import Settings, load_settings

if TYPE_CHECKING:
    from surveyplat.audit.commitments import Receipt
    from surveyplat.audit.proofs import AuditLog
    from surveyplat.erasing import Erasure
    from surveyplat.fieldwork.tombstones import Tombstone
    from surveyplat.storage.database import Database

person = typer.Typer(no_args_is_help=True, help="One person's data: show them, erase them, prove that it was done.")

_errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)

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
        print_person(document)


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
    from surveyplat.erasing import Erasure, files_naming

    settings = load_settings()
    planned = asyncio.run(_planned(settings, reference, reason))
    if not isinstance(planned, Erasure):
        print_erased_before(reference, planned.erased_at)
        return
    print_plan(planned, files_naming(settings.data_dir, planned.person))
    if dry_run:
        console.print("Nothing was changed.")
        return
    _demand_consent(yes)
    done = asyncio.run(_erased(settings, reference, reason, receipt))
    if not isinstance(done, Erasure):
        print_erased_before(reference, done.erased_at)


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
        print_proved(kept, None if key is None else PublicKey.parse(key))
    if in_log:
        print_in_log(kept, asyncio.run(_log(load_settings())))


@person.command()
def sweep() -> None:
    """Rewrite the database's files, so that no byte of what was erased is left in them. Best at a quiet hour."""
    from surveyplat.storage.sweeping import sweep as rewrite

    asyncio.run(rewrite(load_settings().database_url))
    console.print("The database was rewritten. Backups made before hold what was erased since: see docs/erasure.md")


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


async def _planned(settings: Settings, reference: str, reason: str) -> "Erasure | Tombstone":
    """What an erasure would take; nothing is changed."""
    from surveyplat.audit.commitments import ERASED, Receipt, fresh_salt
    from surveyplat.erasing import erase_person
    from surveyplat.fieldwork.people import Vault
    from surveyplat.storage.database import open_database

    receipt, vault = Receipt(ERASED, reference, fresh_salt()), Vault(settings.keys.data)
    by, now = settings.operator, settings.now()
    async with open_database(settings.database_url) as db:
        return await erase_person(db, vault, receipt, reason, by=by, now=now, dry_run=True)


async def _erased(settings: Settings, reference: str, reason: str, path: Path | None) -> "Erasure | Tombstone":
    """Erase. The receipt is on the disk before anything is erased: its salt is nowhere else."""
    from surveyplat.audit.commitments import ERASED, Receipt, fresh_salt
    from surveyplat.audit.notes import signer_of
    from surveyplat.erasing import Erasure, proved
    from surveyplat.storage.database import open_database

    receipt = Receipt(ERASED, reference, fresh_salt())
    path = path or Path(f"erasure-{receipt.subject[:12]}.json")
    async with open_database(settings.database_url) as db:
        _demand_free(path)
        _write(path, receipt)
        done = await _erase(db, settings, receipt, reason, path)
        if not isinstance(done, Erasure) or done.entry is None:
            path.unlink()
            return done
        if settings.seal_seed is not None:
            _write(path, await proved(db, receipt, done.entry, signer_of(settings)))
    console.print(f"Erased; entry {done.entry} of the audit log. The receipt is {path}")
    console.print("Run `surveyplat person sweep` to rewrite the database's files without the old bytes.")
    return done


async def _erase(
    db: "Database", settings: Settings, receipt: "Receipt", reason: str, path: Path
) -> "Erasure | Tombstone":
    """Erase; the receipt at ``path`` is taken away again where nothing was erased for certain."""
    from surveyplat.erasing import erase_person
    from surveyplat.fieldwork.people import Vault

    vault, now = Vault(settings.keys.data), settings.now()
    try:
        return await erase_person(db, vault, receipt, reason, by=settings.operator, now=now)
    except StorageError:
        _errors.print(f"Whether it was erased is not known: `surveyplat person check {path} --log` tells")
        raise
    except SurveyplatError:
        path.unlink()
        raise


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
