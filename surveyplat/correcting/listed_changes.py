"""A correction by a file: withdrawn responses and events put right, applied to the rows of the newest revision."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from surveyplat.audit.change_files import Known, read_changes, references_in
from surveyplat.audit.corrected_rows import Basis, with_changes
from surveyplat.audit.corrections import Correction
from surveyplat.audit.gathering import Selection, names_of_responses, response_pseudonym
from surveyplat.audit.withdrawals import withdrawn_names
from surveyplat.correcting.planned import Newest, Planned, Wanted
from surveyplat.fieldwork.event_corrections import AskedEvent, asked_events
from surveyplat.fieldwork.sheets import read_sheet
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Dealer


async def with_listed_changes(
    db: Database, settings: Settings, wanted: Wanted, changes: Path, newest: Newest, now: datetime
) -> Planned:
    """Plan what the file ``changes`` asks for. Raises ``InvalidInput`` with every fault of it."""
    sheet = await asyncio.to_thread(read_sheet, changes)
    references = references_in(sheet)
    events = await asked_events(db, wanted.study, references)
    basis = await _basis(db, settings, wanted, newest, events)
    listed = read_changes(sheet, await _known(db, wanted, newest, basis, now))
    corrected = with_changes(basis, listed)
    correction = Correction(wanted.reason, wanted.by, listed.described())
    stored = {basis.names[name]: event.answer.id for name, event in events.items() if event.answer is not None}
    gone = await _gone(db, settings, wanted, newest, corrected.gone, stored)
    return Planned(newest, correction, corrected, listed, references, gone)


async def _basis(
    db: Database, settings: Settings, wanted: Wanted, newest: Newest, events: Mapping[str, AskedEvent]
) -> Basis:
    dealers = await db.read(Dealer.select(Dealer.code, Dealer.region))
    key, rules = settings.keys.pseudonym(), newest.definition.fieldwork
    return Basis(
        rows=newest.rows,
        manifest=newest.base.manifest,
        timing=rules,
        trigger=rules.trigger,
        regions={row["code"]: row["region"] for row in dealers},
        events=events,
        names={reference: response_pseudonym(key, wanted.study, reference, "") for reference in events},
    )


async def _known(db: Database, wanted: Wanted, newest: Newest, basis: Basis, now: datetime) -> Known:
    return Known(
        rows=newest.names,
        withdrawn=await withdrawn_names(db, wanted.study),
        events=basis.events,
        names=basis.names,
        dealers=basis.regions.keys(),
        first_day=wanted.period.first_day,
        last_day=wanted.period.last_day,
        timing=basis.timing,
        trigger=basis.trigger,
        today=now.date(),
    )


async def _gone(
    db: Database,
    settings: Settings,
    wanted: Wanted,
    newest: Newest,
    withdrawn: Mapping[str, str],
    stored: Mapping[str, UUID],
) -> dict[str, tuple[str, UUID | None]]:
    """The stored responses behind what was withdrawn, so that no later freeze takes them in again."""
    if withdrawn.keys() - stored.keys():
        selection = Selection(wanted.study, wanted.period, newest.cut_off)
        stored = {**stored, **await names_of_responses(db, settings.keys.pseudonym(), selection)}
    return {name: (code, stored.get(name)) for name, code in withdrawn.items()}
