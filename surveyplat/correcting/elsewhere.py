"""Other frozen periods that hold what a correction put right in one: each of them is corrected by itself."""

from collections.abc import Sequence
from typing import Any

from surveyplat.audit.freeze import frozen_periods
from surveyplat.audit.periods import Period, parse_period
from surveyplat.storage.batches import batches
from surveyplat.storage.database import Database
from surveyplat.storage.tables import Invitation

_EVENT: Any = Invitation.event


async def frozen_elsewhere(db: Database, study: str, period: Period, events: Sequence[str]) -> tuple[str, ...]:
    """The study's own periods that overlap, and those of other studies that asked about an event: "iqs 2026-Q3"."""
    own = [name for name in await frozen_periods(db, study) if name != period.name and _overlap(name, period)]
    found = {(study, name) for name in own}
    for batch in batches(events):
        asked = (Invitation.study != study) & _EVENT.reference.is_in(list(batch))
        rows = await db.read(Invitation.select(Invitation.study, Invitation.occasion_on).where(asked))
        for other in sorted({row["study"] for row in rows}):
            days = {row["occasion_on"] for row in rows if row["study"] == other}
            frozen = map(parse_period, await frozen_periods(db, other))
            found |= {
                (other, each.name) for each in frozen if any(each.first_day <= day <= each.last_day for day in days)
            }
    return tuple(f"{other} {name}" for other, name in sorted(found))


def _overlap(name: str, period: Period) -> bool:
    other = parse_period(name)
    return other.first_day <= period.last_day and period.first_day <= other.last_day
