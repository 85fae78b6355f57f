"""Several real processes writing one database: nothing lost, nothing doubled, whoever is killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from surveyplat.storage.database import Database, open_database
from surveyplat.storage.tables import AuditEntry, Dealer

PROGRAM = Path(__file__).with_name("writing_process.py")
PATIENCE = 300
"""Seconds within which processes end, however busy the machine is."""


def start(url: str, prefix: str, count: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, str(PROGRAM), url, prefix, str(count)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


async def stored(database: Database) -> list[str]:
    return [row["code"] for row in await database.read(Dealer.select(Dealer.code))]


async def numbers(database: Database) -> list[int]:
    rows = await database.read(AuditEntry.select(AuditEntry.index).order_by(AuditEntry.index))
    return [row["index"] for row in rows]


async def test_processes_writing_at_once_lose_and_double_nothing(database_url: str) -> None:
    processes = [start(database_url, prefix, 300) for prefix in "ABCD"]
    answered = [code for process in processes for code in process.communicate(timeout=PATIENCE)[0].split()]
    assert [process.returncode for process in processes] == [0] * 4
    assert sorted(answered) == sorted(f"{prefix}{number}" for prefix in "ABCD" for number in range(300))
    async with open_database(database_url) as database:
        assert sorted(await stored(database)) == sorted(answered)
        assert await numbers(database) == list(range(1200))


@pytest.mark.parametrize("after", [1, 200])
async def test_a_killed_process_has_lost_nothing_it_acknowledged(database_url: str, after: int) -> None:
    victim, survivor = start(database_url, "V", 1_000_000), start(database_url, "S", 500)
    assert victim.stdout is not None
    answered = [victim.stdout.readline().strip() for _ in range(after)]
    victim.kill()
    answered += [line.strip() for line in victim.stdout if line.endswith("\n")]
    victim.stdout.close()
    victim.wait(timeout=PATIENCE)
    answered += survivor.communicate(timeout=PATIENCE)[0].split()
    assert survivor.returncode == 0
    async with open_database(database_url) as database:
        rows = await stored(database)
        assert set(answered) <= set(rows)
        assert len(set(rows)) == len(rows)
        assert await numbers(database) == list(range(len(rows)))
