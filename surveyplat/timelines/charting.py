"""Control charts of a study: back from a period, as far as each may be compared with the one before it."""

from dataclasses import dataclass, field, replace

from surveyplat.audit.periods import Period
from surveyplat.errors import Fault, InvalidInput
from surveyplat.scored_periods import PeriodScores
from surveyplat.scoring.moments import Moments
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.charts import MeasureCharts, Span, StudyCharts
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.study_charts import measure_charts
from surveyplat.scoring.timed_measures import TimedCounts, TimedMeasure, timed_measures
from surveyplat.timelines.walking import Instance, why_apart


async def chart_study(
    instance: Instance, period: Period, *, span: Span = "week", dealer: str | None = None
) -> StudyCharts:
    """Control charts of every measure that can be followed, up to ``period`` and back to where comparability ends.

    A dealer whose numbers a period withholds is not charted in it or before it: its weeks would tell them.
    Raises ``SnapshotMissing`` when the period was never frozen, ``InvalidInput`` for a dealer without any answer.
    """
    scored = await instance.scored(period)
    followed = [_Followed(measure) for measure in timed_measures(scored.side.plan)]
    dealers: set[str] = set()
    while True:
        counts = await instance.counted(scored, span)
        dealers.update(counts.dealers)
        for each in followed:
            each.take(scored, counts, dealer)
        if all(each.stopped for each in followed):
            break
        scored = await instance.scored(scored.period.previous())
    if dealer is not None and dealer not in dealers:
        cause, fix = (
            f"no answer names it in {instance.study}",
            f"Name one of {', '.join(sorted(filter(None, dealers)))}",
        )
        raise InvalidInput([Fault("dealer", dealer, cause, fix)])
    return StudyCharts(instance.study, period.name, span, dealer, tuple(each.charts(span) for each in followed))


@dataclass
class _Followed:
    """One measure on its way back through the periods."""

    measure: TimedMeasure
    moments: Moments | None = None
    periods: list[str] = field(default_factory=list)
    stopped: tuple[Reason, ...] = ()

    def take(self, scored: PeriodScores, counts: TimedCounts, dealer: str | None) -> None:
        if self.stopped:
            return
        if dealer is not None and _is_withheld(scored.scores, dealer):
            self.stopped = (Reason("dealer_withheld", names={"period": scored.period.name}),)
            return
        held = counts.in_time(self.measure.column, dealer)
        self.moments = held if self.moments is None else held.merge(self.moments)
        self.periods.insert(0, scored.period.name)
        self.stopped = why_apart(scored, self.measure.id)

    def charts(self, span: Span) -> MeasureCharts:
        if self.moments is None:
            return MeasureCharts(self.measure.id, self.measure.kind, (), (), (), None, self.stopped)
        found = measure_charts(self.measure, self.moments, span)
        return replace(found, periods=tuple(self.periods), stopped=self.stopped)


def _is_withheld(scores: StudyScores, dealer: str) -> bool:
    told = [score.index.score.value for score in scores.dealers if score.dealer == dealer]
    cells = scores.pp100.dealers if scores.pp100 else ()
    return None in (*told, *(cell.pp100.value for cell in cells if cell.id == dealer))
