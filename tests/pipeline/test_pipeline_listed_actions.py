"""``surveyplat actions`` as typed: a key that can be copied whole, and a period that must be one."""

import json
from datetime import UTC, date, datetime

import pytest
import typer
from anyio.to_thread import run_sync
from typer.testing import CliRunner, Result

from surveyplat.cli import actions
from surveyplat.errors import InvalidPeriod
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Action, Finding

pytestmark = pytest.mark.anyio

KEY = "followup_3d_repair:2026-Q3:strongest_driver:the_problem_is_really_solved_at_the_first_visit"
PLAN = dict.fromkeys(("what", "why", "who", "when", "where", "how"), "Repair [/b] right the first time, and say so.")


async def store(db: Database) -> None:
    now = datetime(2026, 10, 27, tzinfo=UTC)
    shared = {"key": KEY, "study": "followup_3d_repair", "period": "2026-Q3"}

    def unit():  # type: ignore[no-untyped-def]
        told = {"subject": "x", "priority": 1, "evidence": "{}", "snapshot_hash": "0" * 64, "found_at": now}
        found = Finding(**shared, kind="strongest_driver", **told)
        (stored,) = yield Finding.insert(found).returning(Finding.id)
        plan = json.dumps({"en": PLAN})
        action = Action(**shared, finding=stored["id"], plan=plan, owner="o", due_on=date(2026, 12, 1), drafted_at=now)
        yield Action.insert(action)

    await db.write(unit)


async def listed(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setenv("SURVEYPLAT_DATABASE_URL", settings.database_url)
    app = typer.Typer()
    actions.register(app)
    return await run_sync(lambda: CliRunner().invoke(app, arguments, env={"COLUMNS": "80"}))


async def test_a_key_stands_whole_and_alone_on_its_line(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store(db)
    lines = (await listed(settings, monkeypatch)).stdout.splitlines()
    assert lines[0] == "1. Repair [/b] right the first time, and say so."
    assert lines[1:3] == [f"   key: {KEY}", "   followup_3d_repair 2026-Q3, draft, due 2026-12-01"]
    assert all(len(line) <= 80 for line in lines[2:])


async def test_what_is_no_period_is_refused(db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = await listed(settings, monkeypatch, "followup_3d_repair", "2026-Q9")
    assert isinstance(refused.exception, InvalidPeriod)
