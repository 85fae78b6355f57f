"""What a respondent is told at the end: the survey's thanks, or those of the rule or the quota that ended it."""

from datetime import date

from surveyplat.forms.elements import Text
from surveyplat.forms.progress import Progress
from surveyplat.forms.quotas import quota_places, quota_query
from surveyplat.forms.responses import Outcome
from surveyplat.storage.database import Database


async def thanks(db: Database, progress: Progress, outcome: Outcome, occasion_on: date) -> Text:
    """The thanks for a submitted response with this outcome."""
    if outcome == "over_quota":
        return await _of_full_quota(db, progress, occasion_on) or progress.definition.thanks
    end = progress.path.end
    return end.thanks if end and end.thanks else progress.definition.thanks


async def _of_full_quota(db: Database, progress: Progress, occasion_on: date) -> Text | None:
    """The thanks of the first full quota that counts the person. One that is full stays so: places are only taken."""
    for place in quota_places(progress.definition, progress.facts, occasion_on):
        if place.is_full(await db.read(quota_query(place.key))):
            return place.quota.thanks
    return None
