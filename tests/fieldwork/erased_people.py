"""A person who is invited, answers and is then erased; and what may never be found of it again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fieldwork_cases import NOW, row
from litestar.testing import AsyncTestClient
from respondents import Respondent

from surveyplat.audit.commitments import ERASED, Receipt
from surveyplat.erasing import Erasure, erase_person
from surveyplat.fieldwork.outbox import waiting
from surveyplat.fieldwork.people import Vault
from surveyplat.fieldwork.tombstones import Tombstone
from surveyplat.forms.loading import load_study
from surveyplat.pipeline import invite_due
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import TABLES

CSI = load_study("csi")
REFERENCE = "CUST-4711-X"
NAME, EMAIL, PHONE, VIN = "欧阳晓明", "ouyang.xm@example.com", "+8613912345678", "LSVAA4182E2184847"
EVENT = "WORK-ORDER-88121"
PERSON = row(1) | {
    "event_id": EVENT,
    "customer_id": REFERENCE,
    "customer_name": NAME,
    "email": EMAIL,
    "phone": PHONE,
    "vin": VIN,
}
NAMING = (NAME, EMAIL, PHONE, PHONE.removeprefix("+86"), VIN, EVENT, REFERENCE)
COMMENT = f"我是{NAME}，请打我电话 139-1234-5678，{EMAIL}。停车难"
MASKED = "我是[name]，请打我电话 [phone]，[email]。停车难"
REASON = "request-2026-114"
SALT = bytes(range(32))


def receipt(reference: str = REFERENCE) -> Receipt:
    return Receipt(ERASED, reference, SALT)


async def links(db: Database, settings: Settings) -> Mapping[str, str]:
    """Everybody who can be is invited to the CSI study; customer -> token."""
    await invite_due(db, settings, CSI, now=NOW)
    people = waiting(db, Vault(settings.keys.data), "csi", now=NOW, states=("created", "sent"))
    return {item.customer: item.link(settings.keys.link, "http://x").rpartition("/")[2] async for item in people}


async def fill(browser: AsyncTestClient[Any], token: str, *, pages: int | None = None, comment: str = COMMENT) -> str:
    """Fill in the first ``pages`` pages, all by default; gives the address that the last one led to."""
    led_to = ""
    for page in list(Respondent(CSI, 1).way())[:pages]:
        fields = dict(Respondent(CSI, 1).fields(page.items))
        if "comment" in {item.id for item in page.items}:
            fields["comment"] = comment
        answer = await browser.post(f"/s/{token}/{page.id}", data=fields, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        led_to = answer.headers["location"]
    return led_to


async def erased(db: Database, settings: Settings, reference: str = REFERENCE, **more: Any) -> Erasure | Tombstone:
    return await erase_person(
        db, Vault(settings.keys.data), receipt(reference), REASON, **{"by": "data-protection", "now": NOW} | more
    )


async def everything(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {table._meta.tablename: await db.read(table.select()) for table in TABLES}


async def bytes_on_disk(db: Database, url: str) -> bytes:
    """What the database's files hold: on PostgreSQL those of its tables, without the server's write-ahead log."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
    [folder] = await db.read(TABLES[0].raw("SELECT current_setting('data_directory') AS path"))
    [own] = await db.read(TABLES[0].raw("SELECT oid FROM pg_database WHERE datname = current_database()"))
    files = sorted((Path(folder["path"]) / "base" / str(own["oid"])).glob("[0-9]*"))
    return b"".join(file.read_bytes() for file in files)
