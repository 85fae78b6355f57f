"""Corrections of the small dealer group's quarter: written as a file, made, and what is recorded of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from audit_cast import AFTERWARDS, QUARTER, Answered, questionnaire, store

from surveyplat.audit.freeze import FrozenPeriod, freeze
from surveyplat.audit.gathering import response_pseudonym
from surveyplat.correcting.planned import Wanted
from surveyplat.correcting.revising import Revised, correct_period
from surveyplat.fieldwork.population import EventCell
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import AuditEntry, PeriodSnapshot

LATER = AFTERWARDS + timedelta(days=9)
REASON, ROLE = "Filled in at the dealer's desk", "quality manager"
ELIGIBLE = {EventCell("D1", "Aurora", "2026-09"): 8, EventCell("D2", "Aurora", "2026-09"): 5}


def visits(count: int = 6) -> list[Answered]:
    return [Answered(number, {"courtesy": number}) for number in range(1, count + 1)]


async def frozen_quarter(db: Database, settings: Settings, visited: list[Answered] | None = None) -> FrozenPeriod:
    """Six answered visits, frozen with their population: those with odd numbers were to D2, the others to D1."""
    await store(db, settings, visits() if visited is None else visited)
    return await freeze(db, settings, questionnaire(), QUARTER, population=ELIGIBLE, now=AFTERWARDS)


def wanted(folder: Path, text: str | None, reason: str = REASON, **overrides: Any) -> Wanted:
    """Late answers without a text, else the changes that it lists."""
    path = None
    if text is not None:
        path = folder / "changes.csv"
        path.write_text(text, encoding="utf-8")
    return Wanted("visit", QUARTER, **{"reason": reason, "by": ROLE, "changes": path} | overrides)


async def correct(db: Database, settings: Settings, asked: Wanted, now: datetime = LATER) -> Revised:
    return await correct_period(db, settings, asked, now=now)


def name_of(settings: Settings, number: int) -> str:
    """What snapshots call the answer to a visit."""
    return response_pseudonym(settings.keys.pseudonym(), "visit", f"E{number}", "")


def rows_of(frozen: FrozenPeriod) -> dict[str, dict[str, Any]]:
    return {row["response_id"]: row for row in pl.read_parquet(frozen.path).to_dicts()}


def adds_up(manifest: Mapping[str, Any]) -> bool:
    """responses = rows + exclusions = the sum of their states, and the population is that of its cells."""
    excluded = sum(each["count"] for each in manifest["exclusions"])
    cells = (n for models in manifest["population_cells"].values() for months in models.values() for n in months)
    return (
        manifest["responses"] == manifest["row_count"] + excluded == sum(manifest["responses_by_state"].values())
        and manifest["invited"] == sum(manifest["invitations_by_state"].values())
        and manifest["population_events"] == sum(cells) == sum(manifest["population"].values())
    )


async def recorded(db: Database) -> list[dict[str, Any]]:
    """Every recorded revision with all of its columns."""
    return await db.read(PeriodSnapshot.select().order_by(PeriodSnapshot.revision))


async def entries(db: Database) -> list[dict[str, Any]]:
    return await db.read(AuditEntry.select(AuditEntry.kind, AuditEntry.payload).order_by(AuditEntry.index))
