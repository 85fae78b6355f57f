"""From one frozen period to the next: its scores, its counts by week or month, and why two are not to be joined."""

import asyncio
from dataclasses import dataclass

from surveyplat.audit.periods import Period
from surveyplat.forms.versions import content_hash
from surveyplat.measurement import rate_standing
from surveyplat.pipeline import score_period
from surveyplat.scored_periods import PeriodScores
from surveyplat.scoring.calendars import Calendar
from surveyplat.scoring.periods import PP100
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.charts import Span
from surveyplat.scoring.results import PeriodComparison
from surveyplat.scoring.timed_measures import TimedCounts, count_in_time
from surveyplat.scoring.workers import ALONE, Workers
from surveyplat.settings import Settings
from surveyplat.storage.database import Database


@dataclass(frozen=True)
class Instance:
    """Where a study's periods are, and who counts them."""

    db: Database
    settings: Settings
    study: str
    workers: Workers = ALONE

    async def scored(self, period: Period) -> PeriodScores:
        return await score_period(
            self.db,
            self.settings,
            self.study,
            period,
            executor=self.workers.executor,
            progress=self.workers.progress,
            stored=True,
        )

    async def counted(self, scored: PeriodScores, span: Span) -> TimedCounts:
        return await asyncio.to_thread(count_in_time, scored.side, _calendar(scored, span), self.workers)


def _calendar(scored: PeriodScores, span: Span) -> Calendar:
    return Calendar(span, scored.period.first_day, scored.period.last_day)


def why_apart(scored: PeriodScores, measure: str) -> tuple[Reason, ...]:
    """Why a measure of this period may not be set beside that of the period before; nothing where it may."""
    compared = scored.comparison
    if compared is None:
        return (Reason("period_not_frozen", names={"period": scored.period.previous().name}),)
    why = _refusal(scored, compared, measure)
    names = {"before": compared.before, "after": compared.after}
    return (Reason("periods_not_comparable", names=names), *why) if why is not None else ()


def _refusal(scored: PeriodScores, compared: PeriodComparison, measure: str) -> tuple[Reason, ...] | None:
    """The comparison speaks of indices and PP100; of a rate the two definitions do, where they differ."""
    if compared.verdict != "comparable":
        return compared.reasons
    own = {PP100, *(index.id for index in scored.scores.indices)}
    if measure in own or scored.before is None or content_hash(scored.before) == content_hash(scored.definition):
        return next((each.reasons for each in compared.withheld if each.measure == measure), None)
    standing = rate_standing(scored.before, scored.definition, measure)
    return None if standing.verdict == "comparable" else standing.reasons
