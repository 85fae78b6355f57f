"""What a correction makes of the newest revision: worked out from its rows, nothing recorded yet.

Rows are those of the revision, changed as the file asks; late answers alone are gathered anew.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl

from surveyplat.audit.change_files import Changes, Known, read_changes, references_in
from surveyplat.audit.closing import closing_time
from surveyplat.audit.columns import Row, snapshot_columns
from surveyplat.audit.corrected_rows import Basis, Corrected, sorted_rows, with_changes
from surveyplat.audit.corrections import Correction
from surveyplat.audit.freeze import FrozenPeriod, load_snapshot
from surveyplat.audit.gathering import Gathered, Selection, customer_pseudonym, gather, names_of_responses
from surveyplat.audit.gathering import response_pseudonym as name_of
from surveyplat.audit.manifest import count_fieldwork, make_manifest
from surveyplat.audit.periods import Period
from surveyplat.errors import Fault, InvalidInput
from surveyplat.fieldwork.event_corrections import AskedEvent, asked_events
from surveyplat.fieldwork.sheets import read_sheet
from surveyplat.fieldwork.tombstones import nameless_customers
from surveyplat.forms.language import Definition
from surveyplat.forms.stored import stored_definition
from surveyplat.settings import Settings
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Dealer, Withdrawal

FEWEST_DIFFERENT = 5
_COUNTED_ANEW = (
    "cut_off",
    "events",
    "invited",
    "invitations_by_state",
    "invitations_opened_by_state",
    "exclusions",
    "days_to_answer",
)
_NO_CHANGES = Changes({}, ())


@dataclass(frozen=True)
class Wanted:
    """What is to be corrected: by a file of changes, or, without one, by the answers that came late."""

    study: str
    period: Period
    reason: str
    by: str
    """A role, such as quality manager."""
    changes: Path | None = None
    cut_off: datetime | None = None
    """Late answers until then count; None: until the cut-off that the period was frozen with."""


@dataclass(frozen=True)
class Planned:
    """The newest revision, and the rows and counts that the next one would have."""

    base: FrozenPeriod
    definition: Definition
    correction: Correction
    corrected: Corrected
    changes: Changes
    events: tuple[str, ...]
    """References of the events that the file names."""
    gone: Mapping[str, tuple[str, UUID | None]]
    """Withdrawn response -> the reason's code, and the stored response where it is still known."""
    rows: tuple[Row, ...]
    """Of the newest revision."""

    @cached_property
    def few(self) -> tuple[str, ...]:
        """Dealers of whom 1 to 4 answers differ: whoever has both reports could work these answers out."""
        differing = {(str(row[1]), row[0]) for row in set(self.rows) ^ set(self.corrected.rows)}
        counts = Counter(dealer for dealer, _ in differing)
        return tuple(sorted(dealer for dealer, count in counts.items() if dealer and count < FEWEST_DIFFERENT))


async def plan(db: Database, settings: Settings, wanted: Wanted, now: datetime) -> Planned:
    """Work a correction out on top of the newest revision.

    Raises ``InvalidInput`` with every fault of the file or the words, ``SnapshotMissing`` when the period was never
    frozen and ``FieldworkOpen`` for a cut-off that has not passed.
    """
    base = await load_snapshot(db, settings, wanted.study, wanted.period)
    definition = await stored_definition(db, base.definition_hash)
    rows = await asyncio.to_thread(lambda: tuple(pl.read_parquet(base.path).iter_rows()))
    if wanted.changes is None:
        return await _late(db, settings, wanted, _Newest(base, definition, rows), now)
    return await _changed(db, settings, wanted, _Newest(base, definition, rows), now)


@dataclass(frozen=True)
class _Newest:
    base: FrozenPeriod
    definition: Definition
    rows: tuple[Row, ...]


# by a file


async def _changed(db: Database, settings: Settings, wanted: Wanted, newest: _Newest, now: datetime) -> Planned:
    Correction(wanted.reason, wanted.by, {})
    sheet = await asyncio.to_thread(read_sheet, wanted.changes or Path())
    key, references = settings.keys.pseudonym(), references_in(sheet)
    events = await asked_events(db, wanted.study, references)
    names = {reference: name_of(key, wanted.study, reference, "") for reference in events}
    regions = {row["code"]: row["region"] for row in await db.read(Dealer.select(Dealer.code, Dealer.region))}
    known = Known(
        rows={str(row[0]) for row in newest.rows},
        withdrawn=await _withdrawn_names(db, wanted.study),
        events=events,
        names=names,
        dealers=set(regions),
        first_day=wanted.period.first_day,
        last_day=wanted.period.last_day,
        timing=newest.definition.fieldwork,
        trigger=newest.definition.fieldwork.trigger,
        today=now.date(),
    )
    changes = read_changes(sheet, known)
    rules = newest.definition.fieldwork
    basis = Basis(newest.rows, newest.base.manifest, rules, rules.trigger, regions, events, names)
    corrected = with_changes(basis, changes)
    correction = Correction(wanted.reason, wanted.by, changes.described())
    gone = await _gone(db, settings, wanted, newest, corrected, {names[ref]: event for ref, event in events.items()})
    return Planned(newest.base, newest.definition, correction, corrected, changes, references, gone, newest.rows)


async def _withdrawn_names(db: Database, study: str) -> frozenset[str]:
    rows = await db.read(Withdrawal.select(Withdrawal.response_id).where(Withdrawal.study == study))
    return frozenset(row["response_id"] for row in rows)


async def _gone(
    db: Database,
    settings: Settings,
    wanted: Wanted,
    newest: _Newest,
    corrected: Corrected,
    events: Mapping[str, AskedEvent],
) -> dict[str, tuple[str, UUID | None]]:
    """The stored responses behind what was withdrawn, so that no later freeze takes them in again."""
    stored = {name: event.answer.id for name, event in events.items() if event.answer is not None}
    if any(name not in stored for name in corrected.gone):
        selection = Selection(wanted.study, wanted.period, _cut_off(newest.base))
        stored |= await names_of_responses(db, settings.keys.pseudonym(), selection)
    return {name: (code, stored.get(name)) for name, code in corrected.gone.items()}


# late answers


async def _late(db: Database, settings: Settings, wanted: Wanted, newest: _Newest, now: datetime) -> Planned:
    cut_off = _late_cut_off(wanted, newest, now)
    correction = Correction(wanted.reason, wanted.by, {"late": cut_off.isoformat()})
    selection, columns = Selection(wanted.study, wanted.period, cut_off), snapshot_columns(newest.definition)
    if [column.described() for column in columns] != list(newest.base.manifest["columns"]):
        fix = "Withdraw or put right by a file (--changes), which works on the rows as they are"
        raise InvalidInput(
            [Fault("late", wanted.period.name, "its rows have other columns than this release makes", fix)]
        )
    gathered = await gather(db, settings.keys, selection, newest.base.definition_hash, columns)
    known = {str(row[0]) for row in newest.rows} | await _withdrawn_names(db, wanted.study)
    erased = await _erased_customers(db, settings)
    added = [row for row in gathered.rows if row[0] not in known and row[3] not in erased]
    rows = sorted_rows([*newest.rows, *added])
    fieldwork = await count_fieldwork(db, newest.definition, selection)
    counted = make_manifest(
        newest.definition, newest.base.definition_hash, selection, columns, gathered, fieldwork, None
    )
    corrected = Corrected(rows, _counted(newest.base.manifest, counted, gathered, rows), added=len(added))
    return Planned(newest.base, newest.definition, correction, corrected, _NO_CHANGES, (), {}, newest.rows)


def _late_cut_off(wanted: Wanted, newest: _Newest, now: datetime) -> datetime:
    """Raises ``InvalidInput`` for one before the period's own: answers that count would fall out."""
    own = _cut_off(newest.base)
    if wanted.cut_off is None:
        return own
    given = closing_time(newest.definition, wanted.period, wanted.cut_off, now)
    if given < own:
        cause, fix = f"it is before {own.isoformat()}, the period's own", "Give a later one, or none"
        raise InvalidInput([Fault("option", "--cut-off", cause, fix)])
    return given


def _cut_off(base: FrozenPeriod) -> datetime:
    return datetime.fromisoformat(base.manifest["cut_off"]).astimezone(UTC)


async def _erased_customers(db: Database, settings: Settings) -> frozenset[str]:
    """Customers whose rows were frozen under a name that is theirs no more: their answers would be taken for new."""
    key = settings.keys.pseudonym()
    return frozenset(customer_pseudonym(key, reference) for reference in await nameless_customers(db))


def _counted(
    before: Mapping[str, Any], counted: Mapping[str, Any], gathered: Gathered, rows: list[Row]
) -> dict[str, Any]:
    """The manifest with what was counted anew; the population is that of the freeze."""
    responses = len(rows) + sum(each["count"] for each in counted["exclusions"])
    states = Counter(gathered.states)
    states["complete"] = responses - (states.total() - states["complete"])
    return {
        **before,
        **{name: counted[name] for name in _COUNTED_ANEW},
        "row_count": len(rows),
        "rows_by_source": dict(sorted(Counter(str(row[8]) for row in rows).items())),
        "responses": responses,
        "responses_by_state": dict(states),
    }
