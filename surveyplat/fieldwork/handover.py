"""Links for other channels: shown on the terminal, or written to a file for whoever hands them over."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from surveyplat.durable import write_durably
from surveyplat.fieldwork.contact_rules import Study
from surveyplat.fieldwork.outbox import BATCH_INVITATIONS, State, Waiting, move, waiting
from surveyplat.fieldwork.people import Vault
from surveyplat.quarantine import neutralised
from surveyplat.settings import Settings
from surveyplat.storage.batches import batches
from surveyplat.storage.database import Database

COLUMNS = (
    "customer",
    "name",
    "phone",
    "email",
    "dealer",
    "model",
    "language",
    "kind",
    "occurred_on",
    "last_day",
    "link",
)
_NOT_HANDED_OVER: tuple[State, ...] = ("created", "failed")


async def links_to_hand_over(db: Database, settings: Settings, study: Study, *, now: datetime) -> list[Waiting]:
    """The invitations that need a person to hand them over, oldest first; nothing is changed.

    Without a mail server these are all that were not answered yet; with one, those without an address, those that the
    server refused, and those that were written to a file before.
    """
    states: tuple[State, ...] = (*_NOT_HANDED_OVER, "listed")
    found = waiting(db, Vault(settings.keys.data), study.study, now=now, states=states)
    return [item async for item in found if not (settings.smtp_url and _can_be_mailed(item))]


async def write_links(db: Database, settings: Settings, items: Sequence[Waiting], path: Path, *, now: datetime) -> int:
    """Write the links of ``items`` to a CSV file that only its owner can read; gives their number.

    They count as handed over from then on, and are not mailed. One that another process mails meanwhile is left out.
    """
    ours = {item.id for item in items if item.state == "listed"}
    fresh = [item.id for item in items if item.state != "listed"]
    for batch in batches(fresh, BATCH_INVITATIONS):
        ours |= await move(db, batch, _NOT_HANDED_OVER, "listed", now=now)
    kept = [item for item in items if item.id in ours]
    write_durably(path, _content(kept, settings), mode=0o600)
    return len(kept)


def _can_be_mailed(item: Waiting) -> bool:
    return item.state == "created" and item.person is not None and bool(item.person.email)


def _content(items: Sequence[Waiting], settings: Settings) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([neutralised(cell) for cell in _cells(item, settings)] for item in items)
    return text.getvalue().encode("utf-8-sig")


def _cells(item: Waiting, settings: Settings) -> Sequence[str]:
    known = (item.person.name, item.person.phone, item.person.email) if item.person else ("", "", "")
    days = (item.occurred_on.isoformat(), item.last_day().isoformat())
    link = item.link(settings.keys.link, settings.base_url)
    return (item.customer, *known, item.dealer, item.model, item.language, item.kind, *days, link)
