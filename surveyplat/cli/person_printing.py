"""What ``surveyplat person`` prints: what would be erased, what is stored, and what a receipt proves."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from surveyplat.audit.commitments import Receipt
    from surveyplat.audit.notes import PublicKey
    from surveyplat.audit.proofs import AuditLog
    from surveyplat.erasing import Erasure

console = Console(highlight=False, soft_wrap=True, markup=False)

_OF_PERSONS = ("reference", "language", "name", "email", "phone")
_OF_EVENTS = ("reference", "kind", "occurred_on", "dealer", "vin", "model")
_OF_INVITATIONS = ("event", "study", "state", "created_at", "sent_at", "expires_at")
_OF_ANSWERS = ("question", "answer", "means")


def print_erased_before(reference: str, when: datetime) -> None:
    """That there is nothing left to erase, and since when."""
    console.print(f"{reference} was erased on {_moment(when)}; there is nothing left to erase")


def print_plan(planned: "Erasure", naming: Sequence[Path]) -> None:
    """What an erasure would take; ``naming`` are the files of refused rows in which the person stands."""
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
    console.print(table)
    console.print("Frozen periods keep their rows, under a pseudonym; backups keep what they hold: docs/erasure.md")
    for path in naming:
        console.print(f"Delete by hand: {path} holds refused rows of this person")


def print_person(document: Mapping[str, Any]) -> None:
    """The document that ``person show --json`` gives, in tables."""
    if "erased_at" in document:
        erased = datetime.fromisoformat(document["erased_at"])
        console.print(f"{document['reference']} was erased on {_moment(erased)}; nothing is stored")
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
        console.print(f"Refused rows of this person are in {path}")
    console.print(f"That it was read is entry {document['read']['entry']} of the audit log.")


def _print_rows(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """What a person at a terminal reads; the JSON document has the other columns too."""
    console.print(f"\n{title}" if rows else f"\n{title}: none")
    if rows:
        table = Table(*columns, box=None, pad_edge=False)
        for column in table.columns:
            column.overflow = "fold"
        for row in rows:
            table.add_row(*(_cell(name, row.get(name)) for name in columns))
        console.print(table)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name.endswith("_at"):
        return _day(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _day(moment: str) -> str:
    return moment[: len("2026-10-27")]


def print_proved(receipt: "Receipt", key: "PublicKey | None") -> None:
    """What a receipt proves by itself. Raises ``ProofError`` when it does not."""
    from surveyplat.audit.commitments import check_receipt

    reached = check_receipt(receipt, key)
    entry = receipt.proof["entry"] if receipt.proof else {}
    console.print(f"{_told(receipt, entry)}, of the log of {reached.origin} ({reached.size} entries)")
    if key is None:
        console.print("Whose signature it is was not checked: give --key")


def print_in_log(receipt: "Receipt", log: "AuditLog") -> None:
    """Where the database's log holds the receipt's entry. Raises ``ProofError`` when it does not."""
    from surveyplat.audit.commitments import check_in_log

    entry = check_in_log(receipt, log)
    console.print(f"{_told(receipt, entry)}, of the log in the database, each entry of which is as it was recorded")


def _told(receipt: "Receipt", entry: Mapping[str, Any]) -> str:
    return f"{receipt.kind} of {receipt.reference} is entry {entry['index']}, recorded {entry['recorded_at']}"


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
