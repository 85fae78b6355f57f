"""Did an action work? Its dealers' months beside those of the others, over frozen periods that may be compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from surveyplat.audit.freeze import frozen_periods
from surveyplat.audit.periods import Period, parse_period
from surveyplat.errors import Fault, InvalidInput, SnapshotMissing
from surveyplat.improvement.effects import action_scope
from surveyplat.scored_periods import PeriodScores
from surveyplat.scoring.calendars import first_day_of, name_of, number_of
from surveyplat.scoring.effect_months import effect_seed, months_in
from surveyplat.scoring.effects import ByClusters
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.effects import StudyEffect
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.study_effects import effect_on
from surveyplat.scoring.timed_measures import TimedMeasure, timed_measures
from surveyplat.storage.database import Database
from surveyplat.timelines.walking import Instance, why_apart


@dataclass(frozen=True)
class Manner:
    """How an effect is looked for: ``measure`` is the study's first one when it is None."""

    measure: str | None = None
    months_before: int = 6
    months_after: int = 3
    by_clusters: ByClusters = "cr2"
    """How to judge where six dealers or more took the action and six or more did not."""


@dataclass(frozen=True)
class Question:
    """Did what ``dealers`` did work? ``last_before`` and ``first_after`` are days of the months next to it."""

    dealers: tuple[str, ...]
    last_before: date
    first_after: date
    manner: Manner = Manner()

    @property
    def months(self) -> list[int]:
        """Every month asked for, by its number."""
        before, after = (number_of(day, "month") for day in (self.last_before, self.first_after))
        return [
            *range(before - self.manner.months_before + 1, before + 1),
            *range(after, after + self.manner.months_after),
        ]


async def effect_of(instance: Instance, asked: Question) -> StudyEffect:
    """The effect of an action, by difference in differences over the frozen periods' months.

    Raises ``SnapshotMissing`` when no frozen period holds the first month after the action, and ``InvalidInput`` for
    dealers or a measure that there are not. What the months cannot tell is part of the result.
    """
    first = number_of(asked.first_after, "month")
    periods = _best_cover(await frozen_periods(instance.db, instance.study), asked.months, first)
    if not periods:
        fix = "Freeze the period that holds it first"
        raise SnapshotMissing(f"{instance.study} {name_of(first, 'month')}: in no frozen period. {fix}")
    measure, run, apart = await _comparable_run(instance, periods, asked, first)
    months, seed = await _months(instance, run, measure, asked.months)
    _check_dealers(asked.dealers, months)
    rng = np.random.default_rng(seed)
    effect = effect_on(months, asked.dealers, name_of(first, "month"), rng, asked.manner.by_clusters)
    return StudyEffect(
        study=instance.study,
        measure=measure.id,
        dealers=asked.dealers,
        first_month=name_of(first, "month"),
        months=tuple(months),
        periods=tuple(scored.period.name for scored in run),
        effect=effect,
        gaps=(*_gaps(asked.months, months), *apart),
    )


def _best_cover(frozen: Sequence[str], months: Sequence[int], needed: int) -> list[Period]:
    """Periods of one length (months, quarters or years) that hold most of the months, shorter ones first."""
    lengths: dict[int, list[Period]] = {1: [], 3: [], 12: []}
    for period in map(parse_period, frozen):
        lengths[len(_months_of(period))].append(period)
    covers = [
        [period for period in periods if not set(months).isdisjoint(_months_of(period))]
        for periods in lengths.values()
        if any(needed in _months_of(period) for period in periods)
    ]
    held = max(covers, key=lambda periods: _covered(periods, months), default=[])
    return sorted(held, key=lambda period: period.first_day)


def _covered(periods: Sequence[Period], months: Sequence[int]) -> int:
    return len(set(months) & {month for period in periods for month in _months_of(period)})


def _months_of(period: Period) -> range:
    return range(number_of(period.first_day, "month"), number_of(period.last_day, "month") + 1)


async def _comparable_run(
    instance: Instance, periods: Sequence[Period], asked: Question, needed: int
) -> tuple[TimedMeasure, list[PeriodScores], tuple[Reason, ...]]:
    """The periods next to one another that hold the month ``needed`` and may be compared, and why no more of them."""
    scored = [await instance.scored(period) for period in periods]
    place = next(number for number, period in enumerate(periods) if needed in _months_of(period))
    measure = _measure(scored[place], asked.manner.measure)
    start, stop, apart = place, place + 1, list[Reason]()
    while start > 0 and not (why := _why_next(scored[start - 1], scored[start], measure.id)):
        start -= 1
    if start > 0:
        apart += why
    while stop < len(scored) and not (why := _why_next(scored[stop - 1], scored[stop], measure.id)):
        stop += 1
    if stop < len(scored):
        apart += why
    return measure, scored[start:stop], tuple(apart)


def _why_next(before: PeriodScores, after: PeriodScores, measure: str) -> tuple[Reason, ...]:
    if after.period.previous() != before.period:
        return (Reason("period_not_frozen", names={"period": after.period.previous().name}),)
    return why_apart(after, measure)


def _measure(scored: PeriodScores, wanted: str | None) -> TimedMeasure:
    known = {measure.id: measure for measure in timed_measures(scored.side.plan)}
    if wanted is None and known:
        return next(iter(known.values()))
    if wanted not in known:
        fix = f"Name one of {', '.join(known)}" if known else "Choose a study that measures something"
        raise InvalidInput([Fault("measure", str(wanted), f"{scored.scores.study} does not measure it", fix)])
    return known[wanted]


async def _months(
    instance: Instance, run: Sequence[PeriodScores], measure: TimedMeasure, wanted: Sequence[int]
) -> tuple[dict[str, dict[str, Ratio]], list[int]]:
    """The measure by month and dealer, and a seed from the snapshots that it was counted in."""
    months: dict[str, dict[str, Ratio]] = {}
    for scored in run:
        months |= months_in(await instance.counted(scored, "month"), measure, wanted)
    return months, effect_seed(scored.frozen.rows_hash for scored in run)


def _check_dealers(dealers: Sequence[str], months: Mapping[str, Mapping[str, Ratio]]) -> None:
    known = {dealer for held in months.values() for dealer in held if dealer}
    fix = f"Name some of {', '.join(sorted(known))}"
    faults = [Fault("dealer", dealer, "no answer of these months names it", fix) for dealer in dealers]
    wrong = [fault for fault, dealer in zip(faults, dealers, strict=True) if dealer not in known]
    if wrong:
        raise InvalidInput(wrong)


def _gaps(wanted: Sequence[int], held: Mapping[str, object]) -> Iterator[Reason]:
    missing = [name_of(month, "month") for month in wanted if name_of(month, "month") not in held]
    if missing:
        yield Reason("months_not_held", {"found": len(missing)}, ", ".join(missing))


async def question_of_action(db: Database, study: str, key: str, manner: Manner) -> Question:
    """What to ask of a stored action: its dealer's months before it was drafted, and those after it was due.

    Raises ``InvalidInput`` for an action that there is not, of another study, or that is for no one dealer.
    """
    scope = await action_scope(db, key)
    if scope.study != study:
        fix = f"Ask `surveyplat effect {scope.study}` for it"
        raise InvalidInput([Fault("action", key, f"it is an action of {scope.study}", fix)])
    before, after = number_of(scope.begun_on, "month") - 1, number_of(scope.due_on, "month") + 1
    return Question(scope.dealers, first_day_of(before), first_day_of(after), manner)
