"""Responses that were withdrawn: why, and whether their events still belong to those that are to be asked."""

from collections.abc import Mapping
from uuid import UUID

from surveyplat.storage.database import Database
from surveyplat.storage.tables import Withdrawal

ELIGIBLE = ("filled_by_dealer", "wrong_person", "consent_withdrawn")
"""Reasons that leave the customer among those who were asked, without an answer that counts."""
NOT_ELIGIBLE = ("test", "duplicate", "not_eligible")
"""Reasons by which the event should not have been asked about at all."""
CODES = (*ELIGIBLE, *NOT_ELIGIBLE)
OTHER_PERIOD, OTHER_KIND = "other_period", "other_kind"
"""Why a row leaves a period without being withdrawn: its event was on another day, or of another kind."""


def exclusion_of(code: str) -> str:
    """The reason under which the manifest counts a withdrawn response among its exclusions."""
    return "withdrawn_not_eligible" if code in NOT_ELIGIBLE else "withdrawn"


async def withdrawn_names(db: Database, study: str) -> frozenset[str]:
    """What snapshots call the study's withdrawn responses."""
    rows = await db.read(Withdrawal.select(Withdrawal.response_id).where(Withdrawal.study == study))
    return frozenset(row["response_id"] for row in rows)


async def withdrawn_responses(db: Database, study: str) -> Mapping[UUID, str]:
    """Response -> the code of its withdrawal, in whatever period it was withdrawn."""
    known = (Withdrawal.study == study) & Withdrawal.response.is_not_null()
    rows = await db.read(Withdrawal.select(Withdrawal.response, Withdrawal.code).where(known))
    return {row["response"]: row["code"] for row in rows}
