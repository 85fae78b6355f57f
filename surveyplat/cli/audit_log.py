"""``surveyplat audit``: what the audit log holds, and the proofs that nothing in it was changed."""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from surveyplat.cli.listing import RECORDED, listing, minute, print_listing
from surveyplat.errors import InvalidInput, ProofError
from surveyplat.settings import Settings, load_settings

if TYPE_CHECKING:
    from surveyplat.audit.checkpoint import Checkpoint
    from surveyplat.audit.notes import PublicKey, Signer
    from surveyplat.audit.proofs import AuditLog

audit = typer.Typer(no_args_is_help=True, help="The audit log: entries, signed checkpoints, proofs and their check.")

Key = Annotated[str | None, typer.Option(help="The public key that must have signed, as `audit key` prints it.")]
Since = Annotated[Path | None, typer.Option(metavar="CHECKPOINT", help="A checkpoint that was kept earlier.")]

_HASH_SHOWN = 12
_COMMITMENT = 64
"""Hexadecimal digits of the commitment that stands for a person."""


def register(app: typer.Typer) -> None:
    app.add_typer(audit, name="audit")


@audit.command("list")
def list_entries() -> None:
    """Show every entry: what was frozen, published or corrected, and when."""
    log = asyncio.run(_log(load_settings()))
    table = listing("No.", RECORDED, "Kind", "Leaf", "Subject", folding="Subject")
    for entry, leaf in zip(log.entries, log.leaves, strict=True):
        when = minute(datetime.fromisoformat(entry["recorded_at"]))
        table.add_row(str(entry["index"]), when, entry["kind"], leaf.hex()[:_HASH_SHOWN], _subject(entry))
    print_listing(table)


@audit.command()
def key() -> None:
    """Print the public key with which checkpoints and reports are checked. Give it to the auditor beforehand."""
    sys.stdout.write(f"{_signer(load_settings()).public}\n")


@audit.command()
def checkpoint() -> None:
    """Print a signed checkpoint of the log. Whoever keeps it can later see whether the log was changed."""
    settings = load_settings()
    sys.stdout.write(asyncio.run(_log(settings)).checkpoint(_signer(settings)))


@audit.command()
def prove(
    entry: Annotated[int | None, typer.Argument(help="The entry's number, from `audit list`.")] = None,
    since: Since = None,
) -> None:
    """Print a proof: that the log holds an entry, or that it only grew since a checkpoint."""
    if (entry is None) == (since is None):
        raise typer.BadParameter("give the number of an entry, or --since CHECKPOINT")
    settings = load_settings()
    log, signer = asyncio.run(_log(settings)), _signer(settings)
    if since is not None:
        document = log.consistency(_checkpoint(since, None), signer)
    else:
        document = log.inclusion(entry or 0, signer)
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


@audit.command()
def check(
    proof: Annotated[Path | None, typer.Option(metavar="FILE", help="A proof to check, without the database.")] = None,
    since: Annotated[
        list[Path] | None, typer.Option(metavar="CHECKPOINT", help="A checkpoint that was kept; may be repeated.")
    ] = None,
    report: Annotated[
        list[Path] | None, typer.Option(metavar="REPORT.pdf", help="A sealed report as a witness; may be repeated.")
    ] = None,
    key: Key = None,
) -> None:
    """Check the log in the database, or a proof alone. Ends with 1 and names the first thing that is wrong.

    An entry that was changed by hand is named. Where its hash was changed with it, only what was kept outside tells:
    of several checkpoints those between which it is, of a sealed report the entry itself.
    """
    from surveyplat.audit.notes import PublicKey

    public = None if key is None else PublicKey.parse(key)
    kept, reports = since or [], report or []
    for line in _check_proof(proof, kept, public) if proof else _check_log(kept, reports, public):
        sys.stdout.write(f"{line}\n")
    if public is None and (proof or kept or reports):
        sys.stdout.write("Whose signature it is was not checked: give --key\n")


def _check_log(since: list[Path], reports: list[Path], key: "PublicKey | None") -> list[str]:
    from surveyplat.audit.checkpoint import checkpoint_of
    from surveyplat.verification.witnesses import check_witness, witness_in

    settings = load_settings()
    log = asyncio.run(_log(settings))
    now = checkpoint_of(settings.signer_name, log.leaves)
    found = [f"{now.size} entries, each as it was recorded; root {now.root.hex()}"]
    witnesses = [witness_in(path.name, _bytes(path), key) for path in reports]
    for witness in witnesses:
        check_witness(witness, log)
        found.append(f"It holds the {len(witness.entries)} entries that {witness.name} proves")
    kept = [_checkpoint(path, key) for path in since]
    log.check_kept(now.origin, [*kept, *(witness.checkpoint for witness in witnesses)])
    return found + [f"It begins with the {before.size} entries of the checkpoint" for before in kept]


def _check_proof(file: Path, since: list[Path], key: "PublicKey | None") -> list[str]:
    from surveyplat.audit.proofs import check_consistency, check_inclusion, read_proof

    with _named(file, "Name what `surveyplat audit prove` printed"):
        document = read_proof(_read(file))
    if document["proves"] == "inclusion":
        reached, entry = check_inclusion(document, key), document["entry"]
        told = f"Entry {entry['index']} ({entry['kind']} {entry['subject']}, {entry['recorded_at']}) is in the log of"
        return [f"{told} {reached.origin}, {reached.size} entries; root {reached.root.hex()}"]
    if len(since) != 1:
        raise typer.BadParameter("a proof of consistency needs --since CHECKPOINT, the one that you kept")
    before = _checkpoint(since[0], key)
    after = check_consistency(document, before, key)
    return [f"The log of {after.origin} only grew, from {before.size} to {after.size} entries"]


async def _log(settings: Settings) -> "AuditLog":
    from surveyplat.audit.proofs import read_log
    from surveyplat.storage.database import open_database

    async with open_database(settings.database_url) as db:
        return await read_log(db)


def _subject(entry: Mapping[str, Any]) -> str:
    """What the entry is about; of reports, exports and corrections also which one."""
    subject, payload = str(entry["subject"]), entry["payload"]
    if len(subject) == _COMMITMENT:
        return subject[:_HASH_SHOWN]
    if "format" in payload:
        as_frozen = " as frozen" if payload.get("as_frozen") else ""
        return f"{subject} {payload['subject']} {payload['format']}{as_frozen}"
    if "revision" in payload:
        return f"{subject} revision {payload['revision']}"
    return f"{subject} {payload.get('report', '')}".rstrip()


def _signer(settings: Settings) -> "Signer":
    from surveyplat.audit.notes import signer_of

    return signer_of(settings)


def _checkpoint(path: Path, key: "PublicKey | None") -> "Checkpoint":
    from surveyplat.audit.proofs import signed_checkpoint

    with _named(path, "Name what `surveyplat audit checkpoint` printed, unchanged"):
        return signed_checkpoint(_read(path), key)


@contextmanager
def _named(path: Path, fix: str) -> Iterator[None]:
    """Tells which file is at fault, where several may be given."""
    try:
        yield
    except ProofError as fault:
        raise ProofError(f"{path.name}: {fault}. {fix}") from None


def _read(path: Path) -> str:
    from surveyplat.errors import Fault

    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise InvalidInput(
            [Fault("file", str(path), f"cannot be read: {fault}", "Name the file that was kept")]
        ) from None


def _bytes(path: Path) -> bytes:
    from surveyplat.errors import Fault

    try:
        return path.read_bytes()
    except OSError as fault:
        raise InvalidInput(
            [Fault("file", str(path), f"cannot be read: {fault}", "Name the file that was kept")]
        ) from None
