"""A correction by the answers that came after the freeze: they are gathered anew, every other row stays."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from surveyplat.audit.closing import closing_time
from surveyplat.audit.columns import Column, Row, key_value, row_order, snapshot_columns
from surveyplat.audit.corrected_rows import Corrected
from surveyplat.audit.corrections import Correction
from surveyplat.audit.gathering import Gathered, Selection, customer_pseudonym, gather
from surveyplat.audit.manifest import count_fieldwork, make_manifest
from surveyplat.audit.withdrawals import withdrawn_names
from surveyplat.correcting.planned import Newest, Planned, Wanted
from surveyplat.errors import Fault, InvalidInput
from surveyplat.fieldwork.tombstones import nameless_customers
from surveyplat.settings import Settings
from surveyplat.storage.database import Database

_COUNTED_ANEW = (
    "cut_off",
    "events",
    "invited",
    "invitations_by_state",
    "invitations_opened_by_state",
    "exclusions",
    "days_to_answer",
)


async def with_late_answers(db: Database, settings: Settings, wanted: Wanted, newest: Newest, now: datetime) -> Planned:
    """Plan to take in what was submitted by the cut-off and is no row yet. Raises as ``plan`` does."""
    cut_off = _cut_off(wanted, newest, now)
    selection, columns = Selection(wanted.study, wanted.period, cut_off), snapshot_columns(newest.definition)
    _demand_same_columns(newest, columns)
    gathered = await gather(db, settings.keys, selection, newest.base.definition_hash, columns)
    added = await _added(db, settings, newest, gathered)
    rows = sorted([*newest.rows, *added], key=row_order)
    fieldwork = await count_fieldwork(db, newest.definition, selection)
    counted = make_manifest(
        newest.definition, newest.base.definition_hash, selection, columns, gathered, fieldwork, None
    )
    corrected = Corrected(rows, _counted(newest.base.manifest, counted, gathered, rows), added=len(added))
    return Planned(newest, Correction(wanted.reason, wanted.by, {"late": cut_off.isoformat()}), corrected)


def _cut_off(wanted: Wanted, newest: Newest, now: datetime) -> datetime:
    """Raises ``InvalidInput`` for one before the period's own: answers that count would fall out."""
    own = newest.cut_off
    if wanted.cut_off is None:
        return own
    given = closing_time(newest.definition, wanted.period, wanted.cut_off, now)
    if given < own:
        cause, fix = f"it is before {own.isoformat()}, the period's own", "Give a later one, or none"
        raise InvalidInput([Fault("option", "--cut-off", cause, fix)])
    return given


def _demand_same_columns(newest: Newest, columns: tuple[Column, ...]) -> None:
    if [column.described() for column in columns] != list(newest.base.manifest["columns"]):
        cause = "its rows have other columns than this release makes"
        fix = "Withdraw or put right by a file (--changes), which works on the rows as they are"
        raise InvalidInput([Fault("late", newest.base.manifest["period"], cause, fix)])


async def _added(db: Database, settings: Settings, newest: Newest, gathered: Gathered) -> list[Row]:
    """Rows that are new; those of erased persons were frozen under a name that is theirs no more, and are not."""
    known = newest.names | await withdrawn_names(db, newest.base.manifest["study"])
    key = settings.keys.pseudonym()
    erased = {customer_pseudonym(key, reference) for reference in await nameless_customers(db)}
    return [
        row
        for row in gathered.rows
        if key_value(row, "response_id") not in known and key_value(row, "customer") not in erased
    ]


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
        "rows_by_source": dict(sorted(Counter(str(key_value(row, "source")) for row in rows).items())),
        "responses": responses,
        "responses_by_state": dict(states),
    }
