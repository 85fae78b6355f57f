"""What is left of erased persons: their old references and those of their events, hashed under a key.

By it an intake recognises them, and nobody else can: without the data key a hash tells nothing, and no row of the
person refers to one. Later events of the person are counted under an ``alias`` that has no answers.
"""

import secrets
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Customer, ErasedReference

_MARK = "erased-"
_RANDOM_BYTES = 12


@dataclass(frozen=True, slots=True)
class Tombstone:
    """When a person or an event was erased; ``alias`` is the reference of the person's later events, else empty."""

    alias: str
    erased_at: datetime


def random_reference() -> str:
    """A reference that says nothing but that it stands for an erased one; 31 characters."""
    return _MARK + secrets.token_hex(_RANDOM_BYTES)


def random_vin() -> str:
    """In place of a vehicle's number: 17 characters, and the O at the beginning occurs in no real one."""
    return f"O{secrets.token_hex(8).upper()}"


async def nameless_customers(db: Database) -> tuple[str, ...]:
    """The references of customers that were persons once: the erased ones and those of their later events."""
    rows = await db.read(Customer.select(Customer.reference).where(Customer.reference.like(f"{_MARK}%")))
    return tuple(row["reference"] for row in rows)


def tombstones(keys: Iterable[str]) -> Generator[AnyQuery, Rows, Mapping[str, Tombstone]]:
    """Inside a unit: those of ``keys`` (see ``Vault.tombstone``) that belong to something erased."""
    table = ErasedReference
    rows = yield table.select(table.key, table.alias, table.erased_at).where(table.key.is_in(sorted(set(keys))))
    return {row["key"]: Tombstone(row["alias"], row["erased_at"]) for row in rows}


def lay_tombstones(aliases: Mapping[str, str], now: datetime) -> Generator[AnyQuery, Rows, None]:
    """Inside a unit: keep the keys of what is erased now, each with its alias; one that is there already stays."""
    if not aliases:
        return
    rows = [ErasedReference(key=key, alias=alias, erased_at=now) for key, alias in sorted(aliases.items())]
    yield ErasedReference.insert(*rows).on_conflict(target=ErasedReference.key, action="DO NOTHING")
