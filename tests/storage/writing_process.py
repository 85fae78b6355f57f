"""A process that writes dealers and audit entries as fast as it is answered, and prints each answer.

``python writing_process.py URL PREFIX COUNT``: every line printed is the code of a dealer whose storing was answered.
"""

import asyncio
import sys
from datetime import UTC, datetime

from piccolo.query.functions import Count

from surveyplat.storage.database import Unit, open_database
from surveyplat.storage.tables import AuditEntry, Dealer

MOMENT = datetime(2026, 7, 1, tzinfo=UTC)


def numbered(code: str) -> Unit[None]:
    """Store the dealer, and an audit entry whose number is that of the entries before it."""

    def unit():  # type: ignore[no-untyped-def]
        yield Dealer.insert(Dealer(code=code, name="n", region="r", brand="b", time_zone="UTC"))
        [counted] = yield AuditEntry.select(Count())
        entry = AuditEntry(index=counted["count"], recorded_at=MOMENT, kind="k", subject=code, payload="", leaf_hash="")
        yield AuditEntry.insert(entry)

    return unit


async def write_all(url: str, prefix: str, count: int) -> None:
    numbers = iter(range(count))
    async with open_database(url) as database:

        async def client() -> None:
            for number in numbers:
                code = f"{prefix}{number}"
                await database.write(numbered(code))
                sys.stdout.write(f"{code}\n")
                sys.stdout.flush()

        await asyncio.gather(*[client() for _ in range(32)])


if __name__ == "__main__":
    asyncio.run(write_all(sys.argv[1], sys.argv[2], int(sys.argv[3])))
