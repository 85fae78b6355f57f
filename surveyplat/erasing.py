"""Giving a person what is stored about it, and erasing it: tables, texts and audit log in one transaction.

Free texts are masked as the freeze would, now, while the name is still known; ``docs/erasure.md`` says what stays.
"""

import json
import re
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from surveyplat.audit.canonical import canonical_json
from surveyplat.audit.columns import snapshot_columns
from surveyplat.audit.commitments import ERASED, READ, Receipt
from surveyplat.audit.log import append_entry
from surveyplat.audit.masking import mask
from surveyplat.audit.notes import Signer
from surveyplat.audit.proofs import read_log
from surveyplat.errors import Fault, InvalidInput
from surveyplat.fieldwork.erasure import Erasable, erasable, erase
from surveyplat.fieldwork.people import Person, Vault
from surveyplat.fieldwork.personal_data import PersonalData, personal_data
from surveyplat.fieldwork.tombstones import Tombstone
from surveyplat.forms.versions import definition_from_json
from surveyplat.quarantine import quarantined_with
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import Database
from surveyplat.storage.tables import QuestionnaireVersion

_LONGEST_REASON = 200
_FEWEST_DIGITS = 6


@dataclass(frozen=True)
class Erasure:
    """What an erasure took or, of a dry run, would take; ``entry`` is its number in the log, None of a dry run.

    ``person`` is what was stored.
    """

    took: Erasable
    entry: int | None
    person: PersonalData


async def read_person(
    db: Database, vault: Vault, receipt: Receipt, *, by: str, now: datetime
) -> tuple[PersonalData, int] | Tombstone:
    """All that is stored about the receipt's person, and the number of the log's entry that says so.

    ``by`` is the role of whoever reads, never a person's name. The entry is committed before anything is given. An
    erased person is told by its tombstone; that is no reading. Raises ``UnknownPerson`` and ``PersonSealed``.
    """

    def unit() -> Generator[AnyQuery, Rows, tuple[PersonalData, int] | Tombstone]:
        found = yield from personal_data(vault, receipt.reference)
        if isinstance(found, Tombstone):
            return found
        counts = {name: len(getattr(found, name)) for name in ("events", "invitations", "responses")}
        return found, (yield from append_entry(READ, receipt.subject, {"by": by, "counts": counts}, now))

    return await db.write(unit)


async def erase_person(
    db: Database, vault: Vault, receipt: Receipt, reason: str, *, by: str, now: datetime, dry_run: bool = False
) -> Erasure | Tombstone:
    """Erase the receipt's person, in one unit of work with its entry in the audit log; or tell when it was erased.

    ``by`` is the role of whoever erases, never a person's name. Raises ``UnknownPerson``, ``PersonSealed``, and
    ``InvalidInput`` when the reason would name the person in the log.
    """

    def unit() -> Generator[AnyQuery, Rows, Erasure | Tombstone]:
        found = yield from personal_data(vault, receipt.reference)
        if isinstance(found, Tombstone):
            return found
        _demand_impersonal(reason, found)
        masked, texts = yield from _masked_answers(found)
        took = erasable(found, texts, now)
        if dry_run:
            return Erasure(took, None, found)
        yield from erase(vault, found, masked, now)
        told = {"by": by, "counts": asdict(took), "reason": reason}
        return Erasure(took, (yield from append_entry(ERASED, receipt.subject, told, now)), found)

    return await db.write(unit)


def files_naming(data_dir: Path, person: PersonalData) -> tuple[Path, ...]:
    """The files of refused rows in which the person stands: they are the operator's to correct or delete."""
    contact = person.contact or Person()
    known = {person.reference, contact.name, contact.email, contact.phone, _national(contact.phone)} - {""}
    return quarantined_with(data_dir, known)


async def proved(db: Database, receipt: Receipt, entry: int, signer: Signer) -> Receipt:
    """The receipt with the proof that the log holds its entry, by a signed checkpoint of the log as it is now."""
    log = await read_log(db)
    return replace(receipt, proof=log.inclusion(entry, signer))


def _demand_impersonal(reason: str, found: PersonalData) -> None:
    """The log keeps the reason for good, so that it must name nobody."""
    faults = []
    if not reason.strip() or len(reason) > _LONGEST_REASON or not reason.isprintable():
        fix = f"Give one line of 1 to {_LONGEST_REASON} characters, such as request-2026-114 or consent withdrawn"
        faults.append(Fault("reason", "--reason", "is empty, too long or more than one line", fix))
    named = {found.reference} | {event["reference"] for event in found.events}
    masked = _masked_for(reason, found.contact)
    for each in filter(None, named):
        masked = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", "[reference]", masked, flags=re.IGNORECASE)
    if masked != reason:
        cause = f'reads as personal data in its marked parts, "{masked}", and the audit log keeps it for good'
        faults.append(Fault("reason", "--reason", cause, "Name the request's own number, or the ground alone"))
    if faults:
        raise InvalidInput(faults)


def _masked_answers(found: PersonalData) -> Generator[AnyQuery, Rows, tuple[dict[UUID, str], int]]:
    """Submitted response -> its answers with the texts masked, where a text names somebody; and how many texts."""
    texts_of: dict[str, Collection[str]] = {}
    masked: dict[UUID, str] = {}
    count = 0
    for response in found.responses:
        if response["state"] != "complete":
            continue
        version = response["definition_hash"]
        if version not in texts_of:
            texts_of[version] = yield from _names_of_texts(version)
        answers = json.loads(response["answers"])
        changed = dict(_changed(answers, texts_of[version], found.contact))
        if changed:
            count += len(changed)
            masked[response["id"]] = canonical_json({**answers, **changed})
    return masked, count


def _names_of_texts(version: str) -> Generator[AnyQuery, Rows, Collection[str]]:
    """The answers that are free text or may repeat it: those that the freeze masks."""
    table = QuestionnaireVersion
    [stored] = yield table.select(table.body).where(table.content_hash == version)
    columns = snapshot_columns(definition_from_json(stored["body"]))
    return {column.item for column in columns if column.kind in ("text", "calculated")}


def _changed(answers: Mapping[str, Any], texts: Iterable[str], contact: Person | None) -> Iterator[tuple[str, Any]]:
    """The texts in which something is masked, masked; a calculated one may be several."""
    for name in texts:
        answer = answers.get(name)
        masked = answer
        if isinstance(answer, str):
            masked = _masked_for(answer, contact)
        elif isinstance(answer, list):
            masked = [_masked_for(each, contact) for each in answer]
        if masked != answer:
            yield name, masked


def _masked_for(text: str, contact: Person | None) -> str:
    """The text without what identifies anybody, and without the contact's own address and number however written."""
    if contact is None:
        return mask(text)
    for mark, pattern in _own(contact):
        text = re.sub(pattern, mark, text, flags=re.IGNORECASE)
    return mask(text, [contact.name])


def _own(contact: Person) -> Iterator[tuple[str, str]]:
    if contact.email:
        yield "[email]", re.escape(contact.email)
    digits = "".join(filter(str.isdigit, contact.phone))
    for known in (digits, _national(contact.phone)):
        if len(known) >= _FEWEST_DIGITS:
            yield "[phone]", r"(?<!\d)\+?0?" + r"[ ().·-]{0,2}".join(known) + r"(?!\d)"


def _national(phone: str) -> str:
    """The number as it is dialled within its country, without the leading zero."""
    import phonenumbers

    return str(phonenumbers.parse(phone).national_number) if phone.startswith("+") else ""
